"""Signals: what an article reports as its news, from the triggers found in it.

A kind is news of an article when its active triggers together weigh enough. One that stands where
newswire puts the news, in the title or in the first words of the text, is enough; deeper down, two
are needed, or one in a long read whose lead is of the same desk: it is many reports in one. What does
not weigh enough is background and gets the status past.
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

__all__ = ["reports_of", "signals_of"]

LEAD_CHARS = 600
"""Characters of a text in which newswire tells its news: the first three or four sentences."""
SHORT_CHARS = 900
"""Texts up to this length are all lead."""
ENOUGH = 0.6
"""Weight of active triggers that makes a kind news."""
BELOW = 0.35
"""What an active trigger below the lead weighs."""
LONG_READ_CHARS = 6_000
"""From this length on, about a thousand words, an article tells of many things."""
IN_LONG_READ = 0.9
"""What an active trigger below the lead of a long read weighs, where its lead is of the same desk."""
ASIDE_IN_LONG_READ = 0.45
"""What it weighs there where the lead is of another desk: two make news."""

_EVIDENCE = 5
_PARTIES = 6
_FIGURES = 8
_ORDER = (
    Status.HAPPENING,
    Status.THREATENED,
    Status.DENIED,
    Status.HYPOTHETICAL,
    Status.PAST,
)


def signals_of(analysis: Analysis) -> tuple[Signal, ...]:
    """Return the signals of an article, one per kind and desk, in the order of its text.

    Active ones are its news; the others are background.
    """
    groups: dict[tuple[SignalKind, Desk], list[Trigger]] = {}
    for trigger in analysis.triggers:
        groups.setdefault((trigger.kind, trigger.desk), []).append(trigger)
    length = len(analysis.article.text)
    desks = frozenset(
        trigger.desk
        for trigger in analysis.triggers
        if trigger.status.is_active and _leads(trigger, length)
    )
    return tuple(_signal(group, length, desks) for group in groups.values())


def reports_of(analysis: Analysis, signals: Sequence[Signal]) -> tuple[DeskReport, ...]:
    """Return what an article says to each desk; none where it says nothing active.

    An article that is withheld or cancelled gives every desk a report without signals, which
    withdraws what rested on it.
    """
    ref = analysis.article.ref
    withdrawn = ref.status is not ArticleStatus.USABLE
    reports = []
    for desk in Desk:
        active = tuple(
            signal for signal in signals if signal.desk is desk and signal.status.is_active
        )
        if withdrawn or active:
            reports.append(
                DeskReport(
                    desk=desk,
                    article=ref,
                    signals=() if withdrawn else active,
                    terms=analysis.terms,
                    versions=analysis.versions,
                )
            )
    return tuple(reports)


def _signal(triggers: Sequence[Trigger], length: int, desks: frozenset[Desk]) -> Signal:
    """Make one signal of the triggers of one kind and desk.

    Args:
        triggers: all of one kind and desk, in the order of the text.
        length: of the text, in characters.
        desks: those that the article's lead belongs to.
    """
    below = BELOW
    if length >= LONG_READ_CHARS:
        below = IN_LONG_READ if triggers[0].desk in desks else ASIDE_IN_LONG_READ
    weight = sum(
        trigger.weight * (1.0 if _leads(trigger, length) else below)
        for trigger in triggers
        if trigger.status.is_active
    )
    if weight < ENOUGH:
        triggers = [
            replace(trigger, status=Status.PAST) if trigger.status.is_active else trigger
            for trigger in triggers
        ]
    status = min((trigger.status for trigger in triggers), key=_ORDER.index)
    chosen = sorted(
        (trigger for trigger in triggers if trigger.status is status),
        key=lambda trigger: (
            not _leads(trigger, length),
            -trigger.weight,
            trigger.evidence.start_char,
        ),
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


def _leads(trigger: Trigger, length: int) -> bool:
    """Whether a trigger stands where newswire puts the news."""
    return (
        trigger.evidence.field is Field.TITLE
        or length <= SHORT_CHARS
        or trigger.evidence.trigger.start_char < LEAD_CHARS
    )


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
    """Return the figures of several triggers without repeats, in order."""
    seen: dict[tuple[object, ...], Figure] = {}
    for trigger in triggers:
        for figure in trigger.figures:
            key = (figure.measure, figure.low, figure.unit, figure.subject, figure.direction)
            seen.setdefault(key, figure)
    return tuple(seen.values())[:_FIGURES]
