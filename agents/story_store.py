"""StoryStore: the open stories of the partitions we read, kept in the compacted story topic.

Stories stand in the partition of the same number as the signals they came from. They are read back
to the end before the first record of a newly assigned partition is handled.

A record that is no story is passed over and counted: one broken record must not keep a partition
without alerts. A story of another version stops the worker: a release that cannot read the topic
would forget every story, and begin the alerts anew that readers already have.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from agents.client import stop
from agents.collector import leave_alone, look_rarely
from agents.delivery import Outgoing
from agents.logs import get_logger
from agents.signals_log import require_same_log
from monitor.domain import Story
from monitor.errors import InvalidRecord, Reason, TopicMismatch
from monitor.policy.stories import StoryBook, StoryRules, StoryUpdate
from monitor.wire import story_v1
from monitor.wire.codec import SCHEMA_PREFIX

__all__ = ["StoryStore"]

_POLL_MS = 500
_STORY = f"{SCHEMA_PREFIX}{story_v1.NAME}/".encode()

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """The book of a partition, and how it came about."""

    generation: int
    book: StoryBook
    unreadable: int
    """How many keys have a newest record that is no story."""


@dataclass(slots=True)
class _ReadBack:
    """What a partition of the story topic says so far, by key."""

    stories: dict[bytes | None, Story] = field(default_factory=dict)
    unreadable: set[bytes | None] = field(default_factory=set)


class StoryStore:
    """One StoryBook per assigned partition of the signals topic."""

    def __init__(
        self,
        topic: str,
        *,
        signals_topic: str,
        rules: StoryRules,
        make_consumer: Callable[[], AIOKafkaConsumer],
    ) -> None:
        """Take both topics, the rules of grouping, and what makes a consumer without a group."""
        self._topic = topic
        self._signals_topic = signals_topic
        self._rules = rules
        self._make_consumer = make_consumer
        self._held: dict[int, _Held] = {}

    async def load(self, partitions: Iterable[int], *, generation: int) -> None:
        """Read back the stories of partitions that are new in this generation of the group.

        A book of an earlier generation is thrown away: somebody else may have had the partition.

        Raises:
            TopicMismatch: a story is of a version that this release does not read, or the stories
                come from another signals topic than the one there is now.
        """
        wanted = {
            partition
            for partition in partitions
            if partition not in self._held or self._held[partition].generation != generation
        }
        await asyncio.gather(*(self._load(partition, generation) for partition in wanted))
        if wanted:
            # Stories live for days and hold no cycles.
            leave_alone()
            look_rarely()

    def book(self, partition: int) -> StoryBook:
        """Return the book of a partition that was loaded."""
        return self._held[partition].book

    def forget(self, partitions: Iterable[int]) -> None:
        """Let go of the stories of partitions that were revoked, or whose book cannot be trusted."""
        for partition in partitions:
            self._held.pop(partition, None)

    @property
    def books(self) -> dict[int, StoryBook]:
        """The books at hand, by partition."""
        return {partition: held.book for partition, held in self._held.items()}

    @property
    def unreadable(self) -> dict[int, int]:
        """How many stories could not be read back, by partition of the books at hand."""
        return {partition: held.unreadable for partition, held in self._held.items()}

    def records(self, update: StoryUpdate, *, partition: int) -> list[Outgoing]:
        """Make the records that keep an update: changed stories, and tombstones of closed ones."""
        changed = [
            Outgoing(
                topic=self._topic,
                key=story.id.encode(),
                value=story_v1.encode(story),
                partition=partition,
            )
            for story in update.stories
        ]
        closed = [
            Outgoing(topic=self._topic, key=story_id.encode(), value=None, partition=partition)
            for story_id in update.closed
        ]
        return changed + closed

    async def _load(self, partition: int, generation: int) -> None:
        begun = time.monotonic()
        book = StoryBook(self._rules)
        found = _ReadBack()
        consumer = self._make_consumer()
        await consumer.start()
        try:
            async for record in self._read(consumer, partition):
                self._apply(record, found)
            book.restore(found.stories.values())
            signals = TopicPartition(self._signals_topic, partition)
            await require_same_log(consumer, signals, book, stories_topic=self._topic)
        finally:
            await stop(consumer)
        self._held[partition] = _Held(generation, book, len(found.unreadable))
        _log.info(
            "stories read back",
            partition=partition,
            stories=len(found.stories),
            unreadable=len(found.unreadable),
            seconds=round(time.monotonic() - begun, 3),
        )

    async def _read(
        self, consumer: AIOKafkaConsumer, partition: int
    ) -> AsyncIterator[ConsumerRecord[bytes, bytes]]:
        """Read a partition of the story topic from its beginning to where it ends now."""
        place = TopicPartition(self._topic, partition)
        # Asked before the first fetch, which an empty partition would hold back half a second.
        end = (await consumer.end_offsets([place]))[place]
        consumer.assign([place])
        await consumer.seek_to_beginning(place)
        while await consumer.position(place) < end:
            for batch in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
                for record in batch:
                    yield record

    def _apply(self, record: ConsumerRecord[bytes, bytes], found: _ReadBack) -> None:
        stories = found.stories
        found.unreadable.discard(record.key)
        if record.value is None:
            stories.pop(record.key, None)
            return
        try:
            story = story_v1.decode(record.value)
        except InvalidRecord as error:
            if error.reason is Reason.UNKNOWN_VERSION and _STORY in record.value:
                raise TopicMismatch(_of_another_version(record, error)) from error
            found.unreadable.add(record.key)
            _log.error(
                "story cannot be read back",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                reason=error.reason,
                error=str(error),
            )
            return
        # A worker that lost the partition without knowing may have written an older state last.
        known = stories.get(record.key)
        if known is None or known.offset <= story.offset:
            stories[record.key] = story


def _of_another_version(record: ConsumerRecord[bytes, bytes], error: InvalidRecord) -> str:
    return (
        f"{record.topic} partition {record.partition} offset {record.offset}: a story of another "
        f"version: {error}. Run the release that wrote it, or a newer one, on every worker; to go "
        "back for good, name another `stories_topic` and run `news-monitor topics create`: open "
        "stories begin anew"
    )
