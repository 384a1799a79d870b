"""Canary watch: sends canaries through the pipeline, takes them in where they return, and tells.

An article a minute that is no news, marked by a header, goes the way of all news: through an article
topic, a reading process, the signals topic of every desk, and a batch of the alert agent that is
delivered and kept. From there its return goes to a topic of its own, which every worker follows.
Nothing waits for any of it: the agents only put a note into a queue, and whatever fails here is a
line in the log.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import ConsumerRecord
from faust.types import Message

from agents.batches import headers_of
from agents.client import create_consumer, create_producer, running
from agents.logs import get_logger
from agents.topic_reader import partitions_of
from monitor.domain import Canary, CanaryReturn, Desk
from monitor.errors import InvalidRecord, TopicMismatch
from monitor.metrics import Recorder
from monitor.metrics.catalogue import (
    CANARIES_MISSED,
    CANARIES_SEEN,
    CANARIES_SENT,
    CANARY_LAST_SEEN_TIMESTAMP_SECONDS,
    CANARY_SECONDS,
)
from monitor.policy.canaries import Canaries
from monitor.settings import Settings
from monitor.wire import canary_v1

__all__ = ["CanaryWatch", "is_canary"]

_LOOK_SECONDS = 0.25
_SEND_SECONDS = 10.0
"""How long the broker may take for a record before everything here is connected again."""
_PAUSE_SECONDS = 5.0
_MISSING_TOPIC_SECONDS = 60.0
_WAITING = 1000
"""Returns that may wait to be sent: three for each canary, so many hours of them."""

_log = get_logger(__name__)


def is_canary(message: Message) -> bool:
    """Whether a record is a canary's: no news, for nobody."""
    return canary_v1.is_canary(headers_of(message))


class CanaryWatch:
    """Watches over the canaries of a group, in every one of its workers; one of them sends."""

    def __init__(
        self,
        settings: Settings,
        *,
        recorder: Recorder,
        leads: Callable[[], bool],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take who we are; nothing happens before `run`.

        Args:
            settings: with `canary_seconds` above 0.
            recorder: where to tell.
            leads: whether this worker sends and counts, now; of a group one does, moments apart.
            clock: seconds since 1970.
        """
        self._settings = settings
        self._recorder = recorder
        self._leads = leads
        self._clock = clock
        self._canaries = Canaries(interval_seconds=settings.canary_seconds)
        self._returned: asyncio.Queue[CanaryReturn] = asyncio.Queue(_WAITING)
        self._position = 0
        self._known = 0
        """Offset below which returns are memories: where the topic ended at the start."""
        for metric in (CANARIES_SENT, CANARIES_SEEN, CANARIES_MISSED):
            recorder.count(metric, 0)
        # Without a canary ever, the silence begins now.
        recorder.set(CANARY_LAST_SEEN_TIMESTAMP_SECONDS, clock())

    @property
    def waiting(self) -> int:
        """How many returns wait for the broker."""
        return self._returned.qsize()

    def returned(self, messages: Iterable[Message]) -> None:
        """Take note of the canaries of a batch of signals that is done; never waits, never raises."""
        for message in messages:
            canary = canary_v1.canary_of(headers_of(message))
            if canary is None or canary.group != self._settings.group:
                continue
            with suppress(ValueError, UnicodeDecodeError, asyncio.QueueFull):
                back = CanaryReturn(
                    group=canary.group,
                    desk=Desk((message.key or b"").decode()),
                    sent_at=canary.sent_at,
                    returned_at=_moment(self._clock()),
                )
                self._returned.put_nowait(back)

    async def run(self) -> None:
        """Send, take in and tell until cancelled; what fails is tried again."""
        while True:
            pause = _PAUSE_SECONDS
            try:
                await self._watch()
            except* TopicMismatch as errors:
                pause = _MISSING_TOPIC_SECONDS
                _log.warning("no canaries: their topic is missing", error=str(errors.exceptions[0]))
            except* Exception as errors:  # noqa: BLE001  watching must never end the worker
                error = errors.exceptions[0]
                _log.warning("canaries are held up", error=str(error) or repr(error))
            await asyncio.sleep(pause)

    async def _watch(self) -> None:
        settings = self._settings
        (place,) = (await partitions_of(settings, settings.canary_topic))[:1]
        async with (
            running(create_consumer(settings), settings) as consumer,
            running(create_producer(settings), settings) as producer,
            asyncio.TaskGroup() as tasks,
        ):
            await self._begin(consumer, place)
            tasks.create_task(self._follow(consumer))
            tasks.create_task(self._send_returns(producer))
            tasks.create_task(self._send_canaries(producer))

    async def _begin(self, consumer: AIOKafkaConsumer, place: TopicPartition) -> None:
        """Go to where we were; at first, and in a topic that was made again, to the beginning."""
        consumer.assign([place])
        end: int = (await consumer.end_offsets([place]))[place]
        if self._position == 0 or self._position > end:
            self._known = end
            await consumer.seek_to_beginning(place)
        else:
            consumer.seek(place, self._position)

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            found = await consumer.getmany(timeout_ms=int(_LOOK_SECONDS * 1000))
            for records in found.values():
                for record in records:
                    self._take(record)
                    self._position = record.offset + 1
            self._tell()

    def _take(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        """Take in a return."""
        try:
            back = canary_v1.decode(record.value)
        except InvalidRecord as error:
            _log.debug("no canary in a record of the canary topic", error=str(error))
            return
        if back.group != self._settings.group:
            return
        now, sent_at = self._clock(), back.sent_at.timestamp()
        if record.offset < self._known:
            self._canaries.recall(sent_at, back.desk, now=now)
            return
        seconds = self._canaries.back(sent_at, back.desk, now=now)
        if seconds is not None and self._leads():
            self._recorder.count(CANARIES_SEEN)
            self._recorder.observe(CANARY_SECONDS, seconds)

    def _tell(self) -> None:
        if self._canaries.last_seen is not None:
            self._recorder.set(CANARY_LAST_SEEN_TIMESTAMP_SECONDS, self._canaries.last_seen)
        missed = self._canaries.missed(self._clock())
        if missed:
            self._recorder.count(CANARIES_MISSED, missed)
            _log.warning(
                "a canary did not come back in time: see /readyz and the lag", canaries=missed
            )

    async def _send_returns(self, producer: AIOKafkaProducer) -> None:
        topic = self._settings.canary_topic
        while True:
            back = await self._returned.get()
            async with asyncio.timeout(_SEND_SECONDS):
                await producer.send_and_wait(
                    topic, key=canary_v1.key(back), value=canary_v1.encode(back)
                )

    async def _send_canaries(self, producer: AIOKafkaProducer) -> None:
        while True:
            now = self._clock()
            if self._leads() and self._canaries.is_due(now):
                async with asyncio.timeout(_SEND_SECONDS):
                    await self._send(producer, now)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _send(self, producer: AIOKafkaProducer, now: float) -> None:
        """Send a canary: to another partition each time, until it was everybody's turn."""
        canary = Canary(group=self._settings.group, sent_at=_moment(now))
        places = [
            TopicPartition(topic, partition)
            for topic in self._settings.article_topics
            for partition in sorted(await producer.partitions_for(topic))
        ]
        place = places[self._canaries.number(now) % len(places)]
        # Before it is sent: it may be back before the broker's answer is.
        self._canaries.sent(canary.sent_at.timestamp())
        self._recorder.count(CANARIES_SENT)
        key, value = canary_v1.article(canary)
        await producer.send_and_wait(
            place.topic,
            key=key,
            value=value,
            partition=place.partition,
            headers=[canary_v1.header(canary)],
        )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC)
