"""Input chunks: the bytes of a file, plain or gzip, or of standard input, as they come."""

import asyncio
import gzip
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from typing import TypeAlias

from monitor.errors import NewsMonitorError

__all__ = ["STANDARD_INPUT", "Chunk", "chunks_of"]

STANDARD_INPUT = "-"

_CHUNK_BYTES = 65_536
_CHUNKS_AHEAD = 16
_STDIN_DESCRIPTOR = 0

Chunk: TypeAlias = tuple[bytes, int]
"""Bytes, and how much of the input has been read with them."""


async def chunks_of(source: str) -> AsyncIterator[list[Chunk]]:
    """Read an input in a thread of its own: a slow pipe must not hold up what is being sent.

    Raises:
        NewsMonitorError: the file cannot be read.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Chunk | Exception | None] = asyncio.Queue()
    room = threading.Semaphore(_CHUNKS_AHEAD)

    def hand_over(item: Chunk | Exception | None) -> None:
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
    at_hand: list[Chunk] = []
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


def _read(source: str) -> Iterator[Chunk]:
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
