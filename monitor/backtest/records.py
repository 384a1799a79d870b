"""Stored records: news as it was kept, from whatever kept it; the seam where it comes in.

Whoever reads a store (a file, an archive, a range of a topic) yields `StoredRecord`s in the order
in which they are to be read, some at a time. Nothing else of a store reaches the backtest.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from monitor.domain import Unread
from monitor.pipeline import RawRecord

__all__ = ["EPOCH", "UNTIMED", "StoredNews", "StoredRecord"]

UNTIMED: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""The time that a record without one is read with: later than any that an article may state, so
that all of them are believed, and known again where an article states none."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an article that neither states one nor follows one that does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """An article's record as it was kept."""

    value: bytes | None
    timestamp: datetime | None = None
    """The record's own time in UTC; None where the store keeps none, as a file of articles."""
    place: str
    """Where it stands, for people: file and line, or topic, partition and offset."""
    refused: Unread | None = None
    """Why it cannot be used, where the store already knows, as of a record that is too long."""

    @property
    def raw(self) -> RawRecord:
        """The record as the pipeline reads it."""
        return RawRecord(value=self.value, timestamp=self.timestamp or UNTIMED)


StoredNews = AsyncIterator[Sequence[StoredRecord]]
"""Records in the order of reading, as many at a time as are at hand."""
