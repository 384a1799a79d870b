"""Admin: make the topics that the product needs, and say where a cluster's topics differ."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from agents.client import addresses, create_admin, running
from agents.subscriptions_file import needed_topics
from agents.topic_state import TopicState, known_everywhere, make_topics, read_cluster
from agents.topics import TopicSpec
from monitor.errors import TopicMismatch
from monitor.settings import Settings
from monitor.wording import counted

__all__ = [
    "CreatedTopic",
    "Gravity",
    "TopicOutcome",
    "TopicProblem",
    "check_topics",
    "compare",
    "create_topics",
    "require_topics",
    "unequal",
]

_WAIT_SECONDS = 15.0
_DEFAULT_REPLICATION = 3


class TopicOutcome(StrEnum):
    """What became of a topic that was asked for."""

    CREATED = "created"
    """It was missing and now exists."""
    KEPT = "kept"
    """It exists already and was left as it is."""


class Gravity(StrEnum):
    """What a difference means for a worker."""

    BLOCKING = "blocking"
    """A worker cannot do its work and refuses to start."""
    ADVICE = "advice"
    """A worker runs, but not as the settings say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedTopic:
    """A topic after `create_topics`, and whether it is new."""

    spec: TopicSpec
    outcome: TopicOutcome
    replication: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicProblem:
    """Where a topic differs from what the settings call for, and what to do about it."""

    topic: str
    gravity: Gravity
    message: str

    def __str__(self) -> str:
        """Name the topic and say the difference."""
        return f"{self.topic}: {self.message}"


async def create_topics(
    settings: Settings, specs: Sequence[TopicSpec] | None = None
) -> tuple[CreatedTopic, ...]:
    """Create whatever topic is missing, and wait until every broker knows a leader of each partition.

    Topics that exist are left alone, whatever their settings: `check_topics` tells the difference.

    Args:
        settings: where the broker is, and how many copies there are of a partition.
        specs: which topics; all that the settings call for where None.

    Raises:
        InvalidSubscriptions: all are asked for, and the subscriptions file is wrong.
        BrokerUnavailable: no broker answers.
        TopicMismatch: the cluster refuses a topic; says which one and why.
    """
    specs = needed_topics(settings) if specs is None else tuple(specs)
    async with running(create_admin(settings), settings) as admin:
        cluster = await read_cluster(admin, [])
        copies = _replication(settings, cluster.brokers)
        missing = [spec for spec in specs if spec.name not in cluster.topics]
        raced = await _create(admin, missing, copies) if missing else frozenset()
        await _wait_for_leaders(admin, missing, settings)
    created = {spec.name for spec in missing} - raced
    return tuple(
        CreatedTopic(
            spec=spec,
            outcome=TopicOutcome.CREATED if spec.name in created else TopicOutcome.KEPT,
            replication=copies if spec.name in created else cluster.replication(spec.name),
        )
        for spec in specs
    )


async def check_topics(
    settings: Settings, specs: Sequence[TopicSpec] | None = None
) -> list[TopicProblem]:
    """Return every difference between the cluster's topics and what the settings call for.

    Args:
        settings: where the broker is, and what the topics should be.
        specs: which topics; all that the settings call for where None.

    Raises:
        InvalidSubscriptions: all are asked for, and the subscriptions file is wrong.
        BrokerUnavailable: no broker answers.
    """
    specs = needed_topics(settings) if specs is None else tuple(specs)
    async with running(create_admin(settings), settings) as admin:
        cluster = await read_cluster(admin, [spec.name for spec in specs])
    copies = _replication(settings, cluster.brokers)
    found = [compare(spec, cluster.topics.get(spec.name), copies=copies) for spec in specs]
    return [*itertools.chain.from_iterable(found), *unequal(settings, cluster.topics)]


async def require_topics(settings: Settings) -> list[TopicProblem]:
    """Check the topics for a worker that is about to start.

    Returns:
        The differences that a worker can live with, for its log.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: with every difference that a worker cannot work with.
    """
    problems = await check_topics(settings)
    blocking = [str(problem) for problem in problems if problem.gravity is Gravity.BLOCKING]
    if blocking:
        message = "\n".join([f"the topics at {addresses(settings)} do not fit:", *blocking])
        raise TopicMismatch(message)
    return problems


def compare(spec: TopicSpec, state: TopicState | None, *, copies: int) -> list[TopicProblem]:
    """Return where a topic differs from its spec; settings that could not be read do not count."""
    if state is None:
        missing = "is missing: run `news-monitor topics create`"
        gravity = Gravity.BLOCKING if spec.needed else Gravity.ADVICE
        return [TopicProblem(topic=spec.name, gravity=gravity, message=missing)]
    problems = []
    if state.partitions != spec.partitions:
        problems.append(
            TopicProblem(
                topic=spec.name,
                gravity=Gravity.ADVICE,
                message=f"has {counted(state.partitions, 'partition')}, the settings say {spec.partitions}:"
                " change the setting, or add partitions with Kafka's tools",
            )
        )
    if state.replication < copies:
        problems.append(
            TopicProblem(
                topic=spec.name,
                gravity=Gravity.ADVICE,
                message=f"has {state.replication} copies of a partition, {copies} are wanted:"
                " a broker that is lost may take records with it",
            )
        )
    wanted = _full_config(spec, copies)
    for name, value in wanted.items():
        found = state.config.get(name, value)
        if found != value:
            problems.append(_difference(spec.name, name, found=found, wanted=value))
    return problems


def _difference(topic: str, name: str, *, found: str, wanted: str) -> TopicProblem:
    """Judge a setting: only a wrong clean-up policy and too small a record limit lose data."""
    blocking = name == "cleanup.policy" or (
        name == "max.message.bytes" and int(found) < int(wanted)
    )
    return TopicProblem(
        topic=topic,
        gravity=Gravity.BLOCKING if blocking else Gravity.ADVICE,
        message=f"has {name}={found}, the settings call for {wanted}: change it with"
        f" `kafka-configs.sh --alter --entity-type topics --entity-name {topic}"
        f" --add-config {name}={wanted}`",
    )


def unequal(settings: Settings, topics: Mapping[str, TopicState]) -> list[TopicProblem]:
    """Return which topics of state have other partition counts than the topics they go with.

    Stories are written to the partition number of their signals, receipts to that of their alerts.
    """
    pairs = [(settings.signals_topic, settings.stories_topic, _SIGNALS_AND_STORIES)]
    if settings.subscriptions_file is not None:
        pairs.append((settings.alerts_topic, settings.receipts_topic, ""))
    return [
        problem
        for source, state, remark in pairs
        if (problem := _unequal(source, state, topics, remark)) is not None
    ]


_SIGNALS_AND_STORIES = (
    " (a desk whose partition changes begins new stories); never delete the signals topic alone: its"
    " stories hold its offsets"
)


def _unequal(
    source: str, state: str, topics: Mapping[str, TopicState], remark: str
) -> TopicProblem | None:
    """Compare the partition counts of a topic and of the state that is made from it."""
    if source not in topics or state not in topics:
        return None
    counts = {name: topics[name].partitions for name in (source, state)}
    if counts[source] == counts[state]:
        return None
    smaller = min(counts, key=counts.__getitem__)
    return TopicProblem(
        topic=state,
        gravity=Gravity.BLOCKING,
        message=f"has {counted(counts[state], 'partition')} and {source} has {counts[source]}: they must be"
        f" equal; add partitions with `kafka-topics.sh --alter --topic {smaller} --partitions"
        f" {max(counts.values())}`{remark}",
    )


async def _create(
    admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec], copies: int
) -> frozenset[str]:
    """Create topics; return those that somebody else created in the meantime."""
    wanted = [
        NewTopic(spec.name, spec.partitions, copies, topic_configs=_full_config(spec, copies))
        for spec in specs
    ]
    return await make_topics(admin, wanted)


async def _wait_for_leaders(
    admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec], settings: Settings
) -> None:
    deadline = asyncio.get_running_loop().time() + _WAIT_SECONDS
    while specs:
        known = await known_everywhere(admin, [spec.name for spec in specs])
        specs = [spec for spec in specs if spec.name not in known]
        if specs and asyncio.get_running_loop().time() > deadline:
            message = (
                f"{', '.join(spec.name for spec in specs)}: created, but not every broker knows a"
                f" leader of it after {_WAIT_SECONDS:g} s: look at the brokers at {addresses(settings)}"
            )
            raise TopicMismatch(message)
        if specs:
            await asyncio.sleep(0.1)


def _replication(settings: Settings, brokers: int) -> int:
    return settings.replication_factor or max(1, min(_DEFAULT_REPLICATION, brokers))


def _full_config(spec: TopicSpec, copies: int) -> dict[str, str]:
    """Add what follows from the number of copies: with three, one may be away and none is lost."""
    in_sync = 1 if copies < _DEFAULT_REPLICATION else copies - 1
    return {**spec.config, "min.insync.replicas": str(in_sync)}
