"""The doctor on a real Kafka: what is wrong is found, and what to do is said."""

import json
import time
from collections import Counter

import pytest

from agents.client import create_producer, running
from monitor.settings import Settings
from tests.command_line import CommandLine, environment_of
from tests.real_kafka import KafkaCluster

pytestmark = pytest.mark.model


@pytest.fixture
def settings(kafka: KafkaCluster, unique_prefix: str) -> Settings:
    """Settings with topics and a group of their own."""
    return Settings.model_validate(
        {
            "broker": kafka.bootstrap,
            "article_topics": f"{unique_prefix}.articles",
            "signals_topic": f"{unique_prefix}.signals",
            "stories_topic": f"{unique_prefix}.stories",
            "alerts_topic": f"{unique_prefix}.alerts",
            "retries_topic": f"{unique_prefix}.retries",
            "canary_topic": f"{unique_prefix}.canary",
            "group": unique_prefix,
            "http_port": 0,
        }
    )


def _findings(settings: Settings, *, exit_code: int) -> dict[str, list[dict[str, str]]]:
    done = CommandLine(environment_of(settings))("doctor", "--format", "json")
    assert done.returncode == exit_code, f"{done.stdout}\n{done.stderr}"
    by_check: dict[str, list[dict[str, str]]] = {}
    for finding in json.loads(done.stdout):
        by_check.setdefault(finding["check"], []).append(finding)
    return by_check


def test_missing_topics_fail(settings: Settings) -> None:
    """Without topics the doctor fails seven times, each with the command that mends it.

    Without the canaries' topic a worker runs: that is a warning.
    """
    topics = _findings(settings, exit_code=1)["topics"]

    assert Counter(finding["grade"] for finding in topics) == {"fail": 7, "warn": 1}
    assert all("news-monitor topics create" in finding["message"] for finding in topics)


async def test_waiting_records_without_a_worker_are_seen(settings: Settings) -> None:
    """Healthy but idle: records wait, no worker is there, the advice is to start one."""
    run = CommandLine(environment_of(settings))
    assert run("topics", "create").returncode == 0
    everything = _findings(settings, exit_code=0)
    assert everything["broker"][0]["grade"] == "ok"
    assert everything["topics"][0]["grade"] == "ok"
    assert everything["model and lexicon"][0]["grade"] == "ok"
    assert everything["dead letters"][0]["message"] == "none"
    assert "0 records wait" in everything["group"][0]["message"]

    assert run("publish", "--layout", "lines", "-", stdin=b"One.\nTwo.\nThree.\n").returncode == 0

    group = _findings(settings, exit_code=0)["group"][0]
    assert group["grade"] == "warn"
    assert "0 workers: 3 records wait" in group["message"]
    assert "news-monitor worker" in group["advice"]


async def test_dead_letters_and_clocks_are_seen(settings: Settings) -> None:
    """Dead letters and a record from the future are warnings, not failures."""
    assert CommandLine(environment_of(settings))("topics", "create").returncode == 0
    article_topic = settings.article_topics[0]
    async with running(create_producer(settings), settings) as producer:
        await producer.send_and_wait(f"{article_topic}.dead-letter", b"unreadable")
        ahead = int((time.time() + 1800) * 1000)
        await producer.send_and_wait(article_topic, b"From the future.", timestamp_ms=ahead)

    findings = _findings(settings, exit_code=0)

    assert findings["dead letters"][0]["grade"] == "warn"
    assert "1 record could not be read" in findings["dead letters"][0]["message"]
    assert findings["clock"][0]["grade"] == "warn"
    assert "in the future" in findings["clock"][0]["message"]


def test_no_broker_fails_but_the_rest_is_checked(settings: Settings) -> None:
    """Without a broker the doctor still looks at packages, model and port, and fails."""
    alone = settings.model_copy(update={"broker": ("127.0.0.1:1",)})
    findings = _findings(alone, exit_code=1)

    assert findings["broker"][0]["grade"] == "fail"
    assert "nothing listens on this port" in findings["broker"][0]["message"]
    assert findings["model and lexicon"][0]["grade"] == "ok"
    assert findings["python"][0]["grade"] == "ok"
