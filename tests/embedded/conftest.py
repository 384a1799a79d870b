"""Fixtures that give a test an embedded broker, and run commands against it."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from agents.embedded import EmbeddedBroker
from agents.topics import TopicSpec, topics_for
from monitor.settings import Settings, resolve

_FOLDER = Path(__file__).parent
_ROOT = Path(__file__).parents[2]
_COMMAND_SECONDS = 60


class RunCommand(Protocol):
    """Runs a command and returns what it printed and how it ended."""

    def __call__(
        self, *words: str, stdin: bytes | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run `news-monitor WORDS...`."""


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
def run(broker: EmbeddedBroker) -> RunCommand:
    """Run `news-monitor` as people do: a process of its own, set by the environment."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("NEWS_MONITOR_")
    } | {"NEWS_MONITOR_BROKER": broker.address}

    def command(*words: str, stdin: bytes | None = None) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *words],
            input=stdin or b"",
            capture_output=True,
            cwd=_ROOT,
            env=environment,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return command
