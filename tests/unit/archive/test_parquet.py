"""Archives as Parquet tables: the same records, and the same errors in words."""

import errno
import importlib.util
import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from monitor.archive import ArchiveHeader, StoredRecord, open_archive
from monitor.archive.parquet import write_parquet
from monitor.errors import InvalidArchive, NewsMonitorError
from tests.unit.archive.strategies import logs

HEADER = ArchiveHeader(topic="t", partitions=3, ranges=(), created_at="2026-03-02T06:00:00+00:00")

needs_pyarrow = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="the extra `parquet` is not installed"
)


@needs_pyarrow
@given(log=logs())
@settings(deadline=None, max_examples=30)
def test_a_table_gives_every_record_back(log: list[StoredRecord]) -> None:
    """Bytes, nulls, headers with repeats, times and order are those of the topic."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"

        assert write_parquet(path, HEADER, log) == len(log)
        archive = open_archive(path)
        assert list(archive.records()) == log
        assert (archive.size, archive.header) == (len(log), HEADER)
        times = list(archive.records(from_ms=0, until_ms=2**41))
        assert times == [each for each in log if 0 <= each.timestamp < 2**41]


@needs_pyarrow
def test_a_foreign_table_is_refused(tmp_path: Path) -> None:
    """A Parquet file of something else is told from an archive, and both from other files."""
    import pyarrow as pa
    import pyarrow.parquet as table

    foreign = tmp_path / "foreign.parquet"
    table.write_table(pa.table({"a": [1]}), foreign)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1")

    with pytest.raises(InvalidArchive, match="not an archive of ours"):
        open_archive(foreign)
    with pytest.raises(InvalidArchive, match="not a Parquet file"):
        open_archive(broken)
    with pytest.raises(NewsMonitorError, match="cannot be read"):
        open_archive(tmp_path / "none.parquet")


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has no pyarrow is told what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(NewsMonitorError, match=r"pip install 'news-monitor\[parquet\]'"):
        open_archive(tmp_path / "a.parquet")


@needs_pyarrow
def test_a_table_has_its_name_only_when_the_disk_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails to take it leaves what was there, and is told: its source may be needed."""
    path = tmp_path / "a.parquet"
    write_parquet(path, HEADER, [])
    before = path.read_bytes()
    record = StoredRecord(partition=0, offset=0, timestamp=0, key=None, value=b"v")

    def fails(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(
        NewsMonitorError, match=r"a\.parquet: cannot be written: Input/output error"
    ):
        write_parquet(path, HEADER, [record])
    assert path.read_bytes() == before
