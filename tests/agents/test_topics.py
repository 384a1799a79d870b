"""Topics: what the settings call for, and how differences on a cluster are judged."""

from pathlib import Path

import pytest

from agents.admin import Gravity, compare, unequal
from agents.topic_state import TopicState
from agents.topics import TopicSpec, dead_letter_topic, subscription_topics, topics_for
from monitor.errors import InvalidSubscriptions
from monitor.settings import Settings

SETTINGS = Settings(article_topics=("first", "second"), max_record_bytes=1_000_000)


def _as_wanted(spec: TopicSpec, *, copies: int = 1) -> TopicState:
    in_sync = {"min.insync.replicas": "2" if copies == 3 else "1"}
    return TopicState(
        partitions=spec.partitions,
        replication=copies,
        leaderless=0,
        config={**spec.config, **in_sync},
    )


def _changed(spec: TopicSpec, **config: str) -> TopicState:
    state = _as_wanted(spec)
    names = {name.replace("_", "."): value for name, value in config.items()}
    return TopicState(
        partitions=state.partitions,
        replication=state.replication,
        leaderless=0,
        config={**state.config, **names},
    )


def test_every_topic_that_can_hold_unreadable_records_has_a_dead_letter_topic() -> None:
    """Article topics and the signals topic have a twin with as many partitions and more room."""
    specs = {spec.name: spec for spec in topics_for(SETTINGS)}

    for source in ("first", "second", SETTINGS.signals_topic):
        twin = specs[dead_letter_topic(source)]
        assert twin.partitions == specs[source].partitions
        room = int(twin.config["max.message.bytes"]) - int(
            specs[source].config["max.message.bytes"]
        )
        assert room == 65_536


def test_stories_lie_beside_their_signals() -> None:
    """The compacted stories topic has as many partitions as the signals topic."""
    specs = {spec.name: spec for spec in topics_for(SETTINGS)}
    stories = specs[SETTINGS.stories_topic]

    assert stories.partitions == specs[SETTINGS.signals_topic].partitions
    assert stories.config["cleanup.policy"] == "compact"
    assert "retention.ms" not in stories.config


def test_receipts_lie_beside_their_alerts() -> None:
    """With subscriptions there is a compacted topic like the alerts, which get dead letters."""
    settings = SETTINGS.model_copy(update={"subscriptions_file": Path("subscriptions.toml")})
    specs = {spec.name: spec for spec in topics_for(settings)}
    receipts = specs[settings.receipts_topic]

    assert receipts.partitions == specs[settings.alerts_topic].partitions
    assert receipts.config["cleanup.policy"] == "compact"
    assert dead_letter_topic(settings.alerts_topic) in specs
    assert settings.receipts_topic not in {spec.name for spec in topics_for(SETTINGS)}


@pytest.mark.parametrize(
    ("alerts_topic", "name"),
    [
        ("news.alerts.v1", "news.alerts.gulf.v1"),
        ("alerts", "alerts.gulf"),
        ("v1", "v1.gulf"),
        ("news.alerts.version1", "news.alerts.version1.gulf"),
    ],
)
def test_a_subscription_has_a_topic_beside_the_alerts(alerts_topic: str, name: str) -> None:
    """The id stands before the version, and the topic keeps alerts as long as the alerts topic."""
    settings = SETTINGS.model_copy(update={"alerts_topic": alerts_topic})
    (spec,) = subscription_topics(settings, ["gulf"])
    alerts = {each.name: each for each in topics_for(settings)}[alerts_topic]

    assert spec.name == name
    assert (spec.config, spec.partitions) == (alerts.config, alerts.partitions)


def test_a_topic_of_a_subscription_must_be_its_own() -> None:
    """Neither another of our topics nor a name that Kafka does not take."""
    stories = SETTINGS.model_copy(update={"stories_topic": "news.alerts.gulf.v1"})
    with pytest.raises(InvalidSubscriptions, match="which is another of ours"):
        subscription_topics(stories, ["gulf"])
    long = SETTINGS.model_copy(update={"alerts_topic": "a" * 230})
    with pytest.raises(InvalidSubscriptions, match="Kafka takes up to 249"):
        subscription_topics(long, ["b" * 30])


@pytest.mark.parametrize("spec", topics_for(SETTINGS), ids=lambda spec: spec.name)
def test_a_topic_as_wanted_is_no_problem(spec: TopicSpec) -> None:
    """What `topics create` makes, `topics check` finds nothing wrong with."""
    assert compare(spec, _as_wanted(spec), copies=1) == []
    assert compare(spec, _as_wanted(spec, copies=3), copies=3) == []


def test_a_missing_topic_blocks() -> None:
    """A missing topic keeps a worker from starting, and the message says how to make it."""
    problem = compare(topics_for(SETTINGS)[0], None, copies=1)[0]

    assert problem.gravity is Gravity.BLOCKING
    assert "first" in str(problem)
    assert "news-monitor topics create" in str(problem)


@pytest.mark.parametrize(
    ("config", "gravity"),
    [
        ({"cleanup_policy": "compact"}, Gravity.BLOCKING),
        ({"max_message_bytes": "65536"}, Gravity.BLOCKING),
        ({"max_message_bytes": "2000000"}, Gravity.ADVICE),
        ({"retention_ms": "1"}, Gravity.ADVICE),
        ({"min_insync_replicas": "3"}, Gravity.ADVICE),
    ],
    ids=str,
)
def test_only_what_loses_data_blocks(config: dict[str, str], gravity: Gravity) -> None:
    """A wrong clean-up policy and too small a record limit block; other differences are advice."""
    spec = topics_for(SETTINGS)[0]
    problems = compare(spec, _changed(spec, **config), copies=1)

    assert [problem.gravity for problem in problems] == [gravity]
    name, value = next(iter(config.items()))
    assert f"{name.replace('_', '.')}={value}" in problems[0].message


def test_partition_and_replica_counts_are_compared() -> None:
    """Other counts than the settings say are told with both numbers."""
    spec = topics_for(SETTINGS)[0]
    state = TopicState(partitions=2, replication=1, leaderless=0)
    messages = [problem.message for problem in compare(spec, state, copies=3)]

    assert "has 2 partitions, the settings say 8" in messages[0]
    assert "has 1 copies of a partition, 3 are wanted" in messages[1]


@pytest.mark.parametrize(("signals", "stories"), [(3, 5), (5, 3)])
def test_unequal_topics_are_mended_without_losing_anything(signals: int, stories: int) -> None:
    """The advice adds partitions to the smaller topic, and warns of deleting the signals alone."""
    counts = {SETTINGS.signals_topic: signals, SETTINGS.stories_topic: stories}
    topics = {
        name: TopicState(partitions=count, replication=1, leaderless=0)
        for name, count in counts.items()
    }
    (problem,) = unequal(SETTINGS, topics)

    smaller = min(counts, key=counts.__getitem__)
    assert problem.gravity is Gravity.BLOCKING
    assert f"--topic {smaller} --partitions 5`" in problem.message
    assert "never delete the signals topic alone" in problem.message


def test_settings_that_a_broker_does_not_tell_are_not_held_against_it() -> None:
    """The embedded broker tells no topic settings: that is no difference."""
    spec = topics_for(SETTINGS)[0]
    state = TopicState(partitions=spec.partitions, replication=1, leaderless=0)
    assert compare(spec, state, copies=1) == []
