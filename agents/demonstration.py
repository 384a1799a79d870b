"""Demonstration: the built-in news through an embedded broker and a worker, alerts out.

Ten minutes of story time are played in some twenty seconds; one record is unreadable on purpose.
"""

import asyncio
import contextlib
import importlib.resources
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aiokafka import TopicPartition

from agents.client import create_admin, create_consumer, create_producer, running
from agents.demo_summary import DemoSummary, sum_up
from agents.embedded import EmbeddedBroker
from agents.subscriptions_file import needed_topics
from agents.tail import End, Start, tail
from agents.topic_reader import drained, partitions_of, stretches
from agents.topics import dead_letter_topic, topics_for
from agents.worker_process import WorkerProcess
from monitor.domain import Alert
from monitor.errors import NewsMonitorError
from monitor.settings import ENVIRONMENT_PREFIX, Settings, resolve
from monitor.wire import article_v1, dead_letter_v1

__all__ = ["Demonstration", "NewsItem", "built_in_news"]

_NEWS = "demo/news.jsonl"
_POISON = b'{"title": "Cable cut", "text": "The line went dead in the middle of the sen'
_POISON_KEY = b"demo-poison"
# Long, for slow machines: a worker that dies is noticed at once.
_FINISH_SECONDS = 180.0
_LOOK_SECONDS = 0.1
_MAX_TEXT_CHARS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """A record of the built-in stream, and when in the story it comes."""

    key: bytes
    value: bytes
    seconds: float
    """Story time since the first record."""


def built_in_news() -> tuple[NewsItem, ...]:
    """Return the built-in stream in its order, with one unreadable record in the middle."""
    now = datetime.now(UTC)
    lines = importlib.resources.files("agents").joinpath(_NEWS).read_bytes().splitlines()
    read = [
        (line, article_v1.decode(line, timestamp=now, max_text_chars=_MAX_TEXT_CHARS).ref)
        for line in lines
    ]
    times = [ref.updated_at or ref.published_at for _, ref in read]
    items = [
        NewsItem(key=ref.id.encode(), value=line, seconds=(moment - times[0]).total_seconds())
        for (line, ref), moment in zip(read, times, strict=True)
    ]
    middle = len(items) // 2
    poison = NewsItem(key=_POISON_KEY, value=_POISON, seconds=items[middle].seconds)
    return (*items[:middle], poison, *items[middle:])


class Demonstration:
    """A broker and a worker, as a context, through which the news can be played."""

    def __init__(self, settings: Settings, *, port: int = 0) -> None:
        """Take the settings, of which those about brokers do not count.

        Args:
            settings: how to read, and where to serve metrics.
            port: the broker's port; 0 takes any free one.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="news-monitor-demo-")
        self._base = settings
        self._broker = EmbeddedBroker(needed_topics(settings), port=port)
        self._settings = settings
        self._worker: WorkerProcess | None = None

    @property
    def settings(self) -> Settings:
        """The settings with the embedded broker's address."""
        return self._settings

    @property
    def worker(self) -> WorkerProcess:
        """The running worker."""
        assert self._worker is not None
        return self._worker

    def __enter__(self) -> Self:
        """Start the broker and the worker, and wait until the worker reads.

        Raises:
            BrokerUnavailable: the broker did not start.
            NewsMonitorError: the worker did not; shows the end of its log.
        """
        try:
            address = self._broker.start().address
            environment = _environment(self._base, address)
            self._settings = resolve(environment=environment).settings
            self._worker = WorkerProcess(environment, Path(self._folder.name))
            self._worker.start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the worker, then the broker."""
        self._stop()

    async def play(self, *, seconds: float, on_alert: Callable[[Alert], None]) -> DemoSummary:
        """Play the news, wait until all of it is read and every alert has come, and sum up.

        Args:
            seconds: how long the ten minutes of story time take.
            on_alert: called with every alert as it comes.

        Raises:
            NewsMonitorError: the worker died, did not finish, or raised no alert.
        """
        began = time.monotonic()
        alerts: list[Alert] = []

        def received(alert: Alert) -> None:
            alerts.append(alert)
            on_alert(alert)

        listening = asyncio.Event()
        watching = asyncio.create_task(self._watch(received, listening.set))
        try:
            async with asyncio.timeout(_FINISH_SECONDS):
                await listening.wait()
            published = await self._publish(seconds)
            await self._until_read(alerts, watching)
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
        if not alerts:
            message = f"no alert came; the worker's log ends:\n{self.worker.log_tail()}"
            raise NewsMonitorError(message)
        metrics = await asyncio.to_thread(self.worker.fetch, "metrics")
        return sum_up(
            alerts,
            published=published,
            dead_letters=await self._dead_letters(),
            metrics=metrics,
            topic=self._settings.article_topics[0],
            seconds=time.monotonic() - began,
        )

    async def _watch(
        self, received: Callable[[Alert], None], listening: Callable[[], None]
    ) -> None:
        alerts = tail(
            self._settings,
            topic=self._settings.alerts_topic,
            start=Start.BEGINNING,
            end=End.NEVER,
            started=listening,
        )
        async for each in alerts:
            received(each.alert)

    async def _publish(self, seconds: float) -> int:
        """Send the news at its pace, so many times faster."""
        news = built_in_news()
        speed = max(item.seconds for item in news) / seconds
        async with running(create_producer(self._settings), self._settings) as producer:
            began = time.monotonic()
            for item in news:
                ahead = began + item.seconds / speed - time.monotonic()
                await asyncio.sleep(max(0.0, ahead))
                self.worker.check()
                await producer.send_and_wait(
                    self._settings.article_topics[0], key=item.key, value=item.value
                )
        return len(news)

    async def _until_read(self, alerts: list[Alert], watching: asyncio.Task[None]) -> None:
        """Wait until the worker has committed everything, and every alert sent has come here."""
        topics = [*self._settings.article_topics, self._settings.signals_topic]
        deadline = time.monotonic() + _FINISH_SECONDS
        async with running(create_admin(self._settings), self._settings) as admin:
            while True:
                self.worker.check()
                if watching.done():
                    watching.result()
                ends = await self._ends(topics)
                committed = await admin.list_consumer_group_offsets(
                    self._settings.group, partitions=list(ends)
                )
                waiting = {
                    partition: end
                    for partition, end in ends.items()
                    if end and (partition not in committed or committed[partition].offset < end)
                }
                sent = sum((await self._ends([self._settings.alerts_topic])).values())
                if not waiting and len(alerts) >= sent:
                    return
                if time.monotonic() > deadline:
                    message = (
                        f"the worker did not finish in {_FINISH_SECONDS:g} s; not yet read:"
                        f" {waiting}; the end of its log:\n{self.worker.log_tail()}"
                    )
                    raise NewsMonitorError(message)
                await asyncio.sleep(_LOOK_SECONDS)

    async def _dead_letters(self) -> list[str]:
        """Return the reasons that stand on the dead-letter topic."""
        topic = dead_letter_topic(self._settings.article_topics[0])
        partitions = await partitions_of(self._settings, topic)
        async with running(create_consumer(self._settings), self._settings) as consumer:
            parts = await stretches(consumer, partitions)
            return [
                dict(record.headers).get(dead_letter_v1.REASON_HEADER, b"").decode()
                async for record in drained(consumer, parts)
            ]

    async def _ends(self, topics: list[str]) -> Mapping[TopicPartition, int]:
        counts = {spec.name: spec.partitions for spec in topics_for(self._settings)}
        partitions = [
            TopicPartition(topic, number) for topic in topics for number in range(counts[topic])
        ]
        async with running(create_consumer(self._settings), self._settings) as consumer:
            ends: Mapping[TopicPartition, int] = await consumer.end_offsets(partitions)
            return ends

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
        self._broker.stop()
        self._folder.cleanup()


def _environment(settings: Settings, address: str) -> dict[str, str]:
    """Return variables for the settings as they are, but for the broker and a quicker pace."""
    values = settings.model_dump(mode="json", exclude_defaults=True, exclude={"sasl_password"})
    values |= {
        "broker": address,
        "security_protocol": "PLAINTEXT",
        "processes": 1,
        "batch_wait_seconds": 0.05,
        "commit_interval_seconds": 0.2,
        "log_level": "info",
        # What is shown follows from the news alone.
        "canary_seconds": 0,
    }
    return {
        f"{ENVIRONMENT_PREFIX}{name.upper()}": ",".join(value)
        if isinstance(value, list)
        else str(value)
        for name, value in values.items()
        if value is not None
    }
