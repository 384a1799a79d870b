"""Telemetry: how far behind the worker is and whether it moves, as the broker sees it.

Asked through clients of its own, so that the numbers move also when the agents do not.
"""

import asyncio
import platform
import time
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.types import TP

from agents.batches import Surroundings
from agents.client import create_consumer, running
from agents.health import Readiness, ReadyState
from agents.idle_agents import idle_agents
from agents.logs import get_logger
from agents.loop_watch import LoopWatch
from agents.partition_watch import PartitionWatch
from agents.pool import ReadingPool
from agents.pool_memory import PoolMemory
from monitor.domain import Versions
from monitor.errors import BrokerUnavailable
from monitor.metrics.catalogue import (
    BROKER_ANSWERED_TIMESTAMP_SECONDS,
    BUILD_INFO,
    LAST_PROGRESS_TIMESTAMP_SECONDS,
    OLDEST_UNACKNOWLEDGED_SECONDS,
    REBALANCES,
)

__all__ = ["LOOK_SECONDS", "Telemetry"]

LOOK_SECONDS = 2.0
"""How often the broker is asked."""
_ANSWERS_SECONDS = 30.0
"""A broker that has not answered for so long is away."""
_FETCH_BYTES = 65_536

_log = get_logger(__name__)


class Telemetry:
    """Watches one worker."""

    def __init__(self, surroundings: Surroundings, *, pool: ReadingPool) -> None:
        """Take what to watch; nothing happens before `run`."""
        self._around = surroundings
        self._pool = pool
        self._memory = PoolMemory(surroundings.recorder)
        self._loop = LoopWatch(surroundings.recorder)
        self._partitions = PartitionWatch(surroundings, pool=pool)
        self._looked = time.monotonic()
        self._versions: Mapping[str, str] = {"news_monitor": _own_version()}
        # Scraped from now on: a gauge that nobody set is 0, no answer since 1970.
        surroundings.recorder.set(BROKER_ANSWERED_TIMESTAMP_SECONDS, time.time())

    def connect(self) -> None:
        """Follow the app's assignments."""
        app, ledger = self._around.app, self._around.app.ledger

        async def assigned(_app: Any, /, *assigned: set[TP], **_: Any) -> None:
            places = {TopicPartition(*place) for each in assigned for place in each}
            self._partitions.assign(places)
            self._around.recorder.count(REBALANCES)
            _log.info("partitions assigned", partitions=_readable(places))

        async def revoked(_app: Any, /, *revoked: set[TP], **_: Any) -> None:
            places = {TopicPartition(*place) for each in revoked for place in each}
            ledger.forget(places)
            self._partitions.assign((self._partitions.assigned or frozenset()) - places)
            _log.info("partitions revoked", partitions=_readable(places))

        app.on_partitions_assigned.connect(assigned, weak=False)
        app.on_partitions_revoked.connect(revoked, weak=False)

    def describe(self, versions: Versions) -> None:
        """Record what this worker runs."""
        self._versions = {
            "news_monitor": _own_version(),
            "lexicon": versions.lexicon,
            "model": versions.model,
        }
        self._around.recorder.set(
            BUILD_INFO,
            1,
            version=_own_version(),
            lexicon=versions.lexicon,
            model=versions.model,
            python=platform.python_version(),
        )

    async def run(self) -> None:
        """Look again and again until cancelled; a look that fails is only a line in the log."""
        self._around.recorder.set(BROKER_ANSWERED_TIMESTAMP_SECONDS, time.time())
        turning = asyncio.ensure_future(self._loop.run())
        try:
            while True:
                await self._watch_once()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            turning.cancel()

    async def _watch_once(self) -> None:
        """Watch as long as the broker answers."""
        try:
            await self._watch()
        except BrokerUnavailable as error:
            _log.warning("the broker does not say how far we are", error=str(error))
            self._look_at_agents()
        except Exception:  # noqa: BLE001  watching must never end the worker
            _log.exception("a look at the worker failed")

    def holds(self, topic: str, partition: int) -> bool:
        """Say whether a partition is assigned to this worker; from any thread."""
        return TopicPartition(topic, partition) in (self._partitions.assigned or ())

    def readiness(self) -> Readiness:
        """Say whether the worker does its work; may be called from any thread."""
        reasons = list(self._reasons(time.monotonic()))
        return Readiness(
            state=ReadyState.NOT_READY if reasons else ReadyState.READY,
            reasons=tuple(reasons),
            details={
                "partitions": len(self._partitions.assigned or ()),
                "lag_records": sum(self._partitions.lags.values()),
                "processes": len(self._pool.processes),
                "canary_seconds": self._around.settings.canary_seconds,
                "versions": dict(self._versions),
                "batches": {
                    str(agent): each.batches for agent, each in self._around.progress.items()
                },
            },
        )

    def _reasons(self, now: float) -> Iterable[str]:
        limit = self._around.settings.stuck_after_seconds
        if self._around.shutdown.requested:
            yield "The worker is stopping."
        if not self._partitions.assigned:
            yield (
                "No partition is assigned: the worker is joining its group, or the group has more "
                "workers than there are partitions."
            )
        if not self._pool.processes:
            yield "No process reads articles: see the log."
        if (still := self._loop.stood_still()) > limit:
            # Then nobody has asked the broker either, and what is known of partitions is old.
            yield (
                f"The worker itself has stood still for {still:.0f} s: one piece of work keeps its "
                "event loop. If that lasts, restart the worker; nothing is lost."
            )
            return
        if self._partitions.assigned and now - self._looked > limit:
            yield f"The broker has not answered for {now - self._looked:.0f} s."
        yield from self._partitions.still(limit, now)

    def standing(self, seconds: float) -> str | None:
        """Say which partitions have stood still for longer, as the watchdog asks; from any thread.

        Only while the broker answers: of one that is away nothing can be said, and no new start
        would bring it back.
        """
        now = time.monotonic()
        if self._around.shutdown.requested or now - self._looked > _ANSWERS_SECONDS:
            return None
        return " ".join(self._partitions.still(seconds, now)) or None

    async def _watch(self) -> None:
        settings = self._around.settings
        async with AsyncExitStack() as stack:
            # Never subscribes and never commits: the group does not know of it.
            group = await stack.enter_async_context(
                running(create_consumer(settings, group_id=settings.group), settings)
            )
            reader = await stack.enter_async_context(
                running(create_consumer(settings, max_partition_fetch_bytes=_FETCH_BYTES), settings)
            )
            while True:
                await self._look(group, reader)
                await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, group: AIOKafkaConsumer, reader: AIOKafkaConsumer) -> None:
        self._look_at_agents()
        self._memory.look(self._pool.places)
        assigned = self._partitions.assigned
        if assigned is None:
            return
        if assigned:
            await self._partitions.look(group, reader)
        else:
            # One that waits for its turn must know, too, whether it would be answered.
            await reader.end_offsets([TopicPartition(self._around.settings.article_topics[0], 0)])
        self._looked = time.monotonic()
        self._around.recorder.set(BROKER_ANSWERED_TIMESTAMP_SECONDS, time.time())
        if self._partitions.assigned is assigned:
            self._partitions.record()
            self._note_idle()

    def _look_at_agents(self) -> None:
        now = time.monotonic()
        for agent, progress in self._around.progress.items():
            since = progress.in_hand_since
            waited = 0.0 if since is None else now - since
            self._around.recorder.set(OLDEST_UNACKNOWLEDGED_SECONDS, waited, agent=agent)

    def _note_idle(self) -> None:
        """Tell of agents for which nothing waits that they are where they should be.

        Otherwise a quiet day looks like a worker that is stuck.
        """
        around = self._around
        lags = self._partitions.lags
        for agent in idle_agents(
            around.settings, around.progress, self._partitions.assigned or (), lags
        ):
            around.recorder.set(LAST_PROGRESS_TIMESTAMP_SECONDS, time.time(), agent=agent)


def _own_version() -> str:
    try:
        return version("news-monitor")
    except PackageNotFoundError:
        return "not installed"


def _readable(places: Iterable[TopicPartition]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in sorted(places):
        found.setdefault(place.topic, []).append(place.partition)
    return found
