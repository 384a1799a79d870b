"""Publish: records from files to a topic, each delivered and counted, or refused with a reason."""

import asyncio
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    CorruptRecordException,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from agents.article_files import InputRecord
from agents.client import create_admin, create_producer, running
from agents.topic_state import read_cluster
from monitor.errors import DeliveryFailed, InvalidRecord, TopicMismatch
from monitor.settings import Settings
from monitor.wire import article_v1

__all__ = ["PublishReport", "Refused", "publish", "require_topic"]

# The broker will never take these records; every other error is about the broker, not the record.
_REFUSED = (CorruptRecordException, MessageSizeTooLargeError, RecordListTooLargeError)
_REFUSED_KEPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that the topic does not take."""

    place: str
    reason: str


@dataclass(slots=True, kw_only=True)
class PublishReport:
    """What became of the records: `published + refused_total` is how many there were."""

    published: int = 0
    published_bytes: int = 0
    refused_total: int = 0
    refused: list[Refused] = field(default_factory=list)
    """The first thousand of them."""


async def require_topic(settings: Settings, topic: str) -> None:
    """Make sure that a topic exists before anything is sent: nothing is created in passing.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: there is no such topic.
    """
    async with running(create_admin(settings), settings) as admin:
        topics = (await read_cluster(admin, [])).topics
    if topic not in topics:
        message = (
            f"there is no topic {topic}: run `news-monitor topics create`, or name another with"
            f" --topic; there are: {', '.join(sorted(topics)) or 'none'}"
        )
        raise TopicMismatch(message)


async def publish(
    settings: Settings,
    records: AsyncIterable[InputRecord],
    *,
    topic: str,
    progress: Callable[[InputRecord], None] = lambda _: None,
) -> PublishReport:
    """Send records to a topic as they are, keyed by article id, and wait for every delivery.

    Records are not judged here: whatever cannot be read becomes a dead letter of the worker, and
    is sent without a key. Memory stays bounded however many there are.

    Raises:
        BrokerUnavailable: no broker answers.
        DeliveryFailed: the broker went away; says how many records it has.
        TopicMismatch: there is no such topic.
    """
    await require_topic(settings, topic)
    async with running(create_producer(settings, linger_ms=5), settings) as producer:
        sending = _Sending(producer, topic, settings)
        async for record in records:
            await sending.send(record)
            progress(record)
        return await sending.finish()


class _Sending:
    """One run: what is on its way, and what became of the rest."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, settings: Settings) -> None:
        self._producer = producer
        self._topic = topic
        self._settings = settings
        self._report = PublishReport()
        self._on_the_way: set[asyncio.Future[object]] = set()
        self._again: list[InputRecord] = []
        self._failure: BaseException | None = None

    async def send(self, record: InputRecord) -> None:
        await self._send_again()
        self._raise_failure()
        if not record.is_whole:
            limit = self._settings.max_record_bytes
            self._refuse(record, f"longer than the {limit:,} bytes that max_record_bytes allows")
            return
        key = _key(record.value, self._settings)
        try:
            # The producer waits here while its batch is full: that bounds what is on its way.
            delivery = await self._producer.send(self._topic, value=record.value, key=key)
        except _REFUSED as error:
            self._refuse(record, _reason(error))
            return
        except KafkaError as error:
            raise self._failed(error) from error
        self._on_the_way.add(delivery)
        delivery.add_done_callback(lambda done: self._delivered(record, done))

    async def finish(self) -> PublishReport:
        while self._on_the_way:
            await asyncio.wait(self._on_the_way)
            await asyncio.sleep(0)  # the callbacks of what is done run now
        await self._send_again()
        self._raise_failure()
        return self._report

    def _delivered(self, record: InputRecord, delivery: asyncio.Future[object]) -> None:
        self._on_the_way.discard(delivery)
        error = None if delivery.cancelled() else delivery.exception()
        if error is None:
            self._count(record)
        elif isinstance(error, _REFUSED):
            self._again.append(record)
        else:
            self._failure = error

    async def _send_again(self) -> None:
        """Send alone what was refused with its batch: the broker refuses all for one of them."""
        while self._again:
            record = self._again.pop()
            key = _key(record.value, self._settings)
            try:
                await self._producer.send_and_wait(self._topic, value=record.value, key=key)
            except _REFUSED as error:
                self._refuse(record, _reason(error))
            except KafkaError as error:
                raise self._failed(error) from error
            else:
                self._count(record)

    def _count(self, record: InputRecord) -> None:
        self._report.published += 1
        self._report.published_bytes += record.length

    def _refuse(self, record: InputRecord, reason: str) -> None:
        self._report.refused_total += 1
        if len(self._report.refused) < _REFUSED_KEPT:
            self._report.refused.append(
                Refused(place=record.place, reason=f"{record.length:,} bytes: {reason}")
            )

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failed(self._failure) from self._failure

    def _failed(self, error: BaseException) -> DeliveryFailed:
        return DeliveryFailed(
            f"the broker stopped taking records after {self._report.published:,} were delivered to"
            f" {self._topic}: {error}. Check the broker and publish again; the worker gives an"
            " article that came twice the same id"
        )


def _key(value: bytes, settings: Settings) -> bytes | None:
    """Return the id of the article that a worker will read in these bytes; None if it cannot."""
    now = datetime.now(UTC)
    try:
        article = article_v1.decode(value, timestamp=now, max_text_chars=settings.max_text_chars)
    except InvalidRecord:
        return None
    return article.ref.id.encode()


def _reason(error: BaseException) -> str:
    if isinstance(error, CorruptRecordException):
        return f"the broker refuses it: {error}"
    return "larger than the topic's max.message.bytes"
