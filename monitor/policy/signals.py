"""Signals: what an article reports as its news, from the triggers found in it.

A kind is news of an article when it is more likely so than not (monitor.policy.newsworthiness);
otherwise it is background, and what the text tells as happening gets the status past.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.domain import (
    Analysis,
    ArticleStatus,
    Desk,
    DeskReport,
    Entity,
    EvidenceSpan,
    Field,
    Figure,
    Signal,
    SignalKind,
    Status,
    Trigger,
)
from monitor.policy.newsworthiness import length_of, news_probability, score_of
from monitor.policy.watchlists import items_of
from monitor.policy.whereabouts import located

__all__ = ["reports_of", "signals_of"]

NEWS = 0.46
"""Probability from which a kind is news: of the bars with the highest F1 over the articles that
training/sense/news.py learns from, by cross-validation, the one with the higher precision."""
SPOKEN_OF = 0.5
"""Probability from which a kind that is not news is worth naming as background."""

_EVIDENCE = 5
_PARTIES = 6
_FIGURES = 12
_ORDER = (
    Status.HAPPENING,
    Status.THREATENED,
    Status.DENIED,
    Status.HYPOTHETICAL,
    Status.PAST,
)


def signals_of(analysis: Analysis) -> tuple[Signal, ...]:
    """Return the signals of an article, one per kind and desk, in the order of its text.

    Active ones are its news; the others are background. News whose clauses name no country has the
    one that the article names most among its places.
    """
    groups: dict[tuple[SignalKind, Desk], list[Trigger]] = {}
    for trigger in analysis.triggers:
        groups.setdefault((trigger.kind, trigger.desk), []).append(trigger)
    length, titled = length_of(analysis.article.text), bool(analysis.article.ref.title.strip())
    signals = (_signal(group, length, titled=titled) for group in groups.values())
    return located([signal for signal in signals if signal is not None], analysis.mentions)


def reports_of(analysis: Analysis, signals: Sequence[Signal]) -> tuple[DeskReport, ...]:
    """Return what an article says to each desk; none where it says nothing active.

    An article that is withheld or cancelled gives every desk a report without signals, which
    withdraws what rested on it. So does one that states when it was updated to the desks that it
    says nothing active to: an earlier version may have. What an article denies goes to the desks too:
    it opens no story, but speaks against one.
    """
    ref = analysis.article.ref
    withdrawn = ref.status is not ArticleStatus.USABLE
    replaces = withdrawn or ref.updated_at is not None
    reports = []
    for desk in Desk:
        active = tuple(
            signal for signal in signals if signal.desk is desk and signal.status.is_active
        )
        denials = tuple(
            signal for signal in signals if signal.desk is desk and signal.status is Status.DENIED
        )
        if replaces or active or denials:
            reports.append(
                DeskReport(
                    desk=desk,
                    article=ref,
                    signals=() if withdrawn else active,
                    denials=() if withdrawn else denials,
                    terms=analysis.terms,
                    watched=() if withdrawn else items_of(analysis.watched),
                    sketch="" if withdrawn else analysis.sketch,
                    versions=analysis.versions,
                )
            )
    return tuple(reports)


def _signal(triggers: Sequence[Trigger], length: int, *, titled: bool) -> Signal | None:
    """Make one signal of the triggers of one kind and desk; None where they are too faint.

    Args:
        triggers: all of one kind and desk, in the order of the text.
        length: of the text, in characters.
        titled: whether the article has a title.
    """
    news = news_probability(triggers, length=length, titled=titled) >= NEWS
    told = [trigger for trigger in triggers if trigger.weight >= SPOKEN_OF]
    if news:
        told = _clearest([each for each in triggers if each.status.is_active]) or told
    else:
        told = [
            replace(each, status=Status.PAST) if each.status.is_active else each for each in told
        ]
    if not told:
        return None
    status = min((trigger.status for trigger in told), key=_ORDER.index)
    chosen = sorted(
        (trigger for trigger in told if trigger.status is status),
        key=lambda trigger: (-score_of(trigger), trigger.evidence.start_char),
    )
    first = chosen[0]
    evidence, keywords = _evidence(chosen)
    return Signal(
        kind=first.kind,
        desk=first.desk,
        event_type=first.event_type,
        mode=next(
            (each.mode for each in chosen if each.mode and each.event_type is first.event_type),
            None,
        ),
        status=status,
        actors=_entities(trigger.actors for trigger in chosen),
        targets=_entities(trigger.targets for trigger in chosen),
        places=_entities(trigger.places for trigger in chosen),
        figures=_figures(chosen),
        evidence=evidence,
        keywords=keywords,
    )


def _clearest(triggers: Sequence[Trigger]) -> list[Trigger]:
    """Return the triggers that would be news by themselves; the likeliest one where none would.

    A faint place would lend a signal its status, parties and figures, and prove nothing.
    """
    clear = [each for each in triggers if score_of(each) >= NEWS]
    return clear or sorted(triggers, key=score_of)[-1:]


def _evidence(
    triggers: Sequence[Trigger],
) -> tuple[tuple[EvidenceSpan, ...], tuple[str, ...]]:
    """Return the best clauses, one per place, and the keywords that fired in them."""
    spans: dict[tuple[Field, int], tuple[EvidenceSpan, str]] = {}
    for trigger in triggers:
        place = (trigger.evidence.field, trigger.evidence.start_char)
        spans.setdefault(place, (trigger.evidence, trigger.keyword))
    rows = list(spans.values())[:_EVIDENCE]
    return tuple(span for span, _ in rows), tuple(keyword for _, keyword in rows)


def _entities(groups: Iterable[Sequence[Entity]]) -> tuple[Entity, ...]:
    """Return the entities of several triggers, the most frequent first."""
    counted: Counter[str] = Counter()
    first: dict[str, Entity] = {}
    for group in groups:
        for entity in group:
            counted[entity.key] += 1
            first.setdefault(entity.key, entity)
    order = list(first)
    ranked = sorted(order, key=lambda key: (-counted[key], order.index(key)))
    return tuple(first[key] for key in ranked[:_PARTIES])


def _figures(triggers: Sequence[Trigger]) -> tuple[Figure, ...]:
    """Return the figures of several triggers without repeats, in order.

    "Eleven dead" of a title repeats the "11 people" of the text: who says less is left out.
    """
    seen: dict[tuple[object, ...], Figure] = {}
    for trigger in triggers:
        for figure in trigger.figures:
            key = (figure.measure, figure.low, figure.unit, figure.subject, figure.direction)
            seen.setdefault(key, figure)
    named = {
        (figure.measure, figure.low, figure.unit) for figure in seen.values() if figure.subject
    }
    told = [
        figure
        for figure in seen.values()
        if figure.subject
        or figure.unit != "people"
        or (figure.measure, figure.low, figure.unit) not in named
    ]
    return tuple(told)[:_FIGURES]
