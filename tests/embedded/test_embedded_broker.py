"""The embedded broker: a Kafka that any client can speak to, and that leaves nothing behind."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from agents.admin import check_topics, create_topics
from agents.client import create_consumer, create_producer, running
from agents.embedded import EmbeddedBroker
from agents.topic_reader import merged, partitions_of, stretches
from agents.topics import topics_for
from monitor.errors import BrokerUnavailable, TopicMismatch
from monitor.settings import Settings, resolve

_ROOT = Path(__file__).parents[2]
_DEATH_SECONDS = 10.0
_API_VERSIONS = struct.pack(">ihhih4s", 14, 18, 0, 1, 4, b"test")
"""A request that every Kafka answers: size, key, version, number, name of the client."""


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def _settings(broker: EmbeddedBroker) -> Settings:
    return resolve(environment={}, overrides={"broker": broker.address}).settings


@pytest.mark.parametrize("fixed", [False, True], ids=["any-port", "fixed-port"])
async def test_records_come_back_as_they_went(fixed: bool) -> None:  # noqa: FBT001 - a case
    """Key, value, headers, timestamp and partition survive, on a given port as on any."""
    port = _free_port() if fixed else 0
    with EmbeddedBroker(topics_for(Settings()), port=port) as broker:
        if fixed:
            assert broker.address == f"127.0.0.1:{port}"
        settings = _settings(broker)
        async with running(create_producer(settings), settings) as producer:
            for number in range(20):
                await producer.send_and_wait(
                    "news.articles.v1",
                    key=b"key",
                    value=b"%d" % number,
                    partition=3,
                    timestamp_ms=1_000_000 + number,
                    headers=[("name", b"value")],
                )
        async with running(create_consumer(settings), settings) as consumer:
            parts = await stretches(consumer, await partitions_of(settings, "news.articles.v1"))
            records = [record async for record in merged(settings, parts)]

    assert [record.value for record in records] == [b"%d" % number for number in range(20)]
    assert {record.key for record in records} == {b"key"}
    assert {record.partition for record in records} == {3}
    assert records[0].timestamp == 1_000_000
    assert records[0].headers == (("name", b"value"),)


async def test_our_topics_are_there(broker: EmbeddedBroker, settings: Settings) -> None:
    """All topics exist with their partition counts: nothing to create, nothing to complain of."""
    assert await check_topics(settings) == []
    assert {topic.outcome.value for topic in await create_topics(settings)} == {"kept"}


async def test_another_topic_cannot_be_made_later(broker: EmbeddedBroker) -> None:
    """Asking for a topic that it was not started with is refused, with what to do."""
    overrides = {"broker": broker.address, "article_topics": "others"}
    settings = resolve(environment={}, overrides=overrides).settings
    with pytest.raises(TopicMismatch, match=r"others.*only at its start.*--topic"):
        await create_topics(settings)


def test_a_taken_port_is_said_in_words() -> None:
    """A port that somebody has is an error with the address and what to do."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BrokerUnavailable, match=rf"127\.0\.0\.1:{port}.*in use.*another port"):
            EmbeddedBroker([], port=port).start()


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    """Where confluent-kafka is missing, the error is the command that installs it."""
    (tmp_path / "confluent_kafka.py").write_text("raise ImportError('not installed')\n")
    code = (
        "from agents.embedded import EmbeddedBroker\n"
        "from monitor.errors import BrokerUnavailable\n"
        "try:\n    EmbeddedBroker([]).start()\n"
        "except BrokerUnavailable as error:\n    print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(_ROOT)])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert "pip install 'news-monitor[embedded]'" in done.stdout
    assert done.stderr == ""


def test_it_dies_with_its_parent() -> None:
    """When the process that started it is killed, the broker is gone within seconds."""
    code = (
        "import time; from agents.embedded import EmbeddedBroker;"
        "print(EmbeddedBroker([]).start().address, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=_ROOT
    ) as parent:
        assert parent.stdout is not None
        address = parent.stdout.readline().strip()
        assert _answers(address)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + _DEATH_SECONDS
    while _answers(address):
        assert time.monotonic() < deadline, "the broker outlived its parent"
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_the_command_prints_its_address_and_ends_cleanly(number: signal.Signals) -> None:
    """`news-monitor broker` answers at the address it prints, and ends with 0 when told to."""
    command = [sys.executable, "-m", "monitor", "broker", "--port", "0", "--topic", "another"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=_ROOT
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert _answers(address)
        process.send_signal(number)
        _, remarks = process.communicate(timeout=_DEATH_SECONDS)
    assert process.returncode == 0
    assert "another" in remarks
    assert "Traceback" not in remarks
    assert not _answers(address)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_it_ends_cleanly_while_a_client_is_connected(number: signal.Signals) -> None:
    """On a port of one's own, where connections are passed on: no traceback for each that is open."""
    port = _free_port()
    command = [sys.executable, "-m", "monitor", "broker", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=_ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == f"127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(_API_VERSIONS)
            assert client.recv(4)
            process.send_signal(number)
            _, remarks = process.communicate(timeout=_DEATH_SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in remarks
    assert "CancelledError" not in remarks


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
def test_other_clients_can_speak_to_it(broker: EmbeddedBroker) -> None:
    """Kcat, a client of librdkafka, writes and reads records."""
    base = ["kcat", "-b", broker.address, "-t", "news.articles.v1"]
    subprocess.run([*base, "-P"], input=b"an article\n", check=True, timeout=30)
    read = subprocess.run([*base, "-C", "-e", "-q"], capture_output=True, check=True, timeout=30)
    assert read.stdout == b"an article\n"
