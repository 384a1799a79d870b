"""Replay: a topic's records through Kafka again, to another topic, as they were.

Keys, values, headers and timestamps are kept; four headers say which run sent a record and where
it lay. All partitions together go in the order of their timestamps.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from agents.client import create_producer, running
from agents.replay_plan import ReplayPlan, ReplayRequest
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
    unsendable: int = 0
    """Records with neither key nor value: our client library cannot send such."""


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
    async with running(create_producer(settings, linger_ms=5), settings) as producer:
        run = _Run(producer, request, plan, report)
        async for record in _wanted(settings, request, plan, report):
            if record.key is None and record.value is None:
                report.unsendable += 1
                continue
            await run.pace(record)
            await run.send(record)
            progress(report)
        await run.finish()
    progress(report)
    return report


async def _wanted(
    settings: Settings, request: ReplayRequest, plan: ReplayPlan, report: ReplayReport
) -> AsyncIterator[Record]:
    after = milliseconds(request.from_time) if request.from_time else None
    before = milliseconds(request.until_time) if request.until_time else None
    async for record in merged(settings, plan.stretches):
        early = after is not None and record.timestamp < after
        late = before is not None and record.timestamp >= before
        if early or late:
            report.passed_over += 1
        else:
            yield record


class _Run:
    """One run: its pace, and what is on its way."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        request: ReplayRequest,
        plan: ReplayPlan,
        report: ReplayReport,
    ) -> None:
        self._producer = producer
        self._request = request
        self._plan = plan
        self._report = report
        self._on_the_way: set[asyncio.Future[object]] = set()
        self._failure: BaseException | None = None
        self._began: tuple[float, int] | None = None

    async def pace(self, record: Record) -> None:
        """Wait until the record's turn: its distance from the first one, divided by the speed."""
        if self._request.speed is None:
            return
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = (now, record.timestamp)
        began, first = self._began
        due = began + (record.timestamp - first) / 1000 / self._request.speed
        if due > now:
            await asyncio.sleep(due - now)

    async def send(self, record: Record) -> None:
        self._raise_failure()
        try:
            delivery = await self._producer.send(
                self._request.target,
                value=record.value,
                key=record.key,
                partition=record.partition if self._plan.same_partitions else None,
                timestamp_ms=record.timestamp,
                headers=_headers(record, self._request.replay_id),
            )
        except KafkaError as error:
            raise self._failed(error) from error
        self._on_the_way.add(delivery)
        delivery.add_done_callback(self._delivered)

    async def finish(self) -> None:
        while self._on_the_way:
            await asyncio.wait(self._on_the_way)
            await asyncio.sleep(0)  # the callbacks of what is done run now
        self._raise_failure()

    def _delivered(self, delivery: asyncio.Future[object]) -> None:
        self._on_the_way.discard(delivery)
        error = None if delivery.cancelled() else delivery.exception()
        if error is None:
            self._report.sent += 1
        else:
            self._failure = error

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failed(self._failure) from self._failure

    def _failed(self, error: BaseException) -> DeliveryFailed:
        return DeliveryFailed(
            f"replay {self._report.replay_id} stopped after {self._report.sent:,} records:"
            f" {self._request.target} did not take the next one: {error}"
        )


def _headers(record: Record, replay_id: str) -> list[tuple[str, bytes]]:
    """Keep the record's headers; of a record that was replayed before, replace the marks."""
    kept = [(name, value) for name, value in record.headers if name not in REPLAY_HEADERS]
    marks = (replay_id, record.topic, str(record.partition), str(record.offset))
    added = [(name, value.encode()) for name, value in zip(REPLAY_HEADERS, marks, strict=True)]
    return [*kept, *added]
