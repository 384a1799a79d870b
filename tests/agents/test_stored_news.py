"""Where a backtest's news comes from."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from agents.stored_news import stored_news
from monitor.archive import ArchiveHeader, ArchiveWriter, StoredRecord
from monitor.settings import Settings


async def test_an_archives_records_keep_their_times_and_places(tmp_path: Path) -> None:
    """A backtest of an archive dates its articles as the topic did, tombstones among them."""
    path = tmp_path / "march.jsonl.zst"
    header = ArchiveHeader(topic="news", partitions=2, ranges=(), created_at="now")
    with ArchiveWriter(path, header) as writer:
        for offset, value in enumerate((b'{"text": "Rebels shelled the town."}', None)):
            writer.add(
                StoredRecord(partition=1, offset=offset, timestamp=1_000, key=None, value=value)
            )
        writer.finish()

    found = [record async for part in stored_news([str(path)], Settings()) for record in part]

    assert [record.value for record in found] == [b'{"text": "Rebels shelled the town."}', None]
    assert {record.timestamp for record in found} == {datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)}
    assert [record.place for record in found] == [f"{path}[1]@0", f"{path}[1]@1"]


async def test_times_that_a_worker_would_not_believe_are_none(tmp_path: Path) -> None:
    """None, microseconds and what lies days ahead: the article's own time, or the one before's."""
    path = tmp_path / "march.jsonl.zst"
    header = ArchiveHeader(topic="news", partitions=1, ranges=(), created_at="now")
    ahead = int((datetime.now(UTC) + timedelta(days=2)).timestamp() * 1000)
    times = (-1, 1_772_431_200_000_000, -(2**63), 2**63 - 1, ahead, 1_772_431_200_000)
    with ArchiveWriter(path, header) as writer:
        for offset, time in enumerate(times):
            writer.add(
                StoredRecord(partition=0, offset=offset, timestamp=time, key=None, value=b"News.")
            )
        writer.finish()

    found = [record async for part in stored_news([str(path)], Settings()) for record in part]

    assert [record.timestamp for record in found] == [
        *[None] * 5,
        datetime(2026, 3, 2, 6, tzinfo=UTC),
    ]
