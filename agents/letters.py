"""Letters: the records of dead-letter topics, whoever wrote them, chosen and read to their end."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from aiokafka import TopicPartition

from agents.client import create_consumer, running
from agents.topic_reader import Record, Stretch, merged, milliseconds, partitions_of, stretches
from agents.topics import dead_letter_topic, read_topics
from monitor.domain import LetterFacts, LetterPlace
from monitor.settings import Settings
from monitor.wire import dead_letter_headers

__all__ = [
    "Letter",
    "LetterName",
    "Selection",
    "find_stretches",
    "own_letter_topics",
    "read_letters",
]

LetterName = tuple[str, int, int]
"""Topic, partition and offset of a dead letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter: the record's own bytes, where it lies, and what its headers tell."""

    place: LetterPlace
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    """All headers, the record's own and those of its death."""
    facts: LetterFacts

    @property
    def name(self) -> LetterName:
        """What it is called on the command line."""
        return self.place.topic, self.place.partition, self.place.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which letters are meant: all conditions must hold, an empty one always does."""

    topics: tuple[str, ...]
    """Dead-letter topics."""
    names: frozenset[LetterName] = frozenset()
    reasons: frozenset[str] = frozenset()
    """Reasons of ours, or class names of errors, with or without their package."""
    sources: frozenset[str] = frozenset()
    """Topics that the records came from."""
    from_time: datetime | None = None
    until_time: datetime | None = None
    from_offset: int | None = None
    until_offset: int | None = None

    def __contains__(self, letter: Letter) -> bool:
        """Whether a letter is meant."""
        facts, place = letter.facts, letter.place
        after = self.from_time is None or place.timestamp_ms >= milliseconds(self.from_time)
        before = self.until_time is None or place.timestamp_ms < milliseconds(self.until_time)
        named = not self.names or letter.name in self.names
        reasoned = not self.reasons or not self.reasons.isdisjoint((facts.reason, facts.exception))
        sourced = not self.sources or facts.topic in self.sources
        return after and before and named and reasoned and sourced


def own_letter_topics(settings: Settings) -> tuple[str, ...]:
    """Return the dead-letter topics that workers with these settings write to."""
    return tuple(map(dead_letter_topic, read_topics(settings)))


async def find_stretches(settings: Settings, selection: Selection) -> tuple[Stretch, ...]:
    """Find what to read, up to today's ends: letters that come later are not in it.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: a topic is missing.
    """
    partitions = [
        each for topic in selection.topics for each in await partitions_of(settings, topic)
    ]
    async with running(create_consumer(settings), settings) as consumer:
        # A time is no place to begin at: Kafka Connect gives letters the times of their records,
        # which need not grow.
        parts = await stretches(
            consumer,
            partitions,
            from_offset=selection.from_offset,
            until_offset=selection.until_offset,
        )
    return tuple(_narrowed(part, selection.names) for part in parts)


async def read_letters(
    settings: Settings, parts: Sequence[Stretch], selection: Selection
) -> AsyncGenerator[Letter]:
    """Read the letters that are meant, oldest first, in order within a partition."""
    async with aclosing(merged(settings, parts)) as records:
        async for record in records:
            letter = _letter(record)
            if letter in selection:
                yield letter


def _letter(record: Record) -> Letter:
    headers = tuple(record.headers)
    return Letter(
        place=LetterPlace(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            timestamp_ms=record.timestamp,
        ),
        key=record.key,
        value=record.value,
        headers=headers,
        facts=dead_letter_headers.read(headers),
    )


def _narrowed(part: Stretch, names: frozenset[LetterName]) -> Stretch:
    """Leave out what lies before the first and behind the last letter that is named."""
    if not names:
        return part
    place: TopicPartition = part.partition
    offsets = [
        offset
        for topic, partition, offset in names
        if (topic, partition) == (place.topic, place.partition)
    ]
    start = max(part.start, min(offsets, default=part.end))
    end = min(part.end, max(offsets, default=part.start) + 1)
    return Stretch(partition=place, start=start, end=max(start, end))
