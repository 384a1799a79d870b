"""Status: whether news flows, as the broker and the worker next door tell it; changes nothing."""

import asyncio
import importlib.metadata
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiokafka import TopicPartition

from agents.canary_status import CanaryStatus, read_canary
from agents.client import create_admin, create_consumer, running
from agents.group_state import bounds_of, committed_of, first_unread, members_of, partitions_in
from agents.record_times import moment_of
from agents.topic_reader import Record, Stretch, drained
from agents.topic_state import Cluster, read_cluster
from agents.topics import dead_letter_topic, read_topics, topics_for
from agents.worker_answer import place_of, readyz_at
from monitor.domain import Alert
from monitor.errors import InvalidRecord
from monitor.settings import Settings
from monitor.wire import alert_v1

__all__ = ["LastAlert", "Status", "TopicStatus", "judge", "read_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicStatus:
    """A topic of ours as it stands."""

    topic: str
    partitions: int
    """0 where the topic is missing."""
    records: int = 0
    """At most how many records it holds."""
    lag_records: int | None = None
    """How many wait for the group; None for topics that it does not read."""
    lag_seconds: float | None = None
    """Age of the oldest that waits, by its own time; None for topics that it does not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAlert:
    """The newest revision that the alerts topic holds."""

    sent_at: datetime
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How an installation stands."""

    brokers: int
    group: str
    workers: int | None
    """How many workers are in the group; None where the broker does not tell."""
    topics: tuple[TopicStatus, ...]
    dead_letters: int
    last_alert: LastAlert | None
    canary: CanaryStatus | None
    """None where none has come back yet, or there are none."""
    version: str
    """Of this program."""
    local_worker: Mapping[str, Any] | None
    """What the worker at `http_host`:`http_port` answers on /readyz; None where none does."""


async def read_status(settings: Settings) -> Status:
    """Ask the broker, and the worker on this machine if there is one.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    read = read_topics(settings)
    specs = topics_for(settings)
    async with running(create_admin(settings), settings) as admin:
        cluster = await read_cluster(admin, [])
        waiting = partitions_in(cluster, read)
        committed = await committed_of(admin, settings.group, waiting) if waiting else {}
        workers = await members_of(admin, settings.group)
    every = partitions_in(cluster, [spec.name for spec in specs])
    first, last = await bounds_of(settings, every)
    unread = first_unread(
        committed, {each: first[each] for each in waiting}, {each: last[each] for each in waiting}
    )
    ages = await _ages(settings, unread, last)
    topics = tuple(_topic(spec.name, cluster, read, first, last, unread, ages) for spec in specs)
    dead = partitions_in(cluster, [dead_letter_topic(source) for source in read])
    alerts = partitions_in(cluster, [settings.alerts_topic])
    canaries = partitions_in(cluster, [settings.canary_topic]) if settings.canary_seconds else []
    return Status(
        brokers=cluster.brokers,
        group=settings.group,
        workers=workers,
        topics=topics,
        dead_letters=sum(last[each] - first[each] for each in dead),
        last_alert=await _last_alert(settings, alerts, first, last),
        canary=await read_canary(settings, canaries, first, last),
        version=_own_version(),
        local_worker=await asyncio.to_thread(_local_worker, settings),
    )


def judge(
    status: Status, *, max_lag_seconds: float, canary_seconds: float = 0.0
) -> tuple[str, ...]:
    """Return what is wrong, in sentences; nothing where news flows.

    Args:
        status: how the installation stands.
        max_lag_seconds: how long a record may wait.
        canary_seconds: how often canaries are sent; 0 where none are. What the worker on this machine
            says of it goes first: it sends them.

    Dead letters are no fault of the flow: they are counted, and have a rule of their own.
    """
    wrong = [
        f"The topic {topic.topic} is missing: run `news-monitor topics create`."
        for topic in status.topics
        if not topic.partitions
    ]
    waiting = sum(topic.lag_records or 0 for topic in status.topics)
    if status.workers == 0:
        wrong.append(
            f"The group {status.group} has no worker, and {waiting:,} records wait: start one with"
            " `news-monitor worker`."
        )
    wrong += [
        f"{topic.topic} is {topic.lag_seconds:,.0f} s behind with {topic.lag_records:,} records:"
        " look at the workers' logs, and add workers or processes if they are busy."
        for topic in status.topics
        if topic.lag_seconds is not None and topic.lag_seconds > max_lag_seconds
    ]
    worker = status.local_worker
    details = (worker or {}).get("details")
    told = details.get("canary_seconds") if isinstance(details, Mapping) else None
    every = float(told) if isinstance(told, int | float) else canary_seconds
    if every and status.workers != 0:
        wrong += _about_canaries(status, 2 * every + max_lag_seconds)
    if worker is not None and worker.get("status") != "ready":
        reasons = worker.get("reasons")
        why = " ".join(map(str, reasons)) if isinstance(reasons, list) else ""
        wrong.append(f"The worker on this machine is not ready: {why or 'it does not say why.'}")
    return tuple(wrong)


def _about_canaries(status: Status, patience: float) -> Iterable[str]:
    """Say what the canaries say; one may be on its way, and the next not sent yet."""
    if status.canary is None:
        yield (
            "No canary has come back yet, so nobody knows whether news comes through: the first"
            f" comes within {patience:,.0f} s of a worker's start. If it does not, look at /readyz"
            " and the logs of the workers."
        )
        return
    age = (datetime.now(UTC) - status.canary.sent_at).total_seconds()
    if age > patience:
        yield (
            f"No canary of the last {age:,.0f} s has come back: news does not come through."
            " Look at the lag above, and at /readyz and the logs of the workers."
        )


def _topic(
    name: str,
    cluster: Cluster,
    read: Sequence[str],
    first: Mapping[TopicPartition, int],
    last: Mapping[TopicPartition, int],
    unread: Mapping[TopicPartition, int],
    ages: Mapping[TopicPartition, float],
) -> TopicStatus:
    places = partitions_in(cluster, [name])
    is_read = name in read and bool(places)
    return TopicStatus(
        topic=name,
        partitions=len(places),
        records=sum(last[each] - first[each] for each in places),
        lag_records=sum(last[each] - unread[each] for each in places) if is_read else None,
        lag_seconds=max((ages.get(each, 0.0) for each in places), default=0.0) if is_read else None,
    )


async def _ages(
    settings: Settings, unread: Mapping[TopicPartition, int], last: Mapping[TopicPartition, int]
) -> dict[TopicPartition, float]:
    """Return how old the first record that waits is, per partition that has one, in seconds."""
    heads = [
        Stretch(partition=place, start=offset, end=offset + 1)
        for place, offset in unread.items()
        if offset < last[place]
    ]
    now = time.time()
    return {
        TopicPartition(record.topic, record.partition): max(0.0, now - record.timestamp / 1000)
        for record in await _records(settings, heads)
    }


async def _last_alert(
    settings: Settings,
    partitions: Sequence[TopicPartition],
    first: Mapping[TopicPartition, int],
    last: Mapping[TopicPartition, int],
) -> LastAlert | None:
    """Read the newest record of each partition of the alerts topic; the newest of these counts."""
    ends = [
        Stretch(partition=place, start=last[place] - 1, end=last[place])
        for place in partitions
        if last[place] > first[place]
    ]
    found = []
    for record in await _records(settings, ends):
        try:
            alert = alert_v1.decode(record.value)
        except InvalidRecord:
            continue
        sent_at = moment_of(record.timestamp) or alert.last_seen
        found.append(LastAlert(sent_at=sent_at, alert=alert))
    return max(found, key=lambda each: each.sent_at, default=None)


async def _records(settings: Settings, parts: Sequence[Stretch]) -> list[Record]:
    if not parts:
        return []
    async with running(create_consumer(settings), settings) as consumer:
        return [record async for record in drained(consumer, parts)]


def _local_worker(settings: Settings) -> Mapping[str, Any] | None:
    if not settings.http_port:
        return None
    return readyz_at(place_of(settings.http_host, settings.http_port))


def _own_version() -> str:
    try:
        return importlib.metadata.version("news-monitor")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
