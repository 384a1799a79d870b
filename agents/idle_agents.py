"""Which agents of a worker have nothing to do."""

from collections.abc import Iterable, Iterator, Mapping

from aiokafka import TopicPartition

from agents.batches import Progress
from monitor.metrics import Agent
from monitor.settings import Settings

__all__ = ["idle_agents"]


def idle_agents(
    settings: Settings,
    progress: Mapping[Agent, Progress],
    assigned: Iterable[TopicPartition],
    lags: Mapping[TopicPartition, int],
) -> Iterator[Agent]:
    """Yield the agents that hold no batch and for which no record waits.

    Args:
        settings: the topics that each reads.
        progress: how those that run get on.
        assigned: the partitions of the worker.
        lags: how many records wait in each; of one that is missing nobody knows yet.
    """
    topics = {
        Agent.ANALYSE: settings.article_topics,
        Agent.ALERT: (settings.signals_topic,),
        Agent.SERVE: (settings.alerts_topic,),
    }
    waiting = {place.topic for place in assigned if lags.get(place, 1)}
    for agent, each in progress.items():
        if each.in_hand_since is None and waiting.isdisjoint(topics[agent]):
            yield agent
