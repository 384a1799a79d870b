"""Shutdown: how long a worker that is told to stop still works on the batch in hand."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["BatchAbandoned", "Shutdown"]

T = TypeVar("T")


class BatchAbandoned(Exception):
    """Time is up: the batch in hand is left as it is and will be delivered again."""


class Shutdown:
    """Knows whether the worker is told to stop, and until when it may finish what it has begun."""

    def __init__(self, *, grace_seconds: float) -> None:
        """Take how long a batch in hand may still take after the request to stop."""
        self.grace_seconds = grace_seconds
        self._requested = asyncio.Event()
        self._over = asyncio.Event()

    @property
    def requested(self) -> bool:
        """Whether the worker is told to stop."""
        return self._requested.is_set()

    @property
    def over(self) -> bool:
        """Whether the grace time is over."""
        return self._over.is_set()

    def request(self) -> None:
        """Tell the worker to stop; the grace time begins. Later calls change nothing."""
        if not self._requested.is_set():
            self._requested.set()
            asyncio.get_running_loop().call_later(self.grace_seconds, self._over.set)

    async def wait(self) -> None:
        """Wait until the worker is told to stop."""
        await self._requested.wait()

    async def before(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do *work* and return its result, or None when told to stop first: it is cancelled."""
        task = asyncio.ensure_future(work)
        told = asyncio.ensure_future(self.wait())
        try:
            await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            await _end(told)
            await _end(task)
        return None

    async def bound(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work*, but not beyond the grace time.

        Raises:
            BatchAbandoned: time was up before the work was done; the work was cancelled.
        """
        task = asyncio.ensure_future(work)
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            await _end(over)
            await _end(task)
        raise BatchAbandoned


async def _end(task: "asyncio.Future[Any]") -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
