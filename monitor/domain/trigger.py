"""Trigger: a keyword of the lexicon found in a text, with the status the text gives it."""

from dataclasses import dataclass

from monitor.domain.entity import Entity
from monitor.domain.event_type import EventMode, EventType
from monitor.domain.evidence import EvidenceSpan
from monitor.domain.figure import Figure
from monitor.domain.signal import Desk, SignalKind, Status

__all__ = ["Trigger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One place where a text reports something of one kind."""

    keyword: str
    """Id of the lexicon entry, or the kind with `.read` where the sense model found it alone."""
    kind: SignalKind
    desk: Desk
    event_type: EventType
    mode: EventMode | None = None
    """How it is done, or what is threatened; empty where the words do not tell."""
    status: Status
    evidence: EvidenceSpan
    actors: tuple[Entity, ...] = ()
    targets: tuple[Entity, ...] = ()
    places: tuple[Entity, ...] = ()
    figures: tuple[Figure, ...] = ()
    weight: float = 1.0
    """Probability that the sentence speaks of the kind, in whatever status, 0 to 1."""
    active: float = 1.0
    """Probability that the status is happening or threatened, if it does, 0 to 1."""
    cue: str = ""
    """Id of the cue that gave the status; empty where nothing spoke against "happening"."""
