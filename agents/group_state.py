"""Group state: a consumer group as the broker sees it, asked without joining it."""

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from aiokafka.structs import OffsetAndMetadata

from agents.client import create_consumer, running
from agents.topic_state import Cluster
from monitor.settings import Settings

__all__ = ["bounds_of", "committed_of", "first_unread", "members_of", "partitions_in"]

_COORDINATOR_PAUSES = (0.2, 0.4, 0.8, 1.6, 3.2)

Offsets = Mapping[TopicPartition, int]


async def members_of(admin: AIOKafkaAdminClient, group: str) -> int | None:
    """Return how many workers the group has; None where the broker does not tell."""
    try:
        answers = await admin.describe_consumer_groups([group])
    except (KafkaError, TypeError):  # the embedded broker's answer is beyond the client
        return None
    return sum(len(described[5]) for answer in answers for described in answer.groups)


async def committed_of(
    admin: AIOKafkaAdminClient, group: str, partitions: Sequence[TopicPartition]
) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """Return the offsets that the group has committed.

    A new cluster makes the place where groups are kept when it is asked for the first one, and
    answers that there is none until it has.
    """
    pauses = iter(_COORDINATOR_PAUSES)
    while True:
        try:
            found: Mapping[TopicPartition, OffsetAndMetadata]
            found = await admin.list_consumer_group_offsets(group, partitions=partitions)
        except GroupCoordinatorNotAvailableError:
            pause = next(pauses, None)
            if pause is None:
                raise
            await asyncio.sleep(pause)
        else:
            return found


async def bounds_of(
    settings: Settings, partitions: Sequence[TopicPartition]
) -> tuple[Offsets, Offsets]:
    """Return the first offset that each partition holds, and the one after its last."""
    if not partitions:
        return {}, {}
    async with running(create_consumer(settings), settings) as consumer:
        first = await consumer.beginning_offsets(partitions)
        return first, await consumer.end_offsets(partitions)


def first_unread(
    committed: Mapping[TopicPartition, OffsetAndMetadata], first: Offsets, last: Offsets
) -> Offsets:
    """Return the offset of each partition at which the group reads on; the end where all is read."""
    found = {}
    for place, end in last.items():
        known = committed.get(place)
        read = first[place] if known is None or known.offset < 0 else known.offset
        found[place] = min(end, max(read, first[place]))
    return found


def partitions_in(cluster: Cluster, topics: Sequence[str]) -> list[TopicPartition]:
    """Return the partitions of those topics that exist."""
    return [
        TopicPartition(topic, number)
        for topic in topics
        if topic in cluster.topics
        for number in range(cluster.topics[topic].partitions)
    ]
