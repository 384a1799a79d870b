"""Replay: records through Kafka again, to another topic, as they were.

Keys, values, headers and timestamps are kept, and the order within each partition; headers say which run
sent a record and where it lay. Partitions go together, in the order of their timestamps.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, aclosing, suppress

from agents.checkpoint import Checkpoint
from agents.delivery import Order, Outgoing
from agents.pace import Schedule
from agents.replay_marks import Marks, RunMarks, marked
from agents.replay_notes import Notes
from agents.replay_plan import ReplayPlan
from agents.replay_report import Parcel, ReplayReport
from agents.replay_request import ReplayRequest, Timestamps
from agents.replay_target import Leftovers, partition_for
from agents.sending import Sending
from monitor.archive import LogRecord
from monitor.errors import DeliveryFailed
from monitor.settings import Settings
from monitor.wording import counted

__all__ = ["ReplayReport", "replay"]

_SENDING_SECONDS = 0.5
"""How long records at hand wait for company at full speed."""
_LONG_WAIT_SECONDS = 10.0
"""From here on a wait for the next record is told: nobody should take it for a run that hangs."""


async def replay(
    settings: Settings,
    request: ReplayRequest,
    plan: ReplayPlan,
    *,
    resumed: Checkpoint | None = None,
    stop: asyncio.Event | None = None,
    progress: Callable[[ReplayReport], None] = lambda _: None,
) -> ReplayReport:
    """Send the records that were planned, and wait for every delivery.

    Args:
        settings: where the broker is.
        request: what is asked for.
        plan: what that comes to.
        resumed: how far an interrupted run came, to go on from there.
        stop: set it to end after the records in hand.
        progress: told after every delivery.

    Raises:
        BrokerUnavailable: no broker answers.
        DeliveryFailed: the broker refused a record or went away; says how far the run came.
        NewsMonitorError: the archive or file is damaged, or the checkpoint cannot be written.
    """
    run = _Run(settings, request, plan, resumed, stop or asyncio.Event(), progress)
    return await run.play()


class _Run:
    """One run: reads, waits for each record's turn, sends, and notes how far it is."""

    def __init__(
        self,
        settings: Settings,
        request: ReplayRequest,
        plan: ReplayPlan,
        resumed: Checkpoint | None,
        stop: asyncio.Event,
        progress: Callable[[ReplayReport], None],
    ) -> None:
        self._settings, self._request, self._plan = settings, request, plan
        self._stop, self._progress = stop, progress
        self._notes = Notes(settings, request, plan, resumed)
        self._report = self._notes.report()
        self._leftovers = Leftovers()
        self._schedule = Schedule(request.pace)
        self._chosen = request.selection.chosen()
        self._parcel = Parcel()
        self._under_way: asyncio.Task[None] | None = None
        self._sent = 0.0
        self._began = 0.0
        self._is_under_way = False
        self._target = request.target
        self._same_partitions, self._partitions = plan.same_partitions, plan.target_partitions
        self._stamps_now = request.timestamps is Timestamps.NOW
        self._run_marks = (
            RunMarks.of(request.replay_id, topic=plan.source.topic, alerts=request.alerts)
            if request.marks is Marks.ADD
            else None
        )

    async def play(self) -> ReplayReport:
        async with AsyncExitStack() as stack:
            self._leftovers = await self._notes.begin(self._report, stack)
            sending = Sending(
                self._settings,
                self._request.target,
                order=Order.STRICT,
                compression=self._request.compression.value,
            )
            await stack.enter_async_context(sending)
            await self._play(sending)
            await self._notes.end(self._report)
        self._progress(self._report)
        return self._report

    async def _play(self, sending: Sending) -> None:
        self._began = time.monotonic()
        try:
            async with aclosing(self._plan.source.batches(self._notes.positions)) as read:
                async for batch in read:
                    await self._take(batch, sending)
                    if self._stop.is_set():
                        self._report.stopped = True
                        break
            await self._send(sending)
            await self._delivered()
        finally:
            await self._abandon()

    async def _take(self, batch: Sequence[LogRecord], sending: Sending) -> None:
        """Send a batch's records, each when it is due."""
        unbounded = self._request.pace.is_unbounded
        for record in batch:
            if self._chosen(record):
                if not unbounded:
                    await self._wait_for(record, sending)
                    if self._stop.is_set():
                        return
                self._add(record)
            else:
                self._parcel.passed_over += 1
            self._parcel.positions[record.partition] = record.offset + 1
            if self._parcel.is_full:
                await self._send(sending)
            elif not (unbounded or self._is_under_way) and self._parcel.records:
                await self._start_clock(sending)
        if not unbounded or time.monotonic() - self._sent > _SENDING_SECONDS:
            await self._send(sending)

    async def _start_clock(self, sending: Sending) -> None:
        """Count from the arrival of the first record: a producer's first request takes its time."""
        self._is_under_way = True
        await self._send(sending)
        await self._delivered()
        self._began = time.monotonic() - self._schedule.latest

    async def _wait_for(self, record: LogRecord, sending: Sending) -> None:
        """Wait until a record is due; what was due before it is delivered meanwhile."""
        due = self._began + self._schedule.due(record.timestamp)
        if time.monotonic() >= due:
            return
        await self._send(sending)
        await self._delivered()
        if (seconds := due - time.monotonic()) > 0:
            if seconds >= _LONG_WAIT_SECONDS:
                self._report.next_ms = round((time.time() + seconds) * 1000)
                self._progress(self._report)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)
            self._report.next_ms = None

    def _add(self, record: LogRecord) -> None:
        outgoing = self._outgoing(record)
        if self._leftovers.count and self._leftovers.take(outgoing):
            self._parcel.found += 1
            return
        self._parcel.position_ms = record.timestamp
        self._parcel.add(outgoing)

    async def _send(self, sending: Sending) -> None:
        """Send what was gathered as soon as what is under way has arrived, and do not wait for it."""
        await self._delivered()
        parcel, self._parcel = self._parcel, Parcel()
        self._sent = time.monotonic()
        self._under_way = asyncio.create_task(self._deliver(sending, parcel))

    async def _delivered(self) -> None:
        """Wait for what is under way."""
        task, self._under_way = self._under_way, None
        if task is not None:
            await task

    async def _deliver(self, sending: Sending, parcel: Parcel) -> None:
        for refused in await sending.send(parcel.records):
            message = (
                f"replay {self._report.replay_id} stopped after about {counted(self._report.sent, 'record')}:"
                f" {sending.topic} does not take the next one: {refused.error}. Compare the topics'"
                " settings, max.message.bytes and message.timestamp.after.max.ms above all"
            )
            raise DeliveryFailed(message)
        report = self._report
        report.sent += len(parcel.records)
        report.passed_over += parcel.passed_over
        report.found += parcel.found
        if parcel.position_ms is not None:
            report.position_ms = parcel.position_ms
        await self._notes.delivered(report, parcel.positions)
        self._progress(report)

    async def _abandon(self) -> None:
        """End what is still under way: only after an error, whose own words go first."""
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.gather(self._under_way, return_exceptions=True)

    def _outgoing(self, record: LogRecord) -> Outgoing:
        # The hot path at full speed: what does not change with the record was looked up before.
        stamp = record.timestamp
        if self._stamps_now:
            stamp = time.time_ns() // 1_000_000
        headers = marked(record, self._run_marks) if self._run_marks else tuple(record.headers)
        return Outgoing(
            topic=self._target,
            key=record.key,
            value=record.value,
            headers=headers,  # type: ignore[arg-type]  # null values go out; aiokafka's types deny it
            partition=record.partition
            if self._same_partitions
            else partition_for(record, self._partitions),
            timestamp_ms=stamp,
        )
