"""StoryStore: the open stories of the partitions we read, kept in the compacted story topic.

Stories stand in the partition of the same number as the signals they came from. They are read back
to the end before the first record of a newly assigned partition is handled.
"""

import asyncio
import time
from collections.abc import Callable, Iterable

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from agents.client import stop
from agents.delivery import Outgoing
from agents.logs import get_logger
from monitor.domain import Story
from monitor.errors import InvalidRecord
from monitor.policy.stories import StoryBook, StoryRules, StoryUpdate
from monitor.wire import story_v1

__all__ = ["StoryStore"]

_POLL_MS = 500

_log = get_logger(__name__)


class StoryStore:
    """One StoryBook per assigned partition of the signals topic."""

    def __init__(
        self, topic: str, *, rules: StoryRules, make_consumer: Callable[[], AIOKafkaConsumer]
    ) -> None:
        """Take the story topic, the rules of grouping, and what makes a consumer without a group."""
        self._topic = topic
        self._rules = rules
        self._make_consumer = make_consumer
        self._books: dict[int, tuple[int, StoryBook]] = {}

    async def load(self, partitions: Iterable[int], *, generation: int) -> None:
        """Read back the stories of partitions that are new in this generation of the group.

        A book of an earlier generation is thrown away: somebody else may have had the partition.
        """
        wanted = {
            partition
            for partition in partitions
            if self._books.get(partition, (None,))[0] != generation
        }
        await asyncio.gather(*(self._load(partition, generation) for partition in wanted))

    def book(self, partition: int) -> StoryBook:
        """Return the book of a partition that was loaded."""
        return self._books[partition][1]

    def forget(self, partitions: Iterable[int]) -> None:
        """Let go of the stories of partitions that were revoked, or whose book cannot be trusted."""
        for partition in partitions:
            self._books.pop(partition, None)

    @property
    def books(self) -> dict[int, StoryBook]:
        """The books at hand, by partition."""
        return {partition: book for partition, (_, book) in self._books.items()}

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
        stories: dict[bytes | None, Story] = {}
        async for record in self._read(partition):
            self._apply(record, stories)
        book.restore(stories.values())
        self._books[partition] = (generation, book)
        _log.info(
            "stories read back",
            partition=partition,
            stories=len(stories),
            seconds=round(time.monotonic() - begun, 3),
        )

    async def _read(self, partition: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
        """Read a partition of the story topic from its beginning to where it ends now."""
        place = TopicPartition(self._topic, partition)
        consumer = self._make_consumer()
        await consumer.start()
        try:
            # Asked before the first fetch, which an empty partition would hold back half a second.
            end = (await consumer.end_offsets([place]))[place]
            consumer.assign([place])
            await consumer.seek_to_beginning(place)
            while await consumer.position(place) < end:
                for batch in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
                    for record in batch:
                        yield record
        finally:
            await stop(consumer)

    def _apply(
        self, record: ConsumerRecord[bytes, bytes], stories: dict[bytes | None, Story]
    ) -> None:
        if record.value is None:
            stories.pop(record.key, None)
            return
        try:
            story = story_v1.decode(record.value)
        except InvalidRecord as error:
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
