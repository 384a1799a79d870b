"""Events: the signals of one report, sorted by what they speak of.

An article is mostly about one event, so its signals stay together unless they clearly do not: a
signal joins the first event with which it shares a country, an entity or a trigger, and one that
names nothing joins the first event. Signals of the markets desk are sorted by instrument instead;
a report of more than `MAX_INSTRUMENTS` instruments is a round-up and one event.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.domain import ArticleStatus, Desk, DeskReport, Entity, Measure, Signal, SignalKind
from monitor.policy.entities import bounded_entity, countries_of, is_country

__all__ = ["MAX_INSTRUMENTS", "Event", "denial_of", "events_of", "features_of", "instruments_of"]

MAX_INSTRUMENTS = 3
"""Most instruments of one report that make a story each."""

_MARKET_MEASURES = frozenset({Measure.CHANGE, Measure.LEVEL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The signals of one report that speak of one event, with what tells it from others."""

    report: DeskReport
    signals: tuple[Signal, ...]
    principal: str
    """Key of the main party, place or instrument; part of the story's id."""
    features: frozenset[str]
    """Countries and other names, each with a letter for its class."""
    denies: bool = False
    """Whether the signals are what the article denies."""

    @property
    def desk(self) -> Desk:
        """The desk that the event belongs to."""
        return self.report.desk

    @property
    def kinds(self) -> tuple[SignalKind, ...]:
        """Kinds of the signals, in their order, each once."""
        return tuple(dict.fromkeys(signal.kind for signal in self.signals))

    @property
    def time(self) -> datetime:
        """When the article was published: the event time."""
        return self.report.article.published_at


def instruments_of(signal: Signal) -> tuple[str, ...]:
    """Return the ids of the instruments that a market signal speaks of, in order."""
    subjects = [f.subject for f in signal.figures if f.measure in _MARKET_MEASURES and f.subject]
    if not subjects:
        subjects = [entity.key for entity in signal.targets]
    return tuple(dict.fromkeys(subjects))


def features_of(entities: Iterable[Entity]) -> frozenset[str]:
    """Return what events are compared by: countries as `c:IL`, other names as `e:latakia`."""
    entities = [bounded_entity(entity) for entity in entities]
    features = {f"c:{code}" for code in countries_of(entities)}
    features |= {f"e:{entity.key}" for entity in entities if not is_country(entity)}
    return frozenset(features)


def _named(signal: Signal) -> tuple[Entity, ...]:
    return (*signal.actors, *signal.targets, *signal.places)


def events_of(report: DeskReport) -> tuple[Event, ...]:
    """Sort a report's signals into events, in the order of their first signals."""
    by_instrument = report.desk is Desk.MARKETS
    groups = _by_instrument(report.signals) if by_instrument else _by_entities(report.signals)
    events: dict[tuple[SignalKind, str], Event] = {}
    for group in groups:
        principal = _principal(report.desk, group)
        known = events.get((group[0].kind, principal))
        signals = (*known.signals, *group) if known else tuple(group)
        events[group[0].kind, principal] = Event(
            report=report,
            signals=signals,
            principal=principal,
            features=features_of(entity for signal in signals for entity in _named(signal)),
        )
    return tuple(events.values())


def denial_of(report: DeskReport) -> Event | None:
    """Return what a report denies, as one event; None where it denies nothing, or is withdrawn."""
    if not report.denials or report.article.status is not ArticleStatus.USABLE:
        return None
    return Event(
        report=report,
        signals=report.denials,
        principal=_principal(report.desk, list(report.denials)),
        features=features_of(entity for signal in report.denials for entity in _named(signal)),
        denies=True,
    )


def _by_instrument(signals: tuple[Signal, ...]) -> list[list[Signal]]:
    groups: dict[str, list[Signal]] = {}
    for signal in signals:
        first = next(iter(instruments_of(signal)), "")
        groups.setdefault(first, []).append(signal)
    unnamed = groups.pop("", [])
    if not groups or len(groups) > MAX_INSTRUMENTS:
        return [list(signals)] if signals else []
    ordered = list(groups.values())
    ordered[0].extend(unnamed)
    return ordered


def _by_entities(signals: tuple[Signal, ...]) -> list[list[Signal]]:
    groups: list[tuple[list[Signal], set[str]]] = []
    for signal in signals:
        features = set(features_of(_named(signal)))
        touched = [group for group in groups if not features or not group[1] or features & group[1]]
        if not touched:
            groups.append(([signal], features))
            continue
        home = touched[0]
        home[0].append(signal)
        home[1].update(features)
        # A signal that names parties of two groups shows that they are one event.
        for other in touched[1:] if features else []:
            if features & other[1]:
                home[0].extend(other[0])
                home[1].update(other[1])
                groups.remove(other)
    return [group[0] for group in groups]


def _principal(desk: Desk, signals: list[Signal]) -> str:
    """Name what an event is about most: its instrument, place, target or actor."""
    if desk is Desk.MARKETS:
        return next((name for signal in signals for name in instruments_of(signal)), "")
    for entities in (
        [place for signal in signals for place in signal.places],
        [target for signal in signals for target in signal.targets],
        [actor for signal in signals for actor in signal.actors],
    ):
        if entities:
            return bounded_entity(entities[0]).key
    return ""
