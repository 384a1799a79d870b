"""LoopWatch: who holds the event loop is seen, while he does and afterwards."""

import asyncio
import threading
import time
from contextlib import suppress

from agents.loop_watch import LoopWatch
from monitor.metrics import MemoryRecorder
from monitor.metrics.catalogue import EVENT_LOOP_DELAY_SECONDS


async def test_a_held_event_loop_is_seen() -> None:
    """Another thread sees it while it lasts; afterwards the delay is on record and it turns again."""
    recorder = MemoryRecorder()
    watch = LoopWatch(recorder, turn_seconds=0.01)
    running = asyncio.create_task(watch.run())
    await asyncio.sleep(0.03)
    seen: list[float] = []
    looking = threading.Timer(0.2, lambda: seen.append(watch.stood_still()))
    looking.start()
    time.sleep(0.4)  # noqa: ASYNC251  holding the loop is the point
    looking.join()
    held = watch.stood_still()
    await asyncio.sleep(0.05)
    assert watch.stood_still() < held
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert seen[0] >= 0.1
    assert recorder.value(EVENT_LOOP_DELAY_SECONDS) >= 0.3
