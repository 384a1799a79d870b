"""Readers: what reads the records of a backtest; the seam where the processes are.

The command line puts the worker's own pool of processes here, which survives texts that crash or
hang a process; `reading_by` makes a reader of a pipeline in this process.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.domain import DeskReport, Unread
from monitor.pipeline import Pipeline, RawRecord

__all__ = ["Outcome", "Reader", "Reading", "reading_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article that was read: what it says to each desk."""

    reports: tuple[DeskReport, ...]
    published_at: datetime
    """As the article states it, else the time that its record was read with."""


Outcome = Reading | Unread
Reader = Callable[[Sequence[RawRecord]], Awaitable[Sequence[Outcome]]]
"""Reads records; one outcome for each, in order; may be asked again before it has answered."""


def reading_by(pipeline: Pipeline) -> Reader:
    """Return a reader that reads in this process, one article after the other."""

    async def read(records: Sequence[RawRecord]) -> Sequence[Outcome]:
        return [
            found
            if isinstance(found, Unread)
            else Reading(reports=found.reports, published_at=found.article.published_at)
            for found in pipeline.read(records)
        ]

    return read
