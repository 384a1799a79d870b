"""Canaries through an embedded broker and a worker: seen, shown, and never news."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.embedded import EmbeddedBroker
from agents.topics import topics_for
from monitor.settings import Settings
from tests.command_line import CommandLine, environment_of
from tests.integration.deployment import Worker


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Settings of an embedded broker, with a canary a second."""
    quick: dict[str, Any] = {
        "http_port": 0,
        "processes": 1,
        "article_partitions": 3,
        "canary_seconds": 1,
        "commit_interval_seconds": 0.2,
        "log_format": "json",
    }
    with EmbeddedBroker(topics_for(Settings(**quick))) as broker:
        yield Settings(broker=(broker.address,), **quick)


async def test_canaries_come_back_and_are_no_news(settings: Settings, tmp_path: Path) -> None:
    """Measured, counted apart, shown by status; a new worker goes on where the old one was killed."""
    run = CommandLine(environment_of(settings))
    worker = Worker(settings, tmp_path / "first.log", main="tests.integration.worker_main")
    try:
        await worker.wait_ready(120)
        first = await _seen(worker, 4)
        assert first["records_read_total"] == 0
        assert first["canary_seconds_count"] == first["canary_seen_total"]
        told = json.loads(run("status", "--format", "json").stdout)
        assert told["canary"]["seconds"] < 60, told
        assert told["last_alert"] is None
        assert re.search(r"last canary +sent \d+ s ago", run("status").stdout)
    finally:
        worker.kill()

    again = Worker(settings, tmp_path / "second.log", main="tests.integration.worker_main")
    try:
        await again.wait_ready(120)
        second = await _seen(again, 2)
        sent = "canary_last_seen_timestamp_seconds"
        assert second[sent] > first[sent]
        assert second["records_read_total"] == 0
    finally:
        again.kill()
    for topic in (settings.alerts_topic, settings.stories_topic):
        (found,) = [each for each in told["topics"] if each["topic"] == topic]
        assert found["records"] == 0


async def test_canaries_can_be_turned_off(settings: Settings, tmp_path: Path) -> None:
    """No article is sent, no series shown a value, and status says nothing of them."""
    off = settings.model_copy(update={"canary_seconds": 0})
    worker = Worker(off, tmp_path / "worker.log", main="tests.integration.worker_main")
    try:
        await worker.wait_ready(120)
        assert await worker.metric("news_monitor_canary_sent_total") == 0
        told = json.loads(CommandLine(environment_of(off))("status", "--format", "json").stdout)
    finally:
        worker.kill()
    assert told["canary"] is None
    assert {each["records"] for each in told["topics"]} == {0}


async def _seen(worker: Worker, count: int) -> dict[str, float]:
    """Wait until so many canaries are back; return what the worker counts then."""
    names = (
        *("canary_sent_total", "canary_seen_total", "canary_seconds_count"),
        *("canary_last_seen_timestamp_seconds", "records_read_total"),
    )
    deadline = time.monotonic() + 60
    while True:
        page = await worker.get("/metrics")
        found = {name: _value(page, f"news_monitor_{name}") for name in names}
        if found["canary_seen_total"] >= count:
            return found
        assert time.monotonic() < deadline, (found, worker.log)
        await asyncio.sleep(0.2)


def _value(page: str, name: str) -> float:
    return sum(
        float(line.rsplit(" ", 1)[1])
        for line in page.splitlines()
        if re.match(rf"{name}(\{{| )", line)
    )
