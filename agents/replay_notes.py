"""Replay notes: how far a run is, written down while it runs, and looked up when it goes on."""

import time
from collections.abc import Mapping
from contextlib import AsyncExitStack

from aiokafka import AIOKafkaConsumer

from agents.checkpoint import Checkpoint, write_checkpoint
from agents.client import create_consumer, running
from agents.replay_plan import ReplayPlan
from agents.replay_report import ReplayReport
from agents.replay_request import ReplayRequest
from agents.replay_target import Leftovers, end_offsets, leftovers
from monitor.errors import TopicMismatch
from monitor.settings import Settings

__all__ = ["Notes"]

_NOTED_EVERY_SECONDS = 1.0


class Notes:
    """A run's checkpoint; where none is asked for, nothing is looked at or written."""

    def __init__(
        self,
        settings: Settings,
        request: ReplayRequest,
        plan: ReplayPlan,
        resumed: Checkpoint | None,
    ) -> None:
        """Begin with what an interrupted run has noted, or with the plan."""
        self._settings, self._request = settings, request
        self._partitions = plan.target_partitions
        self._is_resumed = resumed is not None
        self._checkpoint = resumed or Checkpoint(
            replay_id=request.replay_id,
            request=request.identity,
            ends=dict(plan.ends),
            positions=dict(plan.starts),
        )
        self._looker: AIOKafkaConsumer | None = None
        self._leftovers = Leftovers()
        self._noted = 0.0

    @property
    def positions(self) -> Mapping[int, int]:
        """By partition of the source: where to go on."""
        return dict(self._checkpoint.positions)

    def report(self) -> ReplayReport:
        """Return a report that counts what an interrupted run had done."""
        noted = self._checkpoint
        return ReplayReport(
            replay_id=self._request.replay_id,
            sent=noted.sent,
            passed_over=noted.passed_over,
            found=noted.found,
            before=noted.sent + noted.passed_over + noted.found,
        )

    async def begin(self, report: ReplayReport, stack: AsyncExitStack) -> Leftovers:
        """Note where the target ends; find what an interrupted run left there beyond its notes.

        Raises:
            BrokerUnavailable: no broker answers.
            NewsMonitorError: the checkpoint cannot be written.
            TopicMismatch: the target is not the one that the interrupted run sent to.
        """
        if self._request.checkpoint is None:
            return self._leftovers
        looking = running(create_consumer(self._settings), self._settings)
        self._looker = await stack.enter_async_context(looking)
        if not self._is_resumed:
            await self._write(report)
            return self._leftovers
        ends = await self._target_ends(self._looker)
        since = self._checkpoint.target_offsets
        if gone := [number for number, end in ends.items() if end < since.get(number, 0)]:
            message = (
                f"{self._request.target}/{gone[0]}: ends before what the interrupted replay had sent:"
                " it was deleted and made again. Begin anew, with another checkpoint"
            )
            raise TopicMismatch(message)
        self._leftovers = await leftovers(self._settings, self._request, since, ends)
        return self._leftovers

    async def delivered(self, report: ReplayReport, positions: Mapping[int, int]) -> None:
        """Take in how far the source is; write it once a second.

        Nothing may be under way to the target meanwhile: its end is noted beside the positions. While
        leftovers are still to be met the old note stands: they lie before the target's end.
        """
        self._checkpoint.positions.update(positions)
        if self._leftovers.count:
            return
        if time.monotonic() - self._noted > _NOTED_EVERY_SECONDS:
            await self._write(report)

    async def end(self, report: ReplayReport) -> None:
        """Write how the run ended."""
        self._checkpoint.finished = not report.stopped
        if report.stopped and self._leftovers.count:
            return
        await self._write(report)

    async def _write(self, report: ReplayReport) -> None:
        if self._request.checkpoint is None or self._looker is None:
            return
        noted = self._checkpoint
        noted.target_offsets = await self._target_ends(self._looker)
        noted.sent, noted.passed_over, noted.found = report.sent, report.passed_over, report.found
        write_checkpoint(self._request.checkpoint, noted)
        self._noted = time.monotonic()

    async def _target_ends(self, looker: AIOKafkaConsumer) -> dict[int, int]:
        return await end_offsets(looker, self._request.target, self._partitions)
