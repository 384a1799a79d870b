"""Ladders: which step of escalation two parties have reached, over all their open stories.

=====================================================  ===========
what a report says of two countries                    step
=====================================================  ===========
talks, agreement, withdrawal, release                  calm
unrest                                                 unrest
sanctions imposed                                      sanctions
threat; sanctions, mobilization, strike announced      threat
mobilization                                           mobilization
military strike                                        strike
military strike in retaliation                         retaliation
=====================================================  ===========

The highest row that applies decides. A report above the step where the two stand is a step up, one of
calm a step down from anywhere; what lies between is no news of the ladder. Where they stand is what the
newest of their open stories says that took a step.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.domain import (
    Change,
    ChangeDetail,
    Desk,
    Ladder,
    RelatedStory,
    Relation,
    Signal,
    SignalKind,
    Status,
    Step,
    Story,
)
from monitor.policy.entities import countries_of
from monitor.policy.events import Event

__all__ = [
    "MAX_RELATED",
    "LadderIndex",
    "blamed_on",
    "climbed",
    "merged_related",
    "step_detail",
    "step_of",
]

MAX_RELATED = 4
"""Most related stories that a story keeps."""

_TWO = 2
_STEPS = {
    SignalKind.DE_ESCALATION: Step.CALM,
    SignalKind.UNREST: Step.UNREST,
    SignalKind.SANCTIONS: Step.SANCTIONS,
    SignalKind.THREAT: Step.THREAT,
    SignalKind.MOBILIZATION: Step.MOBILIZATION,
    SignalKind.MILITARY_STRIKE: Step.STRIKE,
}
_HOSTILE = frozenset(_STEPS) - {SignalKind.DE_ESCALATION, SignalKind.UNREST}
_ANNOUNCED_IS_A_THREAT = frozenset({Step.SANCTIONS, Step.MOBILIZATION, Step.STRIKE})


def step_of(signals: Sequence[Signal]) -> Step | None:
    """Return the step that signals of one event report, by the table of this module."""
    found = [step for signal in signals if (step := _step(signal)) is not None]
    highest = max(found, key=_rank, default=None)
    answered = any(_answers(signal) for signal in signals)
    if highest is Step.STRIKE and answered:
        return Step.RETALIATION
    return Step.THREAT if highest is None and answered else highest


def _step(signal: Signal) -> Step | None:
    step = _STEPS.get(signal.kind)
    if signal.status is Status.HAPPENING:
        return step
    return Step.THREAT if step in _ANNOUNCED_IS_A_THREAT else step


def _answers(signal: Signal) -> bool:
    return signal.kind is SignalKind.RETALIATION and signal.status.is_active


def _rank(step: Step) -> int:
    return step.rank


def _pair_of(signals: Sequence[Signal]) -> tuple[str, ...] | None:
    """Return the two countries of an event: one acting on the other, or the only two."""
    for signal in signals:
        for actor in sorted(countries_of(signal.actors)):
            for target in sorted(countries_of(signal.targets)):
                if actor != target:
                    return min(actor, target), max(actor, target)
    named = countries_of(e for signal in signals for e in (*signal.actors, *signal.targets))
    if len(named) != _TWO:
        return None
    first, second = sorted(named)
    return first, second


def climbed(
    event: Event, home: Story | None, index: "LadderIndex", *, offset: int, order: int
) -> Ladder | None:
    """Return where the two parties of an event stand after it; None for an event without two.

    Args:
        event: what is reported.
        home: the story that it belongs to, if it does not open one.
        index: the ladders of the open stories.
        offset: of the report; what it has changed already does not count.
        order: the sequence of the report.
    """
    known = home.ladder if home is not None and not home.withdrawn else None
    if event.desk is not Desk.CONFLICT:
        return known
    pair = known.parties if known else _pair_of(event.signals)
    step = step_of(event.signals)
    if pair is None or step is None:
        return known
    stands = index.stands(pair, before=offset)
    if stands is None:
        return Ladder(parties=pair, step=step, since=event.time, order=order)
    down = step is Step.CALM and stands.step is not Step.CALM
    if step.rank > stands.step.rank or down:
        return Ladder(parties=pair, step=step, before=stands.step, since=event.time, order=order)
    return stands


def step_detail(ladder: Ladder | None, *, order: int) -> ChangeDetail | None:
    """Return the change that a report made of the ladder; None for none."""
    if ladder is None or ladder.order != order or ladder.before is None:
        return None
    up = ladder.step.rank > ladder.before.rank
    parties = " and ".join(ladder.parties)
    return ChangeDetail(
        change=Change.STEP_UP if up else Change.STEP_DOWN,
        words=f"{parties}: {ladder.step}, was {ladder.before}",
        before=ladder.before,
        after=ladder.step,
    )


class LadderIndex:
    """The open stories of each pair of parties.

    Everything it answers is a function of the set of stories, not of the order they came in.
    """

    def __init__(self) -> None:
        """Start without stories."""
        self._stories: dict[tuple[str, ...], dict[str, Story]] = {}

    def put(self, story: Story) -> None:
        """Add a story, if it has a ladder and stands."""
        if story.ladder is not None and not story.withdrawn:
            self._stories.setdefault(story.ladder.parties, {})[story.id] = story

    def drop(self, story: Story) -> None:
        """Remove a story that was put in, if it was."""
        if story.ladder is None:
            return
        stories = self._stories.get(story.ladder.parties, {})
        stories.pop(story.id, None)
        if not stories:
            self._stories.pop(story.ladder.parties, None)

    def stands(self, pair: tuple[str, ...], *, before: int) -> Ladder | None:
        """Return the ladder of the newest step of two parties, among stories changed before an offset."""
        ladders = (
            (story.ladder.order, story.id, story.ladder)
            for story in self._stories.get(pair, {}).values()
            if story.offset < before and story.ladder is not None
        )
        newest = max(ladders, key=_newest, default=None)
        return newest[2] if newest else None

    def answered_by(
        self, event: Event, home: Story | None, ladder: Ladder | None, *, before: int
    ) -> tuple[RelatedStory, ...]:
        """Return the hostile story of the same two parties that an event answers: the newest one.

        An answer that belongs to the story it answers needs no link.
        """
        answers = any(_answers(signal) for signal in event.signals)
        if not answers or ladder is None or (home is not None and not home.withdrawn):
            return ()
        found = [
            (story.last_seen, story.id, story)
            for story in self._stories.get(ladder.parties, {}).values()
            if story.offset < before
            and story.first_seen <= event.time
            and not _HOSTILE.isdisjoint(story.kinds)
        ]
        if not found:
            return ()
        return (_related(max(found, key=_latest)[2], Relation.ANSWERS),)


def _newest(row: tuple[int, str, Ladder]) -> tuple[int, str]:
    return row[0], row[1]


def _latest(row: tuple[datetime, str, Story]) -> tuple[datetime, str]:
    return row[0], row[1]


def _related(story: Story, relation: Relation) -> RelatedStory:
    return RelatedStory(alert_id=story.id, relation=relation, headline=story.headline)


def blamed_on(event: Event, stories: Iterable[Story]) -> tuple[RelatedStory, ...]:
    """Return the conflict that the article of a market's move reports too.

    Args:
        event: a market's move.
        stories: all that rest on its article.
    """
    if event.desk is not Desk.MARKETS:
        return ()
    conflicts = (s for s in stories if s.desk is Desk.CONFLICT and not s.withdrawn)
    return tuple(_related(story, Relation.BLAMED_ON) for story in conflicts)[:MAX_RELATED]


def merged_related(
    known: Sequence[RelatedStory], added: Sequence[RelatedStory]
) -> tuple[RelatedStory, ...]:
    """Return the related stories, each once, the first ones first."""
    by_id = {(each.alert_id, each.relation): each for each in (*added, *known)}
    order = dict.fromkeys((each.alert_id, each.relation) for each in (*known, *added))
    return tuple(by_id[key] for key in order)[:MAX_RELATED]
