"""A cluster whose first address answers and sends its clients where nobody is."""

import json
from collections.abc import Iterator

import pytest

from agents.mock_cluster import MockCluster
from agents.topics import topics_for
from monitor.settings import Settings
from tests.command_line import CommandLine

NOBODY = "127.0.0.1:1"


@pytest.fixture
def run(_require_embedded: None) -> Iterator[CommandLine]:
    """Run commands against a broker with a wrong advertised listener."""
    with MockCluster() as cluster:
        cluster.create_topics(topics_for(Settings()))
        cluster.advertise("127.0.0.1", 1)
        host, port = cluster.address
        yield CommandLine({"broker": f"{host}:{port}", "http_port": "0", "processes": "1"})


@pytest.mark.parametrize(
    "words",
    [
        ["topics", "check"],
        ["topics", "create"],
        ["publish", "-"],
        ["tail"],
        ["replay", "--from", "news.articles.v1", "--to", "elsewhere"],
        ["worker"],
    ],
    ids=" ".join,
)
def test_a_wrong_advertised_listener_is_named(words: list[str], run: CommandLine) -> None:
    """One message says which address answers, which does not, and what to set; no traceback."""
    done = run(*words, stdin=b"text")

    assert done.returncode == 1
    broker = run.environment["NEWS_MONITOR_BROKER"]
    assert f"{broker} answers, but sends its clients to {NOBODY}, which does not" in done.stderr
    assert "advertised.listeners" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.model
def test_the_doctor_has_a_finding_for_it(run: CommandLine) -> None:
    """The doctor finishes, with one failed finding on the broker."""
    done = run("doctor", "--format", "json")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    failed = [each for each in json.loads(done.stdout) if each["grade"] == "fail"]
    assert [each["check"] for each in failed] == ["broker"]
    assert NOBODY in failed[0]["message"]
    assert "advertised.listeners" in failed[0]["message"]
