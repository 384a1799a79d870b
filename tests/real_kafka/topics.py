"""Make topics on a test cluster, and read them back whole."""

import functools
import time
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

from tests.real_kafka.cluster import KafkaCluster
from tests.real_kafka.metadata import knows_topic, until_all

_POLL_MILLISECONDS = 200


async def create_topic(
    cluster: KafkaCluster,
    topic: str,
    *,
    partitions: int = 1,
    config: Mapping[str, str] | None = None,
    seconds: float = 30.0,
) -> str:
    """Create a topic, wait until every running broker knows its leaders, and return its name."""
    admin = AIOKafkaAdminClient(**cluster.client_options())
    await admin.start()
    try:
        replicas = min(3, len(cluster.broker_ids))
        wanted = NewTopic(topic, partitions, replicas, topic_configs=dict(config or {}))
        answer = await admin.create_topics([wanted])
    finally:
        await admin.close()
    for name, code, reason in answer.topic_errors:
        if code:
            message = f"topic {name}: {reason}"
            raise for_code(code)(message)
    options = cluster.security_options()
    conditions = [
        functools.partial(knows_topic, cluster.address_of(broker), options, topic, partitions)
        for broker in cluster.running_broker_ids
    ]
    if not await until_all(conditions, seconds=seconds):
        message = f"not every broker knew the leaders of {topic} after {seconds} s"
        raise TimeoutError(message)
    return topic


async def read_to_end(
    cluster: KafkaCluster, topic: str, *, seconds: float = 30.0
) -> list[ConsumerRecord[bytes, bytes]]:
    """Read all records a topic holds now, in the order of partition and offset.

    What is written after the call began may or may not be among them.
    """
    deadline = time.monotonic() + seconds
    partitions = await _partitions_of(cluster, topic)
    consumer = AIOKafkaConsumer(
        **cluster.client_options(),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        records: list[ConsumerRecord[bytes, bytes]] = []
        while missing := [
            each for each in partitions if await consumer.position(each) < ends[each]
        ]:
            if time.monotonic() >= deadline:
                message = f"{seconds} s were not enough to read {missing} to their end"
                raise TimeoutError(message)
            for batch in (await consumer.getmany(timeout_ms=_POLL_MILLISECONDS)).values():
                records.extend(batch)
    finally:
        await consumer.stop()
    return sorted(records, key=lambda record: (record.partition, record.offset))


async def _partitions_of(cluster: KafkaCluster, topic: str) -> list[TopicPartition]:
    # Not the consumer's own answer: that comes from a cache which may not have the topic yet.
    admin = AIOKafkaAdminClient(**cluster.client_options())
    await admin.start()
    try:
        [described] = await admin.describe_topics([topic])
    finally:
        await admin.close()
    if described["error_code"]:
        raise for_code(described["error_code"])(topic)
    numbers = sorted(partition["partition"] for partition in described["partitions"])
    return [TopicPartition(topic, number) for number in numbers]
