"""Stopping: how Ctrl-C and SIGTERM end a command whose work can be gone on with."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

__all__ = ["stoppable"]

Result = TypeVar("Result")


async def stoppable(work: Coroutine[Any, Any, Result], stop: asyncio.Event) -> Result:
    """Let the first Ctrl-C or SIGTERM ask the work to end, and the second one break it off."""
    task = asyncio.ensure_future(work)

    def told() -> None:
        if stop.is_set():
            task.cancel()
        stop.set()

    loop = asyncio.get_running_loop()
    # Windows has no such handlers: there Ctrl-C breaks off.
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, told)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
