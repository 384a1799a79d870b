"""Publisher: the demo's news again and again with fresh ids, and what operators fear in between."""

import asyncio
import contextlib
import itertools
import json
import threading
import time
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

__all__ = ["TOPIC", "Publisher", "fresh_articles"]

TOPIC: Final = "news.articles.v1"
NEWS: Final = files("agents") / "demo" / "news.jsonl"
_BROKEN: Final = (b'{"text": 7}', b'{"title": "no text"}', b'{"text": "cut off', b"\xff\xfe no")
_QUIET: Final = "The council met on Tuesday and put off the question of the park benches."
_LONG_CHARACTERS: Final = 60_000

Article = tuple[bytes, bytes]
"""Key and value of a record."""


def fresh_articles() -> Iterator[Article]:
    """The demo's news for ever: each time with other ids, and published now."""
    news = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    for number, article in enumerate(itertools.cycle(news)):
        name = f"{article['id']}-{number}"
        yield name.encode(), _record(article, name)


def _record(article: dict[str, Any], name: str) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps(article | {"id": name, "published_at": now}).encode()


class Publisher:
    """A thread with an event loop and a producer, so that whoever tries things may block."""

    def __init__(self, bootstrap: str, *, articles_per_second: float) -> None:
        """Take the broker and the pace of the stream; nothing is sent yet."""
        self._bootstrap = bootstrap
        self._pace = articles_per_second
        self._articles = fresh_articles()
        self._is_streaming = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._slow: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect, and begin the stream."""
        self._thread.start()
        self._do(self._start())
        self.resume()

    def close(self) -> None:
        """Stop for good; what the broker has not taken is dropped."""
        self._is_streaming.clear()
        self.shorten()
        with contextlib.suppress(KafkaError, TimeoutError):
            asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def pause(self) -> None:
        """Send nothing more."""
        self._is_streaming.clear()

    def resume(self) -> None:
        """Go on with the stream."""
        self._is_streaming.set()

    def teach(self, hours: float) -> None:
        """Send what the stream would have brought in the last hours, without any news in it.

        By the times of the records the workers learn how much their publishers usually send.
        """
        self._do(self._teach(hours))

    def flood(self, count: int) -> None:
        """Send so many fresh articles at once."""
        self._do(self._send_all(itertools.islice(self._articles, count)))

    def poison(self, count: int) -> None:
        """Send so many records that cannot be read."""
        broken = itertools.islice(itertools.cycle(_BROKEN), count)
        self._do(self._send_all((None, value) for value in broken))

    def lengthen(self, partition: int, *, every_seconds: float) -> None:
        """From now on send long reports to one partition, until `shorten`."""
        self._slow = self._do(self._begin(self._send_long(partition, every_seconds)))

    def shorten(self) -> None:
        """No more long reports."""
        if self._slow is not None:
            self._loop.call_soon_threadsafe(self._slow.cancel)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.create_task(work)

    async def _start(self) -> None:
        # As `news-monitor publish`: whole, in order, compressed.
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            compression_type="gzip",
        )
        await self._producer.start()
        self._stream = asyncio.create_task(self._send_stream())

    async def _stop(self) -> None:
        self._stream.cancel()
        await self._producer.stop()

    async def _send_stream(self) -> None:
        while True:
            await asyncio.sleep(1 / self._pace)
            if self._is_streaming.is_set():
                key, value = next(self._articles)
                # A broker that is away loses the publisher's articles, as it would in earnest.
                with contextlib.suppress(KafkaError, TimeoutError):
                    await asyncio.wait_for(self._producer.send(TOPIC, value, key=key), 5)

    async def _teach(self, hours: float) -> None:
        newest = time.time()
        news = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
        count = int(hours * 3600 * self._pace)
        for number in range(count):
            source = news[number % len(news)]["source"]
            article = {"title": "No news", "text": _QUIET, "source": source}
            await self._producer.send(
                TOPIC,
                _record(article, f"past-{number}"),
                key=f"past-{number}".encode(),
                timestamp_ms=int(1000 * (newest - (count - number) / self._pace)),
            )
        await self._producer.flush()

    async def _send_all(self, records: Iterator[tuple[bytes | None, bytes]]) -> None:
        for key, value in records:
            await self._producer.send(TOPIC, value, key=key)
        await self._producer.flush()

    async def _send_long(self, partition: int, every_seconds: float) -> None:
        texts = [json.loads(line)["text"] for line in NEWS.read_text("utf-8").splitlines()]
        long = "\n\n".join(itertools.islice(itertools.cycle(texts), 200))[:_LONG_CHARACTERS]
        for number in itertools.count():
            article = {"title": "Minutes of the session", "text": long, "source": "Hansard"}
            value = _record(article, f"long-{number}")
            await self._producer.send(TOPIC, value, key=b"long", partition=partition)
            await asyncio.sleep(every_seconds)
