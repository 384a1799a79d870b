"""Signals: what an article reports as its news, from the triggers found in it.

A kind is news of an article when its active triggers together weigh enough, or one of them stands
where newswire puts the news: in the title, or in the first words of the text. What stands only
deeper down in a long text, once, is background and gets the status past.
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
ENOUGH = 1.0
"""Weight of active triggers that makes a kind news: one in the lead, or three further down."""
WEIGHT_BELOW = 0.35
"""What an active trigger below the lead weighs."""

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
_BELOW_THE_NEWS = frozenset({Status.HAPPENING, Status.THREATENED})


def signals_of(analysis: Analysis) -> tuple[Signal, ...]:
    """Return the signals of an article, one per kind and desk, in the order of its text.

    Active ones are its news; the others are background.
    """
    groups: dict[tuple[SignalKind, Desk], list[Trigger]] = {}
    for trigger in analysis.triggers:
        groups.setdefault((trigger.kind, trigger.desk), []).append(trigger)
    length = len(analysis.article.text)
    return tuple(_signal(group, length) for group in groups.values())


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


def _signal(triggers: Sequence[Trigger], length: int) -> Signal:
    """Make one signal of the triggers of one kind and desk."""
    weight = sum(_weight(trigger, length) for trigger in triggers if trigger.status.is_active)
    if weight < ENOUGH * 0.6 and length > SHORT_CHARS:
        triggers = [
            replace(trigger, status=Status.PAST) if trigger.status in _BELOW_THE_NEWS else trigger
            for trigger in triggers
        ]
    status = min((trigger.status for trigger in triggers), key=_ORDER.index)
    chosen = sorted(
        (trigger for trigger in triggers if trigger.status is status),
        key=lambda trigger: (-_weight(trigger, length), trigger.evidence.start_char),
    )
    first = chosen[0]
    evidence, keywords = _evidence(chosen)
    return Signal(
        kind=first.kind,
        desk=first.desk,
        event_type=first.event_type,
        status=status,
        actors=_entities(trigger.actors for trigger in chosen),
        targets=_entities(trigger.targets for trigger in chosen),
        places=_entities(trigger.places for trigger in chosen),
        figures=_figures(chosen),
        evidence=evidence,
        keywords=keywords,
    )


def _weight(trigger: Trigger, length: int) -> float:
    """Return how much a trigger says about what the news is: its sureness by its place."""
    in_lead = (
        trigger.evidence.field is Field.TITLE
        or length <= SHORT_CHARS
        or trigger.evidence.trigger.start_char < LEAD_CHARS
    )
    return trigger.weight * (1.0 if in_lead else WEIGHT_BELOW)


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
