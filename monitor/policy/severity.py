"""Severity: how grave, on the scale of CAP 1.2, from kinds, status, figures and parties.

Every step that sets a level is a rule with a sentence, so that the level of an alert can be explained.
The gravest rule that applies decides:

======================================================================  =========
rule                                                                    severity
======================================================================  =========
military-strike or retaliation, happening                               Severe
the same, threatened                                                    Moderate
threat, mobilization, sanctions, unrest, casualties                     Moderate
labor-strike, market-move, de-escalation                                Minor
10 people killed or more; 100 wounded or more                           Severe
100 people killed or more                                               Extreme
military-strike or retaliation with dead, between two states            Extreme
threat or mobilization between two states, one of them nuclear-armed    Severe
a labour strike of 10,000 people or more                                Moderate
a market moved 3 of its usual days or more                              Moderate
a market moved 7 of its usual days or more                              Severe
a market moved 20 of its usual days or more                             Extreme
======================================================================  =========

Two states are between them only where each side has one: where one side is armed groups alone, as
where two states fight a militia, it is no war between states.

Sources: the scale is CAP 1.2, element `severity`. A share index moves one percent on a usual day
(monitor.policy.usual_days): of it 7 and 20 are levels 1 and 3 of the market-wide circuit breakers of the
United States (NYSE Rule 7.12). Nuclear-armed states as in the SIPRI Yearbook 2024. The other thresholds
are our choice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.domain import Direction, Entity, Figure, Measure, Severity, Signal, SignalKind, Status
from monitor.policy.entities import countries_of
from monitor.policy.usual_days import usual_days_of

__all__ = ["NUCLEAR_ARMED", "SeverityAssessment", "assess_severity", "gravest"]

NUCLEAR_ARMED = frozenset({"CN", "FR", "GB", "IL", "IN", "KP", "PK", "RU", "US"})
"""ISO 3166-1 alpha-2 codes of nuclear-armed states (SIPRI Yearbook 2024, chapter 7)."""

_ATTACKS = frozenset({SignalKind.MILITARY_STRIKE, SignalKind.RETALIATION})
_MENACES = frozenset({SignalKind.THREAT, SignalKind.MOBILIZATION})
_BASE = {
    SignalKind.MILITARY_STRIKE: Severity.SEVERE,
    SignalKind.RETALIATION: Severity.SEVERE,
    SignalKind.THREAT: Severity.MODERATE,
    SignalKind.MOBILIZATION: Severity.MODERATE,
    SignalKind.SANCTIONS: Severity.MODERATE,
    SignalKind.UNREST: Severity.MODERATE,
    SignalKind.CASUALTIES: Severity.MODERATE,
    SignalKind.LABOR_STRIKE: Severity.MINOR,
    SignalKind.MARKET_MOVE: Severity.MINOR,
    SignalKind.DE_ESCALATION: Severity.MINOR,
}
_PEOPLE = {
    Measure.KILLED: ((100, Severity.EXTREME), (10, Severity.SEVERE)),
    Measure.INJURED: ((100, Severity.SEVERE),),
}
_MOVED_DAYS = ((20, Severity.EXTREME), (7, Severity.SEVERE), (3, Severity.MODERATE))
_ARMED_GROUPS = frozenset(
    f"org:{name}"
    for name in (
        "hezbollah hamas islamic-jihad fatah plo houthis taliban al-qaida islamic-state al-shabab "
        "boko-haram pkk ypg ltte farc eta lra abu-sayyaf mahdi-army wagner m23 janjaweed contras"
    ).split()
)
"""Ids of monitor/lexicon/gazetteer/organisations.toml that are armed groups, no state's forces."""
_MANY_STRIKERS = 10_000
_STATES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityAssessment:
    """A severity with the rules that led to it, the gravest first."""

    severity: Severity
    reasons: tuple[str, ...]


def gravest(severities: Iterable[Severity]) -> Severity:
    """Return the highest severity, Unknown for none."""
    return max(severities, key=_rank, default=Severity.UNKNOWN)


def _rank(severity: Severity) -> int:
    return severity.rank


def assess_severity(
    signals: Iterable[Signal],
    *,
    figures: Iterable[Figure] = (),
    actors: Iterable[Entity] = (),
    targets: Iterable[Entity] = (),
) -> SeverityAssessment:
    """Judge signals of one event by the table of this module.

    Args:
        signals: active signals of one event.
        figures: further figures of the same event, known from elsewhere.
        actors: further actors of the same event, known from elsewhere.
        targets: further targets of the same event, known from elsewhere.
    """
    signals = tuple(signals)
    known = [*figures, *(figure for signal in signals for figure in signal.figures)]
    acting = [*actors, *(entity for signal in signals for entity in signal.actors)]
    aimed_at = [*targets, *(entity for signal in signals for entity in signal.targets)]
    kinds = {signal.kind for signal in signals}
    found = [_of_kind(signal) for signal in signals]
    found += [level for figure in known if (level := _of_figure(figure, kinds)) is not None]
    if not (_only_armed_groups(acting) or _only_armed_groups(aimed_at)):
        found += _of_states(signals, known, countries_of([*acting, *aimed_at]))
    ordered = sorted(dict.fromkeys(found), key=lambda level: -level[0].rank)
    return SeverityAssessment(
        severity=ordered[0][0] if ordered else Severity.UNKNOWN,
        reasons=tuple(f"{reason}: {severity}" for severity, reason in ordered),
    )


def _only_armed_groups(side: Sequence[Entity]) -> bool:
    return bool(side) and all(entity.id in _ARMED_GROUPS for entity in side)


def _of_kind(signal: Signal) -> tuple[Severity, str]:
    severity = _BASE[signal.kind]
    if signal.kind in _ATTACKS and signal.status is not Status.HAPPENING:
        severity = Severity.MODERATE
    return severity, f"{signal.kind} {signal.status}"


def _of_figure(figure: Figure, kinds: set[SignalKind]) -> tuple[Severity, str] | None:
    size = figure.low if figure.low is not None else figure.high
    if size is None:
        return None
    for least, severity in _PEOPLE.get(figure.measure, ()):
        if size >= least:
            return severity, f"{least} or more {figure.measure}"
    if figure.measure is Measure.CHANGE and figure.unit == "percent":
        days = round(usual_days_of(figure, size), 6)
        for least, severity in _MOVED_DAYS:
            if days >= least and figure.direction is not Direction.UNCHANGED:
                return severity, f"moved {least} of its usual days or more, {days:.1f}"
    striking = figure.measure is Measure.TAKING_PART and SignalKind.LABOR_STRIKE in kinds
    if striking and size >= _MANY_STRIKERS:
        return Severity.MODERATE, f"{_MANY_STRIKERS} or more on strike"
    return None


def _of_states(
    signals: tuple[Signal, ...], figures: list[Figure], states: frozenset[str]
) -> list[tuple[Severity, str]]:
    if len(states) < _STATES:
        return []
    found = []
    named = " and ".join(sorted(states)[:4])
    attacked = any(s.kind in _ATTACKS and s.status is Status.HAPPENING for s in signals)
    if attacked and any(f.measure is Measure.KILLED and (f.low or f.high) for f in figures):
        found.append((Severity.EXTREME, f"an attack with dead between states, {named}"))
    if any(signal.kind in _MENACES for signal in signals) and states & NUCLEAR_ARMED:
        found.append((Severity.SEVERE, f"threat or mobilization, nuclear-armed state, {named}"))
    return found
