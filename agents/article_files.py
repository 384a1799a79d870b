"""Article files: records out of files and standard input, however large, in bounded memory."""

import itertools
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from agents.input_chunks import STANDARD_INPUT, chunks_of
from agents.json_outline import JsonOutline, Progress

__all__ = ["STANDARD_INPUT", "InputRecord", "Layout", "read_records", "size_of"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# An array of objects: the text of an article may well begin with a bracket.
_ARRAY = re.compile(rb"\s*\[\s*(?:\{|$)")


class Layout(StrEnum):
    """How an input is cut into records."""

    AUTO = "auto"
    """By name (`.jsonl`, `.ndjson`, `.json`: lines; `.txt`: whole), else by the first character: an
    opening brace means lines, anything else is the text of one article. A JSON object or array
    that stands over several lines is one record."""
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
    joiner = _Joiner(max_bytes) if layout is Layout.AUTO else None
    async for chunks in chunks_of(source):
        at_hand = itertools.chain.from_iterable(
            splitter.feed(chunk, position) for chunk, position in chunks
        )
        if records := tuple(joiner.feed(at_hand) if joiner else at_hand):
            yield records
    last = splitter.end()
    if records := tuple((*joiner.feed(last), *joiner.end()) if joiner else last):
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


class _Joiner:
    """Puts together again what stands over several lines: JSON objects, or one array of them.

    Otherwise the inner lines of an object would be taken for texts. A broken one is one record as
    well, which nobody can read: an object ends before the next line that begins with a brace, an
    array with the input.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._outline = JsonOutline()
        self._held: InputRecord | None = None
        self._last_line = 0
        self._value = bytearray()
        self._is_array = False
        self._is_first = True

    def feed(self, lines: Iterable[InputRecord]) -> Iterator[InputRecord]:
        for line in lines:
            if self._held is None:
                yield from self._begin(line)
            else:
                yield from self._go_on(self._held, line)
            self._last_line = line.line

    def end(self) -> Iterator[InputRecord]:
        if self._held is not None:
            yield self._take(self._held)

    def _begin(self, line: InputRecord) -> Iterator[InputRecord]:
        value = line.value.removeprefix(_BYTE_ORDER_MARK)
        self._is_array = self._is_first and _ARRAY.match(value) is not None
        self._is_first = False
        if (self._is_array or value.lstrip().startswith(b"{")) and not _is_json(value):
            self._outline = JsonOutline()
            if self._outline.take(value) is not Progress.WHOLE:
                self._held = line
                self._value = bytearray(line.value)
                return
        yield line

    def _go_on(self, held: InputRecord, line: InputRecord) -> Iterator[InputRecord]:
        # Of a line that is too long nobody knows what it holds.
        progress = self._outline.take(line.value if line.is_whole else b"?")
        broken = progress is Progress.BROKEN
        # What is whole by itself is no part of an object that was cut off before it.
        anew = line.value.startswith(b"{") and (broken or _is_json(line.value))
        if anew and not self._is_array:
            yield self._take(held)
            yield from self._begin(line)
            return
        ends = line.line - self._last_line
        length = held.length + ends + line.length
        self._held = held = replace(held, length=length, position=line.position)
        if length <= self._max_bytes:
            self._value += b"\n" * ends + line.value
        else:
            self._value.clear()
        if progress is Progress.WHOLE:
            yield self._take(held)

    def _take(self, held: InputRecord) -> InputRecord:
        """Return what is held as one record, blank lines in it kept; of a long one the length."""
        self._held = None
        return replace(held, value=bytes(self._value))


def _is_json(value: bytes) -> bool:
    try:
        # As float: integers may have more digits than Python reads.
        json.loads(value, parse_int=float)
    except ValueError:
        return False
    except RecursionError:
        # Too deep for whoever reads it; not for us to put together.
        return True
    return True


def _is_whole(source: str, layout: Layout) -> bool | None:
    """Say whether an input is one article; None where only its first character tells."""
    if layout is not Layout.AUTO:
        return layout is Layout.WHOLE
    return {".txt": True, ".jsonl": False, ".ndjson": False, ".json": False}.get(
        Path(source.removesuffix(".gz")).suffix
    )
