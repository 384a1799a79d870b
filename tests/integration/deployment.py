"""What the integration tests run: topics of their own, workers as processes, and eyes on both."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from aiokafka import ConsumerRecord, TopicPartition
from pydantic import SecretStr

from agents.admin import create_topics
from agents.client import create_consumer, create_producer
from agents.topics import dead_letter_topic
from monitor.settings import ENVIRONMENT_PREFIX, Settings
from monitor.wire import alert_v1, dead_letter_v1
from tests.real_kafka import KafkaCluster, read_to_end

ROOT = Path(__file__).parents[2]

Article = tuple[bytes | None, bytes | None]
"""Key and value of a record."""


class Worker:
    """A worker process and its log."""

    def __init__(self, settings: Settings, log: Path, *, main: str) -> None:
        """Start the process; `wait_ready` waits until it works."""
        self._log = log
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", main],
                env=_environment(settings),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )

    @property
    def log(self) -> str:
        """Everything the worker has said."""
        return self._log.read_text(encoding="utf-8")

    @property
    def last_words(self) -> str:
        """What the last line of the log says."""
        return str(json.loads(self.log.strip().splitlines()[-1])["event"])

    async def wait_ready(self, seconds: float = 40.0) -> Self:
        """Wait until the worker has joined its group."""
        await until(
            lambda: "worker is ready" in self.log or self.process.poll() is not None, seconds
        )
        assert self.process.poll() is None, self.log
        return self

    def terminate(self) -> None:
        """Tell it to stop."""
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    async def wait_end(self, seconds: float = 30.0) -> int:
        """Wait for its end and return its exit code."""
        await until(lambda: self.process.poll() is not None, seconds)
        return int(self.process.returncode)

    async def get(self, path: str) -> str:
        """Fetch a page of its web server."""
        found = re.search(r'"metrics": "(http://[^"]+)/metrics"', self.log)
        assert found, self.log
        url = found[1] + path
        return await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode())

    async def metric(self, name: str, **labels: str) -> float:
        """Sum the series of a metric that carry these labels."""
        total = 0.0
        for line in (await self.get("/metrics")).splitlines():
            if re.match(rf"{name}(\{{| )", line) and all(
                f'{key}="{value}"' in line for key, value in labels.items()
            ):
                total += float(line.rsplit(" ", 1)[1])
        return total


class Deployment:
    """Topics and a group of their own on a cluster, and whatever workers a test starts."""

    def __init__(self, cluster: KafkaCluster, prefix: str, folder: Path, **changes: Any) -> None:
        """Take the settings that differ from quick ones for a small machine."""
        usual: dict[str, Any] = {
            "article_topics": (f"{prefix}.articles",),
            "retries_topic": f"{prefix}.retries",
            "signals_topic": f"{prefix}.signals",
            "stories_topic": f"{prefix}.stories",
            "alerts_topic": f"{prefix}.alerts",
            "article_partitions": 1,
            "group": prefix,
            "http_port": 0,
            "canary_seconds": 0,
            "processes": 1,
            "batch_size": 20,
            "batch_wait_seconds": 0.02,
            "commit_interval_seconds": 0.2,
            "session_timeout_seconds": 6,
            "log_format": "json",
        }
        self.cluster = cluster
        self.settings = Settings(broker=tuple(cluster.bootstrap.split(",")), **(usual | changes))
        self.workers: list[Worker] = []
        self._folder = folder

    async def create(self) -> Self:
        """Create the topics."""
        await create_topics(self.settings)
        return self

    def start(self, main: str = "tests.integration.worker_main", **changes: Any) -> Worker:
        """Start one more worker."""
        settings = self.settings.model_copy(update=changes)
        log = self._folder / f"{settings.group}-{len(self.workers)}.log"
        self.workers.append(Worker(settings, log, main=main))
        return self.workers[-1]

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.kill()

    async def publish(self, articles: Iterable[Article], *, topic: str | None = None) -> None:
        """Send records to an article topic, in order."""
        producer = create_producer(self.settings)
        await producer.start()
        try:
            for key, value in articles:
                batch = producer.create_batch()
                batch.append(timestamp=int(time.time() * 1000), key=key, value=value)
                name = topic or self.settings.article_topics[0]
                partition = hash(key) % self.settings.article_partitions
                await producer.send_batch(batch, name, partition=partition)
            await producer.flush()
        finally:
            await producer.stop()

    async def read(self, topic: str) -> list[ConsumerRecord[bytes, bytes]]:
        """Read a topic to its end."""
        return await read_to_end(self.cluster, topic)

    async def newest_alerts(self) -> dict[str, tuple[int, bytes]]:
        """Return what a reader ends up with: per alert id the newest revision and its bytes."""
        newest: dict[str, tuple[int, bytes]] = {}
        for record in await self.read(self.settings.alerts_topic):
            alert = alert_v1.decode(record.value)
            assert record.key == alert.alert_id.encode()
            known = newest.get(alert.alert_id)
            if known is not None and known[0] == alert.revision:
                assert known[1] == record.value, "one revision, two contents"
            if known is None or known[0] < alert.revision:
                newest[alert.alert_id] = (alert.revision, record.value or b"")
        return newest

    async def dead_letters(self, topic: str | None = None) -> list[Any]:
        """Return the dead letters of a topic, the article topic where none is named."""
        name = dead_letter_topic(topic or self.settings.article_topics[0])
        return [
            dead_letter_v1.decode(record.key, record.value, list(record.headers))
            for record in await self.read(name)
        ]

    async def positions(self, topics: Sequence[str]) -> dict[TopicPartition, tuple[int, int]]:
        """Return committed offset and end of every partition."""
        consumer = create_consumer(self.settings, group_id=self.settings.group)
        await consumer.start()
        try:
            settings = self.settings
            places = [
                TopicPartition(topic, partition)
                for topic in topics
                for partition in range(
                    settings.signals_partitions
                    if topic == settings.signals_topic
                    else settings.article_partitions
                )
            ]
            ends = await consumer.end_offsets(places)
            return {place: (await consumer.committed(place) or 0, ends[place]) for place in places}
        finally:
            await consumer.stop()

    async def done(self, seconds: float = 60.0) -> None:
        """Wait until every record is handled: everything committed, articles first."""
        deadline = time.monotonic() + seconds
        for topics in (self.settings.article_topics, (self.settings.signals_topic,)):
            while True:
                positions = await self.positions(topics)
                if positions and all(committed >= end for committed, end in positions.values()):
                    break
                alive = [worker for worker in self.workers if worker.process.poll() is None]
                logs = "\n".join(worker.log for worker in self.workers)
                assert alive, f"no worker is left\n{logs}"
                assert time.monotonic() < deadline, f"not done: {positions}\n{logs}"
                await asyncio.sleep(0.2)


async def until(condition: Any, seconds: float) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        await asyncio.sleep(0.05)


def article(number: int, text: str, **more: Any) -> Article:
    """Make an article's record: an hour and a half of story time for each number."""
    published_at = datetime(2026, 3, 1, tzinfo=UTC) + number * timedelta(minutes=90)
    content = {
        "id": f"article-{number}",
        "text": text,
        "source": f"publisher-{number % 3}",
        "published_at": published_at.isoformat(),
        **more,
    }
    return f"article-{number}".encode(), json.dumps(content).encode()


_NAMES = ("Atlantis", "Borduria", "Costaguana", "Drimmelen", "Elbonia", "Freedonia", "Genovia")


def some_news(count: int) -> list[Article]:
    """Make articles about a handful of conflicts, market moves, and nothing at all."""
    texts = (
        lambda n: f"strike {_NAMES[n % 7]} {_NAMES[(n // 7 + 1) % 7]}",
        lambda n: f"both {_NAMES[n % 5]} {_NAMES[n % 3 + 3]}",
        lambda n: f"market {_NAMES[n % 4]}",
        lambda n: f"all is quiet on day {n}",
    )
    return [article(number, texts[number % 4](number)) for number in range(count)]


def _environment(settings: Settings) -> dict[str, str]:
    """Return the environment that resolves to these settings."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)
    }
    changed = {
        f"{ENVIRONMENT_PREFIX}{name.upper()}": ",".join(map(str, value))
        if isinstance(value, tuple)
        else str(value.get_secret_value() if isinstance(value, SecretStr) else value)
        for name, value in settings.model_dump(mode="python").items()
        if value != Settings.model_fields[name].get_default()
    }
    return {**inherited, **changed, "PYTHONPATH": str(ROOT)}
