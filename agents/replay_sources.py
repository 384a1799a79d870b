"""Replay sources: records out of a topic, an archive, or a file of articles, a batch at a time."""

import itertools
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from agents.article_files import InputRecord, read_records
from agents.replay_request import Origin, ReplayRequest
from agents.topic_reader import Stretch, merged_batches, milliseconds
from monitor.archive import LogRecord, StoredRecord, open_archive
from monitor.errors import InvalidRecord, Reason, TopicMismatch
from monitor.settings import Settings
from monitor.wire import article_v1

__all__ = ["ArchiveSource", "ArticleFileSource", "Source", "TopicSource", "file_source"]

_BATCH = 500


class Source(Protocol):
    """Where records come from."""

    topic: str
    """What the marks name as the topic that a record lay in."""
    partitions: int | None
    """How many partitions there were; None where keys alone say where a record belongs."""

    def batches(self, positions: Mapping[int, int]) -> AsyncGenerator[Sequence[LogRecord]]:
        """Read in order; of each partition from its position on, or from the start."""


class TopicSource:
    """Stretches of a topic, all partitions merged by time."""

    def __init__(self, settings: Settings, topic: str, parts: Sequence[Stretch]) -> None:
        """Take what is to be read of each partition."""
        self._settings = settings
        self._parts = parts
        self.topic = topic
        self.partitions: int | None = len(parts)

    async def batches(self, positions: Mapping[int, int]) -> AsyncGenerator[Sequence[LogRecord]]:
        """Read in order; of each partition from its position on, or from the start.

        Raises:
            TopicMismatch: records between a position and the start were deleted.
        """
        parts = []
        for part in self._parts:
            number = part.partition.partition
            position = positions.get(number, part.start)
            if position < part.start and position < part.end:
                message = (
                    f"{self.topic}/{number}: the records from {position:,} to {part.start:,} were"
                    " deleted since this was interrupted: what is left would have a gap. Begin anew,"
                    " with another checkpoint or archive"
                )
                raise TopicMismatch(message)
            parts.append(replace(part, start=max(part.start, position)))
        async with aclosing(merged_batches(self._settings, parts)) as batches:
            async for batch in batches:
                yield batch


class ArchiveSource:
    """An archive, in its order."""

    def __init__(self, path: Path, *, from_ms: int | None, until_ms: int | None) -> None:
        """Open it; times outside of these are passed over without being unpacked.

        Raises:
            InvalidArchive: it is damaged, cut off, or none.
        """
        self._archive = open_archive(path)
        self._times = (from_ms, until_ms)
        self.topic = self._archive.header.topic
        self.partitions: int | None = self._archive.header.partitions
        self.size: int | None = self._archive.size

    async def batches(self, positions: Mapping[int, int]) -> AsyncGenerator[Sequence[LogRecord]]:
        """Read in order; of each partition from its position on, or from the start."""
        from_ms, until_ms = self._times
        records = (
            record
            for record in self._archive.records(from_ms=from_ms, until_ms=until_ms)
            if record.offset >= positions.get(record.partition, 0)
        )
        while batch := list(itertools.islice(records, _BATCH)):
            yield batch


class ArticleFileSource:
    """A file of articles: key and time are the article's; what cannot be read goes as it is."""

    def __init__(self, path: str, settings: Settings, *, began: datetime) -> None:
        """Take the file; *began* is the time of what comes before the first article with a time."""
        self._path = path
        self._settings = settings
        self._began = began
        self._latest = milliseconds(began)
        self.topic = Path(path).name
        self.partitions: int | None = None
        self.size: int | None = None

    async def batches(self, positions: Mapping[int, int]) -> AsyncGenerator[Sequence[LogRecord]]:
        """Read in order, from the position on; a record's offset is its number in the file.

        Raises:
            InvalidRecord: a record is longer than the limit: it would be missing.
        """
        offset = 0
        limit = self._settings.max_record_bytes
        async for share in read_records(self._path, max_bytes=limit):
            batch = [self._record(each, number) for number, each in enumerate(share, start=offset)]
            offset += len(share)
            yield [record for record in batch if record.offset >= positions.get(0, 0)]

    def _record(self, line: InputRecord, offset: int) -> StoredRecord:
        if not line.is_whole:
            message = f"{line.place}: {line.length:,} bytes are more than max_record_bytes allows"
            raise InvalidRecord(Reason.TOO_LONG, message)
        key = None
        try:
            article = article_v1.decode(
                line.value, timestamp=self._began, max_text_chars=self._settings.max_text_chars
            )
        except InvalidRecord:
            pass
        else:
            key = article.ref.id.encode()
            if article.ref.states_time:
                self._latest = milliseconds(article.ref.published_at)
        return StoredRecord(
            partition=0, offset=offset, timestamp=self._latest, key=key, value=line.value
        )


def file_source(
    request: ReplayRequest, settings: Settings, *, now: datetime
) -> ArchiveSource | ArticleFileSource:
    """Open the archive or file that a request names.

    Raises:
        NewsMonitorError: it cannot be read.
    """
    if request.origin is Origin.ARCHIVE:
        from_ms, until_ms = request.selection.milliseconds()
        return ArchiveSource(Path(request.source), from_ms=from_ms, until_ms=until_ms)
    return ArticleFileSource(request.source, settings, began=now)
