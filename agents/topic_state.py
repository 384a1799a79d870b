"""Topic state: the topics of a cluster as its brokers describe them, and how new ones are made."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.protocol.metadata import MetadataRequest

from monitor.errors import TopicMismatch

__all__ = ["Cluster", "TopicState", "known_everywhere", "make_topics", "read_cluster"]

_ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicState:
    """A topic as it is; `config` is empty where the broker does not tell (the embedded one)."""

    partitions: int
    replication: int
    leaderless: int
    """How many partitions have no leader."""
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The brokers and topics of a cluster."""

    brokers: int
    topics: Mapping[str, TopicState]

    def replication(self, topic: str) -> int:
        """Return how many copies of a partition *topic* keeps; 0 when there is no such topic."""
        state = self.topics.get(topic)
        return state.replication if state else 0


async def read_cluster(admin: AIOKafkaAdminClient, described: Sequence[str]) -> Cluster:
    """Read all topics of a cluster, and the settings of those to be *described*.

    All topics are listed, never one asked for by name: asking may create it.
    """
    brokers = (await admin.describe_cluster())["brokers"]
    states = _states(await admin.describe_topics())
    configs = await _configs(admin, [name for name in described if name in states])
    topics = {
        name: TopicState(
            partitions=state.partitions,
            replication=state.replication,
            leaderless=state.leaderless,
            config=configs.get(name, {}),
        )
        for name, state in states.items()
    }
    return Cluster(brokers=len(brokers), topics=topics)


async def known_everywhere(admin: AIOKafkaAdminClient, names: Iterable[str]) -> frozenset[str]:
    """Return those of the topics that every broker knows, with a leader for each partition.

    Brokers learn of a new topic one after the other, and each client asks another one. A broker
    that does not answer within two seconds has no say; where none does, nothing is known.
    """
    told: list[set[str]] = []
    for broker in (await admin.describe_cluster())["brokers"]:
        # The client's public calls ask any broker; there is none to ask a certain one.
        asking = admin._send_request(MetadataRequest(None), broker["node_id"])  # noqa: SLF001
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                states = _states((await asking).to_object()["topics"])
        except (KafkaError, TimeoutError):
            continue
        told.append({name for name, state in states.items() if not state.leaderless})
    return frozenset(names).intersection(*told) if told else frozenset()


async def make_topics(admin: AIOKafkaAdminClient, wanted: Sequence[NewTopic]) -> frozenset[str]:
    """Create topics; return the names of those that somebody else created in the meantime.

    Raises:
        TopicMismatch: the cluster refuses one, or cannot create any.
    """
    cluster = await admin.describe_cluster()
    if cluster["controller_id"] not in {broker["node_id"] for broker in cluster["brokers"]}:
        message = (
            f"{', '.join(topic.name for topic in wanted)}: the embedded broker makes topics only at"
            " its start; name them there (`news-monitor broker --topic NAME`)"
        )
        raise TopicMismatch(message)
    try:
        answer = await admin.create_topics(list(wanted))
    except KafkaError as error:
        message = f"the cluster refuses to create topics: {error}"
        raise TopicMismatch(message) from error
    raced = set()
    for name, code, reason in answer.topic_errors:
        error_class = for_code(code)
        if error_class is TopicAlreadyExistsError:
            raced.add(name)
        elif code:
            message = f"{name}: the cluster refuses to create it: {reason or error_class.__name__}"
            raise TopicMismatch(message)
    return frozenset(raced)


def _states(topics: Iterable[Mapping[str, Any]]) -> dict[str, TopicState]:
    return {each["topic"]: _state(each["partitions"]) for each in topics if not each["error_code"]}


def _state(partitions: Sequence[Mapping[str, Any]]) -> TopicState:
    return TopicState(
        partitions=len(partitions),
        replication=min((len(each["replicas"]) for each in partitions), default=0),
        leaderless=sum(each["leader"] < 0 for each in partitions),
    )


async def _configs(
    admin: AIOKafkaAdminClient, names: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """Read the settings of topics; nothing where the broker has no such request."""
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    try:
        answers = await admin.describe_configs(asked)
    except (IncompatibleBrokerVersion, KafkaError):
        return {}
    return {
        resource[3]: {entry[0]: entry[1] for entry in resource[4]}
        for answer in answers
        for resource in answer.resources
        if resource[0] == 0
    }
