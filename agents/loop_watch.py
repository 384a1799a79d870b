"""LoopWatch: whether the event loop turns, told also while it does not."""

import asyncio
import time

from monitor.metrics import Recorder
from monitor.metrics.catalogue import EVENT_LOOP_DELAY_SECONDS

__all__ = ["LoopWatch"]

_TURN_SECONDS = 1.0


class LoopWatch:
    """Asks the loop for a turn again and again, and remembers when it last got one."""

    def __init__(self, recorder: Recorder, *, turn_seconds: float = _TURN_SECONDS) -> None:
        """Count from now on.

        Args:
            recorder: takes how much later than asked for each turn came.
            turn_seconds: how often a turn is asked for.
        """
        self._recorder = recorder
        self._turn_seconds = turn_seconds
        self._turned = time.monotonic()

    async def run(self) -> None:
        """Ask for turns until cancelled."""
        while True:
            due = time.monotonic() + self._turn_seconds
            await asyncio.sleep(self._turn_seconds)
            self._turned = time.monotonic()
            self._recorder.observe(EVENT_LOOP_DELAY_SECONDS, max(0.0, self._turned - due))

    def stood_still(self) -> float:
        """Return for how many seconds the loop has given no turn; from any thread."""
        return max(0.0, time.monotonic() - self._turned - self._turn_seconds)
