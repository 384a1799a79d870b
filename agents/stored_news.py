"""Stored news: what a backtest reads, from files, standard input and topics, in bounded memory.

The one place that knows kinds of stores: which one a file is, its name tells.
"""

import itertools
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

from agents.article_files import STANDARD_INPUT, InputRecord, read_records
from agents.client import create_consumer, running
from agents.record_times import believed_moment
from agents.topic_reader import merged, milliseconds, partitions_of, stretches
from monitor.archive import LogRecord, is_archive, open_archive
from monitor.backtest.records import StoredNews, StoredRecord
from monitor.domain import Unread
from monitor.errors import InvalidRecord, Reason
from monitor.settings import Settings
from monitor.wire import canary_v1

__all__ = ["STANDARD_INPUT", "stored_news", "stretch_of", "topic_news"]


async def stored_news(sources: Sequence[str], settings: Settings) -> StoredNews:
    """Yield the records of files, one after the other; `-` is standard input.

    A time that a worker would not believe (none, past the year 9999, more than a day ahead) is none.

    A file is an archive of a topic (`.jsonl.zst`, `.parquet`), whose records have their own times, or
    articles, plain or gzip (`.gz`). Canaries in an archive are no news and are left out.

    Raises:
        NewsMonitorError: a file cannot be read.
    """
    now = datetime.now(UTC)
    for source in sources:
        if is_archive(source):
            for record in open_archive(Path(source)).records():
                if not canary_v1.is_canary(record.headers):
                    yield [_stored(record, source, now)]
            continue
        async for at_hand in read_records(source, max_bytes=settings.max_record_bytes):
            yield [_unstamped(record) for record in at_hand]


async def topic_news(
    settings: Settings,
    topic: str,
    *,
    from_time: datetime | None = None,
    until_time: datetime | None = None,
) -> StoredNews:
    """Yield the records of a topic up to its end now, all partitions merged by the records' times.

    That is the order in which a worker reads a backlog; each record has its own time. Canaries are no
    news and are left out.

    Args:
        settings: where the broker is.
        topic: an article topic; nothing is written to it, and no consumer group is used.
        from_time: of the first record; None for the oldest.
        until_time: of the first record that is left out; None for none.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: there is no such topic.
    """
    partitions = await partitions_of(settings, topic)
    now = datetime.now(UTC)
    first = None if from_time is None else milliseconds(from_time)
    end = None if until_time is None else milliseconds(until_time)
    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(consumer, partitions, from_time=from_time)
    async with aclosing(merged(settings, parts)) as records:
        async for record in records:
            # A producer sets the times, so that an older record may follow a newer one.
            early = first is not None and record.timestamp < first
            late = end is not None and record.timestamp >= end
            if not (early or late or canary_v1.is_canary(record.headers)):
                yield [_stored(record, topic, now)]


async def stretch_of(news: StoredNews, *, skip: int = 0, count: int | None = None) -> StoredNews:
    """Yield *count* records after the first *skip* ones; all that follow where count is None."""
    first, last = skip, None if count is None else skip + count
    passed = 0
    async for at_hand in news:
        start = max(0, first - passed)
        end = len(at_hand) if last is None else min(len(at_hand), last - passed)
        if start < end:
            yield list(itertools.islice(at_hand, start, end))
        passed += len(at_hand)
        if last is not None and passed >= last:
            return


def _stored(record: LogRecord, source: str, now: datetime) -> StoredRecord:
    """Return a record of a topic or of an archive, which keeps its place in the topic."""
    return StoredRecord(
        value=record.value,
        timestamp=believed_moment(record.timestamp, now=now),
        place=f"{source}[{record.partition}]@{record.offset}",
    )


def _unstamped(record: InputRecord) -> StoredRecord:
    """Return a record of a file; of one that is too long nothing but its place is known."""
    if record.is_whole:
        return StoredRecord(value=record.value, place=record.place)
    message = f"{record.length} bytes are more than max_record_bytes allows"
    refused = Unread.of_invalid(InvalidRecord(Reason.TOO_LONG, message))
    return StoredRecord(value=b"", place=record.place, refused=refused)
