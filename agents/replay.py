"""Replay: a topic's records through Kafka again, to another topic, as they were.

Keys, values, headers and timestamps are kept; four headers say which run sent a record and where
it lay. All partitions together go in the order of their timestamps.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from agents.delivery import Outgoing
from agents.replay_plan import ReplayPlan, ReplayRequest
from agents.sending import Sending, Share
from agents.topic_reader import Record, merged, milliseconds
from monitor.errors import DeliveryFailed
from monitor.settings import Settings

__all__ = ["REPLAY_HEADERS", "ReplayReport", "replay"]

HEADER_ID = "news-monitor-replay-id"
HEADER_TOPIC = "news-monitor-replay-source-topic"
HEADER_PARTITION = "news-monitor-replay-source-partition"
HEADER_OFFSET = "news-monitor-replay-source-offset"
REPLAY_HEADERS = (HEADER_ID, HEADER_TOPIC, HEADER_PARTITION, HEADER_OFFSET)
"""The headers that a replay adds, in the order in which it adds them."""


@dataclass(slots=True, kw_only=True)
class ReplayReport:
    """What a run has sent."""

    replay_id: str
    sent: int = 0
    passed_over: int = 0
    """Records read but outside the times asked for."""


async def replay(
    settings: Settings,
    request: ReplayRequest,
    plan: ReplayPlan,
    *,
    progress: Callable[[ReplayReport], None] = lambda _: None,
) -> ReplayReport:
    """Send the records that were planned, and wait for every delivery.

    Raises:
        BrokerUnavailable: no broker answers.
        DeliveryFailed: the broker refused a record or went away; says how far the run came.
    """
    report = ReplayReport(replay_id=request.replay_id)
    async with Sending(settings, request.target) as sending:
        pace = _Pace(request.speed)
        share = Share()
        async with aclosing(merged(settings, plan.stretches)) as records:
            async for record in _wanted(records, request, report):
                if share.is_full or (share.records and pace.seconds_until(record) > 0):
                    await _send(sending, share, report)
                    share = Share()
                    progress(report)
                await asyncio.sleep(max(0.0, pace.seconds_until(record)))
                share.add(_outgoing(record, request, plan))
        await _send(sending, share, report)
    progress(report)
    return report


async def _send(sending: Sending, share: Share, report: ReplayReport) -> None:
    for refused in await sending.send(share.records):
        message = (
            f"replay {report.replay_id} stopped after about {report.sent:,} records:"
            f" {sending.topic} does not take the next one: {refused.error}. Compare the topics'"
            " settings, max.message.bytes above all"
        )
        raise DeliveryFailed(message)
    report.sent = sending.delivered


async def _wanted(
    records: AsyncIterator[Record], request: ReplayRequest, report: ReplayReport
) -> AsyncIterator[Record]:
    after = milliseconds(request.from_time) if request.from_time else None
    before = milliseconds(request.until_time) if request.until_time else None
    async for record in records:
        early = after is not None and record.timestamp < after
        late = before is not None and record.timestamp >= before
        if early or late:
            report.passed_over += 1
        else:
            yield record


class _Pace:
    """When a record's turn is: its distance from the first one, divided by the speed."""

    def __init__(self, speed: float | None) -> None:
        self._speed = speed
        self._began: tuple[float, int] | None = None

    def seconds_until(self, record: Record) -> float:
        if self._speed is None:
            return 0.0
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = (now, record.timestamp)
        began, first = self._began
        return float(began + (record.timestamp - first) / 1000 / self._speed - now)


def _outgoing(record: Record, request: ReplayRequest, plan: ReplayPlan) -> Outgoing:
    return Outgoing(
        topic=request.target,
        key=record.key,
        value=record.value,
        headers=tuple(_headers(record, request.replay_id)),
        partition=record.partition if plan.same_partitions else None,
        timestamp_ms=record.timestamp,
    )


def _headers(record: Record, replay_id: str) -> list[tuple[str, bytes]]:
    """Keep the record's headers; of a record that was replayed before, replace the marks."""
    kept = [(name, value) for name, value in record.headers if name not in REPLAY_HEADERS]
    marks = (replay_id, record.topic, str(record.partition), str(record.offset))
    added = [(name, value.encode()) for name, value in zip(REPLAY_HEADERS, marks, strict=True)]
    return [*kept, *added]
