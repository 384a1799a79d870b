"""Bench: a broker with the product's topics, for tests of what sends articles or reads alerts."""

import asyncio
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from monitor.domain import Alert
from monitor.settings import ENVIRONMENT_PREFIX, Settings
from monitor.wire import alert_v1
from monitor.wording import counted

__all__ = ["Bench", "deleted", "made"]

_LOOK_SECONDS = 0.2

Result = TypeVar("Result")


class Bench:
    """A broker to test against; usable from plain and from async tests.

    `settings` name the broker and the topics; any Kafka client may be used beside this.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the settings; the topics are there."""
        self.settings = settings

    @property
    def broker(self) -> str:
        """host:port for clients."""
        return ",".join(self.settings.broker)

    def publish(self, *records: bytes | str, topic: str | None = None) -> None:
        """Send records of articles, in order, to the first article topic or another one."""
        values = [each.encode() if isinstance(each, str) else each for each in records]
        _run(_send(self.settings, topic or self.settings.article_topics[0], values))

    def send_alerts(self, *alerts: Alert) -> None:
        """Send alerts as a worker would, headers included, for tests of those who read them."""
        _run(_send_alerts(self.settings, alerts))

    def alerts(self) -> tuple[Alert, ...]:
        """Return every alert on the alerts topic, oldest first."""
        return _run(_alerts(self.settings))

    def wait_for_alerts(self, count: int, *, seconds: float = 60) -> tuple[Alert, ...]:
        """Wait until there are so many alerts, and return all there are.

        Raises:
            TimeoutError: there are not; says how many there are.
        """
        deadline = time.monotonic() + seconds
        while len(found := self.alerts()) < count:
            if time.monotonic() > deadline:
                message = f"{counted(len(found), 'alert')} after {seconds:g} s, not {count}"
                raise TimeoutError(message)
            time.sleep(_LOOK_SECONDS)
        return found

    @contextmanager
    def worker(self, *, seconds: float = 180) -> Iterator[None]:
        """Run a worker beside the test, ready when the block begins and stopped at its end.

        It reads with one process, unless the settings say how many.

        Args:
            seconds: how long it may take to get ready: it loads its models first.

        Raises:
            NewsMonitorError: it did not start; shows the end of its log.
        """
        from agents.worker_process import WorkerProcess

        with tempfile.TemporaryDirectory(prefix="news-monitor-test-") as folder:
            worker = WorkerProcess(_environment(self.settings), Path(folder))
            try:
                worker.start(seconds=seconds)
                yield
            finally:
                worker.stop()


def made(settings: Settings) -> None:
    """Create the topics of these settings.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    from agents.admin import create_topics

    _run(create_topics(settings))


def deleted(settings: Settings) -> None:
    """Delete the topics of these settings, with everything in them."""
    _run(_delete(settings))


async def _delete(settings: Settings) -> None:
    from agents.client import create_admin, running
    from agents.topics import topics_for

    async with running(create_admin(settings), settings) as admin:
        await admin.delete_topics([topic.name for topic in topics_for(settings)])


def _run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run in a loop of its own, in a thread, for the test may have a loop that runs."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def _send(settings: Settings, topic: str, values: list[bytes]) -> None:
    from agents.client import create_producer, running

    async with running(create_producer(settings), settings) as producer:
        for value in values:
            await producer.send_and_wait(topic, value=value)


async def _send_alerts(settings: Settings, alerts: tuple[Alert, ...]) -> None:
    from agents.client import create_producer, running

    async with running(create_producer(settings), settings) as producer:
        for alert in alerts:
            await producer.send_and_wait(
                settings.alerts_topic,
                key=alert.alert_id.encode(),
                value=alert_v1.encode(alert),
                headers=alert_v1.headers(alert, source="/news-monitor/testing"),
            )


async def _alerts(settings: Settings) -> tuple[Alert, ...]:
    from agents.tail import End, Start, tail

    received = tail(settings, topic=settings.alerts_topic, start=Start.BEGINNING, end=End.NOW)
    return tuple([each.alert async for each in received])


def _environment(settings: Settings) -> dict[str, str]:
    """Return settings as variables: those that differ from their defaults."""
    values = settings.model_dump(mode="json", exclude_defaults=True)
    values["http_port"] = 0
    values.setdefault("processes", 1)
    if password := settings.sasl_password.get_secret_value():
        values["sasl_password"] = password
    return {
        f"{ENVIRONMENT_PREFIX}{name.upper()}": ",".join(map(str, value))
        if isinstance(value, list)
        else str(value)
        for name, value in values.items()
    }
