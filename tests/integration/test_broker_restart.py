"""A broker that goes away and comes back costs time, and no record."""

import asyncio
from pathlib import Path

from tests.integration.deployment import Deployment, article
from tests.real_kafka.factory import ClusterFactory


async def test_a_broker_killed_and_started_again_loses_nothing(
    kafka_factory: ClusterFactory, unique_prefix: str, tmp_path: Path
) -> None:
    """A worker outlives its only broker's death in mid-stream, and goes on where it was."""
    cluster = kafka_factory()
    deployment = Deployment(cluster, unique_prefix, tmp_path, processes=1)
    news = [article(number, f"strike Atlantis Borduria {number}") for number in range(600)]
    try:
        await deployment.create()
        worker = await deployment.start().wait_ready()
        await deployment.publish(news[:300])
        await asyncio.to_thread(cluster.kill_broker, 1)
        await asyncio.sleep(3)
        await asyncio.to_thread(cluster.start)
        await deployment.publish(news[300:])
        await deployment.done(90)

        signals = await deployment.read(deployment.settings.signals_topic)
        assert len({record.value for record in signals}) == len(news)
        assert await deployment.newest_alerts()
        assert worker.process.poll() is None, worker.log
    finally:
        deployment.close()
