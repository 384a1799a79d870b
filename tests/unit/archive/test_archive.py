"""Archives: every byte comes back, whatever the records and wherever the writer was killed."""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.archive import ArchiveHeader, ArchiveWriter, Range, StoredRecord, open_archive
from monitor.archive.lines import decode_record, encode_record
from monitor.archive.writer import part_of
from monitor.errors import InvalidArchive, NewsMonitorError
from tests.unit.archive.strategies import logs, records

HEADER = ArchiveHeader(
    topic="news.articles.v1",
    partitions=3,
    ranges=(Range(partition=0, start=0, end=9),),
    created_at="2026-03-02T06:00:00+00:00",
)


def _write(
    path: Path, log: Sequence[StoredRecord], *, frame_bytes: int = 300, whole: bool = True
) -> None:
    with ArchiveWriter(path, HEADER, frame_bytes=frame_bytes) as writer:
        for record in log[writer.records :]:
            writer.add(record)
        if whole:
            writer.finish()


def _record(offset: int, *, timestamp: int = 0, value: bytes = b"value") -> StoredRecord:
    return StoredRecord(
        partition=0, offset=offset, timestamp=timestamp, key=b"key", value=value, headers=()
    )


@settings(deadline=None)
@given(record=records(7, 2**63 - 1))
def test_a_line_gives_its_record_back(record: StoredRecord) -> None:
    """Null, text, and bytes that are no text come back as they were; a line is one line of JSON."""
    line = encode_record(record)

    assert decode_record(line) == record
    assert line.count(b"\n") == 1
    assert json.loads(line)["offset"] == record.offset


@given(log=logs(), frame_bytes=st.integers(1, 2000))
@settings(deadline=None, max_examples=30)
def test_an_archive_gives_every_record_back(log: list[StoredRecord], frame_bytes: int) -> None:
    """Bytes, nulls, headers with repeats, times and order are those of the topic."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl.zst"
        _write(path, log, frame_bytes=frame_bytes)
        archive = open_archive(path)

        assert list(archive.records()) == log
        assert archive.size == len(log)
        assert archive.header == HEADER
        assert not part_of(path).exists()


@given(log=logs(), data=st.data())
@settings(deadline=None, max_examples=30)
def test_a_killed_writer_is_gone_on_with(log: list[StoredRecord], data: st.DataObject) -> None:
    """Cut off at any byte, the archive goes on where it stopped: nothing twice, nothing missing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl.zst"
        _write(path, log, whole=False)
        left = part_of(path)
        kept = data.draw(st.integers(0, left.stat().st_size), label="bytes kept")
        left.write_bytes(left.read_bytes()[:kept])

        _write(path, log)

        assert list(open_archive(path).records()) == log


@given(log=logs(most=12), data=st.data())
@settings(deadline=None, max_examples=30)
def test_a_damaged_archive_is_told(log: list[StoredRecord], data: st.DataObject) -> None:
    """A changed or missing byte gives the same records or an error in words, never others."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl.zst"
        _write(path, log)
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1), label="byte")
        if data.draw(st.booleans(), label="cut"):
            del content[place:]
        else:
            content[place] ^= data.draw(st.integers(1, 255), label="bits")
        path.write_bytes(content)

        try:
            found = list(open_archive(path).records())
        except InvalidArchive as error:
            assert str(path) in str(error)  # noqa: PT017  either outcome is right
        else:
            assert found == log


@pytest.mark.parametrize("tail", [bytes(500), b"\xff" * 20])
def test_what_a_crashed_machine_left_is_cut(tail: bytes, tmp_path: Path) -> None:
    """Blocks that the disk never got, as zeros or anything else, are cut like half a frame."""
    path = tmp_path / "a.jsonl.zst"
    log = [_record(each) for each in range(20)]
    _write(path, log[:12], frame_bytes=100, whole=False)
    content = part_of(path).read_bytes()

    part_of(path).write_bytes(content[:-5] + b"\0" * 5 + tail)
    _write(path, log, frame_bytes=100)
    assert list(open_archive(path).records()) == log


def test_a_full_disk_is_told_and_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frame that was written in part is taken back, and the archive goes on when there is room."""
    path = tmp_path / "a.jsonl.zst"
    log = [_record(each) for each in range(20)]
    writer = ArchiveWriter(path, HEADER, frame_bytes=100)
    file = writer._file

    class FullDisk:
        def __getattr__(self, name: str) -> object:
            return getattr(file, name)

        def write(self, frame: bytes) -> int:
            file.write(frame[:30])
            raise OSError(28, "No space left on device")

    def add_all() -> None:
        with writer:
            for number, record in enumerate(log):
                if number == 9:
                    monkeypatch.setattr(writer, "_file", FullDisk())
                writer.add(record)

    with pytest.raises(NewsMonitorError, match="No space left"):
        add_all()
    _write(path, log)

    assert list(open_archive(path).records()) == log


def test_times_choose_records(tmp_path: Path) -> None:
    """A half-open range of times gives exactly the records in it, across frames and out of order."""
    log = [_record(each, timestamp=(each * 7) % 50) for each in range(50)]
    path = tmp_path / "a.jsonl.zst"
    _write(path, log, frame_bytes=200)

    found = open_archive(path).records(from_ms=10, until_ms=20)

    assert list(found) == [each for each in log if 10 <= each.timestamp < 20]


def test_every_zstd_program_reads_an_archive(tmp_path: Path) -> None:
    """The indexes are passed over by other decoders: what remains is lines of JSON."""
    if which("zstd") is None:
        pytest.skip("no zstd program here")
    path = tmp_path / "a.jsonl.zst"
    _write(path, [_record(each) for each in range(20)])

    text = subprocess.run(["zstd", "-dc", str(path)], capture_output=True, check=True).stdout

    first, *lines, last = map(json.loads, text.splitlines())
    assert first["topic"] == HEADER.topic
    assert [line["offset"] for line in lines] == list(range(20))
    assert last == {"end": True, "records": 20}


def test_another_part_is_not_gone_on_with(tmp_path: Path) -> None:
    """What was interrupted is gone on with for the same records only."""
    path = tmp_path / "a.jsonl.zst"
    _write(path, [_record(1)], whole=False)
    other = ArchiveHeader(topic="other", partitions=1, ranges=(), created_at="now")

    with pytest.raises(InvalidArchive, match=r"part of another archive, of news\.articles\.v1"):
        ArchiveWriter(path, other)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "'partition' must be a whole number from 0, not None"),
        (b'{"partition":true,"offset":1,"timestamp":1}', "'partition' must be"),
        (b'{"partition":0,"offset":-1,"timestamp":1}', "'offset' must be"),
        (b'{"partition":0,"offset":1,"timestamp":1.5}', "'timestamp' must be"),
        (b'{"partition":0,"offset":1,"timestamp":1,"key":7}', "'key' must be text"),
        (b'{"partition":0,"offset":1,"timestamp":1,"value":"\\ud800"}', "'value' is broken"),
        (b'{"partition":0,"offset":1,"timestamp":1,"value":{"base64":"%"}}', "'value' is broken"),
        (b'{"partition":0,"offset":1,"timestamp":1,"headers":{}}', "'headers' must be a list"),
        (b'{"partition":0,"offset":1,"timestamp":1,"headers":[["a"]]}', "'headers' must be"),
    ],
)
def test_a_line_that_is_no_record_is_refused(line: bytes, reason: str) -> None:
    """Whatever is wrong with a line is said in words."""
    with pytest.raises(InvalidArchive, match=reason):
        decode_record(line)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x28\xb5\x2f\xfd" * 9, bytes(100)])
def test_what_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    """Empty, foreign and zeroed files are told from archives."""
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(content)

    with pytest.raises(InvalidArchive, match="archive"):
        open_archive(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that cannot be read is named, with the system's reason."""
    with pytest.raises(NewsMonitorError, match="No such file"):
        open_archive(tmp_path / "none.jsonl.zst")
