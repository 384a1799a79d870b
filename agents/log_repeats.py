"""Log repeats: what is said again and again is said a few times, and counted."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple, TextIO

__all__ = ["NOT_SHOWN", "Alike", "RepeatLimit", "RepeatLimitedHandler"]

NOT_SHOWN = "not_shown"
"""Key of an event: how many alike were left out since the last one that was written."""

_MOST = 10
_SECONDS = 60.0
_KINDS = 1000
_LONGEST_EVENT = 200


class Alike(NamedTuple):
    """What makes two events the same, whatever their keys say."""

    logger: str
    level: int
    event: str


@dataclass(slots=True)
class _Window:
    begun: float
    written: int = 0
    left_out: int = 0


class RepeatLimit:
    """Lets so many events of a kind pass in a stretch of time, and counts the others."""

    def __init__(
        self,
        *,
        most: int = _MOST,
        seconds: float = _SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take how many may pass in how long."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._windows: dict[Alike, _Window] = {}
        """In the order in which they began."""

    def admit(self, alike: Alike) -> bool:
        """Whether one more of its kind is written; forgets the oldest kind where there are too many."""
        now = self._clock()
        window = self._windows.get(alike)
        if window is not None and now - window.begun >= self._seconds:
            del self._windows[alike]
            window = None
        if window is None:
            if len(self._windows) >= _KINDS:
                del self._windows[next(iter(self._windows))]
            window = self._windows[alike] = _Window(begun=now)
        if window.written < self._most:
            window.written += 1
            return True
        window.left_out += 1
        return False

    def over(self) -> list[tuple[Alike, int]]:
        """Return the kinds whose time is over with how many were left out; each is told once."""
        now = self._clock()
        # Asked before each event that is written: only those that are over are looked at.
        over = list(
            takewhile(lambda row: now - row[1].begun >= self._seconds, self._windows.items())
        )
        for alike, _ in over:
            del self._windows[alike]
        return [(alike, window.left_out) for alike, window in over if window.left_out]


class RepeatLimitedHandler(logging.StreamHandler[TextIO]):
    """Writes events to a stream; debug events all, others as `RepeatLimit` lets them."""

    def __init__(self, stream: TextIO, *, limit: RepeatLimit | None = None) -> None:
        """Take where to write."""
        super().__init__(stream)
        self._limit = limit or RepeatLimit()

    def emit(self, record: logging.LogRecord) -> None:
        """Write an event, and before it what was left out of those that are over."""
        for alike, left_out in self._limit.over():
            told = logging.LogRecord(
                alike.logger, alike.level, "", 0, alike.event, args=None, exc_info=None
            )
            setattr(told, NOT_SHOWN, left_out)
            super().emit(told)
        if record.levelno <= logging.DEBUG or self._limit.admit(_alike(record)):
            super().emit(record)


def _alike(record: logging.LogRecord) -> Alike:
    """Our own events are dictionaries until they are formatted; others are templates."""
    event = record.msg.get("event", "") if isinstance(record.msg, dict) else record.msg
    return Alike(record.name, record.levelno, str(event)[:_LONGEST_EVENT])
