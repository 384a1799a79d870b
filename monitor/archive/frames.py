"""Frames: compressed stretches of lines, each behind an index that tells what it holds.

A frame is an ordinary zstd frame; its index is a skippable frame in front of it (RFC 8878, 3.1.2), which
every decoder passes over: `zstdcat FILE | jq` shows an archive's lines. Whoever reads by the index can
pass over frames outside the times wanted, see damage, and find the last whole frame after a crash.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import cramjam

from monitor.errors import InvalidArchive

__all__ = ["FrameIndex", "PlacedFrame", "encode_frame", "read_frames", "unpack"]

_MAGIC = 0x184D2A5A
"""One of the sixteen numbers that begin a skippable frame."""
_PREFIX = struct.Struct("<II")
_LARGEST_INDEX = 16 * 1024 * 1024
_LARGEST_SIZE = 2**32
_LEVEL = 9
"""On newswire as small as level 12 to a tenth, at less than half the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameIndex:
    """What a frame holds."""

    length: int
    """Bytes of the compressed frame."""
    unpacked: int
    """Bytes of its lines."""
    crc32: int
    """Of its lines."""
    records: int
    first_ms: int
    """Least timestamp of its records, 0 without any."""
    last_ms: int
    """Largest timestamp of its records, 0 without any."""
    next_offsets: Mapping[int, int]
    """By partition: the offset after the last one that the frame holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFrame:
    """A frame in a file: its index, and where it lies."""

    index: FrameIndex
    start: int
    """Position of the compressed lines."""

    @property
    def end(self) -> int:
        """Position after the frame."""
        return self.start + self.index.length


def encode_frame(
    lines: bytes,
    *,
    records: int = 0,
    first_ms: int = 0,
    last_ms: int = 0,
    next_offsets: Mapping[int, int] | None = None,
) -> bytes:
    """Return lines as a frame behind its index."""
    packed = bytes(cramjam.zstd.compress(lines, level=_LEVEL))
    index = {
        "length": len(packed),
        "unpacked": len(lines),
        "crc32": zlib.crc32(lines),
        "records": records,
        "first_ms": first_ms,
        "last_ms": last_ms,
        "next_offsets": sorted((next_offsets or {}).items()),
    }
    text = json.dumps(index, separators=(",", ":")).encode()
    return _PREFIX.pack(_MAGIC, len(text)) + text + packed


def read_frames(file: BinaryIO, size: int) -> Iterator[PlacedFrame]:
    """Read the indexes of a file's frames, not the frames; ends where none is whole any more.

    Raises:
        InvalidArchive: what stands in a frame's place is no frame of ours.
    """
    position = 0
    while position + _PREFIX.size <= size:
        file.seek(position)
        magic, length = _PREFIX.unpack(file.read(_PREFIX.size))
        if magic != _MAGIC or length > _LARGEST_INDEX:
            message = f"at byte {position:,} there is no frame of an archive"
            raise InvalidArchive(message)
        start = position + _PREFIX.size + length
        if start > size:
            return
        frame = PlacedFrame(index=_index(file.read(length), position), start=start)
        if frame.end > size:
            return
        yield frame
        position = frame.end


def unpack(file: BinaryIO, frame: PlacedFrame) -> bytes:
    """Read a frame's lines.

    Raises:
        InvalidArchive: they are damaged.
    """
    file.seek(frame.start)
    packed = file.read(frame.index.length)
    try:
        lines = bytes(cramjam.zstd.decompress(packed, output_len=frame.index.unpacked))
    except cramjam.DecompressionError as error:
        message = f"the frame at byte {frame.start:,} is damaged: {error}"
        raise InvalidArchive(message) from error
    if len(lines) != frame.index.unpacked or zlib.crc32(lines) != frame.index.crc32:
        message = f"the frame at byte {frame.start:,} is damaged: its checksum differs"
        raise InvalidArchive(message)
    return lines


def _index(text: bytes, position: int) -> FrameIndex:
    try:
        members = json.loads(text)
        index = FrameIndex(
            length=_size(members["length"]),
            unpacked=_size(members["unpacked"]),
            crc32=_size(members["crc32"]),
            records=_size(members["records"]),
            first_ms=int(members["first_ms"]),
            last_ms=int(members["last_ms"]),
            next_offsets={int(number): int(offset) for number, offset in members["next_offsets"]},
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"the index at byte {position:,} is damaged: {error!r}"
        raise InvalidArchive(message) from error
    return index


def _size(value: object) -> int:
    if type(value) is not int or not 0 <= value < _LARGEST_SIZE:
        message = f"{value!r} is no size"
        raise ValueError(message)
    return value
