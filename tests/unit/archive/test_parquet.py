"""Archives as Parquet tables: the same records, and the same errors in words."""

import importlib.util
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
