"""Writer: records into an archive that a crash can interrupt at any byte.

It grows beside its name with `.part` at the end, frame by frame, and gets its name when it is whole. What a
killed writer leaves is cut after its last whole frame and gone on with: nothing twice, nothing missing.
"""

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from monitor.archive.durable import put_in_place
from monitor.archive.frames import PlacedFrame, encode_frame, read_frames, unpack
from monitor.archive.lines import decode_header, encode_end, encode_header, encode_record
from monitor.archive.record import ArchiveHeader, LogRecord
from monitor.errors import InvalidArchive, NewsMonitorError

__all__ = ["FRAME_BYTES", "ArchiveWriter", "part_of"]

FRAME_BYTES = 4 * 1024 * 1024
"""Lines of a frame: larger ones pack little better (newswire: .278 of its size, .270 with 16 MiB)."""
_FRAME_RECORDS = 50_000


def part_of(path: Path) -> Path:
    """Return the file that an archive grows in until it is whole."""
    return path.with_name(f"{path.name}.part")


class ArchiveWriter:
    """Writes an archive, as a context; leaving it without `finish` keeps the part for later."""

    def __init__(
        self, path: Path, header: ArchiveHeader, *, frame_bytes: int = FRAME_BYTES
    ) -> None:
        """Begin an archive, or go on with one that was interrupted.

        Raises:
            InvalidArchive: the part that lies there is of other records than *header* says.
            NewsMonitorError: the file cannot be written.
        """
        self._path = path
        self._frame_bytes = frame_bytes
        self.records = 0
        """How many records it holds so far."""
        self.resumed = 0
        """How many of them were there before."""
        self.next_offsets: dict[int, int] = {}
        """By partition: the offset after the last record that was added."""
        self._failed = False
        self._lines: list[bytes] = []
        self._bytes = 0
        self._times: list[int] = []
        self._file = self._opened()
        try:
            self.header = self._go_on(header)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Hand out the writer."""
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file; what was not finished can be gone on with."""
        try:
            if not (self._file.closed or self._failed):
                self.flush()
        finally:
            self._file.close()

    def add(self, record: LogRecord) -> None:
        """Add a record, the next one of its partition."""
        line = encode_record(record)
        self._lines.append(line)
        self._bytes += len(line)
        self._times.append(record.timestamp)
        self.next_offsets[record.partition] = record.offset + 1
        self.records += 1
        if self._bytes >= self._frame_bytes or len(self._lines) >= _FRAME_RECORDS:
            self.flush()

    def flush(self) -> None:
        """Write what is held as a frame."""
        if not self._lines:
            return
        self._write(
            encode_frame(
                b"".join(self._lines),
                records=len(self._lines),
                first_ms=min(self._times),
                last_ms=max(self._times),
                next_offsets=self.next_offsets,
            )
        )
        self._lines.clear()
        self._times.clear()
        self._bytes = 0

    def finish(self) -> None:
        """Make the archive whole, and give it its name once the disk has it.

        Raises:
            NewsMonitorError: the disk does not take it.
        """
        self.flush()
        self._write(encode_frame(encode_end(self.records)))
        self._file.close()
        try:
            put_in_place(part_of(self._path), self._path)
        except OSError as error:
            message = f"{self._path}: cannot be written: {error.strerror}"
            raise NewsMonitorError(message) from error

    def _opened(self) -> BinaryIO:
        part = part_of(self._path)
        try:
            part.touch()
            return part.open("r+b")
        except OSError as error:
            message = f"{part}: cannot be written: {error.strerror}"
            raise NewsMonitorError(message) from error

    def _go_on(self, header: ArchiveHeader) -> ArchiveHeader:
        frames = self._whole_frames()
        if not frames:
            self._cut(0)
            self._write(encode_frame(encode_header(header)))
            return header
        found = decode_header(unpack(self._file, frames[0]))
        if not _same(found, header):
            message = (
                f"{part_of(self._path)}: holds part of another archive, of {found.topic}"
                f" ({found.selection or 'all records'}), begun {found.created_at}; remove it or choose"
                " another name"
            )
            raise InvalidArchive(message)
        held = [each for each in frames[1:] if each.index.records]
        self._count(held)
        self._cut((held or frames)[-1].end)
        return found

    def _whole_frames(self) -> list[PlacedFrame]:
        """Find the frames before the place where a crash of the writer or the machine broke off."""
        frames: list[PlacedFrame] = []
        try:
            frames.extend(read_frames(self._file, os.fstat(self._file.fileno()).st_size))
        except InvalidArchive:
            if not frames:
                raise
        while frames:
            try:
                unpack(self._file, frames[-1])
            except InvalidArchive:
                frames.pop()
            else:
                break
        return frames

    def _count(self, held: list[PlacedFrame]) -> None:
        for frame in held:
            self.records += frame.index.records
            self.next_offsets.update(frame.index.next_offsets)
        self.resumed = self.records

    def _cut(self, end: int) -> None:
        self._file.truncate(end)
        self._file.seek(end)

    def _write(self, frame: bytes) -> None:
        before = self._file.tell()
        try:
            self._file.write(frame)
            self._file.flush()
        except OSError as error:
            # A full disk may have taken a part of it: what follows must not stand behind that.
            self._failed = True
            with suppress(OSError):
                self._file.truncate(before)
            message = f"{part_of(self._path)}: cannot be written: {error.strerror}"
            raise NewsMonitorError(message) from error


def _same(found: ArchiveHeader, wanted: ArchiveHeader) -> bool:
    """Whether an interrupted archive is of the records asked for; its ends stay where they were."""
    return (found.topic, found.partitions, found.selection) == (
        wanted.topic,
        wanted.partitions,
        wanted.selection,
    )
