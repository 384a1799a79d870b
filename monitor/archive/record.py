"""Record: what Kafka keeps of a record, and what an archive says of the records it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["ArchiveHeader", "LogRecord", "Range", "StoredRecord"]


class LogRecord(Protocol):
    """A record with its place in a topic: what the client library reads, or an archive holds."""

    @property
    def partition(self) -> int:
        """Number of the partition it lay in."""

    @property
    def offset(self) -> int:
        """Its place in that partition."""

    @property
    def timestamp(self) -> int:
        """Milliseconds since 1970 UTC; -1 where the record has none."""

    @property
    def timestamp_type(self) -> int:
        """Who gave the time: 0 the producer (CreateTime), 1 the broker (LogAppendTime)."""

    @property
    def key(self) -> bytes | None:
        """Its key, or none."""

    @property
    def value(self) -> bytes | None:
        """Its value; none makes it a tombstone."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        """Names and values in their order; names may repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A record as it lay in a topic; see `LogRecord` for its members."""

    partition: int
    offset: int
    timestamp: int
    timestamp_type: int = 0
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A half-open range of offsets of one partition."""

    partition: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveHeader:
    """What an archive says of itself: where its records come from, and which were asked for."""

    topic: str
    partitions: int
    """How many partitions the topic had."""
    ranges: tuple[Range, ...]
    """What was read of each partition."""
    selection: str = ""
    """Which of those records were kept, in words; all of them where empty."""
    created_at: str
    """When it was begun, RFC 3339."""
