"""Signal: an article says that something of this kind happens, between these, there."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.entity import Entity
from monitor.domain.event_type import EventMode, EventType
from monitor.domain.evidence import EvidenceSpan
from monitor.domain.figure import Figure

__all__ = ["Desk", "Signal", "SignalKind", "Status"]


class SignalKind(StrEnum):
    """The ten kinds of escalation signal (docs/kinds.md defines them)."""

    MILITARY_STRIKE = "military-strike"
    """An armed attack by a state or an armed group."""
    RETALIATION = "retaliation"
    """An act done, promised or ordered in answer to an adversary's act."""
    THREAT = "threat"
    """A state, army or armed group warns of or vows hostile action."""
    MOBILIZATION = "mobilization"
    """Forces, ships or weapons moved, massed, called up or put on alert."""
    SANCTIONS = "sanctions"
    """Embargoes, asset freezes, bans, punitive tariffs between states."""
    UNREST = "unrest"
    """Riots, mass protests, coups, curfews, states of emergency."""
    LABOR_STRIKE = "labor-strike"
    """A strike, walkout, lockout or other industrial action."""
    MARKET_MOVE = "market-move"
    """A market, index, currency, commodity, bond or share price moved."""
    CASUALTIES = "casualties"
    """People killed or wounded in conflict, unrest or attack."""
    DE_ESCALATION = "de-escalation"
    """Ceasefire, talks, withdrawal, release, lifting of sanctions, settlement."""


class Status(StrEnum):
    """How an article presents what a signal speaks of."""

    HAPPENING = "happening"
    """Asserted as having happened recently, or under way."""
    THREATENED = "threatened"
    """Announced, planned, warned of."""
    DENIED = "denied"
    """Denied, averted, or reported not to have happened."""
    HYPOTHETICAL = "hypothetical"
    """Speculation, condition, opinion, question."""
    PAST = "past"
    """Background or history: not the news of this article."""

    @property
    def is_active(self) -> bool:
        """Whether a signal of this status raises an alert."""
        return self in (Status.HAPPENING, Status.THREATENED)


class Desk(StrEnum):
    """A group of kinds whose stories must meet: signals of one desk share a partition."""

    CONFLICT = "conflict"
    """Strikes, retaliation, threats, mobilization, sanctions, unrest, casualties, de-escalation."""
    LABOUR = "labour"
    """Labour strikes and their settlement."""
    MARKETS = "markets"
    """Market moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one article reports as escalation of one kind, with whatever proves it.

    An article yields at most one signal per (kind, status, desk, principal parties); further
    places that say the same are added to `evidence`, best first.
    """

    kind: SignalKind
    desk: Desk
    event_type: EventType
    mode: EventMode | None = None
    """How it is done, or what is threatened; empty where the words do not tell."""
    status: Status
    actors: tuple[Entity, ...] = ()
    targets: tuple[Entity, ...] = ()
    places: tuple[Entity, ...] = ()
    figures: tuple[Figure, ...] = ()
    evidence: tuple[EvidenceSpan, ...]
    """Never empty; the first one proves the signal best."""
    keywords: tuple[str, ...] = ()
    """Ids of the lexicon entries that fired, in the order of `evidence`."""
