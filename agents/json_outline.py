"""JsonOutline: JSON that comes line by line, and whether it can still become a whole value.

No token of JSON reaches over the end of a line, so lines are judged as they come and none is kept.
"""

import re
from enum import Enum, StrEnum, auto

__all__ = ["JsonOutline", "Progress"]

_BLANKS = b" \t\r"
_TOKEN = re.compile(
    rb"[ \t\r]*(?:(?P<mark>[{}\[\],:])"
    rb'|(?P<string>"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+")'
    rb"|(?P<other>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null))"
)


class Progress(StrEnum):
    """How far the lines have come."""

    WHOLE = "whole"
    """They are one JSON value."""
    OPEN = "open"
    """They begin one; the next line may go on with it."""
    BROKEN = "broken"
    """No line can make a JSON value of them."""


class _Next(Enum):
    """What may stand next."""

    VALUE = auto()
    ELEMENT_OR_END = auto()
    MEMBER = auto()
    MEMBER_OR_END = auto()
    COLON = auto()
    COMMA_OR_END = auto()
    NOTHING = auto()


_VALUES = (_Next.VALUE, _Next.ELEMENT_OR_END)
_ENDS = {
    b"}": (b"{", (_Next.MEMBER_OR_END, _Next.COMMA_OR_END)),
    b"]": (b"[", (_Next.ELEMENT_OR_END, _Next.COMMA_OR_END)),
}


class JsonOutline:
    """The grammar of JSON over lines; once broken it stays so."""

    def __init__(self) -> None:
        """Begin before the first line."""
        self._open: list[bytes] = []
        self._next = _Next.VALUE
        self._broken = False

    def take(self, line: bytes) -> Progress:
        """Take a line without its end; return how far the lines have come with it."""
        at, end = 0, len(line.rstrip(_BLANKS))
        while at < end and not self._broken:
            token = _TOKEN.match(line, at)
            if token is None or not self._takes(token):
                self._broken = True
            else:
                at = token.end()
        if self._broken:
            return Progress.BROKEN
        return Progress.WHOLE if self._next is _Next.NOTHING else Progress.OPEN

    def _takes(self, token: re.Match[bytes]) -> bool:
        """Move on by a token; return False where it may not stand."""
        mark = token["mark"]
        if mark is None:
            return self._takes_scalar(is_string=token["string"] is not None)
        if mark in (b"{", b"["):
            fits = self._next in _VALUES
            self._open.append(mark)
            self._next = _Next.MEMBER_OR_END if mark == b"{" else _Next.ELEMENT_OR_END
        elif mark == b":":
            fits = self._next is _Next.COLON
            self._next = _Next.VALUE
        elif mark == b",":
            fits = self._next is _Next.COMMA_OR_END
            self._next = _Next.MEMBER if self._open[-1:] == [b"{"] else _Next.VALUE
        else:
            opening, allowed = _ENDS[mark]
            fits = self._next in allowed and self._open[-1:] == [opening]
            if fits:
                self._open.pop()
                self._after_value()
        return fits

    def _takes_scalar(self, *, is_string: bool) -> bool:
        if is_string and self._next in (_Next.MEMBER, _Next.MEMBER_OR_END):
            self._next = _Next.COLON
            return True
        fits = self._next in _VALUES
        self._after_value()
        return fits

    def _after_value(self) -> None:
        self._next = _Next.COMMA_OR_END if self._open else _Next.NOTHING
