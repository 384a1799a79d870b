"""Tail: alerts off their topic, as they come or as they stand."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum

from aiokafka import TopicPartition

from agents.client import create_consumer, running
from agents.topic_reader import Record, Stretch, follow, merged, partitions_of, stretches
from monitor.domain import Alert
from monitor.errors import InvalidRecord
from monitor.settings import Settings
from monitor.wire import alert_v1

__all__ = ["End", "ReceivedAlert", "Start", "latest", "tail"]


class Start(StrEnum):
    """Where to begin."""

    BEGINNING = "beginning"
    """With the oldest alert that the topic still holds."""
    NOW = "now"
    """With the first alert that comes after the call."""


class End(StrEnum):
    """Where to end."""

    NEVER = "never"
    """Wait for further alerts."""
    NOW = "now"
    """Where the topic ends when the call is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedAlert:
    """An alert with the bytes it came as."""

    alert: Alert
    value: bytes


async def tail(
    settings: Settings,
    *,
    topic: str,
    start: Start = Start.NOW,
    end: End = End.NEVER,
    idle_seconds: float | None = None,
    unreadable: Callable[[Record, InvalidRecord], None] = lambda _record, _error: None,
    started: Callable[[], None] = lambda: None,
) -> AsyncGenerator[ReceivedAlert]:
    """Read alerts, oldest first, then as they come.

    Args:
        settings: where the broker is.
        topic: an alert topic.
        start: where to begin.
        end: where to end.
        idle_seconds: end after so long without an alert; None waits for ever.
        unreadable: told of records that are no alerts; they are passed over.
        started: told when the position is fixed: an alert sent from now on will be seen.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: there is no such topic.
    """
    partitions = await partitions_of(settings, topic)
    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(consumer, partitions)
        started()
        if start is Start.BEGINNING:
            async with aclosing(merged(settings, parts)) as records:
                async for record in records:
                    if received := _decoded(record, unreadable):
                        yield received
        if end is End.NEVER:
            starts = _ends(parts)
            async with aclosing(follow(consumer, starts, idle_seconds=idle_seconds)) as records:
                async for record in records:
                    if received := _decoded(record, unreadable):
                        yield received


async def latest(alerts: AsyncIterator[ReceivedAlert]) -> list[ReceivedAlert]:
    """Return the newest revision of every alert, in the order in which the stories began."""
    newest: dict[str, ReceivedAlert] = {}
    async for received in alerts:
        known = newest.get(received.alert.alert_id)
        if known is None or received.alert.revision >= known.alert.revision:
            newest[received.alert.alert_id] = received
    return sorted(newest.values(), key=lambda each: (each.alert.first_seen, each.alert.alert_id))


def _ends(parts: list[Stretch]) -> dict[TopicPartition, int]:
    return {part.partition: part.end for part in parts}


def _decoded(
    record: Record, unreadable: Callable[[Record, InvalidRecord], None]
) -> ReceivedAlert | None:
    try:
        alert = alert_v1.decode(record.value)
    except InvalidRecord as error:
        unreadable(record, error)
        return None
    return ReceivedAlert(alert=alert, value=record.value or b"")
