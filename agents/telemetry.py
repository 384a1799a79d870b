"""Telemetry: how far behind the worker is and whether it moves, as the broker sees it.

Asked through clients of its own, so that the numbers move also when the agents do not.
"""

import asyncio
import platform
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.types import TP

from agents.app import LedgerConsumer
from agents.batches import Surroundings
from agents.client import create_consumer, running
from agents.health import Readiness, ReadyState
from agents.idle_agents import idle_agents
from agents.logs import get_logger
from agents.loop_watch import LoopWatch
from agents.pool import ReadingPool
from agents.pool_memory import PoolMemory
from agents.topics import read_topics
from monitor.domain import Versions
from monitor.errors import BrokerUnavailable
from monitor.metrics.catalogue import (
    BROKER_ANSWERED_TIMESTAMP_SECONDS,
    BUILD_INFO,
    COMMIT_AGE_SECONDS,
    COMMITTED_OFFSET,
    LAG_RECORDS,
    LAG_SECONDS,
    LAST_PROGRESS_TIMESTAMP_SECONDS,
    OLDEST_UNACKNOWLEDGED_SECONDS,
    PARTITIONS_ASSIGNED,
    REBALANCES,
)

__all__ = ["LOOK_SECONDS", "PartitionState", "Telemetry"]

LOOK_SECONDS = 2.0
"""How often the broker is asked."""
_ANSWERS_SECONDS = 30.0
"""A broker that has not answered for so long is away."""
_FETCH_BYTES = 65_536
_FETCH_MS = 1_000

_log = get_logger(__name__)


@dataclass(slots=True)
class PartitionState:
    """What is known of an assigned partition."""

    committed: int
    end: int
    still_since: float
    """Since when the committed offset has not moved although records wait; `time.monotonic()`."""
    waiting_offset: int = -1
    waiting_since: float = 0.0
    """Time of the record at `waiting_offset`, the first that is not done; seconds since 1970."""

    @property
    def lag(self) -> int:
        """Records that are not done."""
        return max(0, self.end - self.committed)


class Telemetry:
    """Watches one worker."""

    def __init__(self, surroundings: Surroundings, *, pool: ReadingPool) -> None:
        """Take what to watch; nothing happens before `run`."""
        self._around = surroundings
        self._pool = pool
        self._memory = PoolMemory(surroundings.recorder)
        self._loop = LoopWatch(surroundings.recorder)
        self._states: dict[TopicPartition, PartitionState] = {}
        self._assigned: frozenset[TopicPartition] | None = None
        self._looked = time.monotonic()
        self._versions: Mapping[str, str] = {"news_monitor": _own_version()}
        # Scraped from now on: a gauge that nobody set is 0, no answer since 1970.
        surroundings.recorder.set(BROKER_ANSWERED_TIMESTAMP_SECONDS, time.time())

    def connect(self) -> None:
        """Follow the app's assignments."""
        app, ledger = self._around.app, self._around.app.ledger

        async def assigned(_app: Any, /, *assigned: set[TP], **_: Any) -> None:
            places = {TopicPartition(*place) for each in assigned for place in each}
            self._assign(places)
            self._around.recorder.count(REBALANCES)
            _log.info("partitions assigned", partitions=_readable(places))

        async def revoked(_app: Any, /, *revoked: set[TP], **_: Any) -> None:
            places = {TopicPartition(*place) for each in revoked for place in each}
            ledger.forget(places)
            self._assign((self._assigned or frozenset()) - places)
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
        return TopicPartition(topic, partition) in (self._assigned or ())

    def readiness(self) -> Readiness:
        """Say whether the worker does its work; may be called from any thread."""
        reasons = list(self._reasons(time.monotonic()))
        states = dict(self._states)
        return Readiness(
            state=ReadyState.NOT_READY if reasons else ReadyState.READY,
            reasons=tuple(reasons),
            details={
                "partitions": len(self._assigned or ()),
                "lag_records": sum(state.lag for state in states.values()),
                "processes": len(self._pool.processes),
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
        if not self._assigned:
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
        if self._assigned and now - self._looked > limit:
            yield f"The broker has not answered for {now - self._looked:.0f} s."
        yield from self._still(limit, now)

    def standing(self, seconds: float) -> str | None:
        """Say which partitions have stood still for longer, as the watchdog asks; from any thread.

        Only while the broker answers: of one that is away nothing can be said, and no new start
        would bring it back.
        """
        now = time.monotonic()
        if self._around.shutdown.requested or now - self._looked > _ANSWERS_SECONDS:
            return None
        return " ".join(self._still(seconds, now)) or None

    def _still(self, seconds: float, now: float) -> Iterable[str]:
        """Name the partitions whose committed offsets have not moved for longer, records waiting."""
        for place, state in list(self._states.items()):
            if (
                state.lag
                and now - state.still_since > seconds
                and not self._is_being_read(place, state.committed)
            ):
                yield (
                    f"{place.topic} partition {place.partition} stands still at offset "
                    f"{state.committed} since {now - state.still_since:.0f} s with {state.lag} "
                    "records waiting: restart the worker; see the log."
                )

    def _is_being_read(self, place: TopicPartition, committed: int) -> bool:
        """Whether an article partition waits for no more than the pool, and the pool gets on.

        A batch of long articles takes minutes, and its offsets move only when all of it is done.
        """
        around = self._around
        return (
            place.topic in around.settings.article_topics
            and around.app.ledger.is_under_way(place, committed)
            and self._pool.is_at_work(patience=around.settings.stuck_after_seconds)
        )

    def _assign(self, places: Iterable[TopicPartition]) -> None:
        self._assigned = frozenset(places)
        self._states = {
            place: state for place, state in self._states.items() if place in self._assigned
        }
        settings, recorder = self._around.settings, self._around.recorder
        counts = Counter(place.topic for place in self._assigned)
        for topic in read_topics(settings):
            recorder.set(PARTITIONS_ASSIGNED, counts[topic], topic=topic)
        for metric in (LAG_RECORDS, LAG_SECONDS, COMMITTED_OFFSET, COMMIT_AGE_SECONDS):
            recorder.clear(metric)

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
        assigned = self._assigned
        if assigned is None:
            return
        if assigned:
            await self._look_at_partitions(assigned, group, reader)
        else:
            # One that waits for its turn must know, too, whether it would be answered.
            await reader.end_offsets([TopicPartition(self._around.settings.article_topics[0], 0)])
        self._looked = time.monotonic()
        self._around.recorder.set(BROKER_ANSWERED_TIMESTAMP_SECONDS, time.time())
        if self._assigned is assigned:
            self._record()
            self._note_idle()

    async def _look_at_partitions(
        self,
        assigned: frozenset[TopicPartition],
        group: AIOKafkaConsumer,
        reader: AIOKafkaConsumer,
    ) -> None:
        ends = await reader.end_offsets(list(assigned))
        for place in sorted(assigned):
            committed = await group.committed(place)
            if committed is None:
                committed = await self._commit_first(place, reader)
            self._note(place, committed, ends[place])
        await self._find_waiting(reader)

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
        lags = {place: state.lag for place, state in self._states.items()}
        for agent in idle_agents(around.settings, around.progress, self._assigned or (), lags):
            around.recorder.set(LAST_PROGRESS_TIMESTAMP_SECONDS, time.time(), agent=agent)

    async def _commit_first(self, place: TopicPartition, reader: AIOKafkaConsumer) -> int:
        """Commit where a partition begins that has no committed offset yet.

        Without one, aiokafka asks for it for ever where the leader has just moved, and the
        partition stands still until the client's metadata are refreshed (FAUST.md, section 11).
        """
        begin: int = (await reader.beginning_offsets([place]))[place]
        app = self._around.app
        consumer = app.consumer
        mine = self._assigned is not None and place in self._assigned and not app.rebalancing
        if mine and isinstance(consumer, LedgerConsumer) and not app.ledger.has_handled(place):
            await consumer.commit_first({TP(*place): begin})
        return begin

    def _note(self, place: TopicPartition, committed: int, end: int) -> None:
        now = time.monotonic()
        state = self._states.get(place)
        if state is None or state.committed != committed or not state.lag:
            self._states[place] = PartitionState(committed=committed, end=end, still_since=now)
        else:
            state.end = end

    async def _find_waiting(self, reader: AIOKafkaConsumer) -> None:
        """Find the time of the first record that is not done, for partitions where it is unknown."""
        unknown = {
            place: state
            for place, state in self._states.items()
            if state.lag and state.waiting_offset != state.committed
        }
        if not unknown:
            return
        reader.assign(list(unknown))
        for place, state in unknown.items():
            reader.seek(place, state.committed)
        for place, state in unknown.items():
            found = await reader.getmany(place, timeout_ms=_FETCH_MS, max_records=1)
            for record in found.get(place, ()):
                state.waiting_offset = state.committed
                state.waiting_since = record.timestamp / 1000
        reader.unsubscribe()

    def _record(self) -> None:
        recorder = self._around.recorder
        now = time.time()
        for place, state in self._states.items():
            labels = {"topic": place.topic, "partition": str(place.partition)}
            recorder.set(LAG_RECORDS, state.lag, **labels)
            recorder.set(COMMITTED_OFFSET, state.committed, **labels)
            still = time.monotonic() - state.still_since if state.lag else 0.0
            recorder.set(COMMIT_AGE_SECONDS, still, **labels)
            known = state.lag and state.waiting_offset == state.committed
            seconds = max(0.0, now - state.waiting_since) if known else 0.0
            recorder.set(LAG_SECONDS, seconds, **labels)


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
