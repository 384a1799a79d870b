"""Workers share the partitions, and take over from each other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.deployment import Deployment, article
from tests.real_kafka import KafkaCluster

PARTITIONS = 4


@pytest.fixture
async def deployment(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[Deployment]:
    """An article topic of four partitions."""
    made = Deployment(kafka, unique_prefix, tmp_path, article_partitions=PARTITIONS)
    try:
        yield await made.create()
    finally:
        made.close()


async def test_workers_that_come_go_and_die_lose_nothing(deployment: Deployment) -> None:
    """Every article is read while workers join, stop and are killed; none is left over."""
    news = [article(number, f"strike Atlantis Borduria {number}") for number in range(1200)]
    first = await deployment.start().wait_ready()
    await deployment.publish(news[:400])
    second = await deployment.start().wait_ready()
    await deployment.publish(news[400:800])
    second.kill()
    await deployment.publish(news[800:1000])
    third = await deployment.start().wait_ready()
    first.terminate()
    await deployment.publish(news[1000:])
    assert await first.wait_end() == 0
    await deployment.done()

    signals = await deployment.read(deployment.settings.signals_topic)
    assert len({record.value for record in signals}) == len(news)
    assert not await deployment.dead_letters()
    assert await deployment.newest_alerts()
    assert third.process.poll() is None


async def test_two_workers_share_the_partitions(deployment: Deployment) -> None:
    """Two workers on one host both get partitions of the article topic, each its own."""
    workers = [await deployment.start().wait_ready() for _ in range(2)]
    await deployment.publish(
        article(number, f"strike Atlantis Borduria {number}") for number in range(200)
    )
    await deployment.done()

    topic = deployment.settings.article_topics[0]
    assigned = [
        await worker.metric("news_monitor_partitions_assigned", topic=topic) for worker in workers
    ]
    assert sorted(assigned) == [PARTITIONS // 2, PARTITIONS // 2]
