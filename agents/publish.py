"""Publish: records from files to a topic, each delivered and counted, or refused with a reason."""

import asyncio
from collections.abc import AsyncIterable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    RecordTooLargeError,
)

from agents.article_files import InputRecord
from agents.delivery import Outgoing
from agents.sending import Sending
from agents.topic_reader import partitions_of
from monitor.errors import InvalidRecord
from monitor.settings import Settings
from monitor.wire import article_v1

__all__ = ["AHEAD_MS", "PublishReport", "RefusedLine", "publish"]

_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError, RecordTooLargeError)
_REFUSED_KEPT = 1000
AHEAD_MS = 30_000
"""How far times may run ahead of the clock: half of what the doctor takes for a wrong clock, and a
small part of what Kafka 4 takes (`message.timestamp.after.max.ms`, an hour)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """A record that the topic does not take."""

    place: str
    reason: str


@dataclass(slots=True, kw_only=True)
class PublishReport:
    """What became of the records: `published + refused_total` is how many there were."""

    published: int = 0
    published_bytes: int = 0
    refused_total: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    """The first thousand of them."""
    latest_ms: int = 0
    """Time of the latest record, milliseconds since 1970."""

    def next_time(self) -> int:
        """Return the time of the next record: now, but later than that of the one before.

        Workers read the partitions of a topic in the order of time; so they read what was
        published in the order in which it stood in the file.
        """
        self.latest_ms = max(_now_ms(), self.latest_ms + 1)
        return self.latest_ms

    def seconds_ahead(self) -> float:
        """Return for how long to wait until the latest time is as little ahead as it may be."""
        return max(0, self.latest_ms - AHEAD_MS - _now_ms()) / 1000

    def refuse(self, record: InputRecord, reason: str) -> None:
        """Count a record that was not sent or not taken."""
        self.refused_total += 1
        if len(self.refused) < _REFUSED_KEPT:
            reason = f"{record.length:,} bytes: {reason}"
            self.refused.append(RefusedLine(place=record.place, reason=reason))


async def publish(
    settings: Settings,
    records: AsyncIterable[Sequence[InputRecord]],
    *,
    topic: str,
    progress: Callable[[Sequence[InputRecord]], None] = lambda _: None,
) -> PublishReport:
    """Send records to a topic as they are, keyed by article id, and wait for every delivery.

    More than a thousand records a second, the times being milliseconds, only go out as long as
    these are at most `AHEAD_MS` ahead of the clock. Records are not judged here: whatever cannot be read becomes a dead letter of the worker, and
    is sent without a key. Memory stays bounded however many there are.

    Raises:
        BrokerUnavailable: no broker answers.
        DeliveryFailed: the broker went away; says how many records it has.
        TopicMismatch: there is no such topic.
    """
    await partitions_of(settings, topic)
    report = PublishReport()
    async with Sending(settings, topic) as sending:
        async for share in records:
            await _send(sending, share, report, settings)
            progress(share)
    return report


async def _send(
    sending: Sending, share: Sequence[InputRecord], report: PublishReport, settings: Settings
) -> None:
    """Send what is at hand, and count what becomes of each record."""
    whole = []
    for record in share:
        if record.is_whole:
            whole.append(record)
        else:
            limit = settings.max_record_bytes
            report.refuse(record, f"longer than the {limit:,} that max_record_bytes allows")
    outgoing = [
        Outgoing(
            topic=sending.topic,
            key=_key(record.value, settings),
            value=record.value,
            timestamp_ms=report.next_time(),
        )
        for record in whole
    ]
    await asyncio.sleep(report.seconds_ahead())
    refused = {each.index: each.error for each in await sending.send(outgoing)}
    for index, record in enumerate(whole):
        if index in refused:
            report.refuse(record, _reason(refused[index]))
        else:
            report.published += 1
            report.published_bytes += record.length


def _key(value: bytes, settings: Settings) -> bytes | None:
    """Return the id of the article that a worker will read in these bytes; None if it cannot."""
    now = datetime.now(UTC)
    try:
        article = article_v1.decode(value, timestamp=now, max_text_chars=settings.max_text_chars)
    except InvalidRecord:
        return None
    return article.ref.id.encode()


def _now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def _reason(error: KafkaError) -> str:
    if isinstance(error, _TOO_LARGE):
        return "larger than the topic's max.message.bytes"
    return f"the broker refuses it: {error}"
