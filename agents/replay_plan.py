"""Replay plan: what a replay would send, whether it may, and what speaks against it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from aiokafka import TopicPartition
from aiokafka.admin import NewTopic

from agents.client import create_admin, create_consumer, running
from agents.subscriptions_file import needed_topics
from agents.topic_reader import Stretch, drained, stretches
from agents.topic_state import Cluster, TopicState, make_topics, read_cluster
from monitor.errors import TopicMismatch
from monitor.settings import Settings

__all__ = [
    "LiveTopics",
    "MissingTarget",
    "ReplayPlan",
    "ReplayRequest",
    "create_target",
    "plan_replay",
]

_COPIED_SETTINGS = ("max.message.bytes", "message.timestamp.type", "min.insync.replicas")


class MissingTarget(StrEnum):
    """What to do when the target topic does not exist."""

    REFUSE = "refuse"
    """Say so and stop."""
    CREATE = "create"
    """Create it with the source's partitions; it keeps its records for ever."""


class LiveTopics(StrEnum):
    """What to do when running workers read the target topic."""

    REFUSE = "refuse"
    """Say so and stop: old news would raise alerts again."""
    ALLOW = "allow"
    """Go on: the operator asks for just that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What to send again: offsets and times are half open, None means no border."""

    source: str
    target: str
    replay_id: str
    from_offset: int | None = None
    from_time: datetime | None = None
    until_offset: int | None = None
    until_time: datetime | None = None
    speed: float | None = None
    """How many times faster than the original pace; None is as fast as possible."""
    missing_target: MissingTarget = MissingTarget.REFUSE
    live_topics: LiveTopics = LiveTopics.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What a run would read and where it would go."""

    stretches: tuple[Stretch, ...]
    target_exists: bool
    same_partitions: bool
    """The topics have equally many partitions: every record keeps its number. Else keys decide."""
    oldest: datetime | None
    """Timestamp of the first record, None when there is none."""
    warnings: tuple[str, ...]

    @property
    def records(self) -> int:
        """At most how many records there are."""
        return sum(part.size for part in self.stretches)


async def plan_replay(settings: Settings, request: ReplayRequest, *, now: datetime) -> ReplayPlan:
    """Find what a request comes to; nothing is sent or created.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: a topic is missing, the topics are the same, or workers read the target.
    """
    _refuse_dangerous(settings, request)
    async with running(create_admin(settings), settings) as admin:
        cluster = await read_cluster(admin, [request.target])
    source = cluster.topics.get(request.source)
    target = cluster.topics.get(request.target)
    if source is None:
        raise TopicMismatch(_missing(request.source, cluster))
    if target is None and request.missing_target is MissingTarget.REFUSE:
        message = f"{_missing(request.target, cluster)}; --create makes it"
        raise TopicMismatch(message)
    partitions = [TopicPartition(request.source, each) for each in range(source.partitions)]
    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(
            consumer,
            partitions,
            from_offset=request.from_offset,
            from_time=request.from_time,
            until_offset=request.until_offset,
        )
        heads = [replace(part, end=part.start + 1) for part in parts if part.size]
        times = [record.timestamp async for record in drained(consumer, heads)]
    oldest = datetime.fromtimestamp(min(times) / 1000, UTC) if times else None
    return ReplayPlan(
        stretches=tuple(parts),
        target_exists=target is not None,
        same_partitions=target is None or target.partitions == source.partitions,
        oldest=oldest,
        warnings=tuple(_warnings(request, source, target, oldest, now)),
    )


async def create_target(settings: Settings, request: ReplayRequest) -> None:
    """Create the target like the source, but keeping its records for ever.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: the cluster refuses the topic.
    """
    async with running(create_admin(settings), settings) as admin:
        cluster = await read_cluster(admin, [request.source])
        source = cluster.topics[request.source]
        config = {name: source.config[name] for name in _COPIED_SETTINGS if name in source.config}
        target = NewTopic(
            request.target,
            source.partitions,
            source.replication,
            topic_configs={**config, "retention.ms": "-1"},
        )
        await make_topics(admin, [target])


def _refuse_dangerous(settings: Settings, request: ReplayRequest) -> None:
    if request.source == request.target:
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
    source: TopicState,
    target: TopicState | None,
    oldest: datetime | None,
    now: datetime,
) -> list[str]:
    if target is None:
        return []
    found = []
    if target.partitions != source.partitions:
        found.append(
            f"{request.target} has {target.partitions} partitions, {request.source} has"
            f" {source.partitions}: records go where their keys send them, and only records of one"
            " key keep their order"
        )
    retention_ms = int(target.config.get("retention.ms", -1))
    expires = "delete" in target.config.get("cleanup.policy", "delete") and retention_ms >= 0
    if expires and oldest is not None and oldest < now - timedelta(milliseconds=retention_ms):
        found.append(
            f"records as old as {oldest:%Y-%m-%d %H:%M} UTC keep their timestamps, and"
            f" {request.target} deletes what is older than {timedelta(milliseconds=retention_ms)}:"
            " they may be gone before anybody reads them; raise its retention.ms, or use --create"
            " with a new target"
        )
    return found


def _missing(topic: str, cluster: Cluster) -> str:
    return f"there is no topic {topic}; there are: {', '.join(sorted(cluster.topics)) or 'none'}"
