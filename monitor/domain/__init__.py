"""Frozen values in the field's own words; standard library only."""

from monitor.domain.alert import Alert, Lifecycle
from monitor.domain.alteration import altered
from monitor.domain.analysis import Analysis
from monitor.domain.article import Article, ArticleRef, ArticleStatus
from monitor.domain.canary import Canary, CanaryReturn
from monitor.domain.change import Change, ChangeDetail
from monitor.domain.contradiction import Contradiction, ReportedFigure
from monitor.domain.dead_letter import DeadLetter, Origin, Stage
from monitor.domain.desk_report import DeskReport, Versions
from monitor.domain.entity import Entity, EntityLabel, Mention
from monitor.domain.event_type import MODES, EventMode, EventType
from monitor.domain.evidence import EvidenceSpan, Field, TextSpan
from monitor.domain.figure import Direction, Extreme, Figure, Measure, Period, Precision
from monitor.domain.ladder import Ladder, RelatedStory, Relation, Step
from monitor.domain.letter import (
    HeaderFamily,
    LetterFacts,
    LetterPlace,
    LetterState,
    MarkKind,
    RetryMark,
)
from monitor.domain.receipt import Fate, Held, Receipt
from monitor.domain.signal import Desk, Signal, SignalKind, Status
from monitor.domain.story import (
    Certainty,
    Quotation,
    Severity,
    Stance,
    Story,
    StoryArticle,
    Urgency,
)
from monitor.domain.subscription import EntityList, Mute, QuietHours, Reports, Subscription, Updates
from monitor.domain.trigger import Trigger
from monitor.domain.unread import Unread
from monitor.domain.watchlist import Watched, WatchedMention

__all__ = [
    "MODES",
    "Alert",
    "Analysis",
    "Article",
    "ArticleRef",
    "ArticleStatus",
    "Canary",
    "CanaryReturn",
    "Certainty",
    "Change",
    "ChangeDetail",
    "Contradiction",
    "DeadLetter",
    "Desk",
    "DeskReport",
    "Direction",
    "Entity",
    "EntityLabel",
    "EntityList",
    "EventMode",
    "EventType",
    "EvidenceSpan",
    "Extreme",
    "Fate",
    "Field",
    "Figure",
    "HeaderFamily",
    "Held",
    "Ladder",
    "LetterFacts",
    "LetterPlace",
    "LetterState",
    "Lifecycle",
    "MarkKind",
    "Measure",
    "Mention",
    "Mute",
    "Origin",
    "Period",
    "Precision",
    "QuietHours",
    "Quotation",
    "Receipt",
    "RelatedStory",
    "Relation",
    "ReportedFigure",
    "Reports",
    "RetryMark",
    "Severity",
    "Signal",
    "SignalKind",
    "Stage",
    "Stance",
    "Status",
    "Step",
    "Story",
    "StoryArticle",
    "Subscription",
    "TextSpan",
    "Trigger",
    "Unread",
    "Updates",
    "Urgency",
    "Versions",
    "Watched",
    "WatchedMention",
    "altered",
]
