"""Article files: records out of files and standard input, however large, in bounded memory."""

import asyncio
import gzip
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedIOBase, RawIOBase
from pathlib import Path

from monitor.errors import NewsMonitorError

__all__ = ["STANDARD_INPUT", "InputRecord", "Layout", "read_records", "size_of"]

STANDARD_INPUT = "-"

_CHUNK_BYTES = 65_536
_CHUNKS_AHEAD = 16
_STDIN_DESCRIPTOR = 0


class Layout(StrEnum):
    """How an input is cut into records."""

    AUTO = "auto"
    """A `.txt` file is one article; everything else has one record per line."""
    LINES = "lines"
    """One record per line: a JSON object, or the text of an article."""
    WHOLE = "whole"
    """The whole input is the text of one article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRecord:
    """A record as it stands in the input, untouched but for the end of its line."""

    value: bytes
    source: str
    line: int
    """From 1 on."""
    length: int
    """In bytes; larger than `value` when the record was longer than the limit and not kept."""
    position: int
    """Bytes of the (compressed) input read so far."""

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.source}:{self.line}"

    @property
    def is_whole(self) -> bool:
        """Whether `value` holds all of it."""
        return len(self.value) == self.length


def size_of(source: str) -> int | None:
    """Return the size of an input in bytes; None where nobody can know."""
    return None if source == STANDARD_INPUT else Path(source).stat().st_size


async def read_records(
    source: str, *, max_bytes: int, layout: Layout = Layout.AUTO
) -> AsyncIterator[InputRecord]:
    """Read a file, plain or gzip (`.gz`), or standard input (`-`), record by record.

    Blank lines are left out. Of a record longer than *max_bytes* only the length is kept.

    Raises:
        NewsMonitorError: the file cannot be read.
    """
    splitter = _Splitter(source, max_bytes, whole=_is_whole(source, layout))
    async for chunk, position in _chunks(source):
        for record in splitter.feed(chunk, position):
            yield record
    for record in splitter.end():
        yield record


class _Splitter:
    """Cuts chunks into records without ever holding more than the limit and a chunk."""

    def __init__(self, source: str, max_bytes: int, *, whole: bool) -> None:
        self._source = source
        self._max_bytes = max_bytes
        self._whole = whole
        self._held = bytearray()
        self._length = 0
        self._line = 1
        self._position = 0

    def feed(self, chunk: bytes, position: int) -> Iterator[InputRecord]:
        self._position = position
        if self._whole:
            self._hold(chunk)
            return
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            self._hold(part)
            yield from self._take()
            self._line += 1
        self._hold(rest)

    def end(self) -> Iterator[InputRecord]:
        yield from self._take()

    def _hold(self, part: bytes) -> None:
        self._length += len(part)
        # One byte more than allowed is kept, for the carriage return that may end it.
        self._held += part[: max(0, self._max_bytes + 1 - len(self._held))]

    def _take(self) -> Iterator[InputRecord]:
        value = bytes(self._held)
        length = self._length
        self._held.clear()
        self._length = 0
        if length == len(value) and value.endswith(b"\r"):
            value = value[:-1]
            length -= 1
        if length > self._max_bytes:
            value = b""
        elif not value.strip():
            return
        yield InputRecord(
            value=value,
            source=self._source,
            line=self._line,
            length=length,
            position=self._position,
        )


def _is_whole(source: str, layout: Layout) -> bool:
    if layout is Layout.AUTO:
        return source.removesuffix(".gz").endswith(".txt")
    return layout is Layout.WHOLE


async def _chunks(source: str) -> AsyncIterator[tuple[bytes, int]]:
    """Read in a thread of its own: a slow pipe must not hold up what is being sent."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[bytes, int] | Exception | None] = asyncio.Queue()
    room = threading.Semaphore(_CHUNKS_AHEAD)

    def hand_over(item: tuple[bytes, int] | Exception | None) -> None:
        room.acquire()
        loop.call_soon_threadsafe(queue.put_nowait, item)

    def pump() -> None:
        # RuntimeError: the loop has ended, nobody reads any more.
        with suppress(RuntimeError):
            try:
                for item in _read(source):
                    hand_over(item)
                hand_over(None)
            except (OSError, EOFError, zlib.error) as error:
                hand_over(error)

    # A daemon: a thread that waits for a terminal cannot be told to stop.
    threading.Thread(target=pump, name=f"read {source}", daemon=True).start()
    while (item := await queue.get()) is not None:
        if isinstance(item, Exception):
            message = f"{source}: cannot be read: {getattr(item, 'strerror', None) or item}"
            raise NewsMonitorError(message) from item
        room.release()
        yield item


def _read(source: str) -> Iterator[tuple[bytes, int]]:
    with _open(source) as raw:
        packed = source.endswith(".gz")
        unpacked = gzip.GzipFile(fileobj=raw) if packed else raw
        position = 0
        while chunk := unpacked.read(_CHUNK_BYTES):
            position = raw.tell() if packed else position + len(chunk)
            yield chunk, position


def _open(source: str) -> BufferedIOBase | RawIOBase:
    # Unbuffered: what a pipe holds is handed on at once, and no lock is held at exit.
    if source == STANDARD_INPUT:
        return open(_STDIN_DESCRIPTOR, "rb", buffering=0, closefd=False)
    return Path(source).open("rb", buffering=0)
