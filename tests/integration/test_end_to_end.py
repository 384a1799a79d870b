"""Articles in, alerts out, on a real Apache Kafka."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.deployment import Deployment, article, some_news
from tests.real_kafka import KafkaCluster


@pytest.fixture
async def deployment(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[Deployment]:
    """Two article topics of two partitions each."""
    topics = (f"{unique_prefix}.first", f"{unique_prefix}.second")
    made = Deployment(
        kafka, unique_prefix, tmp_path, article_topics=topics, article_partitions=2, processes=2
    )
    try:
        yield await made.create()
    finally:
        made.close()


async def test_articles_of_several_topics_become_alerts(deployment: Deployment) -> None:
    """Every record of both article topics ends in exactly one outcome, and alerts come out."""
    settings = deployment.settings
    news = some_news(120)
    await deployment.publish(news[:80], topic=settings.article_topics[0])
    await deployment.publish(news[80:], topic=settings.article_topics[1])
    worker = await deployment.start().wait_ready()
    await deployment.done()

    signals = await deployment.read(settings.signals_topic)
    assert len(signals) == 120  # of four articles, one speaks to two desks and one to none
    assert {record.key for record in signals} == {b"conflict", b"markets"}
    assert all(dict(record.headers)["article-timestamp"].isdigit() for record in signals)
    alerts = await deployment.read(settings.alerts_topic)
    assert alerts
    for record in alerts:
        headers = dict(record.headers)
        content = json.loads(record.value or b"")
        assert headers["ce_type"] == b"news.monitor.alert.v1"
        assert headers["ce_id"] == f"{content['alert_id']}/{content['revision']}".encode()
        assert content["evidence"]

    read = await worker.metric("news_monitor_records_read_total", topic=settings.article_topics[0])
    assert read == 80
    for outcome, share in (("signals", 60), ("no-signal", 20), ("dead-letter", 0)):
        counted = await worker.metric(
            "news_monitor_records_total", topic=settings.article_topics[0], outcome=outcome
        )
        assert counted == share
    assert await worker.metric("news_monitor_alerts_total") == len(alerts)
    assert json.loads(await worker.get("/readyz"))["status"] == "ready"


async def test_stories_go_on_after_a_restart(deployment: Deployment) -> None:
    """A worker that is stopped in the middle and started again ends where one without a pause ends."""
    news = some_news(120)
    first = await deployment.start().wait_ready()
    await deployment.publish(news[:60])
    await deployment.done()
    first.terminate()
    assert await first.wait_end() == 0
    before = await deployment.newest_alerts()
    await deployment.start().wait_ready()
    await deployment.publish(news[60:])
    await deployment.done()
    after = await deployment.newest_alerts()

    assert before.keys() <= after.keys()
    assert all(before[alert][0] <= after[alert][0] for alert in before)
    stories = await deployment.read(deployment.settings.stories_topic)
    places = {(record.key, record.partition) for record in stories}
    assert len(places) == len({key for key, _ in places}), "a story lies in one partition"
    assert {key.decode() for key, _ in places if key} >= after.keys()


async def test_lag_grows_while_a_text_takes_long(deployment: Deployment) -> None:
    """Lag and the age of the oldest record go on growing, and the worker stays ready: it reads."""
    topic = deployment.settings.article_topics[0]
    worker = await deployment.start(stuck_after_seconds=5).wait_ready()
    await deployment.publish([article(0, "sleep 25")], topic=topic)
    await asyncio.sleep(0.5)
    await deployment.publish([article(0, "all is quiet")] * 10, topic=topic)
    await asyncio.sleep(10)

    assert await worker.metric("news_monitor_lag_records", topic=topic) == 11
    assert await worker.metric("news_monitor_lag_seconds", topic=topic) > 5
    assert await worker.metric("news_monitor_oldest_unacknowledged_seconds", agent="analyse") > 5
    # It is being read, and within the time that a text of its size may take.
    await worker.get("/readyz")
