"""Every error that News Monitor raises on purpose.

* NewsMonitorError
  * InvalidSetting          a setting is unknown, malformed or not allowed
  * InvalidLexicon          a lexicon file breaks its schema
  * InvalidSubscriptions    a file of subscriptions cannot be read or breaks its form
  * InvalidWatchlist        a watchlist file cannot be read or breaks its form
  * InvalidCorpus           a labelled file cannot be read or breaks its form
  * InvalidResult           a kept backtest or regression case cannot be read
  * InvalidArchive          an archive is damaged, cut off, or of a form that is not ours
  * InvalidRecord           a record cannot be read; carries the reason for its dead letter
  * ModelUnavailable        the entity pipeline cannot be loaded
  * TopicMismatch           a topic is missing or has other settings than the product needs
  * BrokerUnavailable       no broker answers at the address given, or none that can be worked with
  * DeliveryFailed          the broker refused a record for good
  * TooManyDeadLetters      more records are unreadable than the limit allows: the worker stops
  * WorkerStuck             records wait and nothing moves: the worker ends, to be started again

Messages say what is wrong, where, and what to do about it.
"""

from enum import StrEnum

__all__ = [
    "BrokerUnavailable",
    "DeliveryFailed",
    "InvalidArchive",
    "InvalidCorpus",
    "InvalidLexicon",
    "InvalidRecord",
    "InvalidResult",
    "InvalidSetting",
    "InvalidSubscriptions",
    "InvalidWatchlist",
    "ModelUnavailable",
    "NewsMonitorError",
    "Reason",
    "TooManyDeadLetters",
    "TopicMismatch",
    "WorkerStuck",
]


class Reason(StrEnum):
    """Why a record became a dead letter: the closed list that headers, metrics and docs share."""

    NULL_VALUE = "null-value"
    """The record has no value (a tombstone)."""
    NOT_UTF8 = "not-utf8"
    """The bytes are not UTF-8 text."""
    NOT_JSON = "not-json"
    """The value starts like a JSON object but does not parse as one."""
    NO_TEXT = "no-text"
    """There is no text to read: the field is missing, empty, or blank."""
    WRONG_TYPE = "wrong-type"
    """A known field holds a value of the wrong type or outside what is allowed."""
    UNKNOWN_VERSION = "unknown-version"
    """The record states a schema version that this release does not read."""
    TOO_LONG = "too-long"
    """The text is longer than the limit of characters."""
    ANALYSIS_FAILED = "analysis-failed"
    """Reading this text raised an error of ours: a defect, kept for us to mend."""
    ANALYSIS_TIMED_OUT = "analysis-timed-out"
    """Reading this text took longer than its size allows, again and again, the last time alone."""
    ANALYSIS_CRASHED = "analysis-crashed"
    """Reading this text ended the process that read it, again and again, the last time alone."""
    RESULT_REFUSED = "result-refused"
    """The broker refused what came of this record for good (too large, for example)."""


class NewsMonitorError(Exception):
    """Anything that News Monitor raises on purpose."""


class InvalidSetting(NewsMonitorError):
    """A setting is unknown, malformed or not allowed."""


class InvalidLexicon(NewsMonitorError):
    """A lexicon file breaks its schema."""


class InvalidSubscriptions(NewsMonitorError):
    """A file of subscriptions cannot be read or breaks its form."""


class InvalidWatchlist(NewsMonitorError):
    """A watchlist file cannot be read or breaks its form."""


class InvalidCorpus(NewsMonitorError):
    """A labelled file cannot be read or breaks its form."""


class InvalidResult(NewsMonitorError):
    """A kept result of a backtest, or a regression case, cannot be read or breaks its form."""


class InvalidArchive(NewsMonitorError):
    """An archive is damaged, cut off, or of a form that is not ours."""


class InvalidRecord(NewsMonitorError):
    """A record cannot be read; *reason* is what its dead letter will say."""

    def __init__(self, reason: Reason, message: str) -> None:
        """Keep the *reason* (closed list) beside the *message* (for people)."""
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type["InvalidRecord"], tuple[Reason, str]]:
        """Cross process borders with both arguments."""
        return type(self), (self.reason, str(self))


class ModelUnavailable(NewsMonitorError):
    """The entity pipeline cannot be loaded."""


class TopicMismatch(NewsMonitorError):
    """A topic is missing or has other settings than the product needs."""


class BrokerUnavailable(NewsMonitorError):
    """No broker answers at the address given, or the one that does cannot be worked with."""


class DeliveryFailed(NewsMonitorError):
    """The broker refused a record for good."""


class TooManyDeadLetters(NewsMonitorError):
    """More records are unreadable than the limit allows: the worker stops."""


class WorkerStuck(NewsMonitorError):
    """Records wait and nothing moves: the worker ends, to be started again."""
