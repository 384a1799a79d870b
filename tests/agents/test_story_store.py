"""StoryStore: a book is read back whole from the story topic, and only that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agents.story_store import StoryStore
from monitor.domain import Story
from monitor.errors import TopicMismatch
from monitor.policy.stories import StoryRules, StoryUpdate
from monitor.wire import story_v1

STORIES = tuple(story_v1.decode(example) for example in story_v1.EXAMPLES)


@dataclass
class StoryTopic:
    """A partition of the story topic, behind a consumer that gives two records at a time."""

    records: Sequence[tuple[bytes, bytes | None]]
    place: TopicPartition | None = None
    at: int = 0
    stopped: bool = False

    async def start(self) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Remember it."""
        self.stopped = True

    async def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Say where the partition ends."""
        return dict.fromkeys(places, len(self.records))

    def assign(self, places: Sequence[TopicPartition]) -> None:
        """Remember the partition."""
        (self.place,) = places

    async def seek_to_beginning(self, *_places: TopicPartition) -> None:
        """Stand at the beginning."""
        self.at = 0

    async def position(self, _place: TopicPartition) -> int:
        """Say where we stand."""
        return self.at

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        """Give the next two records."""
        assert self.place is not None
        assert timeout_ms
        found = [
            _Record(self.place.topic, self.place.partition, self.at + number, key, value)
            for number, (key, value) in enumerate(self.records[self.at : self.at + 2])
        ]
        self.at += len(found)
        return {self.place: found}


@dataclass
class _Record:
    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes | None


def of(story: Story) -> tuple[bytes, bytes | None]:
    """Make the record of a story."""
    return story.id.encode(), story_v1.encode(story)


async def held(records: Sequence[tuple[bytes, bytes | None]]) -> list[Story]:
    """Return what a book holds after it was read back from these records."""
    topic = StoryTopic(records)
    store = StoryStore("stories", rules=StoryRules(), make_consumer=lambda: topic)
    await store.load([1], generation=1)
    assert topic.place == TopicPartition("stories", 1)
    assert topic.stopped
    return list(store.book(1))


async def test_the_newest_state_of_each_story_is_held() -> None:
    """Later states replace earlier ones, and tombstones end stories."""
    first, second, third = STORIES[:3]
    grown = replace(first, revision=first.revision + 1, offset=first.offset + 10)
    records = [of(first), of(second), of(third), of(grown), (second.id.encode(), None)]
    assert {story.id: story.revision for story in await held(records)} == {
        grown.id: grown.revision,
        third.id: third.revision,
    }


async def test_an_older_state_that_was_written_last_does_not_count() -> None:
    """What a worker wrote that had lost the partition without knowing sets no story back."""
    story = STORIES[0]
    grown = replace(story, revision=story.revision + 1, offset=story.offset + 10)
    (found,) = await held([of(story), of(grown), of(story)])
    assert found == grown


async def test_a_record_that_is_no_story_is_passed_over() -> None:
    """A foreign record on the topic keeps no worker from starting."""
    assert await held([(b"x", b"not ours"), of(STORIES[0])]) == [STORIES[0]]
    assert await held([(b"x", b'{"schema": "theirs/9"}'), of(STORIES[0])]) == [STORIES[0]]


async def test_records_that_are_no_stories_are_counted() -> None:
    """Counted is what stands as the newest record of its key; a tombstone or a story ends that."""
    topic = StoryTopic(
        [
            (b"x", b"not ours"),
            (b"x", b"nor this"),
            (b"y", b"not ours"),
            (b"y", None),
            (STORIES[0].id.encode(), b"not ours"),
            of(STORIES[0]),
        ]
    )
    store = StoryStore("stories", rules=StoryRules(), make_consumer=lambda: topic)
    await store.load([1], generation=1)
    assert store.unreadable == {1: 1}


async def test_stories_of_another_version_are_not_forgotten() -> None:
    """A release that cannot read the stories refuses to go on without them."""
    later = story_v1.encode(STORIES[0]).replace(b"story/1", b"story/2")
    with pytest.raises(TopicMismatch, match="stories partition 1 offset 0: a story of another"):
        await held([(STORIES[0].id.encode(), later)])


async def test_an_update_becomes_stories_then_tombstones() -> None:
    """Records go to the partition of the signals, in the order the book gave."""
    store = StoryStore("stories", rules=StoryRules(), make_consumer=lambda: StoryTopic([]))
    update = StoryUpdate(stories=STORIES[:2], closed=("gone",))
    records = store.records(update, partition=2)
    expected = [*(of(story) for story in STORIES[:2]), (b"gone", None)]
    assert [(record.key, record.value) for record in records] == expected
    assert {(record.topic, record.partition) for record in records} == {("stories", 2)}


async def test_forgotten_partitions_are_read_again() -> None:
    """After a revocation nothing is kept; a book is loaded once per generation otherwise."""
    made: list[StoryTopic] = []

    def make() -> Any:
        made.append(StoryTopic([of(STORIES[0])]))
        return made[-1]

    store = StoryStore("stories", rules=StoryRules(), make_consumer=make)
    await store.load([0, 1], generation=1)
    await store.load([0, 1], generation=1)
    assert len(made) == 2
    store.forget([0])
    assert list(store.books) == [1]
    await store.load([0, 1], generation=1)
    assert len(made) == 3
    await store.load([0, 1], generation=2)
    assert len(made) == 5
