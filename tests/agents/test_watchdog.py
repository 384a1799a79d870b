"""The watchdog tells of what stands still, once, also when the event loop itself does."""

import asyncio
import threading
import time

from agents.watchdog import Watchdog


def _never(_seconds: float) -> str | None:
    return None


async def test_a_loop_that_does_not_turn_is_told() -> None:
    """A call that blocks the event loop is seen from the watchdog's thread while it lasts."""
    told: list[str] = []
    known = threading.Event()

    def tell(reason: str) -> None:
        told.append(reason)
        known.set()

    watchdog = Watchdog(seconds=1.5, standing=_never, tell=tell)
    beating = asyncio.ensure_future(watchdog.beat())
    with watchdog:
        await asyncio.sleep(0)
        assert known.wait(60), "the loop is blocked here, and nobody was told"
    beating.cancel()

    assert "event loop has not turned" in told[0]


def test_what_stands_still_is_told_once() -> None:
    """The reason is handed on as it is, and a worker is ended only once."""
    told: list[str] = []
    asked: list[float] = []
    known = threading.Event()

    def standing(seconds: float) -> str | None:
        asked.append(seconds)
        return "articles partition 3 stands still"

    def tell(reason: str) -> None:
        told.append(reason)
        known.set()

    with Watchdog(seconds=40, standing=standing, tell=tell):
        assert known.wait(60)
        time.sleep(1.2)

    assert told == ["articles partition 3 stands still"]
    assert asked == [40]


def test_a_limit_of_zero_never_tells() -> None:
    """Who switches it off is never ended by it, whatever stands still."""
    told: list[str] = []
    watchdog = Watchdog(seconds=0, standing=lambda _: "all of it", tell=told.append)
    with watchdog:
        time.sleep(1.2)

    assert told == []
    assert watchdog.reason() is None
