"""The testing kit's fixture `real_kafka` works on a real Apache Kafka and leaves nothing there."""

import subprocess
import sys

import pytest

from agents.client import create_admin, running
from agents.topic_state import read_cluster
from monitor.settings import Settings
from tests.documents import DOCS, ROOT
from tests.real_kafka import KafkaCluster


@pytest.mark.model
async def test_the_example_runs_on_a_real_broker(kafka: KafkaCluster) -> None:
    """An article is published, a worker reads it, the alert comes out; the topics are gone after."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "monitor.testing.plugin", "-rs"]
    command += ["-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(DOCS / "examples")]
    command += ["--monitor-kafka", kafka.bootstrap, "-k", "real_broker"]
    done = subprocess.run(  # noqa: ASYNC221  (nothing else runs in this loop)
        [*command, str(DOCS / "examples")], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert "1 passed" in done.stdout, done.stdout + done.stderr
    settings = Settings(broker=tuple(kafka.bootstrap.split(",")))
    async with running(create_admin(settings), settings) as admin:
        topics = (await read_cluster(admin, [])).topics
    assert [topic for topic in topics if topic.startswith("monitor-test-")] == []
