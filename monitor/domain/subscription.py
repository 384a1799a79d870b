"""Subscription: who wants to be told of which alerts, and when not to be disturbed."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from enum import StrEnum

from monitor.domain.signal import SignalKind
from monitor.domain.story import Certainty, Severity

__all__ = ["EntityList", "Mute", "QuietHours", "Reports", "Subscription", "Updates"]


class Reports(StrEnum):
    """From which report on a subscription is told of a story."""

    FIRST = "first"
    """The first one."""
    CORROBORATED = "corroborated"
    """The one that makes a second independent publisher."""


class Updates(StrEnum):
    """What a subscription is told of a story that it was told of before."""

    ALL = "all"
    """Every revision."""
    NONE = "none"
    """Nothing but that it is withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityList:
    """Entities by identity, and by name where they have none: a watchlist, or wanted parties.

    `names` holds names as folded words joined by single blanks, as `fold_words` gives them.
    """

    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """A stretch of every day in which no new story is told; half-open, and may pass midnight."""

    start: time
    end: time
    zone: tzinfo
    """Where these are the clock's hours."""
    unless: Severity = Severity.EXTREME
    """Stories from this severity on are told all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """What a subscription does not want to hear of: a story, or whatever rests on a publisher.

    One of both is set.
    """

    story: str | None = None
    """Alert id of the story."""
    publisher: str | None = None
    """The publisher's evened-out name, as `publisher_of` gives it."""
    until: datetime | None = None
    """Up to which event time, itself not included; None for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one subscriber asked for: all conditions must hold; an empty one holds always."""

    id: str
    kinds: frozenset[SignalKind] = frozenset()
    min_severity: Severity = Severity.UNKNOWN
    min_certainty: Certainty = Certainty.UNKNOWN
    countries: frozenset[str] = frozenset()
    """ISO 3166-1 alpha-2 codes."""
    parties: EntityList = EntityList()
    watchlists: tuple[EntityList, ...] = ()
    """Lists of the subscriptions file itself."""
    watched: frozenset[str] = frozenset()
    """Ids of watchlists whose items alerts name; one of these or of `watchlists` is enough."""
    words: frozenset[str] = frozenset()
    """Words and phrases, as folded words joined by single blanks."""
    publishers: frozenset[str] = frozenset()
    """Evened-out names, as `publisher_of` gives them."""
    reports: Reports = Reports.FIRST
    updates: Updates = Updates.ALL
    quiet: QuietHours | None = None
    mutes: tuple[Mute, ...] = ()
