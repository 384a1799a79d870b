"""Topics on a real Kafka: made with the right settings, and differences found."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from agents.admin import Gravity, TopicOutcome, check_topics, create_topics, require_topics
from agents.client import create_admin, running
from agents.topic_state import Cluster, read_cluster
from agents.topics import topics_for
from monitor.errors import TopicMismatch
from monitor.settings import Settings
from tests.command_line import CommandLine, environment_of
from tests.real_kafka import KafkaCluster
from tests.real_kafka.factory import ClusterFactory


def _settings(cluster: KafkaCluster, prefix: str, **changes: object) -> Settings:
    return Settings.model_validate(
        {
            "broker": cluster.bootstrap,
            "article_topics": f"{prefix}.articles",
            "signals_topic": f"{prefix}.signals",
            "stories_topic": f"{prefix}.stories",
            "alerts_topic": f"{prefix}.alerts",
            "retries_topic": f"{prefix}.retries",
            "canary_topic": f"{prefix}.canary",
            "article_partitions": 2,
            **changes,
        }
    )


async def _read(settings: Settings) -> Cluster:
    async with running(create_admin(settings), settings) as admin:
        return await read_cluster(admin, [spec.name for spec in topics_for(settings)])


async def _configure(admin: AIOKafkaAdminClient, topic: str, config: dict[str, str]) -> None:
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])


async def _refusal(settings: Settings, *, mentions: str) -> str:
    """Return what a worker is told, once the brokers have all heard of the change."""
    message = ""
    async with asyncio.timeout(20):
        while mentions not in message:
            try:
                await require_topics(settings)
            except TopicMismatch as error:
                message = str(error)
            await asyncio.sleep(0.1)
    return message


async def test_topics_have_the_settings_they_need(kafka: KafkaCluster, unique_prefix: str) -> None:
    """Every topic has its partitions, retention, record limit and clean-up policy."""
    settings = _settings(kafka, unique_prefix, article_retention_hours=2, alert_retention_hours=3)
    created = await create_topics(settings)
    topics = (await _read(settings)).topics

    assert {topic.outcome for topic in created} == {TopicOutcome.CREATED}
    for spec in topics_for(settings):
        assert topics[spec.name].partitions == spec.partitions
        assert spec.config.items() <= topics[spec.name].config.items()
    assert topics[f"{unique_prefix}.articles"].config["retention.ms"] == str(2 * 3_600_000)
    assert topics[f"{unique_prefix}.alerts"].config["retention.ms"] == str(3 * 3_600_000)
    assert topics[f"{unique_prefix}.stories"].config["cleanup.policy"] == "compact"
    assert await check_topics(settings) == []


async def test_creating_again_changes_nothing(kafka: KafkaCluster, unique_prefix: str) -> None:
    """A second run keeps what exists, whatever the settings say by then, and makes what is new."""
    before = _settings(kafka, unique_prefix)
    await create_topics(before)
    after = _settings(
        kafka,
        unique_prefix,
        article_topics=f"{unique_prefix}.articles,{unique_prefix}.more",
        article_partitions=5,
    )

    outcomes = {topic.spec.name: topic.outcome for topic in await create_topics(after)}

    new = {name for name, outcome in outcomes.items() if outcome is TopicOutcome.CREATED}
    assert new == {f"{unique_prefix}.more", f"{unique_prefix}.more.dead-letter"}
    topics = (await _read(after)).topics
    assert topics[f"{unique_prefix}.articles"].partitions == 2
    assert topics[f"{unique_prefix}.more"].partitions == 5
    problems = [str(problem) for problem in await check_topics(after)]
    assert len(problems) == 2
    assert all("has 2 partitions, the settings say 5" in problem for problem in problems)


async def test_a_worker_is_kept_from_topics_that_lose_data(
    kafka: KafkaCluster, unique_prefix: str
) -> None:
    """Deleting stories, unequal partitions and missing topics are refused, all in one message."""
    settings = _settings(kafka, unique_prefix)
    with pytest.raises(TopicMismatch, match="is missing: run `news-monitor topics create`"):
        await require_topics(settings)
    await create_topics(settings)
    assert await require_topics(settings) == []

    async with running(create_admin(settings), settings) as admin:
        await _configure(admin, settings.stories_topic, {"cleanup.policy": "delete"})
        await _configure(admin, settings.alerts_topic, {"retention.ms": "1000"})
        await admin.create_partitions({settings.signals_topic: NewPartitions(5)})

    message = await _refusal(settings, mentions="5: they must be equal")
    assert "cleanup.policy=delete" in message
    assert "retention.ms" not in message
    advice = [each for each in await check_topics(settings) if each.gravity is Gravity.ADVICE]
    assert any("has retention.ms=1000" in str(each) for each in advice)


async def test_three_brokers_keep_three_copies(kafka_factory: ClusterFactory) -> None:
    """On three brokers every partition has three copies, and two must have a record."""
    cluster = kafka_factory(3)
    settings = _settings(cluster, "three")
    created = await create_topics(settings)
    topics = (await _read(settings)).topics

    assert {topic.replication for topic in created} == {3}
    for spec in topics_for(settings):
        assert topics[spec.name].replication == 3
        assert topics[spec.name].config["min.insync.replicas"] == "2"
    assert await check_topics(settings) == []


async def test_a_cluster_that_refuses_is_quoted(kafka: KafkaCluster, unique_prefix: str) -> None:
    """More copies than brokers: the broker's own reason reaches the user."""
    settings = _settings(kafka, unique_prefix, replication_factor=3)
    with pytest.raises(TopicMismatch, match=r"the cluster refuses to create it.*replication"):
        await create_topics(settings)


def test_the_command_creates_and_checks(kafka: KafkaCluster, unique_prefix: str) -> None:
    """`topics check` fails before `topics create` and passes after; create can be run twice."""
    run = CommandLine(environment_of(_settings(kafka, unique_prefix)))

    before = run("topics", "check")
    created = run("topics", "create")
    kept = run("topics", "create")
    after = run("topics", "check")

    assert before.returncode == 1
    assert before.stdout.count("blocking") == 7  # without the canaries' topic a worker runs
    assert created.returncode == kept.returncode == after.returncode == 0
    assert created.stdout.count("created") == 8
    assert f"created  {unique_prefix}.articles (2 partitions, 1 copy)" in created.stdout
    assert kept.stdout.count("kept") == 8
    assert "all 8 topics are as the settings say" in after.stdout
