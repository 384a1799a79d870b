"""Broker checks: the doctor's questions to the cluster."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from agents.admin import Gravity, check_topics
from agents.client import LOOK_CLOSER, addresses, create_admin, create_consumer, running
from agents.finding import Finding, Grade
from agents.group_state import bounds_of, committed_of, first_unread, members_of, partitions_in
from agents.record_times import moment_of
from agents.topic_reader import Stretch, drained
from agents.topic_state import Cluster, read_cluster
from agents.topics import dead_letter_topic
from monitor.errors import NewsMonitorError
from monitor.settings import Settings
from monitor.wording import counted

__all__ = ["check_broker"]

_CLOCK_TOLERANCE = timedelta(seconds=60)
_CHECK_SECONDS = 45.0
"""How long a check may take; the client library itself gives up after 20 s without an answer."""

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
        yield Finding(check="broker", grade=Grade.FAIL, message=_told(error))
        return
    brokers = counted(cluster.brokers, "broker")
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
        message = _told(error)
    except TimeoutError:
        message = f"the broker has not answered within {_CHECK_SECONDS:g} s"
    return [Finding(check=check, grade=Grade.FAIL, message=message)]


def _told(error: NewsMonitorError) -> str:
    """Return the message without the advice to run what is running."""
    return str(error).removesuffix(LOOK_CLOSER)


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


async def _lag(settings: Settings, cluster: Cluster) -> list[Finding]:
    """Say how many records wait for the group, and whether somebody reads them."""
    partitions = partitions_in(cluster, [*settings.article_topics, settings.signals_topic])
    if not partitions:
        message = "there are no topics to read yet"
        return [Finding(check="group", grade=Grade.WARN, message=message)]
    first, last = await bounds_of(settings, partitions)
    async with running(create_admin(settings), settings) as admin:
        committed = await committed_of(admin, settings.group, partitions)
        members = await members_of(admin, settings.group)
    unread = first_unread(committed, first, last)
    waiting = sum(last[place] - unread[place] for place in partitions)
    workers = "" if members is None else f", {counted(members, 'worker')}"
    backlog = f"{counted(waiting, 'record')} {'waits' if waiting == 1 else 'wait'} to be read"
    message = f"{settings.group}{workers}: {backlog}"
    if waiting and members == 0:
        advice = "start one: `news-monitor worker`"
        return [Finding(check="group", grade=Grade.WARN, message=message, advice=advice)]
    return [Finding(check="group", grade=Grade.OK, message=message)]


async def _dead_letters(settings: Settings, cluster: Cluster) -> list[Finding]:
    sources = [*settings.article_topics, settings.signals_topic]
    partitions = partitions_in(cluster, [dead_letter_topic(source) for source in sources])
    first, last = await bounds_of(settings, partitions)
    found = sum(last[each] - first[each] for each in partitions)
    if not found:
        return [Finding(check="dead letters", grade=Grade.OK, message="none")]
    return [
        Finding(
            check="dead letters",
            grade=Grade.WARN,
            message=f"{counted(found, 'record')} could not be read",
            advice="`news-monitor dead-letters list` says why, `retry` sends them back",
        )
    ]


async def _clocks(settings: Settings, cluster: Cluster) -> list[Finding]:
    """Compare this machine's clock with the timestamps of the newest records."""
    topics = [*settings.article_topics, settings.signals_topic, settings.alerts_topic]
    partitions = partitions_in(cluster, topics)
    first, last = await bounds_of(settings, partitions)
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
    newest = moment_of(newest_ms)
    if newest is None:
        return Finding(
            check="clock",
            grade=Grade.WARN,
            message=f"the newest record has the timestamp {newest_ms}, which is no time",
            advice="let its producer give milliseconds since 1970: workers take such a record for new",
        )
    ahead = newest - datetime.now(UTC)
    if ahead > _CLOCK_TOLERANCE:
        return Finding(
            check="clock",
            grade=Grade.WARN,
            message=f"the newest record is {ahead.total_seconds():,.0f} s in the future",
            advice="set this machine's clock, or the producer's, by NTP: lag and age are wrong else",
        )
    age = max(0.0, -ahead.total_seconds())
    return Finding(check="clock", grade=Grade.OK, message=f"the newest record is {age:,.0f} s old")
