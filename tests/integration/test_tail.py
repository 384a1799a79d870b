"""Tailing a real Kafka: alerts as they come, none missed, none twice."""

import json
import signal
import threading
from dataclasses import replace

import pytest

from agents.client import create_producer, running
from monitor.settings import Settings
from monitor.wire import alert_v1
from tests.command_line import CommandLine, environment_of
from tests.real_kafka import KafkaCluster
from tests.real_kafka.factory import TopicMaker

FIRST = alert_v1.decode(alert_v1.EXAMPLES[0])


@pytest.fixture
async def settings(kafka: KafkaCluster, new_topic: TopicMaker) -> Settings:
    """Settings whose alerts topic is a new one of three partitions."""
    topic = await new_topic("alerts", partitions=3)
    return Settings.model_validate({"broker": kafka.bootstrap, "alerts_topic": topic})


async def _send(settings: Settings, *, alerts: range) -> None:
    """Send alerts with times one second apart, in turn to all partitions."""
    async with running(create_producer(settings), settings) as producer:
        for number in alerts:
            alert = replace(FIRST, alert_id=f"st-{number:032d}")
            await producer.send_and_wait(
                settings.alerts_topic,
                key=alert.alert_id.encode(),
                value=alert_v1.encode(alert),
                partition=number % 3,
                timestamp_ms=1_700_000_000_000 + number * 1000,
            )


def _ids(output: str) -> list[int]:
    return [int(json.loads(line)["alert_id"].removeprefix("st-")) for line in output.splitlines()]


async def test_all_partitions_come_in_the_order_of_time(settings: Settings) -> None:
    """From the beginning to the end: every alert once, oldest first across partitions."""
    await _send(settings, alerts=range(300))

    run = CommandLine(environment_of(settings))
    done = run("tail", "--from-beginning", "--no-follow", "--format", "jsonl")

    assert done.returncode == 0, done.stderr
    assert _ids(done.stdout) == list(range(300))


async def test_following_misses_nothing(settings: Settings) -> None:
    """Alerts sent while the command follows come after those from before, none missed or twice."""
    await _send(settings, alerts=range(50))
    run = CommandLine(environment_of(settings))
    words = ("tail", "--from-beginning", "--count", "100", "--format", "jsonl")
    with run.start(*words) as process:
        await _send(settings, alerts=range(50, 100))
        output, remarks = process.communicate(timeout=60)

    assert process.returncode == 0, remarks
    assert _ids(output)[:50] == list(range(50))
    assert sorted(_ids(output)) == list(range(100))


async def test_ctrl_c_ends_following_cleanly(settings: Settings) -> None:
    """Whoever follows ends with Ctrl-C: exit code 0, everything shown, no traceback."""
    await _send(settings, alerts=range(3))
    run = CommandLine(environment_of(settings))
    with run.start("tail", "--from-beginning", "--format", "jsonl") as process:
        assert process.stdout is not None
        shown = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        output, remarks = process.communicate(timeout=30)

    assert process.returncode == 0, remarks
    assert _ids("".join(shown) + output) == [0, 1, 2]
    assert remarks == ""


async def test_a_reader_that_goes_away_is_no_crash(settings: Settings) -> None:
    """When whoever reads the pipe ends (`| head`), the command ends without a traceback."""
    await _send(settings, alerts=range(2000))
    run = CommandLine(environment_of(settings))
    with run.start("tail", "--from-beginning", "--no-follow", "--format", "jsonl") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        remarks: list[str] = []
        reader = threading.Thread(
            target=lambda stream=process.stderr: remarks.append(stream.read())
        )
        reader.start()
        process.wait(30)
        reader.join()

    assert "Traceback" not in remarks[0]
    assert "Error" not in remarks[0]
