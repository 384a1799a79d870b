"""StoryStore: a book is read back whole from the story topic, and only that."""

import gc
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agents.story_store import StoryStore
from monitor.domain import Story
from monitor.errors import TopicMismatch
from monitor.policy.stories import StoryBook, StoryRules, StoryUpdate
from monitor.wire import signal_v1, story_v1

STORIES = tuple(story_v1.decode(example) for example in story_v1.EXAMPLES)


@pytest.fixture(autouse=True)
def _collector_as_before() -> Iterator[None]:
    """Leave the collector of this process as it was: a store changes how it works."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@dataclass
class StoryTopic:
    """A partition of the story topic, behind a consumer that gives two records at a time."""

    records: Sequence[tuple[bytes, bytes | None]]
    signals: Sequence[bytes] = ()
    """What the partition of the signals topic holds, from `begin` on."""
    begin: int = 1_000_000
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
        signals = self.begin + len(self.signals)
        return {
            place: signals if place.topic == "signals" else len(self.records) for place in places
        }

    async def beginning_offsets(
        self, places: Sequence[TopicPartition]
    ) -> dict[TopicPartition, int]:
        """Say where the partition of the signals topic begins."""
        return dict.fromkeys(places, self.begin)

    def assign(self, places: Sequence[TopicPartition]) -> None:
        """Remember the partition."""
        (self.place,) = places

    async def seek_to_beginning(self, *_places: TopicPartition) -> None:
        """Stand at the beginning."""
        self.at = 0

    def seek(self, _place: TopicPartition, offset: int) -> None:
        """Stand at an offset."""
        self.at = offset

    async def position(self, _place: TopicPartition) -> int:
        """Say where we stand."""
        return self.at

    async def getmany(
        self, *_places: TopicPartition, timeout_ms: int, max_records: int = 2
    ) -> dict[TopicPartition, list[Any]]:
        """Give the next two records."""
        assert self.place is not None
        assert timeout_ms
        if self.place.topic == "signals":
            assert max_records == 1
            value = self.signals[self.at - self.begin]
            self.at += 1
            return {self.place: [_Record("signals", self.place.partition, self.at - 1, b"", value)]}
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


def a_store(make_consumer: Callable[[], Any]) -> StoryStore:
    """Make a store over fake topics."""
    return StoryStore(
        "stories", signals_topic="signals", rules=StoryRules(), make_consumer=make_consumer
    )


def of(story: Story) -> tuple[bytes, bytes | None]:
    """Make the record of a story."""
    return story.id.encode(), story_v1.encode(story)


async def held(records: Sequence[tuple[bytes, bytes | None]]) -> list[Story]:
    """Return what a book holds after it was read back from these records."""
    topic = StoryTopic(records)
    store = a_store(lambda: topic)
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


async def test_the_collector_leaves_stories_alone() -> None:
    """What was read back is not walked again, what is new seldom; both still go when the partition is revoked."""
    gc.unfreeze()
    often = 700  # Python's own, which a store sets higher.
    gc.set_threshold(often)
    store = a_store(lambda: StoryTopic([of(story) for story in STORIES]))
    await store.load([3], generation=1)
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] > 10 * often
    assert not any(isinstance(each, StoryBook) for each in gc.get_objects())
    held = weakref.ref(store.book(3))
    store.forget([3])
    assert held() is None


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
    store = a_store(lambda: topic)
    await store.load([1], generation=1)
    assert store.unreadable == {1: 1}


async def test_stories_of_another_version_are_not_forgotten() -> None:
    """A release that cannot read the stories refuses to go on without them."""
    later = story_v1.encode(STORIES[0]).replace(b"story/1", b"story/2")
    with pytest.raises(TopicMismatch, match="stories partition 1 offset 0: a story of another"):
        await held([(STORIES[0].id.encode(), later)])


async def test_an_update_becomes_stories_then_tombstones() -> None:
    """Records go to the partition of the signals, in the order the book gave."""
    store = a_store(lambda: StoryTopic([]))
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

    def reads() -> int:
        return sum(topic.place is not None for topic in made)

    store = a_store(make)
    await store.load([0, 1], generation=1)
    await store.load([0, 1], generation=1)
    assert reads() == 2
    store.forget([0])
    assert list(store.books) == [1]
    await store.load([0, 1], generation=1)
    assert reads() == 3
    await store.load([0, 1], generation=2)
    assert reads() == 5


async def loaded(signals: Sequence[bytes], *, begin: int = 0, applied: int = 3) -> None:
    """Load a story last changed at an offset, beside a signals topic that holds these values."""
    book = StoryBook()
    report = signal_v1.decode(signal_v1.EXAMPLES[0])
    (story,) = book.apply(report, offset=applied).stories
    topic = StoryTopic([of(story)], signals=signals, begin=begin)
    await a_store(lambda: topic).load([1], generation=1)


TAKEN_IN = signal_v1.EXAMPLES[0]


async def test_the_log_that_the_stories_come_from_is_accepted() -> None:
    """The record at the applied offset is the one taken in, or retention has deleted it."""
    await loaded([b"x", b"x", b"x", TAKEN_IN, b"x"])
    await loaded([TAKEN_IN], begin=3)
    await loaded([], begin=4)
    await loaded([b"x"], begin=100)
    later = TAKEN_IN.replace(b"signal/1", b"signal/2")
    await loaded([later], begin=3)


@pytest.mark.parametrize(
    ("signals", "why"),
    [
        ([], "it ends before 0"),
        ([TAKEN_IN] * 3, "it ends before 3"),
        ([TAKEN_IN, TAKEN_IN, TAKEN_IN, b"not ours"], "a record that none of them took in"),
    ],
)
async def test_another_log_is_refused(signals: list[bytes], why: str) -> None:
    """A signals topic that was made again would have its records taken for old ones."""
    with pytest.raises(
        TopicMismatch, match=f"signals partition 1 is not the log .*{why}"
    ) as caught:
        await loaded(signals)
    assert "name another `stories_topic`" in str(caught.value)


async def test_a_log_that_has_grown_past_the_stories_is_refused() -> None:
    """Also where there is a record at the applied offset: it is of another article."""
    other = signal_v1.decode(TAKEN_IN)
    other = replace(other, article=replace(other.article, id="another"))
    with pytest.raises(TopicMismatch, match="a record that none of them took in"):
        await loaded([TAKEN_IN] * 3 + [signal_v1.encode(other)] * 9)
