"""Subscriptions on a real Apache Kafka: topics made, alerts served, files changed, workers killed."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from agents.admin import check_topics
from agents.serve import FATE_HEADER
from monitor.wire import alert_v1
from tests.command_line import CommandLine, environment_of
from tests.integration.deployment import Deployment, article, some_news
from tests.real_kafka import KafkaCluster

_WAIT_SECONDS = 60

ALL = '[[subscription]]\nid = "all"\n'
MARKETS = '[[subscription]]\nid = "markets"\nkinds = ["market-move"]\n'


@pytest.fixture
async def deployment(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[Deployment]:
    """A deployment whose workers have a file of one subscription."""
    file = tmp_path / "subscriptions.toml"
    file.write_text(ALL, encoding="utf-8")
    made = Deployment(
        kafka,
        unique_prefix,
        tmp_path,
        alerts_topic=f"{unique_prefix}.alerts.v1",
        receipts_topic=f"{unique_prefix}.receipts",
        subscriptions_file=file,
    )
    try:
        yield await made.create()
    finally:
        made.close()


async def told(
    deployment: Deployment, subscription: str
) -> dict[tuple[str, int], tuple[bytes, str]]:
    """Return what a subscriber has: bytes and fate of each revision, what came twice once."""
    prefix = deployment.settings.group
    found: dict[tuple[str, int], tuple[bytes, str]] = {}
    for record in await deployment.read(f"{prefix}.alerts.{subscription}.v1"):
        alert = alert_v1.decode(record.value)
        revision = (alert.alert_id, alert.revision)
        fate = dict(record.headers)[FATE_HEADER].decode()
        assert found.get(revision, (record.value, ""))[0] == record.value
        found[revision] = (record.value or b"", fate)
    return found


async def alerts(deployment: Deployment) -> dict[tuple[str, int], bytes]:
    """Return every revision on the alerts topic."""
    records = await deployment.read(deployment.settings.alerts_topic)
    read = [(alert_v1.decode(record.value), record.value or b"") for record in records]
    return {(alert.alert_id, alert.revision): value for alert, value in read}


async def until(holds: Callable[[], Awaitable[bool]], deployment: Deployment) -> None:
    """Wait until something holds; show the workers' logs if it never does."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not await holds():
        logs = "\n".join(worker.log for worker in deployment.workers)
        assert time.monotonic() < deadline, logs
        await asyncio.sleep(0.2)


async def test_subscribers_receive_what_fits_whatever_happens(deployment: Deployment) -> None:
    """Nothing is lost to a bad file, a good one, or a killed worker; withdrawals arrive."""
    file = deployment.settings.subscriptions_file
    assert file is not None
    assert await check_topics(deployment.settings) == []
    await deployment.publish(some_news(40))
    worker = await deployment.start().wait_ready()
    await deployment.done()

    async def all_served() -> bool:
        return (await told(deployment, "all")).keys() == (await alerts(deployment)).keys()

    await until(all_served, deployment)

    file.write_text(ALL + '[[subscription]]\nid = "all"\n', encoding="utf-8")

    async def refused() -> bool:
        return await worker.metric("news_monitor_subscriptions_file_refused") == 1

    await until(refused, deployment)
    assert f"{file}:4: id 'all' is taken" in worker.log
    assert await worker.metric("news_monitor_subscriptions") == 1

    before = (await alerts(deployment)).keys()
    file.write_text(ALL + MARKETS, encoding="utf-8")

    async def two_in_force() -> bool:
        return await worker.metric("news_monitor_subscriptions") == 2

    await until(two_in_force, deployment)
    assert await check_topics(deployment.settings) == []
    await deployment.publish(
        article(number, f"market Country{number}") for number in range(100, 110)
    )
    await asyncio.sleep(0.5)
    worker.kill()
    await deployment.publish(
        [
            article(number, text, status="cancelled")
            for number, text in ((100, "market Country100"), (0, "strike Atlantis Borduria"))
        ]
    )
    await deployment.start().wait_ready()
    await deployment.done()
    await until(all_served, deployment)

    everything = await alerts(deployment)
    served = await told(deployment, "all")
    assert {revision: value for revision, (value, _) in served.items()} == everything
    markets = await told(deployment, "markets")
    new = {key for key in everything.keys() - before if b'"kind":"market-move"' in everything[key]}
    assert markets.keys() == new
    cancelled = [revision for revision, (_, fate) in served.items() if fate == "cancel"]
    assert cancelled
    assert {fate for _, fate in markets.values()} >= {"first", "cancel"}

    command = CommandLine(environment_of(deployment.settings))
    tried = command("subscriptions", "test", str(file), "--format", "jsonl")
    assert tried.returncode == 0, tried.stderr
    *lines, _, _ = [json.loads(line) for line in tried.stdout.splitlines()]
    would = {
        (line["alert"]["alert_id"], line["alert"]["revision"]): line["fate"]
        for line in lines
        if line["subscription"] == "all"
    }
    assert would == {revision: fate for revision, (_, fate) in served.items()}
