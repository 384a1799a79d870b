"""Alert: a story as subscribers are told of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.domain.change import Change, ChangeDetail
from monitor.domain.contradiction import Contradiction
from monitor.domain.desk_report import Versions
from monitor.domain.entity import Entity
from monitor.domain.event_type import EventType
from monitor.domain.figure import Figure
from monitor.domain.ladder import Ladder, RelatedStory
from monitor.domain.signal import Desk, SignalKind
from monitor.domain.story import Certainty, Quotation, Severity, Urgency
from monitor.domain.watchlist import Watched

__all__ = ["Alert", "Lifecycle"]


class Lifecycle(StrEnum):
    """What an alert is to the ones before it, in the terms of CAP 1.2 `msgType`."""

    ALERT = "alert"
    """The first word of a story."""
    UPDATE = "update"
    """The story has grown or changed."""
    CANCEL = "cancel"
    """The story is withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One revision of a story, as sent to the alerts topic.

    `alert_id` equals the story's id and is the record's key: whoever keeps the newest `revision`
    per `alert_id` sees every alert once, whatever was sent twice.
    """

    alert_id: str
    revision: int
    lifecycle: Lifecycle
    changes: tuple[Change, ...]
    desk: Desk
    kind: SignalKind
    kinds: tuple[SignalKind, ...]
    event_types: tuple[EventType, ...] = ()
    headline: str
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    actors: tuple[Entity, ...] = ()
    targets: tuple[Entity, ...] = ()
    places: tuple[Entity, ...] = ()
    figures: tuple[Figure, ...] = ()
    evidence: tuple[Quotation, ...]
    watched: tuple[Watched, ...] = ()
    """Items of watchlists that the story's articles name, in the order of their first mention."""
    denials: tuple[Quotation, ...] = ()
    """Clauses that deny it: contradicting reports."""
    contradictions: tuple[Contradiction, ...] = ()
    """Numbers of which its articles give values that cannot all be true, and who gives which."""
    details: tuple[ChangeDetail, ...] = ()
    """What each of `changes` changed, in words and as data."""
    severity_reasons: tuple[str, ...] = ()
    """The rules that gave the severity, the gravest first."""
    certainty_reason: str = ""
    """The rule that gave the certainty."""
    related: tuple[RelatedStory, ...] = ()
    """Stories that this one answers or is blamed on."""
    ladder: Ladder | None = None
    """Where its two parties stand, if it has two."""
    articles: int
    copies: int = 0
    """How many of the articles are copies of others: they count for no publisher of their own."""
    publishers: int
    first_seen: datetime
    last_seen: datetime
    versions: Versions
