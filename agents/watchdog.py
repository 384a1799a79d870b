"""Watchdog: ends a worker that stands still for too long, so that its supervisor starts it again.

It looks from a thread of its own, so that it also sees an event loop that no longer turns. A broker
that is away is no reason: no new start would help against that.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Self

__all__ = ["Standing", "Watchdog"]

_BEAT_SECONDS = 0.5

Standing = Callable[[float], str | None]
"""From a number of seconds to the sentence that says what has stood still for longer, if anything."""


class Watchdog:
    """Watches a worker, as a context; tells once when it has stood still for too long."""

    def __init__(self, *, seconds: float, standing: Standing, tell: Callable[[str], None]) -> None:
        """Take the limit (0 never tells), what knows of standing still, and who is told.

        Args:
            seconds: how long standing still is borne.
            standing: asked from the watchdog's thread.
            tell: called from the watchdog's thread, once.
        """
        self._seconds = seconds
        self._standing = standing
        self._tell = tell
        self._over = threading.Event()
        self._beat_at = time.monotonic()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._beat_at = time.monotonic()
        if self._seconds:
            self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """End watching; nothing is told any more."""
        self._over.set()

    async def beat(self) -> None:
        """Show that the event loop turns, until cancelled."""
        while True:
            self._beat_at = time.monotonic()
            await asyncio.sleep(_BEAT_SECONDS)

    def reason(self) -> str | None:
        """Say what has stood still for too long; None where all is well. From any thread."""
        if not self._seconds:
            return None
        silent = time.monotonic() - self._beat_at
        if silent > self._seconds:
            return f"The event loop has not turned for {silent:.0f} s."
        return self._standing(self._seconds)

    def _watch(self) -> None:
        while not self._over.wait(_BEAT_SECONDS):
            reason = self.reason()
            if reason is not None:
                self._tell(reason)
                return
