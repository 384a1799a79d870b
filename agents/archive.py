"""Archive: what a topic holds into a file, for longer than Kafka keeps it."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from agents.client import create_admin, running
from agents.replay_plan import plan_stretches
from agents.replay_report import ReplayReport
from agents.replay_sources import TopicSource
from agents.selection import Selection
from agents.topic_reader import Stretch
from agents.topic_state import read_cluster
from monitor.archive import ArchiveHeader, ArchiveWriter, Range, open_archive
from monitor.errors import InvalidArchive
from monitor.settings import Settings

__all__ = ["ArchiveRequest", "finished_before", "save_archive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRequest:
    """Which records of a topic to keep, and where."""

    topic: str
    path: Path
    """A `.jsonl.zst` file."""
    selection: Selection


def finished_before(request: ArchiveRequest) -> ReplayReport | None:
    """Find what an earlier run has saved whole and not yet turned into a table.

    The topic may have deleted some of it since: it is not to be read again.

    Returns:
        The report of that run; None where there is no such file.

    Raises:
        InvalidArchive: it is damaged, or of other records than *request* says.
        NewsMonitorError: it cannot be read.
    """
    if not request.path.exists():
        return None
    archive = open_archive(request.path)
    found = archive.header
    if (found.topic, found.selection) != (request.topic, request.selection.words):
        message = (
            f"{request.path}: lies where this would be gathered, and is of {found.topic}"
            f" ({found.selection or 'all records'}), begun {found.created_at}; remove it or choose"
            " another name"
        )
        raise InvalidArchive(message)
    return ReplayReport(replay_id="", sent=archive.size, before=archive.size)


async def save_archive(
    settings: Settings,
    request: ArchiveRequest,
    *,
    now: datetime,
    stop: asyncio.Event,
    progress: Callable[[ReplayReport], None] = lambda _: None,
) -> ReplayReport:
    """Write what a topic holds now into an archive, all partitions merged by time.

    An archive that was interrupted is gone on with, up to where it was to end when it was begun.

    Args:
        settings: where the broker is.
        request: what to keep, and where.
        now: when it is begun.
        stop: set it to end early; what was read is kept for later.
        progress: told from time to time; `sent` counts the records in the file.

    Raises:
        BrokerUnavailable: no broker answers.
        InvalidArchive: part of another archive lies where this one would grow.
        NewsMonitorError: the file cannot be written.
        TopicMismatch: there is no such topic, or it has deleted what was still to be read.
    """
    async with running(create_admin(settings), settings) as admin:
        cluster = await read_cluster(admin, [])
    parts, _ = await plan_stretches(settings, request.topic, request.selection, cluster)
    header = ArchiveHeader(
        topic=request.topic,
        partitions=len(parts),
        ranges=tuple(
            Range(partition=each.partition.partition, start=each.start, end=each.end)
            for each in parts
        ),
        selection=request.selection.words,
        created_at=now.isoformat(timespec="seconds"),
    )
    report = ReplayReport(replay_id="")
    chosen = request.selection.chosen()
    with ArchiveWriter(request.path, header) as writer:
        report.sent = report.before = writer.resumed
        source = TopicSource(settings, request.topic, _bounded(parts, writer.header))
        starts = {each.partition: each.start for each in writer.header.ranges}
        positions = starts | writer.next_offsets
        async with aclosing(source.batches(positions)) as batches:
            async for batch in batches:
                for record in batch:
                    if chosen(record):
                        writer.add(record)
                        report.position_ms = record.timestamp
                    else:
                        report.passed_over += 1
                report.sent = writer.records
                progress(report)
                if stop.is_set():
                    report.stopped = True
                    return report
        writer.finish()
    return report


def _bounded(parts: list[Stretch], header: ArchiveHeader) -> list[Stretch]:
    """Let each partition end where it was to end when the archive was begun."""
    ends = {each.partition: each.end for each in header.ranges}
    return [replace(part, end=ends.get(part.partition.partition, part.start)) for part in parts]
