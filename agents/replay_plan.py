"""Replay plan: what a replay would send, whether it may, and what speaks against it."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiokafka import TopicPartition
from aiokafka.admin import NewTopic

from agents.client import create_admin, create_consumer, running
from agents.record_times import oldest_moment
from agents.replay_request import LiveTopics, MissingTarget, Origin, ReplayRequest, Timestamps
from agents.replay_sources import Source, TopicSource, file_source
from agents.selection import Selection
from agents.subscriptions_file import needed_topics
from agents.topic_reader import Stretch, drained, stretches
from agents.topic_state import Cluster, TopicState, make_topics, read_cluster
from monitor.archive import LogRecord
from monitor.errors import TopicMismatch
from monitor.settings import Settings
from monitor.wording import counted

__all__ = ["ReplayPlan", "create_target", "plan_replay", "plan_stretches"]

_COPIED_SETTINGS = ("max.message.bytes", "message.timestamp.type", "min.insync.replicas")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What a run would read and where it would go."""

    source: Source
    starts: Mapping[int, int]
    """By partition of a topic: where the run begins; empty for files."""
    ends: Mapping[int, int]
    """By partition of a topic: where the run ends; empty for files."""
    records: int | None
    """At most how many records there are; None where only reading tells."""
    target_exists: bool
    target_partitions: int
    same_partitions: bool
    """The topics have equally many partitions: every record keeps its number. Else keys decide."""
    oldest: datetime | None
    """Timestamp of the first record, None when there is none or only reading tells."""
    warnings: tuple[str, ...]


async def plan_replay(
    settings: Settings,
    request: ReplayRequest,
    *,
    now: datetime,
    ends: Mapping[int, int] | None = None,
) -> ReplayPlan:
    """Find what a request comes to; nothing is sent or created.

    Args:
        settings: where the broker is, and which topics are live.
        request: what is asked for.
        now: the time, for what is measured against it.
        ends: by partition, where an interrupted run was to end; where the topic ends now if None.

    Raises:
        BrokerUnavailable: no broker answers.
        NewsMonitorError: the archive or file cannot be read.
        TopicMismatch: a topic is missing, the topics are the same, or workers read the target.
    """
    _refuse_dangerous(settings, request)
    async with running(create_admin(settings), settings) as admin:
        cluster = await read_cluster(admin, [request.target])
    target = cluster.topics.get(request.target)
    if target is None and request.missing_target is MissingTarget.REFUSE:
        message = f"{_missing(request.target, cluster)}; --create makes it"
        raise TopicMismatch(message)
    oldest = None
    parts: list[Stretch] = []
    source: Source
    if request.origin is Origin.TOPIC:
        parts, oldest = await plan_stretches(settings, request.source, request.selection, cluster)
        if ends:
            parts = [replace(part, end=ends.get(part.partition.partition, 0)) for part in parts]
        source = TopicSource(settings, request.source, parts)
        records: int | None = sum(part.size for part in parts)
    else:
        source = file = file_source(request, settings, now=now)
        records = file.size
        oldest = await _oldest(file_source(request, settings, now=now))
    partitions = source.partitions or settings.article_partitions
    return ReplayPlan(
        source=source,
        starts={part.partition.partition: part.start for part in parts},
        ends={part.partition.partition: part.end for part in parts},
        records=records,
        target_exists=target is not None,
        target_partitions=target.partitions if target else partitions,
        same_partitions=source.partitions is not None
        and (target is None or target.partitions == source.partitions),
        oldest=oldest,
        warnings=tuple(_warnings(request, source, target, oldest, now)),
    )


async def plan_stretches(
    settings: Settings, topic: str, selection: Selection, cluster: Cluster
) -> tuple[list[Stretch], datetime | None]:
    """Find what to read of each partition of a topic, and the oldest of the first records.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: there is no such topic, or no such partition.
    """
    state = cluster.topics.get(topic)
    if state is None:
        raise TopicMismatch(_missing(topic, cluster))
    if unknown := sorted(each for each in selection.partitions if each >= state.partitions):
        message = f"{topic} has no partition {unknown[0]}: it has {state.partitions}, from 0 on"
        raise TopicMismatch(message)
    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(
            consumer,
            [TopicPartition(topic, each) for each in range(state.partitions)],
            from_offset=selection.from_offset,
            from_time=selection.from_time,
            until_offset=selection.until_offset,
        )
        if selection.partitions:
            parts = [
                part
                if part.partition.partition in selection.partitions
                else replace(part, start=part.end)
                for part in parts
            ]
        heads = [replace(part, end=part.start + 1) for part in parts if part.size]
        times = [record.timestamp async for record in drained(consumer, heads)]
    return parts, oldest_moment(times)


async def create_target(settings: Settings, request: ReplayRequest, plan: ReplayPlan) -> None:
    """Create the target like the source, but keeping its records for ever.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: the cluster refuses the topic.
    """
    async with running(create_admin(settings), settings) as admin:
        cluster = await read_cluster(admin, [request.source])
        source = cluster.topics.get(request.source)
        config = {"max.message.bytes": str(settings.max_record_bytes)}
        if source is not None:
            config = {
                name: source.config[name] for name in _COPIED_SETTINGS if name in source.config
            }
        target = NewTopic(
            request.target,
            plan.target_partitions,
            source.replication if source else min(3, cluster.brokers),
            topic_configs={**config, "retention.ms": "-1"},
        )
        await make_topics(admin, [target])


async def _oldest(source: Source) -> datetime | None:
    """Return the least time of the first records of a file: it need not be in order."""
    async with aclosing(source.batches({})) as batches:
        first: Sequence[LogRecord] = await anext(batches, [])
    return oldest_moment(record.timestamp for record in first)


def _refuse_dangerous(settings: Settings, request: ReplayRequest) -> None:
    if request.origin is Origin.TOPIC and request.source == request.target:
        message = f"{request.source}: cannot be replayed into itself: it would never end; name another target"
        raise TopicMismatch(message)
    live = {spec.name for spec in needed_topics(settings)}
    if request.target in live and request.live_topics is LiveTopics.REFUSE:
        message = (
            f"{request.target}: it is a topic of this installation: workers and subscribers would"
            " take old news for new; name another target, or say --into-live if you want that"
        )
        raise TopicMismatch(message)


def _warnings(
    request: ReplayRequest,
    source: Source,
    target: TopicState | None,
    oldest: datetime | None,
    now: datetime,
) -> list[str]:
    if target is None:
        return []
    found = []
    if source.partitions is not None and target.partitions != source.partitions:
        found.append(
            f"{request.target} has {counted(target.partitions, 'partition')}, {source.topic} has"
            f" {source.partitions}: records go where their keys send them, and only records of one"
            " key keep their order"
        )
    if target.config.get("message.timestamp.type") == "LogAppendTime":
        found.append(
            f"{request.target} gives every record the time at which it arrives"
            " (message.timestamp.type=LogAppendTime): no time is kept"
        )
    retention_ms = int(target.config.get("retention.ms", -1))
    expires = "delete" in target.config.get("cleanup.policy", "delete") and retention_ms >= 0
    kept = request.timestamps is Timestamps.KEEP
    # Not the other way round: people write the largest number of 64 bits for "for ever".
    if (
        expires
        and kept
        and oldest is not None
        and (now - oldest) // timedelta(milliseconds=1) > retention_ms
    ):
        found.append(
            f"records as old as {oldest:%Y-%m-%d %H:%M} UTC keep their timestamps, and"
            f" {request.target} deletes what is older than {timedelta(milliseconds=retention_ms)}:"
            " they may be gone before anybody reads them; raise its retention.ms, or use --create"
            " with a new target"
        )
    return found


def _missing(topic: str, cluster: Cluster) -> str:
    return f"there is no topic {topic}; there are: {', '.join(sorted(cluster.topics)) or 'none'}"
