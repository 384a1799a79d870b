"""Article files: records out of files and standard input, however large, in bounded memory."""

import asyncio
import gzip
import itertools
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from typing import TypeAlias

from monitor.errors import NewsMonitorError

__all__ = ["STANDARD_INPUT", "InputRecord", "Layout", "read_records", "size_of"]

STANDARD_INPUT = "-"

_CHUNK_BYTES = 65_536
_CHUNKS_AHEAD = 16
_STDIN_DESCRIPTOR = 0
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_Chunk: TypeAlias = tuple[bytes, int]
"""Bytes, and how much of the input has been read with them."""


class Layout(StrEnum):
    """How an input is cut into records."""

    AUTO = "auto"
    """By name (`.jsonl`, `.ndjson`, `.json`: lines; `.txt`: whole), else by the first character: an
    opening brace means lines, anything else is the text of one article."""
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
    if source == STANDARD_INPUT or not Path(source).is_file():
        return None
    return Path(source).stat().st_size


async def read_records(
    source: str, *, max_bytes: int, layout: Layout = Layout.AUTO
) -> AsyncIterator[tuple[InputRecord, ...]]:
    """Read a file, plain or gzip (`.gz`), or standard input (`-`): always what is at hand.

    Of a file that is about a megabyte; what a slow pipe brings is not held back. Blank lines are
    left out. Of a record longer than *max_bytes* only the length is kept.

    Raises:
        NewsMonitorError: the file cannot be read.
    """
    splitter = _Splitter(source, max_bytes, whole=_is_whole(source, layout))
    async for chunks in _chunks(source):
        at_hand = [splitter.feed(chunk, position) for chunk, position in chunks]
        if records := tuple(itertools.chain.from_iterable(at_hand)):
            yield records
    if records := tuple(splitter.end()):
        yield records


class _Splitter:
    """Cuts chunks into records without ever holding more than the limit and a chunk."""

    def __init__(self, source: str, max_bytes: int, *, whole: bool | None) -> None:
        self._source = source
        self._max_bytes = max_bytes
        self._whole = whole
        self._held = bytearray()
        self._length = 0
        self._line = 1
        self._position = 0

    def feed(self, chunk: bytes, position: int) -> Iterator[InputRecord]:
        self._position = position
        if self._whole is None:
            opening = (bytes(self._held) + chunk).removeprefix(_BYTE_ORDER_MARK).lstrip()[:1]
            if not opening:
                self._hold(chunk)
                return
            self._whole = opening != b"{"
            chunk = bytes(self._held) + chunk
            self._held.clear()
            self._length = 0
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
        elif not value.strip() or (self._line == 1 and value == _BYTE_ORDER_MARK):
            return
        yield InputRecord(
            value=value,
            source=self._source,
            line=self._line,
            length=length,
            position=self._position,
        )


def _is_whole(source: str, layout: Layout) -> bool | None:
    """Say whether an input is one article; None where only its first character tells."""
    if layout is not Layout.AUTO:
        return layout is Layout.WHOLE
    return {".txt": True, ".jsonl": False, ".ndjson": False, ".json": False}.get(
        Path(source.removesuffix(".gz")).suffix
    )


async def _chunks(source: str) -> AsyncIterator[list[_Chunk]]:
    """Read in a thread of its own: a slow pipe must not hold up what is being sent."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[_Chunk | Exception | None] = asyncio.Queue()
    room = threading.Semaphore(_CHUNKS_AHEAD)

    def hand_over(item: _Chunk | Exception | None) -> None:
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
    at_hand: list[_Chunk] = []
    while (item := await queue.get()) is not None:
        if isinstance(item, Exception):
            message = f"{source}: cannot be read: {getattr(item, 'strerror', None) or item}"
            raise NewsMonitorError(message) from item
        at_hand.append(item)
        if queue.empty() or len(at_hand) == _CHUNKS_AHEAD:
            yield at_hand
            for _ in at_hand:
                room.release()
            at_hand = []
    if at_hand:
        yield at_hand


def _read(source: str) -> Iterator[_Chunk]:
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
