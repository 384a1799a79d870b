"""PartitionWatch: how far a worker's partitions are behind, and which of them stand still."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.types import TP

from agents.app import LedgerConsumer
from agents.batches import Surroundings
from agents.pool import ReadingPool
from agents.topics import read_topics
from monitor.metrics.catalogue import (
    COMMIT_AGE_SECONDS,
    COMMITTED_OFFSET,
    LAG_RECORDS,
    LAG_SECONDS,
    PARTITIONS_ASSIGNED,
)

__all__ = ["PartitionState", "PartitionWatch"]

_FETCH_MS = 1_000


@dataclass(slots=True)
class PartitionState:
    """What is known of an assigned partition."""

    committed: int
    end: int
    still_since: float
    """Since when the committed offset has not moved although records wait; `time.monotonic()`."""
    waiting_offset: int = -1
    waiting_since: float = 0.0
    """Time of the record at `waiting_offset`, or, until it is known, of the one that waited before it;
    seconds since 1970, 0 where neither is known."""

    @property
    def lag(self) -> int:
        """Records that are not done."""
        return max(0, self.end - self.committed)


class PartitionWatch:
    """What is known of the partitions that are assigned to a worker."""

    def __init__(self, surroundings: Surroundings, *, pool: ReadingPool) -> None:
        """Take where the worker is, and who reads its articles; nothing is assigned yet."""
        self._around = surroundings
        self._pool = pool
        self._states: dict[TopicPartition, PartitionState] = {}
        self.assigned: frozenset[TopicPartition] | None = None
        """None before the first assignment."""

    @property
    def lags(self) -> Mapping[TopicPartition, int]:
        """How many records wait, by partition; from any thread."""
        return {place: state.lag for place, state in dict(self._states).items()}

    def assign(self, places: Iterable[TopicPartition]) -> None:
        """Follow the group's assignment."""
        self.assigned = frozenset(places)
        self._states = {
            place: state for place, state in self._states.items() if place in self.assigned
        }
        settings, recorder = self._around.settings, self._around.recorder
        counts = Counter(place.topic for place in self.assigned)
        for topic in read_topics(settings):
            recorder.set(PARTITIONS_ASSIGNED, counts[topic], topic=topic)
        for metric in (LAG_RECORDS, LAG_SECONDS, COMMITTED_OFFSET, COMMIT_AGE_SECONDS):
            recorder.clear(metric)

    async def look(self, group: AIOKafkaConsumer, reader: AIOKafkaConsumer) -> None:
        """Ask the broker; what changed hands meanwhile is asked for again at the next look.

        Args:
            group: a client that may ask what the group has committed.
            reader: a client of no group.
        """
        assigned = self.assigned or frozenset()
        ends = await reader.end_offsets(list(assigned))
        # The public call asks for one partition each: two dozen requests at every look.
        told = await group._coordinator.fetch_committed_offsets(list(assigned))  # noqa: SLF001
        for place in sorted(assigned):
            committed = told[place].offset if place in told else -1
            if committed < 0:
                committed = await self._commit_first(place, reader)
            self.note(place, committed, ends[place])
        await self._find_waiting(reader)

    def note(self, place: TopicPartition, committed: int, end: int) -> None:
        """Take what the broker says of a partition; of one that was taken away meanwhile it is late."""
        if place not in (self.assigned or ()):
            return
        now = time.monotonic()
        state = self._states.get(place)
        if state is None or state.committed != committed or not state.lag:
            # What waits now is no older than what waited before; the next look at it says how old.
            before = state.waiting_since if state is not None and state.lag else 0.0
            self._states[place] = PartitionState(
                committed=committed, end=end, still_since=now, waiting_since=before
            )
        else:
            state.end = end

    def record(self) -> None:
        """Tell in metrics what is known."""
        recorder = self._around.recorder
        now = time.time()
        for place, state in self._states.items():
            labels = {"topic": place.topic, "partition": str(place.partition)}
            recorder.set(LAG_RECORDS, state.lag, **labels)
            recorder.set(COMMITTED_OFFSET, state.committed, **labels)
            still = time.monotonic() - state.still_since if state.lag else 0.0
            recorder.set(COMMIT_AGE_SECONDS, still, **labels)
            known = state.lag and state.waiting_since
            seconds = max(0.0, now - state.waiting_since) if known else 0.0
            recorder.set(LAG_SECONDS, seconds, **labels)

    def still(self, seconds: float, now: float) -> Iterable[str]:
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

    async def _commit_first(self, place: TopicPartition, reader: AIOKafkaConsumer) -> int:
        """Commit where a partition begins that has no committed offset yet.

        Without one, aiokafka asks for it for ever where the leader has just moved, and the
        partition stands still until the client's metadata are refreshed (FAUST.md, section 11).
        """
        begin: int = (await reader.beginning_offsets([place]))[place]
        app = self._around.app
        consumer = app.consumer
        mine = self.assigned is not None and place in self.assigned and not app.rebalancing
        if mine and isinstance(consumer, LedgerConsumer) and not app.ledger.has_handled(place):
            await consumer.commit_first({TP(*place): begin})
        return begin

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
