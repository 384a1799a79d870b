"""Urgency and certainty: the other two scales of CAP 1.2, each a table of its own.

=========================================================  =========
what the reports say                                       urgency
=========================================================  =========
something other than de-escalation is happening            Immediate
nothing is happening, something is announced               Expected
the newest one says that only de-escalation is happening   Past
the story is withdrawn                                     Past
=========================================================  =========

Certainty follows from how each article speaks of the event (monitor.policy.claims), and from whom it
comes. Copies speak for the publisher of their original.

===================================================================  =========
what the story rests on                                              certainty
===================================================================  =========
stated as a fact by two independent publishers                       Observed
stated as a fact by one, denied by nobody                            Likely
stated as a fact by one, and denied                                  Possible
claimed by one side, or unconfirmed, whoever repeats it              Possible
announced only                                                       Possible
claimed, unconfirmed or announced, and denied                        Unlikely
denied only                                                          Unlikely
the story is withdrawn                                               Unknown
===================================================================  =========
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.domain import Certainty, Signal, SignalKind, Stance, Status, StoryArticle, Urgency

__all__ = [
    "CORROBORATING_PUBLISHERS",
    "CertaintyAssessment",
    "assess_certainty",
    "merged_urgency",
    "publishers_among",
    "urgency_of",
]

CORROBORATING_PUBLISHERS = 2
"""Independent publishers that make a report observed: two sources, the old rule of newsrooms."""


class CertaintyAssessment(NamedTuple):
    """A certainty with the row of the table that gave it."""

    certainty: Certainty
    reason: str


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


def publishers_among(articles: Iterable[StoryArticle]) -> int:
    """Count the independent publishers of some articles; those that nothing names count as one."""
    named = [article.publisher for article in articles]
    return max(len(set(filter(None, named))), 1) if named else 0


def assess_certainty(articles: Sequence[StoryArticle]) -> CertaintyAssessment:
    """Judge the articles that a story rests on by the table of this module; none is withdrawn."""
    if not articles:
        return CertaintyAssessment(Certainty.UNKNOWN, "withdrawn")
    stances = {article.stance for article in articles}
    denied = ", denied" if Stance.DENIED in stances else ""
    stating = publishers_among(a for a in articles if a.stance is Stance.STATED)
    if stating >= CORROBORATING_PUBLISHERS:
        reason = f"stated by {stating} independent publishers{denied}"
        return CertaintyAssessment(Certainty.OBSERVED, reason)
    if stating:
        certainty = Certainty.POSSIBLE if denied else Certainty.LIKELY
        return CertaintyAssessment(certainty, f"stated by one publisher{denied}")
    for stance in (Stance.CLAIMED, Stance.UNCONFIRMED, Stance.ANNOUNCED):
        if stance in stances:
            certainty = Certainty.UNLIKELY if denied else Certainty.POSSIBLE
            return CertaintyAssessment(certainty, f"{stance} only{denied}")
    return CertaintyAssessment(Certainty.UNLIKELY, "denied only")
