"""Letters and marks: a dead letter's place, what its headers tell, and what was decided about it."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["HeaderFamily", "LetterFacts", "LetterPlace", "LetterState", "MarkKind", "RetryMark"]


class HeaderFamily(StrEnum):
    """Who wrote the headers that say why a record is a dead letter."""

    OURS = "news-monitor"
    """A worker of ours; the other families are filled in as well."""
    SPRING = "spring"
    """Spring Kafka's DeadLetterPublishingRecoverer: `kafka_dlt-*`."""
    SPRING_RETRY = "spring-retry-topic"
    """Spring Kafka's non-blocking retries: `kafka_original-*` and `retry_topic-*`."""
    CONNECT = "kafka-connect"
    """Kafka Connect's DeadLetterQueueReporter: `__connect.errors.*`."""
    NONE = "none"
    """Nobody that we know: the record says nothing of where it came from."""


class LetterState(StrEnum):
    """What became of a dead letter."""

    OPEN = "open"
    """Nobody has decided."""
    IN_HAND = "in-hand"
    """A run that is at work, or was killed less than the lease ago, is sending it back."""
    DOUBTFUL = "doubtful"
    """A run that was broken off may have sent it back; its topic tells whether it did."""
    RETRIED = "retried"
    """It was sent back."""
    DISCARDED = "discarded"
    """Somebody decided that it is not worth sending back."""


class MarkKind(StrEnum):
    """What a mark says of a dead letter."""

    CLAIMED = "claimed"
    """This run is about to send it back."""
    RETRIED = "retried"
    """This run has sent it back: the broker has the record."""
    RELEASED = "released"
    """This run will not send it back after all: its topic refused it, or another run was first."""
    DISCARDED = "discarded"
    """It is not to be sent back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPlace:
    """Where a dead letter lies, and its time.

    The time tells it from another record at the same place, after the topic was deleted and made
    again.
    """

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    """The record's time on the dead-letter topic, milliseconds since 1970 UTC."""

    def __str__(self) -> str:
        """Name the place as commands print and take it."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def exact(self) -> str:
        """The place with its time: what marks and headers carry."""
        return f"{self}@{self.timestamp_ms}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What the headers of a dead letter tell; None and "" where they do not."""

    family: HeaderFamily
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    timestamp_ms: int | None = None
    """The record's time before it died, milliseconds since 1970 UTC."""
    reason: str = ""
    """Ours from the closed list; of others the class name of the error, without its package."""
    stage: str = ""
    exception: str = ""
    message: str = ""
    cut_from: int | None = None
    """How many bytes the value had, where only its beginning was kept."""
    attempts: int = 0
    """How often the record was sent back before it died this time."""
    own_headers: tuple[tuple[str, bytes | None], ...] = ()
    """The record's own headers, as it had them before it died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryMark:
    """One decision of one run about one dead letter."""

    letter: LetterPlace
    run: str
    """Identity of the run that decided."""
    kind: MarkKind
    attempt: int = 0
    """Which sending back this is, from 1; 0 where nothing is sent."""
    topic: str = ""
    """Where the record goes."""
    partition: int = 0
    """The partition it goes to."""
    from_offset: int = 0
    """End of that partition before the record was sent: it lies there or later."""
    again: bool = False
    """Whether it is sent although it was sent back or discarded before, as somebody asked."""
