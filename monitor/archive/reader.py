"""Reader: records out of an archive, in its order, one frame in memory at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from monitor.archive.frames import PlacedFrame, read_frames, unpack
from monitor.archive.lines import decode_end, decode_header, decode_record
from monitor.archive.record import ArchiveHeader, StoredRecord
from monitor.errors import InvalidArchive, NewsMonitorError

__all__ = ["Archive", "JsonLinesArchive", "is_archive", "open_archive"]

SUFFIXES = (".jsonl.zst", ".parquet")
"""What the names of archives end with."""
_NONE = "not an archive, or one that is cut off in its first frame"
_CUT_OFF = (
    "the archive is cut off: it has no end. The copy may be incomplete; an interrupted `news-monitor"
    " archive save` goes on when it is run again"
)


class Archive(Protocol):
    """A file of records, whatever its form."""

    @property
    def header(self) -> ArchiveHeader:
        """What it says of itself."""

    @property
    def size(self) -> int:
        """How many records it holds."""

    def records(
        self, *, from_ms: int | None = None, until_ms: int | None = None
    ) -> Iterator[StoredRecord]:
        """Read the records with timestamps from *from_ms* on and before *until_ms*, in order."""


def is_archive(name: str) -> bool:
    """Tell by its name whether a file is an archive."""
    return name.endswith(SUFFIXES)


def open_archive(path: Path) -> Archive:
    """Open an archive by its name: `.jsonl.zst` or `.parquet`.

    Raises:
        InvalidArchive: it is none, is damaged, or is cut off; says which and where.
        NewsMonitorError: the file cannot be read, or Parquet is not installed.
    """
    if path.name.endswith(".parquet"):
        from monitor.archive.parquet import ParquetArchive  # noqa: PLC0415  an extra

        return ParquetArchive(path)
    return JsonLinesArchive(path)


class JsonLinesArchive:
    """An archive of JSON lines in zstd frames."""

    def __init__(self, path: Path) -> None:
        """Read the indexes; see `open_archive` for what is raised."""
        self._path = path
        with self._opened() as file, self._named():
            frames = list(read_frames(file, path.stat().st_size))
            if not frames:
                raise InvalidArchive(_NONE)
            self.header = decode_header(unpack(file, frames[0]))
            """What it says of itself."""
            end = decode_end(unpack(file, frames[-1])) if len(frames) > 1 else None
            if end is None:
                raise InvalidArchive(_CUT_OFF)
            self._held = frames[1:-1]
            self.size = sum(frame.index.records for frame in self._held)
            """How many records it holds."""
            if end != self.size:
                message = f"must have {end:,} records and has {self.size:,}"
                raise InvalidArchive(message)

    def records(
        self, *, from_ms: int | None = None, until_ms: int | None = None
    ) -> Iterator[StoredRecord]:
        """Read the records with timestamps from *from_ms* on and before *until_ms*, in order.

        Raises:
            InvalidArchive: a frame is damaged.
        """
        with self._opened() as file:
            for frame in self._held:
                early = from_ms is not None and frame.index.last_ms < from_ms
                late = until_ms is not None and frame.index.first_ms >= until_ms
                if early or late:
                    continue
                for record in self._read(file, frame):
                    if (from_ms is None or record.timestamp >= from_ms) and (
                        until_ms is None or record.timestamp < until_ms
                    ):
                        yield record

    def _read(self, file: BinaryIO, frame: PlacedFrame) -> Iterator[StoredRecord]:
        with self._named():
            lines = unpack(file, frame).split(b"\n")[:-1]
            if len(lines) != frame.index.records:
                message = f"{len(lines):,} lines where the index says {frame.index.records:,}"
                raise InvalidArchive(message)
            yield from map(decode_record, lines)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Say in an error which file it is about."""
        try:
            yield
        except InvalidArchive as error:
            message = f"{self._path}: {error}"
            raise InvalidArchive(message) from error

    def _opened(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except OSError as error:
            message = f"{self._path}: cannot be read: {error.strerror}"
            raise NewsMonitorError(message) from error
