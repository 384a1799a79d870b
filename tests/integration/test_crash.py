"""kill -9 in the middle changes nothing in what a reader ends up with."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.deployment import Deployment, some_news
from tests.real_kafka import KafkaCluster

ARTICLES = 600
KILLS = 3


@pytest.fixture
async def pair(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[tuple[Deployment, Deployment]]:
    """Two deployments that see the same news: one for a calm run, one for a run with kills."""
    calm = Deployment(kafka, f"{unique_prefix}.calm", tmp_path)
    killed = Deployment(kafka, f"{unique_prefix}.killed", tmp_path)
    try:
        yield await calm.create(), await killed.create()
    finally:
        calm.close()
        killed.close()


async def test_kills_change_nothing_in_the_newest_revisions(
    pair: tuple[Deployment, Deployment],
) -> None:
    """Alert ids, newest revisions and their bytes equal those of a run that nobody interrupted."""
    calm, killed = pair
    news = some_news(ARTICLES)
    for deployment in pair:
        await deployment.publish(news)
    await calm.start().wait_ready()
    await calm.done()
    expected = await calm.newest_alerts()
    calm.close()

    for kill in range(KILLS):
        worker = await killed.start().wait_ready()
        topic = killed.settings.signals_topic
        while len(await killed.read(topic)) < ARTICLES * (kill + 1) // (KILLS + 1):  # noqa: ASYNC110  it is in Kafka
            await asyncio.sleep(0.02)
        worker.kill()
    await killed.start().wait_ready()
    await killed.done()

    assert len(expected) > 5
    assert await killed.newest_alerts() == expected
