"""Tests of what reads alerts, against a broker that lives as long as the test."""

from confluent_kafka import Consumer

from monitor.testing import Monitor
from monitor.testing.kafka import Bench


def newest(broker: str, topic: str) -> dict[str, int]:
    """What is tested here: reads the alerts topic with any Kafka client."""
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": "mine",
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
        }
    )
    consumer.subscribe([topic])
    found: dict[str, int] = {}
    ended: set[int] = set()
    partitions = len(consumer.list_topics(topic).topics[topic].partitions)
    while len(ended) < partitions:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            ended.add(message.partition())
            continue
        alert_id, _, revision = dict(message.headers())["ce_id"].decode().rpartition("/")
        found[alert_id] = max(int(revision), found.get(alert_id, 0))
    consumer.close()
    return found


def test_my_reader_keeps_the_newest_revision(embedded_kafka: Bench, monitor: Monitor) -> None:
    """Alerts made by `monitor` are sent as a worker would send them, the first one twice."""
    (first,) = monitor.alerts("The kingdom closed the strait to tankers on Monday.")
    embedded_kafka.send_alerts(first, first)

    assert newest(embedded_kafka.broker, embedded_kafka.settings.alerts_topic) == {
        first.alert_id: 1
    }


def test_a_worker_on_a_real_broker_alerts(real_kafka: Bench) -> None:
    """The whole way: an article is published, a worker reads it, an alert comes out."""
    with real_kafka.worker():
        real_kafka.publish("The kingdom closed the strait to tankers on Monday.")

        (alert,) = real_kafka.wait_for_alerts(1)

    assert alert.kind == "threat"
