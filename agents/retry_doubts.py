"""Doubts: whether a run that was broken off had sent a letter back, read off the topic it went to.

A claim says where the record would lie if it was sent: in that partition, at that offset or later,
with the letter's place in a header. Looking there is the one way to know, whatever became of the
process and whatever its readers' isolation level is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import aclosing

from aiokafka import TopicPartition

from agents.client import create_admin, create_consumer, running
from agents.topic_reader import Record, Stretch, drained
from agents.topic_state import read_cluster
from monitor.domain import LetterPlace, RetryMark
from monitor.settings import Settings
from monitor.wire.dead_letter_headers import ATTEMPT_HEADER, RETRY_OF_HEADER

__all__ = ["Copies", "count_copies", "count_repeated"]

Copies = Mapping[LetterPlace, int | None]
"""How many records of a claim its topic holds; None where that can no longer be known."""


async def count_copies(settings: Settings, claims: Iterable[RetryMark]) -> Copies:
    """Look for the records of claims that were never settled.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    wanted: dict[TopicPartition, list[RetryMark]] = defaultdict(list)
    for claim in claims:
        wanted[TopicPartition(claim.topic, claim.partition)].append(claim)
    if not wanted:
        return {}
    async with running(create_admin(settings), settings) as admin:
        topics = (await read_cluster(admin, [])).topics
    found: dict[LetterPlace, int | None] = {}
    async with running(create_consumer(settings), settings) as consumer:
        for place, sought in wanted.items():
            exists = place.topic in topics and place.partition < topics[place.topic].partitions
            first = (await consumer.beginning_offsets([place]))[place] if exists else 0
            end = (await consumer.end_offsets([place]))[place] if exists else 0
            known = [claim for claim in sought if exists and first <= claim.from_offset <= end]
            found |= dict.fromkeys(claim.letter for claim in sought)
            if not known:
                continue
            start = min(claim.from_offset for claim in known)
            part = Stretch(partition=place, start=start, end=end)
            counted: Counter[tuple[str, str]] = Counter()
            async with aclosing(drained(consumer, [part])) as records:
                async for record in records:
                    counted[_mark_of(record)] += 1
            for claim in known:
                found[claim.letter] = counted[claim.letter.exact, str(claim.attempt)]
    return found


async def count_repeated(settings: Settings, starts: Mapping[TopicPartition, int]) -> int:
    """Count the records from these offsets on that are another copy of one before.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    if not starts:
        return 0
    seen: set[tuple[str, str]] = set()
    repeated = 0
    async with running(create_consumer(settings), settings) as consumer:
        ends = await consumer.end_offsets(list(starts))
        parts = [
            Stretch(partition=place, start=start, end=ends[place])
            for place, start in starts.items()
        ]
        async with aclosing(drained(consumer, parts)) as records:
            async for record in records:
                mark = _mark_of(record)
                repeated += bool(mark[0]) and mark in seen
                if mark[0]:
                    seen.add(mark)
    return repeated


def _mark_of(record: Record) -> tuple[str, str]:
    """Return which letter a record is, and which sending back; empty for all others."""
    told = {name: value or b"" for name, value in record.headers}
    letter, attempt = told.get(RETRY_OF_HEADER, b""), told.get(ATTEMPT_HEADER, b"")
    return letter.decode(errors="replace"), attempt.decode(errors="replace")
