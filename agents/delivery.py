"""Delivery: hand records to the broker and know of each one what became of it."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    CorruptRecordException,
    InvalidTimestampError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    UnknownTopicOrPartitionError,
    UnsupportedForMessageFormatError,
    UnsupportedVersionError,
)

from agents.logs import get_logger
from monitor.errors import DeliveryFailed
from monitor.metrics import Recorder
from monitor.metrics.catalogue import DELIVERY_FAILURES, DELIVERY_RETRIES

__all__ = ["BATCH_BYTES", "Delivery", "Order", "Outgoing", "Refused"]

BATCH_BYTES = 262_144
"""How much a producer sends to a partition at once; a larger record goes alone."""

# This record will never be accepted: other records of its batch may well be.
_REFUSED = (
    CorruptRecordException,  # by its other name InvalidMessageError: no key where one is needed
    InvalidTimestampError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)
# No record will be accepted until somebody changes something.
_HOPELESS = (
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    UnknownTopicOrPartitionError,
    UnsupportedForMessageFormatError,
    UnsupportedVersionError,
)
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_STOP_SECONDS = 2.0

_log = get_logger(__name__)


class Order(StrEnum):
    """What the order of the records given means for the order on a partition."""

    USUAL = "usual"
    """The same, as long as the broker refuses nothing: fast."""
    STRICT = "strict"
    """The same, always: none is sent before all earlier ones of its partition are accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A record to be delivered; without a partition, the key decides."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None
    timestamp_ms: int | None = None
    """Milliseconds since 1970 UTC; the time of sending where None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that the broker refused for good, and why; *index* counts the records given."""

    index: int
    record: Outgoing
    error: KafkaError


class Delivery:
    """Delivers records at least once through an idempotent producer of its own.

    The producer keeps trying by itself whatever may pass (a broker that is away, a leader that
    moves) for as long as it lives; what comes back as failed is sent again here, alone when the
    broker refused the batch for it. Every wait ends when the caller is cancelled. For one caller
    at a time.
    """

    def __init__(
        self,
        make_producer: Callable[[], AIOKafkaProducer],
        *,
        recorder: Recorder,
        first_pause_seconds: float = _FIRST_PAUSE_SECONDS,
    ) -> None:
        """Take what makes a producer, not yet started."""
        self._make_producer = make_producer
        self._producer: AIOKafkaProducer | None = None
        self._recorder = recorder
        self._first_pause = first_pause_seconds
        self._renewing = asyncio.Lock()

    async def start(self) -> None:
        """Connect."""
        self._producer = self._make_producer()
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnect; records that the broker has not taken by now are given up."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    async def deliver(
        self, records: Sequence[Outgoing], *, order: Order = Order.USUAL
    ) -> tuple[Refused, ...]:
        """Deliver all records; return those that the broker refuses for good.

        Raises:
            DeliveryFailed: no record at all can be delivered to a topic: it does not exist, or we
                are not allowed to write there.
        """
        numbered = list(enumerate(records))
        if order is Order.USUAL:
            refused = await self._deliver_together(numbered)
        else:
            refused = await self._deliver_in_order(numbered)
        for each in refused:
            self._recorder.count(DELIVERY_FAILURES, topic=each.record.topic)
        return tuple(sorted(refused, key=lambda each: each.index))

    async def _deliver_together(self, records: list[tuple[int, Outgoing]]) -> list[Refused]:
        refused: list[Refused] = []
        pauses = self._pauses()
        while records:
            producer = self._running()
            results = await _send(producer, [record for _, record in records])
            again = []
            for (index, record), error in zip(records, results, strict=True):
                if error is None:
                    continue
                if isinstance(error, _REFUSED):
                    # The broker refuses a whole batch for one record in it: ask for this one alone.
                    producer = await self._renew(producer)
                    (error,) = await _send(producer, [record])  # noqa: PLW2901  the newer answer
                    if isinstance(error, _REFUSED):
                        refused.append(Refused(index=index, record=record, error=error))
                        continue
                if error is not None:
                    again.append((index, record))
                    self._look_at(error, record)
            records = again
            if records:
                await asyncio.sleep(next(pauses))
                await self._renew(producer)
        return refused

    async def _deliver_in_order(self, records: list[tuple[int, Outgoing]]) -> list[Refused]:
        partitions: dict[tuple[str, int], list[tuple[int, Outgoing]]] = defaultdict(list)
        for index, record in records:
            if record.partition is None:
                message = f"a record for {record.topic} needs a partition to be sent in order"
                raise ValueError(message)
            partitions[record.topic, record.partition].append((index, record))
        found = await asyncio.gather(*map(self._deliver_partition, partitions.values()))
        return [each for refused in found for each in refused]

    async def _deliver_partition(self, records: list[tuple[int, Outgoing]]) -> list[Refused]:
        refused: list[Refused] = []
        waiting = deque(records)
        pauses = self._pauses()
        most = len(waiting)
        while waiting:
            producer = self._running()
            sent, error = await _send_batch(producer, [record for _, record in waiting], most)
            if error is None:
                for _ in range(sent):
                    waiting.popleft()
                pauses = self._pauses()
                continue
            index, record = waiting[0]
            if isinstance(error, _REFUSED):
                if sent == 1:
                    refused.append(Refused(index=index, record=record, error=error))
                    waiting.popleft()
                most = 1
            else:
                self._look_at(error, record)
                await asyncio.sleep(next(pauses))
            await self._renew(producer)
        return refused

    def _look_at(self, error: KafkaError, record: Outgoing) -> None:
        """Count a failure that may pass; raise one that will not."""
        if isinstance(error, _HOPELESS):
            message = (
                f"{record.topic} takes no records from us ({type(error).__name__}: {error}): "
                "check that the topic exists and that we may write to it (`news-monitor doctor`)"
            )
            raise DeliveryFailed(message) from error
        self._recorder.count(DELIVERY_RETRIES, topic=record.topic)
        _log.warning("record not delivered yet", topic=record.topic, error=repr(error))

    def _pauses(self) -> Iterator[float]:
        pause = self._first_pause
        while True:
            yield pause
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _running(self) -> AIOKafkaProducer:
        if self._producer is None:
            message = "start() the delivery first"
            raise RuntimeError(message)
        return self._producer

    async def _renew(self, failed: AIOKafkaProducer) -> AIOKafkaProducer:
        """Replace a producer after a failure: the broker would refuse what it sends from now on.

        An idempotent producer numbers its batches for each partition; one that was refused leaves a
        gap, and all later ones are out of order for ever (aiokafka does not begin a new epoch).
        """
        async with self._renewing:
            if self._producer is failed:
                await _stop(failed)
                self._producer = self._make_producer()
                pauses = self._pauses()
                while True:
                    try:
                        await self._producer.start()
                        break
                    except (KafkaError, OSError) as error:
                        _log.warning("no broker answers", error=repr(error))
                        await _stop(self._producer)
                        await asyncio.sleep(next(pauses))
                        self._producer = self._make_producer()
            return self._running()


async def _send(producer: AIOKafkaProducer, records: Sequence[Outgoing]) -> list[KafkaError | None]:
    """Send all records at once and wait; return the error of each that failed."""
    sent: list[asyncio.Future[object] | KafkaError] = []
    for record in records:
        try:
            # Awaited in turn and not gathered: it returns at once, and so the order is kept.
            sent.append(await _hand_over(producer, record))
        except KafkaError as error:
            sent.append(error)
    futures = [each for each in sent if isinstance(each, asyncio.Future)]
    if futures:
        await asyncio.wait(futures)
    return [_error_of(each) for each in sent]


async def _hand_over(producer: AIOKafkaProducer, record: Outgoing) -> "asyncio.Future[object]":
    """Give one record to the producer; the future tells when the broker has it."""
    headers = list(record.headers)
    if record.key is None and record.value is None:
        # The producer refuses these, Kafka does not: the dead letter of a bare tombstone.
        batch = producer.create_batch()
        batch.append(
            timestamp=_now_ms() if record.timestamp_ms is None else record.timestamp_ms,
            key=None,
            value=None,
            headers=headers,
        )
        partition = record.partition or 0
        bare: asyncio.Future[object] = await producer.send_batch(
            batch, record.topic, partition=partition
        )
        return bare
    future: asyncio.Future[object] = await producer.send(
        record.topic,
        key=record.key,
        value=record.value,
        headers=headers,
        partition=record.partition,
        timestamp_ms=record.timestamp_ms,
    )
    return future


async def _send_batch(
    producer: AIOKafkaProducer, records: Sequence[Outgoing], most: int
) -> tuple[int, KafkaError | None]:
    """Send the first records of one partition as a single batch that the broker takes whole.

    Returns:
        How many records the batch held, and the error if it was not taken.
    """
    batch = producer.create_batch()
    now = _now_ms()
    held = 0
    for record in records[:most]:
        added = batch.append(
            timestamp=now if record.timestamp_ms is None else record.timestamp_ms,
            key=record.key,
            value=record.value,
            headers=list(record.headers),
        )
        if added is None:
            break
        held += 1
    try:
        future = await producer.send_batch(batch, records[0].topic, partition=records[0].partition)
        await future
    except KafkaError as error:
        return held, error
    return held, None


def _error_of(sent: "asyncio.Future[object] | KafkaError") -> KafkaError | None:
    if isinstance(sent, KafkaError):
        return sent
    error = sent.exception()
    if error is None or isinstance(error, KafkaError):
        return error
    raise error


def _now_ms() -> int:
    return int(time.time() * 1000)


async def _stop(producer: AIOKafkaProducer) -> None:
    """Stop a producer that may hold records the broker does not take."""
    with suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(_STOP_SECONDS):
            await producer.stop()
