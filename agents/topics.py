"""Topics: every topic of the product, its partitions, its settings, and what it is for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agents.client import DEAD_LETTER_MARGIN_BYTES
from monitor.errors import InvalidSubscriptions
from monitor.settings import DEAD_LETTER_SUFFIX, Settings

__all__ = [
    "TopicSpec",
    "dead_letter_topic",
    "read_topics",
    "subscription_topic",
    "subscription_topics",
    "topics_for",
]

_HOUR_MS = 3_600_000
_VERSION = re.compile(r"v\d+")
_LONGEST_NAME = 249

# A worker reads the whole story topic of its partitions when it starts, so the log is kept short:
# small segments, compacted early. Tombstones stay a day for whoever reads along slowly.
_COMPACTION = {
    "cleanup.policy": "compact",
    "segment.ms": str(_HOUR_MS),
    "segment.bytes": str(64 * 1024 * 1024),
    "min.cleanable.dirty.ratio": "0.1",
    "max.compaction.lag.ms": str(6 * _HOUR_MS),
    "delete.retention.ms": str(24 * _HOUR_MS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """A topic as the product needs it.

    `config` holds the broker's own names of topic settings. `min.insync.replicas` is not among
    them: it depends on how many copies the cluster can hold (see `agents.admin`).
    """

    name: str
    partitions: int
    config: Mapping[str, str]
    purpose: str
    needed: bool = True
    """Whether a worker refuses to start without it."""


def dead_letter_topic(topic: str) -> str:
    """Return the name of the topic that takes what cannot be read from *topic*."""
    return f"{topic}{DEAD_LETTER_SUFFIX}"


def read_topics(settings: Settings) -> tuple[str, ...]:
    """Return the topics that workers with these settings read; each has a dead-letter topic."""
    served = () if settings.subscriptions_file is None else (settings.alerts_topic,)
    return (*settings.article_topics, settings.signals_topic, *served)


def topics_for(settings: Settings) -> tuple[TopicSpec, ...]:
    """Return every topic that these settings call for, in the order of the data's way."""
    articles = [
        TopicSpec(
            name=name,
            partitions=settings.article_partitions,
            config=_kept(settings.article_retention_hours, settings.max_record_bytes),
            purpose="articles to read; key: article id",
        )
        for name in settings.article_topics
    ]
    signals = TopicSpec(
        name=settings.signals_topic,
        partitions=settings.signals_partitions,
        config=_kept(settings.article_retention_hours, settings.max_record_bytes),
        purpose="what each article says to each desk; key: desk",
    )
    stories = TopicSpec(
        name=settings.stories_topic,
        partitions=settings.signals_partitions,
        config=_COMPACTION | {"max.message.bytes": str(settings.max_record_bytes)},
        purpose="the state of every open story, compacted; key: story id",
    )
    alerts = TopicSpec(
        name=settings.alerts_topic,
        partitions=settings.alerts_partitions,
        config=_kept(settings.alert_retention_hours, settings.max_record_bytes),
        purpose="every alert; key: alert id",
    )
    dead = [_dead_letters(source, settings) for source in (*articles, signals)]
    canaries = [_canaries(settings)] if settings.canary_seconds else []
    usual = (*articles, signals, stories, alerts, *dead, _retries(settings), *canaries)
    if settings.subscriptions_file is None:
        return usual
    receipts = TopicSpec(
        name=settings.receipts_topic,
        partitions=settings.alerts_partitions,
        config=_COMPACTION | {"max.message.bytes": str(settings.max_record_bytes)},
        purpose="what subscriptions were told of each alert, compacted; key: alert id",
    )
    return (*usual, receipts, _dead_letters(alerts, settings))


def subscription_topic(settings: Settings, subscription: str) -> str:
    """Return the name of a subscription's topic: `news.alerts.<id>.v1` beside `news.alerts.v1`."""
    name, _, version = settings.alerts_topic.rpartition(".")
    if name and _VERSION.fullmatch(version):
        return f"{name}.{subscription}.{version}"
    return f"{settings.alerts_topic}.{subscription}"


def subscription_topics(settings: Settings, subscriptions: Iterable[str]) -> tuple[TopicSpec, ...]:
    """Return the topics of subscriptions, by their ids.

    Raises:
        InvalidSubscriptions: a topic's name is too long for Kafka, or another topic's of ours.
    """
    names = {subscription_topic(settings, each): each for each in subscriptions}
    taken = names.keys() & {spec.name for spec in topics_for(settings)}
    for name in sorted(taken):
        message = f"subscription {names[name]}: its topic would be {name}, which is another of ours"
        raise InvalidSubscriptions(message)
    for name, subscription in names.items():
        if len(name) > _LONGEST_NAME:
            message = (
                f"subscription {subscription}: its topic would be {name}, of {len(name)} characters;"
                f" Kafka takes up to {_LONGEST_NAME}: choose a shorter id, or alerts_topic"
            )
            raise InvalidSubscriptions(message)
    return tuple(
        TopicSpec(
            name=name,
            partitions=settings.alerts_partitions,
            config=_kept(settings.alert_retention_hours, settings.max_record_bytes),
            purpose=f"alerts for the subscription {subscription}; key: alert id",
        )
        for name, subscription in names.items()
    )


def _dead_letters(source: TopicSpec, settings: Settings) -> TopicSpec:
    """Describe the dead-letter topic of *source*: as many partitions, so that a key stays in order."""
    return TopicSpec(
        name=dead_letter_topic(source.name),
        partitions=source.partitions,
        config=_kept(
            settings.alert_retention_hours, settings.max_record_bytes + DEAD_LETTER_MARGIN_BYTES
        ),
        purpose=f"what could not be read from {source.name}, untouched, with the reason",
    )


def _retries(settings: Settings) -> TopicSpec:
    """Describe the topic of marks: one log, so that of two runs everybody sees the same one first.

    Its times are the broker's, and nothing is compacted while a claim in it may still count.
    """
    return TopicSpec(
        name=settings.retries_topic,
        partitions=1,
        config={
            **_COMPACTION,
            "min.compaction.lag.ms": str(_HOUR_MS),
            "message.timestamp.type": "LogAppendTime",
        },
        purpose="which dead letters were sent back or discarded, compacted; key: letter and run",
    )


def _canaries(settings: Settings) -> TopicSpec:
    """Describe the topic of returned canaries; without it workers work, and nobody knows it."""
    return TopicSpec(
        name=settings.canary_topic,
        partitions=1,
        config=_COMPACTION,
        purpose="canaries that came back, compacted; key: group and desk",
        needed=False,
    )


def _kept(hours: int, max_record_bytes: int) -> dict[str, str]:
    """Describe a topic that keeps its records for *hours*, by the time the producer gave them."""
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(hours * _HOUR_MS),
        "max.message.bytes": str(max_record_bytes),
        "message.timestamp.type": "CreateTime",
    }
