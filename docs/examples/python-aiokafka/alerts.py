"""Print News Monitor's alerts: each revision once, as a replacement of the one before it."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Collection
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

SCHEMA = "news-monitor/alert/1"
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


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


class Progress(ConsumerRebalanceListener):
    """Per partition the first offset that was not printed yet; what lies before is history."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        """Take the consumer whose partitions these are."""
        self._consumer = consumer
        self._news_from: dict[TopicPartition, int] = {}

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Forget the partitions that another member reads from now on."""
        for partition in revoked:
            self._news_from.pop(partition, None)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Read history again, quietly, so that it is known which revision is newest."""
        await self._consumer.seek_to_beginning(*assigned)

    async def news_from(self, partition: TopicPartition) -> int:
        """Return the offset that the group had committed when the partition came to us."""
        if partition not in self._news_from:
            self._news_from[partition] = await self._consumer.committed(partition) or 0
        return self._news_from[partition]


async def follow(consumer: AIOKafkaConsumer, progress: Progress) -> None:
    """Print alerts as they come, and commit what was printed."""
    alerts = Alerts()
    while True:
        for partition, records in (await consumer.getmany(timeout_ms=1000)).items():
            news_from = await progress.news_from(partition)
            for record in records:
                is_news = record.offset >= news_from
                try:
                    line = alerts.take(record.value)
                except ValueError:
                    line = ""
                    if is_news:
                        where = f"partition {record.partition} offset {record.offset}"
                        print(f"skipped {where}: no {SCHEMA}", file=sys.stderr)
                if line and is_news:
                    print(line, flush=True)
            if records[-1].offset >= news_from:
                await consumer.commit({partition: records[-1].offset + 1})


async def main() -> None:
    """Follow the topic until Ctrl-C or SIGTERM."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=os.environ.get("KAFKA_BROKER", "127.0.0.1:9092"),
        group_id=os.environ.get("KAFKA_GROUP", "alerts-aiokafka"),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    progress = Progress(consumer)
    consumer.subscribe([os.environ.get("ALERTS_TOPIC", "news.alerts.v1")], listener=progress)
    await consumer.start()
    following = asyncio.create_task(follow(consumer, progress))
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, following.cancel)
    try:
        await following
    except asyncio.CancelledError:
        pass
    finally:
        await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main())
