"""Fixtures that give a test an embedded broker, and run commands against it."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.embedded import EmbeddedBroker
from agents.topics import TopicSpec, topics_for
from monitor.settings import Settings, resolve
from tests.command_line import CommandLine

_FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if item.path.is_relative_to(_FOLDER):
            item.add_marker(pytest.mark.embedded)


@pytest.fixture(scope="session", autouse=True)
def _require_embedded() -> None:
    if importlib.util.find_spec("confluent_kafka") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the extra `embedded` is required here", pytrace=False)
        pytest.skip("the extra `embedded` is not installed")


@pytest.fixture
def broker(_require_embedded: None) -> Iterator[EmbeddedBroker]:
    """A fresh broker with our topics, and one more, `copies`."""
    extra = TopicSpec(name="copies", partitions=8, config={}, purpose="a target for replays")
    with EmbeddedBroker([*topics_for(Settings()), extra]) as started:
        yield started


@pytest.fixture
def settings(broker: EmbeddedBroker) -> Settings:
    """Settings that name the broker."""
    return resolve(environment={}, overrides={"broker": broker.address}).settings


@pytest.fixture
def run(broker: EmbeddedBroker) -> CommandLine:
    """Run `news-monitor` commands against the broker."""
    return CommandLine({"broker": broker.address})
