"""The consumers in docs/examples do what docs/subscribers.md promises, on a real broker."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat

from monitor.domain import Alert, Certainty, Lifecycle
from monitor.wire import alert_v1
from tests.integration.subscriber import NAMES, Subscriber, line_of
from tests.real_kafka import KafkaCluster, read_to_end
from tests.real_kafka.factory import TopicMaker
from tests.toolchains import required
from tests.toolchains.needed import NEEDED

PARTITIONS = 3
FIRST = alert_v1.decode(alert_v1.EXAMPLES[0])

QUAKE = replace(FIRST, alert_id="st-a", headline="Überfall bei Łódź: \x1b[31m„Feuer“")
QUAKE_UPDATE = replace(
    QUAKE, revision=2, lifecycle=Lifecycle.UPDATE, certainty=Certainty.OBSERVED, headline="Update"
)
QUAKE_CANCEL = replace(QUAKE, revision=3, lifecycle=Lifecycle.CANCEL, evidence=())
OTHER = replace(FIRST, alert_id="st-b", headline="Other")
LATER = replace(FIRST, alert_id="st-c", headline="Later")
LAST = replace(FIRST, alert_id="st-d", headline="Last")

Sent = Alert | bytes | None


async def send(kafka: KafkaCluster, topic: str, *sent: Sent) -> None:
    """Write alerts as the product does, and other values as they are, all to one partition."""
    producer = AIOKafkaProducer(**kafka.client_options(), compression_type="gzip", acks="all")
    await producer.start()
    try:
        for each in sent:
            alert = each if isinstance(each, Alert) else None
            await producer.send_and_wait(
                topic,
                key=alert.alert_id.encode() if alert else b"poison",
                value=alert_v1.encode(alert) if alert else each,
                headers=alert_v1.headers(alert, source="/news-monitor/test") if alert else [],
                partition=1,
            )
    finally:
        await producer.stop()


async def committed(kafka: KafkaCluster, topic: str, group: str) -> int:
    """The offset that a group has committed on the partition that is written to."""
    admin = AIOKafkaAdminClient(**kafka.client_options())
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    return int(offsets[TopicPartition(topic, 1)].offset)


def printed(*alerts: Alert, replaces: Sequence[int | None]) -> list[str]:
    """The lines of these revisions; a control character is printed as a question mark."""
    lines = [line_of(each, replaces=old) for each, old in zip(alerts, replaces, strict=True)]
    return [line.replace("\x1b", "?") for line in lines]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", NAMES)
async def test_an_example_prints_each_revision_once_and_resumes(
    kafka: KafkaCluster, new_topic: TopicMaker, unique_prefix: str, tmp_path: Path, name: str
) -> None:
    """New alerts, replacements and cancellations once each, whatever repeats; poison is passed.

    Stopped and started again it goes on where it had got to, and still knows what it replaces;
    killed, it loses nothing.
    """
    topic = await new_topic("alerts", partitions=PARTITIONS)
    settings = {
        "KAFKA_BROKER": kafka.bootstrap,
        "ALERTS_TOPIC": topic,
        "KAFKA_GROUP": unique_prefix,
    }
    poison = (b"\xff\xfe", b"[1]", b'{"schema": "news-monitor/alert/2"}', None)
    await send(kafka, topic, QUAKE, OTHER, *poison, QUAKE, QUAKE_UPDATE, QUAKE, QUAKE_UPDATE)

    with Subscriber(name, settings, tmp_path) as subscriber:
        expected = printed(QUAKE, OTHER, QUAKE_UPDATE, replaces=[None, None, 1])
        assert subscriber.lines(3) == expected
        await send(kafka, topic, OTHER, LATER)
        assert subscriber.lines(1) == printed(LATER, replaces=[None])
        assert subscriber.stop() == []
        assert subscriber.remarks.count("skipped partition 1 offset") == len(poison)
    assert await committed(kafka, topic, unique_prefix) == 12

    await send(kafka, topic, QUAKE_UPDATE, QUAKE_CANCEL)
    with Subscriber(name, settings, tmp_path) as subscriber:
        assert subscriber.lines(1) == printed(QUAKE_CANCEL, replaces=[2])
        subscriber.kill()

    await send(kafka, topic, LAST)
    with Subscriber(name, settings, tmp_path) as subscriber:
        lines = subscriber.lines(1)
        # Killed before it could commit, it may say again what it had said.
        if lines == printed(QUAKE_CANCEL, replaces=[2]):
            lines = subscriber.lines(1)
        assert lines == printed(LAST, replaces=[None])
        assert subscriber.stop() == []
        assert subscriber.remarks.count("skipped partition 1 offset") == len(poison)


async def test_an_alert_read_from_a_broker_is_a_cloud_event(
    kafka: KafkaCluster, new_topic: TopicMaker
) -> None:
    """What lies on the topic, byte for byte, is an event to the CloudEvents SDK."""
    topic = await new_topic("alerts", partitions=PARTITIONS)
    await send(kafka, topic, QUAKE)

    (record,) = await read_to_end(kafka, topic)
    message = KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value)
    event = from_binary_event(message, JSONFormat())

    assert event.get_id() == "st-a/1"
    assert event.get_specversion() == "1.0"
    assert event.get_data() == json.loads(alert_v1.encode(QUAKE))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", NEEDED)
def test_what_the_examples_need_can_be_had(name: str) -> None:
    """Each pinned set of packages installs, and again costs nothing."""
    assert required(NEEDED[name]) == required(NEEDED[name])
