"""A signals topic that was made again under its stories: refused, and mended as the message says."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.admin import create_topics
from agents.client import create_admin, running
from agents.topic_state import read_cluster
from tests.integration.deployment import Deployment, article
from tests.real_kafka import KafkaCluster


@pytest.fixture
async def deployment(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[Deployment]:
    """Topics and workers of this test alone."""
    made = Deployment(kafka, unique_prefix, tmp_path)
    try:
        yield await made.create()
    finally:
        made.close()


async def _made_again(deployment: Deployment) -> None:
    """Delete the signals topic and create it anew."""
    settings = deployment.settings
    async with running(create_admin(settings), settings) as admin, asyncio.timeout(30):
        await admin.delete_topics([settings.signals_topic])
        gone = False
        while not gone:
            gone = settings.signals_topic not in (await read_cluster(admin, [])).topics
    await create_topics(settings)


async def test_new_signals_are_not_taken_for_old_ones(deployment: Deployment) -> None:
    """The worker stops at a log that its stories do not come from; with new stories all are told."""
    pairs = ("Atlantis Borduria", "Costaguana Drimmelen", "Elbonia Freedonia")
    await deployment.publish(article(number, f"strike {pair}") for number, pair in enumerate(pairs))
    worker = await deployment.start().wait_ready()
    await deployment.done()
    assert len(await deployment.newest_alerts()) == 3
    worker.terminate()
    assert await worker.wait_end() == 0
    again = deployment.start()
    await again.wait_ready()
    await deployment.publish([article(5, "strike Genovia Hyrkania")])
    await deployment.done()
    assert len(await deployment.newest_alerts()) == 4, "a restart beside the same log is no matter"
    again.terminate()
    assert await again.wait_end() == 0

    await _made_again(deployment)
    # More than there were before: there is a record at the offset that the stories know.
    news = [article(10 + number, "strike Genovia Elbonia") for number in range(9)]
    await deployment.publish(news)
    assert await deployment.start().wait_end(60) == 1
    last = deployment.workers[-1].last_words
    assert "is not the log that the stories of" in last
    assert "name another `stories_topic`" in last
    assert len(await deployment.newest_alerts()) == 4

    deployment.settings = deployment.settings.model_copy(
        update={"stories_topic": f"{deployment.settings.stories_topic}.2"}
    )
    await deployment.create()
    await deployment.start().wait_ready()
    await deployment.done()
    assert len(await deployment.newest_alerts()) == 5
