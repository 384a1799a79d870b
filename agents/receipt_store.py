"""ReceiptStore: what subscriptions were told, kept in a compacted topic beside the alerts.

Receipts stand in the partition of the same number as their alerts, and are read back to the end
before the first record of a newly assigned partition is handled.

A record that is no receipt is passed over and counted: one broken record must not keep a partition
without alerts. A receipt of another version stops the worker: a release that cannot read the topic
would forget who was told of what.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from agents.client import stop
from agents.delivery import Outgoing
from agents.logs import get_logger
from agents.topic_reader import Stretch, drained
from monitor.domain import Receipt
from monitor.errors import InvalidRecord, Reason, TopicMismatch
from monitor.policy.subscriptions.serving import ReceiptBook
from monitor.wire import receipt_v1
from monitor.wire.codec import SCHEMA_PREFIX

__all__ = ["ReceiptStore"]

_RECEIPT = f"{SCHEMA_PREFIX}{receipt_v1.NAME}/".encode()

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """The book of a partition, and how it came about."""

    generation: int
    book: ReceiptBook
    unreadable: int
    """How many keys have a newest record that is no receipt."""


class ReceiptStore:
    """One ReceiptBook per assigned partition of the alerts topic."""

    def __init__(
        self, topic: str, *, alerts_topic: str, make_consumer: Callable[[], AIOKafkaConsumer]
    ) -> None:
        """Take both topics, and what makes a consumer without a group."""
        self._topic = topic
        self._alerts_topic = alerts_topic
        self._make_consumer = make_consumer
        self._held: dict[int, _Held] = {}

    async def load(self, partitions: Iterable[int], *, generation: int) -> None:
        """Read back the receipts of partitions that are new in this generation of the group.

        A book of an earlier generation is thrown away: somebody else may have had the partition.

        Raises:
            TopicMismatch: a receipt is of a version that this release does not read.
        """
        wanted = {
            partition
            for partition in partitions
            if partition not in self._held or self._held[partition].generation != generation
        }
        await asyncio.gather(*(self._load(partition, generation) for partition in wanted))

    def book(self, partition: int) -> ReceiptBook:
        """Return the book of a partition that was loaded."""
        return self._held[partition].book

    def forget(self, partitions: Iterable[int]) -> None:
        """Let go of the receipts of partitions that were revoked or set back."""
        for partition in partitions:
            self._held.pop(partition, None)

    @property
    def books(self) -> dict[int, ReceiptBook]:
        """The books at hand, by partition."""
        return {partition: held.book for partition, held in self._held.items()}

    @property
    def unreadable(self) -> dict[int, int]:
        """How many receipts could not be read back, by partition of the books at hand."""
        return {partition: held.unreadable for partition, held in self._held.items()}

    def records(self, partition: int) -> list[Outgoing]:
        """Make the records that keep what has changed in a partition's book since the last call."""
        return [
            Outgoing(
                topic=self._topic,
                key=alert_id.encode(),
                value=None if receipt is None else receipt_v1.encode(receipt),
                partition=partition,
            )
            for alert_id, receipt in self.book(partition).changes().items()
        ]

    async def _load(self, partition: int, generation: int) -> None:
        found: dict[bytes | None, Receipt] = {}
        unreadable: set[bytes | None] = set()
        place = TopicPartition(self._topic, partition)
        consumer = self._make_consumer()
        await consumer.start()
        try:
            begin = (await consumer.beginning_offsets([place]))[place]
            end = (await consumer.end_offsets([place]))[place]
            part = Stretch(partition=place, start=begin, end=end)
            async for record in drained(consumer, [part]):
                _apply(record, found, unreadable)
            book = ReceiptBook()
            book.restore(found.values())
            if not await self._is_same_log(consumer, partition, found.values()):
                _log.warning("alerts come from another log than the receipts", partition=partition)
                book.forget_offsets()
        finally:
            await stop(consumer)
        self._held[partition] = _Held(generation, book, len(unreadable))
        _log.info("receipts read back", partition=partition, receipts=len(book))

    async def _is_same_log(
        self, consumer: AIOKafkaConsumer, partition: int, receipts: Iterable[Receipt]
    ) -> bool:
        """Whether the alerts topic is the one that the receipts come from.

        If it was deleted and made again its offsets begin anew, and new alerts would be taken for
        old ones. The record at the highest offset taken in must still be that alert, or be gone.
        """
        newest = max(receipts, key=lambda each: each.offset, default=None)
        if newest is None or newest.offset < 0:
            return True
        place = TopicPartition(self._alerts_topic, partition)
        if (await consumer.beginning_offsets([place]))[place] > newest.offset:
            return True
        if (await consumer.end_offsets([place]))[place] <= newest.offset:
            return False
        part = Stretch(partition=place, start=newest.offset, end=newest.offset + 1)
        keys = [record.key async for record in drained(consumer, [part])]
        return not keys or keys == [newest.alert_id.encode()]


def _apply(
    record: ConsumerRecord[bytes, bytes],
    found: dict[bytes | None, Receipt],
    unreadable: set[bytes | None],
) -> None:
    """Take one record of the receipts topic into what was found so far."""
    unreadable.discard(record.key)
    if record.value is None:
        found.pop(record.key, None)
        return
    try:
        receipt = receipt_v1.decode(record.value)
    except InvalidRecord as error:
        where = f"{record.topic} partition {record.partition} offset {record.offset}"
        if error.reason is Reason.UNKNOWN_VERSION and _RECEIPT in record.value:
            message = (
                f"{where}: a receipt of another version: {error}. Run the release that wrote it, or"
                " a newer one, on every worker; to go back for good, name another `receipts_topic`"
                " and run `news-monitor topics create`: who was told of what is then forgotten"
            )
            raise TopicMismatch(message) from error
        unreadable.add(record.key)
        _log.error("receipt cannot be read back", place=where, error=str(error))
        return
    found[record.key] = receipt
