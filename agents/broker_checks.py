"""Broker checks: the doctor's questions to the cluster."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from aiokafka.structs import OffsetAndMetadata

from agents.admin import Gravity, check_topics
from agents.client import addresses, create_admin, create_consumer, running
from agents.finding import Finding, Grade
from agents.topic_reader import Stretch, drained
from agents.topic_state import Cluster, read_cluster
from agents.topics import dead_letter_topic
from monitor.errors import NewsMonitorError
from monitor.settings import Settings

__all__ = ["check_broker"]

_CLOCK_TOLERANCE = timedelta(seconds=60)
_CHECK_SECONDS = 45.0
"""How long a check may take; the client library itself gives up after 20 s without an answer."""
_COORDINATOR_PAUSES = (0.2, 0.4, 0.8, 1.6, 3.2)

_Check: TypeAlias = Callable[[Settings, Cluster], Awaitable[list[Finding]]]


async def check_broker(settings: Settings) -> AsyncIterator[Finding]:
    """Check the cluster: reachable, topics, group and lag, dead letters, clocks.

    A check that the cluster does not let us finish is a failed one; the others are made all the
    same.
    """
    try:
        async with running(create_admin(settings), settings) as admin:
            cluster = await read_cluster(admin, [])
    except NewsMonitorError as error:
        yield Finding(check="broker", grade=Grade.FAIL, message=str(error))
        return
    brokers = f"{cluster.brokers} broker{'' if cluster.brokers == 1 else 's'}"
    yield Finding(
        check="broker", grade=Grade.OK, message=f"{addresses(settings)} answers: {brokers}"
    )
    asked: dict[str, _Check] = {
        "topics": _topics,
        "group": _lag,
        "dead letters": _dead_letters,
        "clock": _clocks,
    }
    for name, check in asked.items():
        for finding in await _finished(name, check(settings, cluster)):
            yield finding


async def _finished(check: str, findings: Awaitable[list[Finding]]) -> list[Finding]:
    """Return what a check finds, or that it cannot be finished."""
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            return await findings
    except NewsMonitorError as error:
        message = str(error)
    except TimeoutError:
        message = f"the broker has not answered within {_CHECK_SECONDS:g} s"
    return [Finding(check=check, grade=Grade.FAIL, message=message)]


async def _topics(settings: Settings, _: Cluster) -> list[Finding]:
    problems = await check_topics(settings)
    if not problems:
        return [Finding(check="topics", grade=Grade.OK, message="all as the settings say")]
    return [
        Finding(
            check="topics",
            grade=Grade.FAIL if problem.gravity is Gravity.BLOCKING else Grade.WARN,
            message=str(problem),
        )
        for problem in problems
    ]


async def _members(admin: AIOKafkaAdminClient, group: str) -> int | None:
    """Return how many workers the group has; None where the broker does not tell."""
    try:
        answers = await admin.describe_consumer_groups([group])
    except (KafkaError, TypeError):  # the embedded broker's answer is beyond the client
        return None
    return sum(len(described[5]) for answer in answers for described in answer.groups)


async def _committed(
    admin: AIOKafkaAdminClient, group: str, partitions: Sequence[TopicPartition]
) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """Return the offsets that the group has committed.

    A new cluster makes the place where groups are kept when it is asked for the first one, and
    answers that there is none until it has.
    """
    pauses = iter(_COORDINATOR_PAUSES)
    while True:
        try:
            found: Mapping[TopicPartition, OffsetAndMetadata]
            found = await admin.list_consumer_group_offsets(group, partitions=partitions)
        except GroupCoordinatorNotAvailableError:
            pause = next(pauses, None)
            if pause is None:
                raise
            await asyncio.sleep(pause)
        else:
            return found


async def _lag(settings: Settings, cluster: Cluster) -> list[Finding]:
    """Say how many records wait for the group, and whether somebody reads them."""
    partitions = _partitions(cluster, [*settings.article_topics, settings.signals_topic])
    if not partitions:
        message = "there are no topics to read yet"
        return [Finding(check="group", grade=Grade.WARN, message=message)]
    first, last = await _bounds(settings, partitions)
    async with running(create_admin(settings), settings) as admin:
        committed = await _committed(admin, settings.group, partitions)
        members = await _members(admin, settings.group)
    waiting = 0
    for partition in partitions:
        known = committed.get(partition)
        read = first[partition] if known is None or known.offset < 0 else known.offset
        waiting += max(0, last[partition] - max(read, first[partition]))
    workers = "" if members is None else f", {members} worker{'' if members == 1 else 's'}"
    message = f"{settings.group}{workers}: {waiting:,} records wait to be read"
    if waiting and members == 0:
        advice = "start one: `news-monitor worker`"
        return [Finding(check="group", grade=Grade.WARN, message=message, advice=advice)]
    return [Finding(check="group", grade=Grade.OK, message=message)]


async def _dead_letters(settings: Settings, cluster: Cluster) -> list[Finding]:
    sources = [*settings.article_topics, settings.signals_topic]
    partitions = _partitions(cluster, [dead_letter_topic(source) for source in sources])
    first, last = await _bounds(settings, partitions)
    found = sum(last[each] - first[each] for each in partitions)
    if not found:
        return [Finding(check="dead letters", grade=Grade.OK, message="none")]
    return [
        Finding(
            check="dead letters",
            grade=Grade.WARN,
            message=f"{found:,} records could not be read",
            advice="their headers say why: kcat -C -e -f '%h\\n' -t"
            f" {dead_letter_topic(settings.article_topics[0])}",
        )
    ]


async def _clocks(settings: Settings, cluster: Cluster) -> list[Finding]:
    """Compare this machine's clock with the timestamps of the newest records."""
    topics = [*settings.article_topics, settings.signals_topic, settings.alerts_topic]
    partitions = _partitions(cluster, topics)
    first, last = await _bounds(settings, partitions)
    newest = [
        Stretch(partition=each, start=last[each] - 1, end=last[each])
        for each in partitions
        if last[each] > first[each]
    ]
    async with running(create_consumer(settings), settings) as consumer:
        times = [record.timestamp async for record in drained(consumer, newest)]
    return [_clock(max(times) if times else None)]


def _clock(newest_ms: int | None) -> Finding:
    if newest_ms is None:
        return Finding(check="clock", grade=Grade.OK, message="no record to compare with yet")
    ahead = datetime.fromtimestamp(newest_ms / 1000, UTC) - datetime.now(UTC)
    if ahead > _CLOCK_TOLERANCE:
        return Finding(
            check="clock",
            grade=Grade.WARN,
            message=f"the newest record is {ahead.total_seconds():,.0f} s in the future",
            advice="set this machine's clock, or the producer's, by NTP: lag and age are wrong else",
        )
    age = max(0.0, -ahead.total_seconds())
    return Finding(check="clock", grade=Grade.OK, message=f"the newest record is {age:,.0f} s old")


async def _bounds(
    settings: Settings, partitions: Sequence[TopicPartition]
) -> tuple[Mapping[TopicPartition, int], Mapping[TopicPartition, int]]:
    """Return the first offset that each partition holds, and the one after its last."""
    if not partitions:
        return {}, {}
    async with running(create_consumer(settings), settings) as consumer:
        first = await consumer.beginning_offsets(partitions)
        return first, await consumer.end_offsets(partitions)


def _partitions(cluster: Cluster, topics: Sequence[str]) -> list[TopicPartition]:
    return [
        TopicPartition(topic, number)
        for topic in topics
        if topic in cluster.topics
        for number in range(cluster.topics[topic].partitions)
    ]
