"""What the containers run is run here without containers, against a real Kafka."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.docker.compose import SERVICES, arguments, environment_of, seconds
from tests.real_kafka import KafkaCluster

pytestmark = pytest.mark.model

_START_SECONDS = 60


@pytest.fixture
def kafka_of_compose(kafka_factory: object) -> KafkaCluster:
    """A broker of its own with the compose file's own settings, for the default topics' names."""
    given = SERVICES["kafka"]["environment"]
    ours = ("AUTO_CREATE_TOPICS_ENABLE", "GROUP_INITIAL_REBALANCE_DELAY_MS")
    overrides = {name.lower().replace("_", "."): str(given[f"KAFKA_{name}"]) for name in ours}
    assert callable(kafka_factory)
    cluster = kafka_factory(overrides=overrides)
    assert isinstance(cluster, KafkaCluster)
    return cluster


def test_topics_worker_and_health_check_work_as_in_compose(kafka_of_compose: KafkaCluster) -> None:
    """The topics' command, then the worker's, with their environment; the image's health check; stop."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # Only what is another machine's in the containers is changed: the broker's name, the port.
    changed = {
        "NEWS_MONITOR_BROKER": kafka_of_compose.bootstrap,
        "NEWS_MONITOR_HTTP_PORT": str(port),
        "NEWS_MONITOR_PROCESSES": "1",
    }
    environments = {
        name: {**os.environ, **environment_of(name), **changed} for name in ("topics", "worker")
    }
    program = [sys.executable, "-m", "monitor"]
    made = subprocess.run(
        [*program, *SERVICES["topics"]["command"]],
        env=environments["topics"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr

    worker = subprocess.Popen(
        [*program, *SERVICES["worker"]["command"]], env=environments["worker"]
    )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _ready(port):
            assert worker.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.25)
        check = json.loads(arguments("HEALTHCHECK")[0].partition("CMD ")[2])
        healthy = subprocess.run(
            [sys.executable, *check[1:]], env=environments["worker"], timeout=30, check=False
        )
        assert healthy.returncode == 0
        worker.send_signal(signal.Signals[arguments("STOPSIGNAL")[0]])
        assert worker.wait(seconds(SERVICES["worker"]["stop_grace_period"])) == 0
    finally:
        worker.kill()
        worker.wait()


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except OSError:
        return False
