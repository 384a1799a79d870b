"""Print News Monitor's alerts: each revision once, as a replacement of the one before it."""

import json
import os
import re
import signal
import sys
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

SCHEMA = "news-monitor/alert/1"
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
SECONDS = 10.0


class Alerts:
    """The newest revision of every alert."""

    def __init__(self) -> None:
        """Start without alerts."""
        self.newest: dict[str, dict[str, Any]] = {}

    def take(self, value: bytes | None) -> str:
        """Keep an alert if its revision is the newest; return what to print, or nothing.

        Raises:
            ValueError: if the value is no alert of the version that we read.
        """
        alert = json.loads(value or b"")
        if not isinstance(alert, dict) or alert.get("schema") != SCHEMA:
            raise ValueError
        before = self.newest.get(alert["alert_id"])
        if before is not None and alert["revision"] <= before["revision"]:
            return ""
        self.newest[alert["alert_id"]] = alert
        replaces = f" replaces {before['revision']}" if before else ""
        # Titles come from anywhere; a terminal obeys control characters.
        headline = CONTROLS.sub("?", alert["headline"])
        return (
            f"{alert['lifecycle']} {alert['alert_id']} revision {alert['revision']}{replaces}:"
            f" {alert['severity']}, {alert['certainty']}, {alert['kind']}: {headline}"
        )


class Follower:
    """A consumer, and per partition the first offset that was not printed yet."""

    def __init__(self, topic: str, settings: dict[str, Any]) -> None:
        """Subscribe to the topic."""
        self._alerts = Alerts()
        self._news_from: dict[int, int] = {}
        self._consumer = Consumer(settings)
        self._consumer.subscribe([topic], on_assign=self._read_history)

    def _read_history(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Start at the beginning: what was printed is read quietly, to know the newest revisions."""
        for each in consumer.committed(partitions, SECONDS):
            self._news_from[each.partition] = max(each.offset, 0)
        for each in partitions:
            each.offset = OFFSET_BEGINNING
        consumer.assign(partitions)

    def step(self) -> None:
        """Wait a second for a record, and print it if it is news."""
        record = self._consumer.poll(1.0)
        if record is None:
            return
        if (error := record.error()) is not None:
            if error.fatal():
                raise KafkaException(error)
            print(f"waiting: {error.str()}", file=sys.stderr)
            return
        self._take(record)

    def _take(self, record: Message) -> None:
        is_news = record.offset() >= self._news_from[record.partition()]
        try:
            line = self._alerts.take(record.value())
        except ValueError:
            line = ""
            if is_news:
                where = f"partition {record.partition()} offset {record.offset()}"
                print(f"skipped {where}: no {SCHEMA}", file=sys.stderr)
        if line and is_news:
            print(line, flush=True)
        if is_news:
            # Committed every second and on close, never before it was printed.
            self._consumer.store_offsets(record)

    def close(self) -> None:
        """Commit what was printed and leave the group."""
        self._consumer.close()


def main() -> None:
    """Follow the topic until Ctrl-C or SIGTERM."""
    asked: list[int] = []
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda number, _frame: asked.append(number))
    settings = {
        "bootstrap.servers": os.environ.get("KAFKA_BROKER", "127.0.0.1:9092"),
        "group.id": os.environ.get("KAFKA_GROUP", "alerts-confluent"),
        "auto.offset.reset": "earliest",
        "auto.commit.interval.ms": 1000,
        "enable.auto.offset.store": False,
    }
    follower = Follower(os.environ.get("ALERTS_TOPIC", "news.alerts.v1"), settings)
    try:
        while not asked:
            follower.step()
    finally:
        follower.close()


if __name__ == "__main__":
    main()
