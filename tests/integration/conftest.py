"""Fixtures that give a test a real Apache Kafka.

Every test in this folder carries the marker `kafka`. Where a broker cannot be had the tests are
skipped with the reason; in CI that is an error, so that they never go missing unnoticed.
"""

import os
import re
import secrets
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.real_kafka import KafkaCluster, kafka_unavailable
from tests.real_kafka.factory import ClusterFactory, TopicMaker

_FOLDER = Path(__file__).parent
_PREFIX_CHARACTERS = 80


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and no others: pytest passes all it has collected."""
    for item in items:
        if item.path.is_relative_to(_FOLDER):
            item.add_marker(pytest.mark.kafka)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the brokers' logs below a test that failed."""
    report = yield
    if report.failed:
        for cluster in _clusters_of(item):
            report.sections.append((f"brokers at {cluster.bootstrap}", cluster.log_tails()))
    return report


@pytest.fixture(scope="session", autouse=True)
def _require_kafka() -> None:
    reason = kafka_unavailable()
    if reason is None:
        return
    if os.environ.get("CI") == "true" or os.environ.get("NEWS_MONITOR_REQUIRE_KAFKA") == "1":
        pytest.fail(f"a real Kafka is required here: {reason}", pytrace=False)
    pytest.skip(f"no real Kafka here: {reason}")


@pytest.fixture(scope="session")
def kafka(_require_kafka: None) -> Iterator[KafkaCluster]:
    """One broker that all tests share; leave it running and use topics of your own."""
    with KafkaCluster() as cluster:
        yield cluster


@pytest.fixture
def kafka_factory(_require_kafka: None) -> Iterator[ClusterFactory]:
    """Start private clusters, to be killed, stopped or set up as the test likes."""
    with ClusterFactory() as factory:
        yield factory


@pytest.fixture
def unique_prefix(request: pytest.FixtureRequest) -> str:
    """Begin the names of topics and groups with what no other test or run uses."""
    readable = re.sub(r"[^a-zA-Z0-9]+", "-", request.node.name).strip("-")[:_PREFIX_CHARACTERS]
    return f"{readable}-{secrets.token_hex(4)}"


@pytest.fixture
def new_topic(kafka: KafkaCluster, unique_prefix: str) -> TopicMaker:
    """Create uniquely named topics on the shared broker."""
    return TopicMaker(kafka, unique_prefix)


def _clusters_of(item: pytest.Item) -> Iterator[KafkaCluster]:
    arguments: dict[str, object] = getattr(item, "funcargs", {})
    for value in arguments.values():
        if isinstance(value, KafkaCluster):
            yield value
        if isinstance(value, ClusterFactory):
            yield from value.clusters
