"""Canaries on a real Kafka: one worker of a group sends them, another takes over, news stays news."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.archive import ArchiveRequest, save_archive
from agents.selection import Selection
from agents.status import judge, read_status
from monitor.wire import canary_v1, story_v1
from tests.integration.deployment import Deployment, Worker, some_news
from tests.real_kafka import KafkaCluster

PATIENCE = 120.0


@pytest.fixture
async def deployment(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[Deployment]:
    """Four article partitions, and a canary a second."""
    made = Deployment(
        kafka,
        unique_prefix,
        tmp_path,
        article_partitions=4,
        canary_seconds=1,
        canary_topic=f"{unique_prefix}.canary",
    )
    try:
        yield await made.create()
    finally:
        made.close()


async def test_canaries_outlive_their_sender_and_are_news_to_nobody(
    deployment: Deployment, tmp_path: Path
) -> None:
    """Two workers, one is killed: one sends at a time, none turns up among news."""
    settings = deployment.settings
    workers = [deployment.start(), deployment.start()]
    for worker in workers:
        await worker.wait_ready(PATIENCE)
    news = some_news(40)
    await deployment.publish(news)
    await deployment.done(PATIENCE)
    await _until_seen(workers, 4)

    (sender,) = [each for each in workers if await _sends(each)]
    other = workers[1 - workers.index(sender)]
    before = await other.metric("news_monitor_canary_seen_total")
    sender.kill()
    await _until_seen([other], before + 4)

    assert judge(await read_status(settings), max_lag_seconds=60, canary_seconds=1) == ()
    stories = [
        story_v1.decode(each.value) for each in await deployment.read(settings.stories_topic)
    ]
    ids = {article.id for story in stories for article in story.articles}
    assert ids
    assert not any("canary" in each for each in ids)
    for topic in (settings.alerts_topic, settings.stories_topic):
        for each in await deployment.read(topic):
            assert canary_v1.canary_of(each.headers) is None
    assert await deployment.dead_letters() == []
    kept = await _archived(deployment, tmp_path / "news.jsonl.zst")
    assert kept == len(news)


async def _sends(worker: Worker) -> bool:
    """Whether a worker sends canaries now."""
    before = await worker.metric("news_monitor_canary_sent_total")
    await asyncio.sleep(2.5)
    return await worker.metric("news_monitor_canary_sent_total") > before


async def _until_seen(workers: list[Worker], count: float) -> None:
    """Wait until these workers together count so many canaries."""
    deadline = time.monotonic() + PATIENCE
    while True:
        seen = [await each.metric("news_monitor_canary_seen_total") for each in workers]
        if sum(seen) >= count:
            return
        assert time.monotonic() < deadline, (seen, [each.log for each in workers])
        await asyncio.sleep(0.3)


async def _archived(deployment: Deployment, path: Path) -> int:
    """Return how many articles an archive of the article topic holds."""
    report = await save_archive(
        deployment.settings,
        ArchiveRequest(
            topic=deployment.settings.article_topics[0], path=path, selection=Selection()
        ),
        now=datetime.now(UTC),
        stop=asyncio.Event(),
    )
    assert report.passed_over > 0
    return report.sent
