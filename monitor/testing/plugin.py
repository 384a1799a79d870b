"""The pytest plugin: fixtures for tests of rules and of those who read alerts.

It loads nothing before a fixture is asked for. Fixtures meant to be overridden in a `conftest.py`
say so.
"""

import importlib.util
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from monitor.pipeline import Pipeline
    from monitor.settings import Settings
    from monitor.testing.harness import Monitor
    from monitor.testing.kafka import Bench

__all__ = ["embedded_kafka", "monitor", "monitor_pipeline", "monitor_settings", "real_kafka"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where a real Kafka is."""
    text = "host:port of a Kafka that the fixture real_kafka may make topics on"
    parser.getgroup("news-monitor").addoption("--monitor-kafka", metavar="HOST:PORT", help=text)
    parser.addini("monitor_kafka", help=text, default="")


@pytest.fixture(scope="session")
def monitor_settings() -> "Settings":
    """Settings of `monitor` and of the brokers' workers: the defaults. Override it for overlays.

    @pytest.fixture(scope="session")
    def monitor_settings():
        return Settings(lexicon_overlays=(Path("my-lexicon"),))
    """
    from monitor.settings import Settings

    return Settings()


@pytest.fixture(scope="session")
def monitor_pipeline(monitor_settings: "Settings") -> "Pipeline":
    """What `monitor` reads with, built once: it takes seconds."""
    from monitor.pipeline import build_pipeline

    return build_pipeline(monitor_settings)


@pytest.fixture
def monitor(monitor_settings: "Settings", monitor_pipeline: "Pipeline") -> "Monitor":
    """A Monitor without stories, its clock at noon of 17 March 2026."""
    from monitor.testing.harness import Monitor

    return Monitor(monitor_settings, pipeline=monitor_pipeline)


@pytest.fixture
def embedded_kafka(monitor_settings: "Settings") -> "Iterator[Bench]":
    """A broker in a process of its own, gone after the test; needs the extra `embedded`."""
    if importlib.util.find_spec("confluent_kafka") is None:
        pytest.skip("the extra `embedded` is not installed: pip install 'news-monitor[embedded]'")
    from agents.embedded import EmbeddedBroker
    from agents.topics import topics_for
    from monitor.settings import Settings
    from monitor.testing.kafka import Bench

    with EmbeddedBroker(topics_for(monitor_settings)) as broker:
        # What a test counts are its own articles.
        changes = {"broker": (broker.address,), "canary_seconds": 0}
        yield Bench(Settings.model_validate(monitor_settings.model_dump() | changes))


@pytest.fixture
def real_kafka(request: pytest.FixtureRequest, monitor_settings: "Settings") -> "Iterator[Bench]":
    """Topics and a consumer group of this test alone on a Kafka of yours; deleted after the test.

    Only where `--monitor-kafka HOST:PORT`, or `monitor_kafka` in pytest's settings, names it: the
    broker of the product's own settings is never touched.
    """
    address = request.config.getoption("--monitor-kafka") or request.config.getini("monitor_kafka")
    if not address:
        pytest.skip("no Kafka to test with: name one by --monitor-kafka HOST:PORT")
    from monitor.settings import Settings
    from monitor.testing.kafka import Bench, deleted, made

    prefix = f"monitor-test-{secrets.token_hex(6)}"
    changes = {
        "broker": str(address),
        "group": prefix,
        "article_topics": (f"{prefix}.articles",),
        "signals_topic": f"{prefix}.signals",
        "stories_topic": f"{prefix}.stories",
        "alerts_topic": f"{prefix}.alerts",
        "retries_topic": f"{prefix}.retries",
        "canary_seconds": 0,
    }
    settings = Settings.model_validate(monitor_settings.model_dump() | changes)
    made(settings)
    try:
        yield Bench(settings)
    finally:
        deleted(settings)
