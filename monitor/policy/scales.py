"""Urgency and certainty: the other two scales of CAP 1.2, each a table of its own.

=========================================================  =========
what the reports say                                       urgency
=========================================================  =========
something other than de-escalation is happening            Immediate
nothing is happening, something is announced               Expected
the newest one says that only de-escalation is happening   Past
the story is withdrawn                                     Past
=========================================================  =========

=========================================================  =========
what the story rests on                                    certainty
=========================================================  =========
reported as happening, two independent publishers          Observed
reported as happening, one publisher                       Likely
announced only                                             Possible
the story is withdrawn                                     Unknown
=========================================================  =========
"""

from collections.abc import Iterable

from monitor.domain import Certainty, Signal, SignalKind, Status, Urgency

__all__ = [
    "CORROBORATING_PUBLISHERS",
    "certainty_of",
    "is_happening",
    "merged_urgency",
    "urgency_of",
]

CORROBORATING_PUBLISHERS = 2
"""Independent publishers that make a report observed: two sources, the old rule of newsrooms."""


def urgency_of(signals: Iterable[Signal]) -> Urgency:
    """Return the urgency that one report gives to its event."""
    urgency = Urgency.UNKNOWN
    for signal in signals:
        if signal.status is Status.HAPPENING:
            if signal.kind is not SignalKind.DE_ESCALATION:
                return Urgency.IMMEDIATE
            if urgency is Urgency.UNKNOWN:
                urgency = Urgency.PAST
        elif signal.status is Status.THREATENED:
            urgency = Urgency.EXPECTED
    return urgency


def merged_urgency(before: Urgency, newest: Urgency) -> Urgency:
    """Return a story's urgency after its newest report: a warning does not end what is under way."""
    if before is Urgency.IMMEDIATE and newest is Urgency.EXPECTED:
        return before
    return before if newest is Urgency.UNKNOWN else newest


def is_happening(certainty: Certainty) -> bool:
    """Tell whether a story of this certainty was ever reported as happening."""
    return certainty in (Certainty.LIKELY, Certainty.OBSERVED)


def certainty_of(signals: Iterable[Signal], *, publishers: int, before: Certainty) -> Certainty:
    """Return how sure a story is after a report.

    Args:
        signals: the report's signals of the story.
        publishers: independent publishers that the story rests on, the report's own included.
        before: the story's certainty until now; Unknown for a new one.
    """
    happening = any(signal.status is Status.HAPPENING for signal in signals)
    if not happening and not is_happening(before):
        return Certainty.POSSIBLE
    return Certainty.OBSERVED if publishers >= CORROBORATING_PUBLISHERS else Certainty.LIKELY
