"""Story: one real-world event and its direct follow-ups, as the alert agent keeps it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.domain.change import Change, ChangeDetail
from monitor.domain.contradiction import ReportedFigure
from monitor.domain.entity import Entity
from monitor.domain.event_type import EventType
from monitor.domain.evidence import EvidenceSpan
from monitor.domain.figure import Figure
from monitor.domain.ladder import Ladder, RelatedStory
from monitor.domain.signal import Desk, SignalKind
from monitor.domain.watchlist import Watched

__all__ = ["Certainty", "Quotation", "Severity", "Stance", "Story", "StoryArticle", "Urgency"]


class Severity(StrEnum):
    """How grave, on the scale of CAP 1.2 (OASIS Common Alerting Protocol, 2010)."""

    EXTREME = "Extreme"
    """Extraordinary threat to life or property."""
    SEVERE = "Severe"
    """Significant threat."""
    MODERATE = "Moderate"
    """Possible threat."""
    MINOR = "Minor"
    """Minimal to no known threat."""
    UNKNOWN = "Unknown"
    """Severity unknown."""

    @property
    def rank(self) -> int:
        """0 for Unknown up to 4 for Extreme, for comparing."""
        return ("Unknown", "Minor", "Moderate", "Severe", "Extreme").index(self.value)


class Urgency(StrEnum):
    """How soon to act, on the scale of CAP 1.2."""

    IMMEDIATE = "Immediate"
    """It is under way."""
    EXPECTED = "Expected"
    """Announced or threatened for soon."""
    FUTURE = "Future"
    """Announced for later."""
    PAST = "Past"
    """Responsive action is no longer needed: settled or withdrawn."""
    UNKNOWN = "Unknown"
    """Urgency not known."""


class Certainty(StrEnum):
    """How sure, on the scale of CAP 1.2."""

    OBSERVED = "Observed"
    """Reported by independent publishers as having happened."""
    LIKELY = "Likely"
    """Reported as having happened by one publisher."""
    POSSIBLE = "Possible"
    """Announced, claimed or unconfirmed."""
    UNLIKELY = "Unlikely"
    """Denied."""
    UNKNOWN = "Unknown"
    """Certainty unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation(EvidenceSpan):
    """A proving clause together with what it proves and the article it stands in."""

    kind: SignalKind
    article_id: str
    url: str = ""
    source: str = ""


class Stance(StrEnum):
    """How an article speaks of the event that it is about."""

    STATED = "stated"
    """As a fact."""
    CLAIMED = "claimed"
    """As what one side says: a state's television, an armed group, "claims"."""
    UNCONFIRMED = "unconfirmed"
    """As unconfirmed, alleged, rumoured, or not to be verified."""
    ANNOUNCED = "announced"
    """As announced, planned or threatened only."""
    DENIED = "denied"
    """As denied, or as not having happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """An article that a story rests on."""

    id: str
    publisher: str
    """Evened-out name of who stands behind it; of a copy, who stands behind its original."""
    published_at: datetime
    updated_at: datetime | None = None
    stance: Stance = Stance.STATED
    page: str = ""
    """The page it stands on, without what differs between two urls of one page."""
    sketch: str = ""
    """MinHash of the text, by which its copies are found; empty for short texts."""
    copy_of: str = ""
    """Id of the article that it is a copy of; empty for an original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event and its direct follow-ups: the state of the alert agent, one record per story.

    A function of the signals of its partition in their order; nothing in it comes from a clock.
    """

    id: str
    desk: Desk
    kinds: tuple[SignalKind, ...]
    """In the order in which they were first reported; the first one names the story."""
    event_types: tuple[EventType, ...] = ()
    headline: str
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    actors: tuple[Entity, ...] = ()
    targets: tuple[Entity, ...] = ()
    places: tuple[Entity, ...] = ()
    figures: tuple[Figure, ...] = ()
    reported: tuple[ReportedFigure, ...] = ()
    """What people its articles count, each as it is reported, oldest report first, bounded."""
    evidence: tuple[Quotation, ...]
    """The proving clauses, one or two per kind, bounded."""
    denials: tuple[Quotation, ...] = ()
    """Clauses that deny it, bounded."""
    severity_reasons: tuple[str, ...] = ()
    """The rules that gave the severity, the gravest first; see `monitor.policy.severity`."""
    related: tuple[RelatedStory, ...] = ()
    """Stories that this one answers or is blamed on, bounded."""
    ladder: Ladder | None = None
    """Where its two parties stand, if it has two."""
    terms: tuple[str, ...] = ()
    watched: tuple[Watched, ...] = ()
    """Items of watchlists that its articles name, in the order of their first mention."""
    articles: tuple[StoryArticle, ...]
    """The articles the story rests on, oldest first, bounded; `articles_total` counts them all."""
    articles_total: int
    first_seen: datetime
    """Event time of the first article."""
    last_seen: datetime
    """Event time of the newest article."""
    revision: int
    """1 for the first alert; grows by one with each alert sent."""
    told_at: datetime | None = None
    """Event time at which the newest revision was told; quiet time is counted from it."""
    held_back: tuple[ChangeDetail, ...] = ()
    """What readers will be told when the quiet time after the newest revision is over."""
    withdrawn: bool = False
    seen: tuple[str, ...] = ()
    """Digests of the reports that the story has taken in, newest last, bounded: a report that comes
    again, as after a crash, changes nothing."""
    owed: tuple[Change, ...] = ()
    """Changes that readers were not told, for the broker refused the alert. The next report that
    touches the story tells them, or a refused one that is sent again."""
    offset: int
    """Offset of the signals record that last changed the story; guards against applying it twice."""
    sequence: int
    """How many reports had changed a story of the partition when this one last changed, itself
    counted. Unlike offsets it does not grow where a crash makes records come twice."""
