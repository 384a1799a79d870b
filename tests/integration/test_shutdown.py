"""A worker that is told to stop leaves in time, and one that cannot start says why."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.deployment import Deployment, article, some_news, until
from tests.real_kafka import KafkaCluster
from tests.real_kafka.factory import ClusterFactory

# What README and `shutdown_grace_seconds` promise; how much sooner is for benchmarks to say.
_PROMISED_SECONDS = 10


@pytest.fixture
async def deployment(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[Deployment]:
    """A deployment on the shared broker; topics are made by the tests."""
    made = Deployment(kafka, unique_prefix, tmp_path)
    try:
        yield made
    finally:
        made.close()


async def test_sigterm_finishes_the_batch_in_hand(deployment: Deployment) -> None:
    """A batch that takes two seconds is delivered and committed before the worker leaves."""
    await deployment.create()
    worker = await deployment.start().wait_ready()
    slow = [article(number, "sleep 0.2") for number in range(9)]
    await deployment.publish([*slow, article(9, "strike Atlantis Borduria")])
    await asyncio.sleep(0.7)
    worker.terminate()
    begun = time.monotonic()
    assert await worker.wait_end() == 0

    assert time.monotonic() - begun < _PROMISED_SECONDS
    (committed, end) = (await deployment.positions(deployment.settings.article_topics)).popitem()[1]
    assert 0 < committed <= end
    signals = await deployment.read(deployment.settings.signals_topic)
    assert len(signals) == (1 if committed == end else 0)
    assert "as told" in worker.last_words


async def test_a_batch_that_outlasts_the_grace_is_left_and_read_again(
    deployment: Deployment,
) -> None:
    """What is in hand when the grace time ends is neither committed nor lost."""
    await deployment.create()
    worker = await deployment.start(shutdown_grace_seconds=1).wait_ready()
    await deployment.publish([article(0, "sleep 20"), article(1, "strike Atlantis Borduria")])
    await asyncio.sleep(1)
    worker.terminate()
    begun = time.monotonic()
    assert await worker.wait_end() == 0

    assert time.monotonic() - begun < _PROMISED_SECONDS
    assert "batch left for later" in worker.log
    positions = await deployment.positions(deployment.settings.article_topics)
    assert [committed for committed, _ in positions.values()] == [0]
    await deployment.start(analysis_timeout_seconds=1).wait_ready()
    await deployment.done()
    assert len(await deployment.newest_alerts()) == 1
    assert len(await deployment.dead_letters()) == 1


@pytest.mark.parametrize("traffic", ["idle", "busy"])
async def test_sigterm_with_the_broker_away_leaves_within_ten_seconds(
    kafka_factory: ClusterFactory, unique_prefix: str, tmp_path: Path, traffic: str
) -> None:
    """The worker leaves in time and with 0, and what it could not deliver is delivered later."""
    cluster = kafka_factory()
    deployment = Deployment(cluster, unique_prefix, tmp_path)
    try:
        await deployment.create()
        worker = await deployment.start(batch_size=5).wait_ready()
        news = [article(number, f"strike Atlantis Borduria {number}") for number in range(200)]
        slow = [article(1000 + number, "sleep 0.5") for number in range(3)]
        if traffic == "busy":
            await deployment.publish([*slow, *news])
            await asyncio.sleep(1)
        await asyncio.to_thread(cluster.kill_broker, 1)
        await asyncio.sleep(1)
        worker.terminate()
        begun = time.monotonic()
        assert await worker.wait_end() == 0
        assert time.monotonic() - begun < _PROMISED_SECONDS

        await asyncio.to_thread(cluster.start)
        if traffic == "idle":
            await deployment.publish([*slow, *news])
        await deployment.start().wait_ready()
        await deployment.done()
        keys = {record.value for record in await deployment.read(deployment.settings.signals_topic)}
        assert len(keys) == len(news)
    finally:
        deployment.close()


async def test_no_broker_at_the_start_is_said_in_words(
    deployment: Deployment,
) -> None:
    """Without a broker the worker ends soon, with 1, and names the address and the setting."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{reserved.getsockname()[1]}"
        worker = deployment.start(broker=(address,))
        assert await worker.wait_end() == 1
    assert address in worker.last_words
    assert "broker" in worker.last_words


async def test_missing_topics_are_said_in_words(deployment: Deployment) -> None:
    """Without its topics the worker refuses to start, and says how to make them."""
    worker = deployment.start()
    assert await worker.wait_end() == 1
    assert "news-monitor topics create" in worker.last_words


async def test_a_taken_http_port_is_said_in_words(deployment: Deployment) -> None:
    """A second worker that is given the first one's port names the setting."""
    await deployment.create()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        worker = deployment.start(http_port=taken.getsockname()[1])
        assert await worker.wait_end() == 1
    assert "http_port" in worker.last_words


async def test_processes_die_with_a_killed_worker(deployment: Deployment) -> None:
    """After kill -9 of a worker no process of its pool is left."""
    await deployment.create()
    worker = await deployment.start(processes=2).wait_ready()
    children = _children(worker.process.pid)
    assert len(children) >= 2
    worker.kill()
    await until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), 5)


async def test_news_after_a_stop_waits_for_the_next_worker(deployment: Deployment) -> None:
    """An idle worker leaves at once; what comes then is read by the next one."""
    await deployment.create()
    worker = await deployment.start().wait_ready()
    worker.terminate()
    begun = time.monotonic()
    assert await worker.wait_end() == 0
    assert time.monotonic() - begun < _PROMISED_SECONDS
    await deployment.publish(some_news(20))
    await deployment.start().wait_ready()
    await deployment.done()
    assert await deployment.newest_alerts()


def _children(parent: int) -> list[int]:
    """Return the processes of a parent that run our code (and not Python's resource tracker)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text().splitlines()
            command = (status.parent / "cmdline").read_text()
        except OSError:
            continue
        if f"PPid:\t{parent}" in lines and "spawn_main" in command:
            found.append(int(status.parent.name))
    return found
