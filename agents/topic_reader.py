"""Topic reader: stretches of a topic's partitions, merged by time, without a consumer group."""

import asyncio
import heapq
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from agents.client import create_admin, create_consumer, running
from agents.topic_state import read_cluster
from monitor.errors import BrokerUnavailable, TopicMismatch
from monitor.settings import Settings

__all__ = [
    "Record",
    "Stretch",
    "drained",
    "follow",
    "merged",
    "merged_batches",
    "milliseconds",
    "partitions_of",
    "stretches",
]

Record: TypeAlias = ConsumerRecord[bytes, bytes]

_POLL_MS = 500
_BATCH = 2000
_PATIENCE_MS = 30_000
"""How long a broker may send nothing of what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A half-open range of offsets of one partition."""

    partition: TopicPartition
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many offsets it spans: at most so many records."""
        return max(0, self.end - self.start)


def milliseconds(moment: datetime) -> int:
    """Return Kafka's timestamp of a moment: milliseconds since 1970 UTC."""
    return int(moment.timestamp() * 1000)


async def partitions_of(settings: Settings, topic: str) -> list[TopicPartition]:
    """Return a topic's partitions; asking never creates it.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: there is no such topic.
    """
    async with running(create_admin(settings), settings) as admin:
        topics = (await read_cluster(admin, [])).topics
    if topic not in topics:
        message = (
            f"there is no topic {topic}; there are: {', '.join(sorted(topics)) or 'none'}"
            " (`news-monitor topics create` makes ours)"
        )
        raise TopicMismatch(message)
    return [TopicPartition(topic, number) for number in range(topics[topic].partitions)]


async def stretches(
    consumer: AIOKafkaConsumer,
    partitions: list[TopicPartition],
    *,
    from_offset: int | None = None,
    from_time: datetime | None = None,
    until_offset: int | None = None,
) -> list[Stretch]:
    """Find where to start and end in each partition; the end is today's, never tomorrow's.

    `from_time` finds the first record at or after that time; records after it may be older, since
    producers set the times: whoever wants none of them looks at each record's timestamp.
    """
    first = await consumer.beginning_offsets(partitions)
    last = await consumer.end_offsets(partitions)
    starts = dict(first)
    if from_time is not None:
        starts = await _offsets_at(consumer, first, last, milliseconds(from_time))
    if from_offset is not None:
        starts = {each: max(start, from_offset) for each, start in starts.items()}
    found = []
    for each in partitions:
        end = last[each] if until_offset is None else min(last[each], until_offset)
        found.append(Stretch(partition=each, start=min(starts[each], end), end=end))
    return found


async def merged(settings: Settings, parts: Sequence[Stretch]) -> AsyncGenerator[Record]:
    """Read stretches to their ends, all partitions together, oldest timestamp first."""
    async with aclosing(merged_batches(settings, parts)) as batches:
        async for batch in batches:
            for record in batch:
                yield record


async def merged_batches(
    settings: Settings, parts: Sequence[Stretch]
) -> AsyncGenerator[list[Record]]:
    """Read stretches to their ends, oldest timestamp first, as many records as are at hand.

    The order within a partition is kept whatever the timestamps say. Each partition has a consumer
    of its own: a shared one fetches nothing for a partition whose turn it is while records of
    others wait for theirs.

    Raises:
        BrokerUnavailable: the broker went away.
    """
    async with AsyncExitStack() as stack:
        wanted = [part for part in parts if part.size]
        starting = [
            stack.enter_async_context(running(create_consumer(settings), settings)) for _ in wanted
        ]
        consumers = await asyncio.gather(*starting)
        readers = [
            _batches(consumer, [part]) for consumer, part in zip(consumers, wanted, strict=True)
        ]
        for reader in readers:
            stack.push_async_callback(reader.aclose)
        held: list[Iterator[Record]] = [iter(())] * len(readers)
        heads: list[tuple[int, int, Record]] = []
        for number in range(len(readers)):
            await _advance(readers, held, number, heads)
        while heads:
            batch = []
            while heads:
                _, number, record = heads[0]
                batch.append(record)
                if (following := next(held[number], None)) is None:
                    heapq.heappop(heads)
                    break
                heapq.heapreplace(heads, (following.timestamp, number, following))
            yield batch
            await _advance(readers, held, number, heads)


async def drained(consumer: AIOKafkaConsumer, parts: Sequence[Stretch]) -> AsyncGenerator[Record]:
    """Read stretches to their ends as the records come, in order within each partition only.

    Raises:
        BrokerUnavailable: the broker went away.
    """
    async with aclosing(_batches(consumer, parts)) as batches:
        async for batch in batches:
            for record in batch:
                yield record


async def _batches(
    consumer: AIOKafkaConsumer, parts: Sequence[Stretch]
) -> AsyncGenerator[list[Record]]:
    ends = {part.partition: part.end for part in parts if part.size}
    if not ends:
        return
    consumer.assign(list(ends))
    for part in parts:
        if part.size:
            consumer.seek(part.partition, part.start)
    patience = _PATIENCE_MS
    # The last offsets of a stretch may hold no record (compaction, transactions): the position
    # tells where a partition is, not the last record.
    positions = {each: await consumer.position(each) for each in ends}
    while open_ones := [each for each in ends if positions[each] < ends[each]]:
        batches = await consumer.getmany(*open_ones, timeout_ms=_POLL_MS, max_records=_BATCH)
        for partition, records in batches.items():
            end = ends[partition]
            if (
                batch := records
                if records[-1].offset < end
                else [record for record in records if record.offset < end]
            ):
                yield batch
        before, positions = positions, {each: await consumer.position(each) for each in ends}
        patience = patience - _POLL_MS if before == positions else _PATIENCE_MS
        if patience <= 0:
            message = (
                f"the broker has sent nothing of {open_ones[0].topic} for {_PATIENCE_MS // 1000} s,"
                f" though its records go up to {ends[open_ones[0]]:,}; see `news-monitor doctor`"
            )
            raise BrokerUnavailable(message)


async def follow(
    consumer: AIOKafkaConsumer, starts: Mapping[TopicPartition, int], *, idle_seconds: float | None
) -> AsyncGenerator[Record]:
    """Read on from these offsets as records come; ends when none has come for *idle_seconds*."""
    consumer.assign(list(starts))
    for partition, offset in starts.items():
        consumer.seek(partition, offset)
    patience = None if idle_seconds is None else int(idle_seconds * 1000)
    waited = 0
    while patience is None or waited < patience:
        batches = await consumer.getmany(timeout_ms=_POLL_MS)
        waited = 0 if batches else waited + _POLL_MS
        for records in batches.values():
            for record in records:
                yield record


async def _advance(
    readers: Sequence[AsyncIterator[list[Record]]],
    held: list[Iterator[Record]],
    number: int,
    heads: list[tuple[int, int, Record]],
) -> None:
    """Wait for a partition's next records, if it has some left, and push the first."""
    held[number] = iter(await anext(readers[number], []))
    if (record := next(held[number], None)) is not None:
        heapq.heappush(heads, (record.timestamp, number, record))


async def _offsets_at(
    consumer: AIOKafkaConsumer,
    first: Mapping[TopicPartition, int],
    last: Mapping[TopicPartition, int],
    time_ms: int,
) -> dict[TopicPartition, int]:
    """Look up offsets by time; where the broker cannot (the embedded one), start at the first."""
    found = await consumer.offsets_for_times(dict.fromkeys(first, time_ms))
    able = await consumer.offsets_for_times(dict.fromkeys(first, 0))
    starts = {}
    for partition in first:
        at = found.get(partition)
        if at is not None:
            starts[partition] = at.offset
        else:
            starts[partition] = last[partition] if able.get(partition) else first[partition]
    return starts
