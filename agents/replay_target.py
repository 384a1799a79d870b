"""Replay target: where sent records lie, and what an interrupted run has left there."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.partitioner import murmur2

from agents.client import create_consumer, running
from agents.delivery import Outgoing
from agents.replay_marks import Marks, replay_id_of
from agents.replay_request import ReplayRequest
from agents.topic_reader import Record, Stretch, drained
from monitor.archive import LogRecord
from monitor.settings import Settings

__all__ = ["Leftovers", "end_offsets", "leftovers", "partition_for"]


def partition_for(record: LogRecord, partitions: int) -> int:
    """Return where a record belongs among another number of partitions.

    The key decides, as Kafka's own clients decide. Records without a key stay together with those
    of their partition, in order.
    """
    if record.key is None:
        return record.partition % partitions
    return int(murmur2(record.key) & 0x7FFFFFFF) % partitions


class Leftovers:
    """Records that an interrupted run had sent after its last checkpoint, each to be met once.

    Records of a partition are sent strictly in order. So what the run had sent there is the beginning
    of what is still to be sent there: the first record that is not met ends it.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._left: dict[int, Counter[bytes]] = defaultdict(Counter)
        self.count = 0
        """How many may still be met."""

    def put(self, record: Record) -> None:
        """Note a record that lies in the target."""
        self._left[record.partition][_digest(record.key, record.value, record.headers)] += 1
        self.count += 1

    def take(self, record: Outgoing) -> bool:
        """Tell whether the record lies in the target already; then it is met."""
        left = self._left[-1 if record.partition is None else record.partition]
        digest = _digest(record.key, record.value, record.headers)
        if digest not in left:
            self.count -= left.total()
            left.clear()
            return False
        left[digest] -= 1
        if not left[digest]:
            del left[digest]
        self.count -= 1
        return True


async def end_offsets(consumer: AIOKafkaConsumer, topic: str, partitions: int) -> dict[int, int]:
    """Return where each partition of a topic ends."""
    asked = [TopicPartition(topic, number) for number in range(partitions)]
    return {each.partition: end for each, end in (await consumer.end_offsets(asked)).items()}


async def leftovers(
    settings: Settings, request: ReplayRequest, since: dict[int, int], ends: dict[int, int]
) -> Leftovers:
    """Find what a run has sent to the target after its last checkpoint.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    found = Leftovers()
    parts = [
        Stretch(partition=TopicPartition(request.target, number), start=since[number], end=end)
        for number, end in ends.items()
        if number in since
    ]
    async with running(create_consumer(settings), settings) as consumer:
        async for record in drained(consumer, parts):
            if (
                request.marks is Marks.NONE
                or replay_id_of(record.headers) == request.replay_id.encode()
            ):
                found.put(record)
    return found


def _digest(
    key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]
) -> bytes:
    """Return what tells records apart; not by time, which the broker may have set."""
    content = repr((key, value, tuple(headers))).encode()
    return hashlib.blake2b(content, digest_size=16).digest()
