"""Status from the outside, and the end of a worker that stands still, on a real Kafka."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.command_line import CommandLine, environment_of
from tests.integration.deployment import Deployment, article
from tests.real_kafka import KafkaCluster

STILL = 8.0


@pytest.fixture
async def deployment(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[Deployment]:
    """A worker that may stand still only for seconds."""
    made = Deployment(
        kafka, unique_prefix, tmp_path, stuck_after_seconds=5, stuck_exit_seconds=STILL
    )
    try:
        yield await made.create()
    finally:
        made.close()


async def test_status_tells_whether_news_flows(deployment: Deployment) -> None:
    """Without a worker the waiting records are counted and aged; with one, all is well."""
    run = CommandLine(environment_of(deployment.settings))
    await deployment.publish([article(1, "strike Atlantis Borduria"), article(2, "all is quiet")])

    before = run("status", "--format", "json")
    told = json.loads(before.stdout)
    assert before.returncode == 1
    assert told["status"] == "bad"
    assert any("has no worker, and 2 records wait" in reason for reason in told["reasons"])
    (articles,) = [
        each for each in told["topics"] if each["topic"] == deployment.settings.article_topics[0]
    ]
    assert articles["lag_records"] == 2
    assert 0 < articles["lag_seconds"] < 600
    assert told["last_alert"] is None

    await deployment.start().wait_ready()
    await deployment.done()
    after = run("status", "--format", "json")
    told = json.loads(after.stdout)

    assert after.returncode == 0, after.stdout
    assert (told["status"], told["reasons"]) == ("ok", [])
    assert told["group"]["workers"] == 1
    assert sum(each["lag_records"] or 0 for each in told["topics"]) == 0
    assert told["last_alert"]["revision"] == 1
    assert told["versions"]["lexicon"]
    table = run("status").stdout
    assert "News flows." in table
    assert deployment.settings.signals_topic in table


@pytest.mark.parametrize(
    ("main", "reason"),
    [
        ("tests.integration.stuck_main", "stands still"),
        ("tests.integration.blocked_main", "event loop has not turned"),
    ],
)
async def test_a_worker_that_stands_still_ends_and_loses_nothing(
    deployment: Deployment, main: str, reason: str
) -> None:
    """Deliveries without end, or a loop that is blocked: exit code 1; a new start goes on."""
    worker = await deployment.start(main).wait_ready(120)
    await deployment.publish([article(1, "strike Atlantis Borduria")])

    assert await worker.wait_end(120) == 1
    assert reason in worker.log

    await deployment.start().wait_ready(120)
    await deployment.done()
    assert len(await deployment.newest_alerts()) == 1


def test_status_without_a_broker_fails_in_words() -> None:
    """No broker: exit code 1 and the address, no traceback."""
    done = CommandLine({"broker": "127.0.0.1:1"})("status")

    assert done.returncode == 1
    assert "127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_status_in_json_without_a_broker_is_json() -> None:
    """Who reads JSON gets JSON: bad, with the address, and exit code 1."""
    done = CommandLine({"broker": "127.0.0.1:1"})("status", "--format", "json")

    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["status"] == "bad"
    assert "127.0.0.1:1" in told["reasons"][0]
