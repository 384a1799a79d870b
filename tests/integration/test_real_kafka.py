"""The fixtures themselves: what the other tests here believe about the broker they are given."""

import functools
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, TopicAlreadyExistsError
from aiokafka.helpers import create_ssl_context

from tests.real_kafka import (
    KafkaCluster,
    KafkaStartError,
    KafkaUnavailableError,
    Security,
    create_topic,
    jars,
    read_to_end,
)
from tests.real_kafka.factory import ClusterFactory, TopicMaker
from tests.real_kafka.ports import LOOPBACK, PortReservation

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 30.0


async def send(cluster: KafkaCluster, topic: str, values: list[bytes], **options: Any) -> None:
    """Write values to a topic and wait until the cluster has them."""
    producer = AIOKafkaProducer(**cluster.client_options() | {"acks": "all"} | options)
    await producer.start()
    try:
        for value in values:
            await producer.send(topic, value, key=value)
        await producer.flush()
    finally:
        await producer.stop()


async def values_of(cluster: KafkaCluster, topic: str) -> list[bytes | None]:
    """Read the values of a topic."""
    return [record.value for record in await read_to_end(cluster, topic)]


def numbered(count: int) -> list[bytes]:
    """Make values that differ and compress well."""
    return [f"{number:06d} {'article ' * 20}".encode() for number in range(count)]


def wait_until(condition: Callable[[], bool]) -> bool:
    """Say whether a condition came true within the time that tests wait."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_gone(pid: int) -> bool:
    """Say whether a process has ended, reaped or not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def test_every_test_here_is_marked(request: pytest.FixtureRequest) -> None:
    """A test in this folder carries the marker kafka without asking for it."""
    assert request.node.get_closest_marker("kafka") is not None


async def test_a_topic_has_the_partitions_and_settings_it_was_given(
    kafka: KafkaCluster, new_topic: TopicMaker
) -> None:
    """A new topic can be used at once, and records are spread over its partitions."""
    topic = await new_topic("articles", partitions=4, config={"cleanup.policy": "compact"})

    await send(kafka, topic, numbered(100))

    records = await read_to_end(kafka, topic)
    assert {record.partition for record in records} == {0, 1, 2, 3}
    assert sorted(record.value or b"" for record in records) == numbered(100)


async def test_a_topic_that_exists_is_not_made_again(new_topic: TopicMaker) -> None:
    """A topic that is there already is an error, not a silent success."""
    await new_topic("articles")

    with pytest.raises(TopicAlreadyExistsError):
        await new_topic("articles")


async def test_an_empty_topic_reads_as_no_records(
    kafka: KafkaCluster, new_topic: TopicMaker
) -> None:
    """Reading to the end returns when there is nothing to read."""
    assert await read_to_end(kafka, await new_topic(partitions=3)) == []


async def test_a_missing_topic_is_not_made_by_asking_for_it(kafka: KafkaCluster) -> None:
    """The broker makes no topic by itself."""
    for _ in range(2):
        with pytest.raises(Exception, match="UnknownTopicOrPartition"):
            await read_to_end(kafka, "nobody-made-this")


@pytest.mark.parametrize("codec", [None, "gzip", "lz4", "snappy", "zstd"])
async def test_records_of_every_codec_come_back(
    kafka: KafkaCluster, new_topic: TopicMaker, codec: str | None
) -> None:
    """What one client compressed with any codec another client reads."""
    topic = await new_topic(partitions=2)

    await send(kafka, topic, numbered(500), compression_type=codec)

    assert sorted(value or b"" for value in await values_of(kafka, topic)) == numbered(500)


async def test_reading_to_the_end_passes_the_markers_of_transactions(
    kafka: KafkaCluster, new_topic: TopicMaker, unique_prefix: str
) -> None:
    """An end that is no record but the end of a transaction is reached as well."""
    topic = await new_topic()
    producer = AIOKafkaProducer(**kafka.client_options(), transactional_id=unique_prefix)
    await producer.start()
    try:
        async with producer.transaction():
            await producer.send(topic, b"in a transaction")
    finally:
        await producer.stop()

    assert await values_of(kafka, topic) == [b"in a transaction"]


async def test_a_group_starts_without_the_rebalance_delay(kafka: KafkaCluster) -> None:
    """No test waits the three seconds by which a broker delays its first group as it comes."""
    admin = AIOKafkaAdminClient(**kafka.client_options())
    await admin.start()
    try:
        broker = ConfigResource(ConfigResourceType.BROKER, str(kafka.broker_ids[0]))
        (answer,) = await admin.describe_configs([broker])
    finally:
        await admin.close()

    settings = {
        name: value for _, _, _, _, entries in answer.resources for name, value, *_ in entries
    }
    assert settings["group.initial.rebalance.delay.ms"] == "0"


async def test_a_killed_broker_keeps_its_records(kafka_factory: ClusterFactory) -> None:
    """The only broker dies without warning, comes back at its address, and has everything."""
    cluster = kafka_factory()
    await create_topic(cluster, "articles", partitions=2)
    await send(cluster, "articles", numbered(1000))
    address, pid = cluster.bootstrap, cluster.pid_of(1)

    cluster.kill_broker(1)
    assert is_gone(pid)
    assert cluster.running_broker_ids == ()
    # Not from this thread: a broker must outlive the one that happened to start it.
    thread = threading.Thread(target=cluster.start_broker, args=[1])
    thread.start()
    thread.join()
    cluster.wait_ready()

    assert cluster.bootstrap == address
    assert sorted(value or b"" for value in await values_of(cluster, "articles")) == numbered(1000)


async def test_three_brokers_go_on_while_one_is_down(kafka_factory: ClusterFactory) -> None:
    """Two of three take records with acks=all; the third catches up and none are lost."""
    cluster = kafka_factory(3)
    assert len(cluster.bootstrap.split(",")) == 3
    await create_topic(cluster, "articles", partitions=6)
    await send(cluster, "articles", numbered(200))

    cluster.kill_broker(2)
    await send(cluster, "articles", numbered(400)[200:])
    assert sorted(value or b"" for value in await values_of(cluster, "articles")) == numbered(400)

    cluster.start_broker(2)
    cluster.wait_ready()
    cluster.stop_broker(3)
    assert cluster.running_broker_ids == (1, 2)
    assert sorted(value or b"" for value in await values_of(cluster, "articles")) == numbered(400)


async def test_a_stopped_cluster_starts_again_with_its_records(tmp_path: Path) -> None:
    """Stop and start keep records and addresses, and a given directory outlives the cluster."""
    with KafkaCluster(directory=tmp_path / "kafka") as cluster:
        await create_topic(cluster, "articles")
        await send(cluster, "articles", [b"kept"])

        cluster.stop()
        cluster.start()

        assert await values_of(cluster, "articles") == [b"kept"]

    assert (tmp_path / "kafka" / "broker-1" / "broker.log").is_file()


async def test_overrides_reach_the_broker(kafka_factory: ClusterFactory) -> None:
    """A broker that was told to take small records only refuses a large one."""
    cluster = kafka_factory(overrides={"message.max.bytes": "1000"})
    await create_topic(cluster, "articles")

    with pytest.raises(Exception, match="MessageSizeTooLarge"):
        await send_one(cluster, "articles", b"x" * 5000)
    await send_one(cluster, "articles", b"x" * 500)


async def send_one(cluster: KafkaCluster, topic: str, value: bytes) -> None:
    """Write one value and wait for the broker's answer."""
    producer = AIOKafkaProducer(**cluster.client_options())
    await producer.start()
    try:
        await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


def test_the_error_of_a_broker_that_does_not_start_shows_its_log() -> None:
    """A setting the broker refuses stands in the error, and no file is left behind."""
    cluster = KafkaCluster(overrides={"num.network.threads": "none"})

    with pytest.raises(KafkaStartError, match=r"num\.network\.threads"), cluster:
        pass

    assert not cluster._directory.exists()


def test_a_broker_that_ends_by_itself_is_told_with_its_log(kafka_factory: ClusterFactory) -> None:
    """Waiting for a broker that died ends at once and shows the broker's last words."""
    cluster = kafka_factory()
    cluster.stop_broker(1)
    # Its port is taken while it is down, so it cannot come back.
    cluster._ports.release()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        host, _, port = cluster.bootstrap.rpartition(":")
        taken.bind((host, int(port)))
        taken.listen()
        cluster.start_broker(1)

        with pytest.raises(KafkaStartError, match=r"(?s)ended by itself.*Address already in use"):
            cluster.wait_ready()


def test_waiting_has_an_end(kafka_factory: ClusterFactory) -> None:
    """A broker that hangs is an error when the time is up."""
    cluster = kafka_factory()
    os.kill(cluster.pid_of(1), signal.SIGSTOP)

    with pytest.raises(KafkaStartError, match="not every broker was ready after 1"):
        cluster.wait_ready(timeout=1)


def test_a_reserved_port_is_given_to_nobody_else() -> None:
    """A port stays reserved until it is released, and then can be had."""
    reserved = PortReservation(free=2)
    [first, second] = reserved.ports
    assert first != second
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((LOOPBACK, first))

    reserved.release()

    with socket.socket() as other:
        other.bind((LOOPBACK, first))
        other.listen()
        with pytest.raises(OSError, match=f"port {first} on {LOOPBACK} cannot be had"):
            PortReservation(chosen=[first])


def test_a_cluster_whose_port_is_taken_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port that somebody else has is an error before anything was made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        socket.create_server((LOOPBACK, 0)) as other,
        pytest.raises(OSError, match="cannot be had"),
    ):
        KafkaCluster(client_port=other.getsockname()[1])

    assert list(tmp_path.iterdir()) == []


CHILD = """
import signal, sys, threading
from tests.real_kafka import KafkaCluster

cluster = KafkaCluster()
cluster.start()
sys.stdout.write(f"{cluster.pid_of(1)} {cluster._directory}\\n")
sys.stdout.flush()
signal.pause()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_broker_dies_with_its_parent(tmp_path: Path) -> None:
    """A test process that is killed without a chance to clean up leaves no broker running."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        pid = int(child.stdout.readline().split()[0])
        assert not is_gone(pid)

        child.kill()

    assert wait_until(functools.partial(is_gone, pid))


@pytest.mark.parametrize("security", [Security.SSL, Security.SASL_PLAINTEXT])
async def test_a_secured_cluster_takes_clients_that_meet_its_demands(
    kafka_factory: ClusterFactory, security: Security
) -> None:
    """Encryption and credentials work one without the other."""
    cluster = kafka_factory(security=security)
    await create_topic(cluster, "articles")

    await send(cluster, "articles", [b"secured"])

    assert await values_of(cluster, "articles") == [b"secured"]


async def test_sasl_over_tls_lets_in_the_right_client_only(
    kafka_factory: ClusterFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """Wrong password, wrong user, no trust in the authority, and plain text are all refused."""
    cluster = kafka_factory(security=Security.SASL_SSL)
    await create_topic(cluster, "articles")
    await send(cluster, "articles", [b"secret"])
    assert await values_of(cluster, "articles") == [b"secret"]

    caplog.set_level(logging.CRITICAL)
    wrong: list[dict[str, Any]] = [
        {"sasl_plain_password": "guessed"},
        {"sasl_plain_username": "somebody"},
        {"ssl_context": create_ssl_context()},
        {"security_protocol": "SSL"},
        {"security_protocol": "SASL_PLAINTEXT"},
        {"security_protocol": "PLAINTEXT"},
    ]
    for change in wrong:
        options = cluster.client_options() | {"request_timeout_ms": 3000} | change
        producer = AIOKafkaProducer(**options)
        with pytest.raises(KafkaConnectionError):
            await producer.start()
        await producer.stop()


def test_the_command_prints_the_address_and_ends_on_interrupt(tmp_path: Path) -> None:
    """`python -m tests.real_kafka --port P` serves at P until Ctrl-C and leaves nothing behind."""
    reserved = PortReservation(free=1)
    [port] = reserved.ports
    reserved.release()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.real_kafka", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == f"{LOOPBACK}:{port}\n"
        with socket.create_connection((LOOPBACK, port), timeout=5):
            pass

        command.send_signal(signal.SIGINT)

        assert command.wait(WAIT_SECONDS) == 0
    assert not list(tmp_path.glob("kafka-*"))


@pytest.fixture
def fresh_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache and nothing on the search path but a folder to fill."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(jars, "jars_folder", jars.jars_folder.__wrapped__)
    return programs


def program(folder: Path, name: str, script: str) -> None:
    """Write an executable shell script."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


JAVA_17 = "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2"
FETCHES = """
for argument in "$@"; do
    case $argument in -DoutputDirectory=*) folder=${argument#*=} ;; esac
done
/bin/mkdir -p "$folder" && echo jar > "$folder/kafka.jar"
"""


@pytest.mark.parametrize(
    ("programs", "reason"),
    [
        ({}, "no `java`"),
        ({"java": "echo 'java version \"1.8.0_402\"'"}, "is Java 1, and Kafka needs 17"),
        ({"java": "echo hello"}, "names no version"),
        ({"java": "echo broken; exit 3"}, "failed with status 3:\nbroken"),
        ({"java": JAVA_17}, "no `mvn`"),
        ({"java": JAVA_17, "mvn": "echo first; echo last; exit 1"}, "status 1:\nfirst\nlast"),
    ],
)
def test_the_reason_for_having_no_kafka_is_said(
    fresh_machine: Path, programs: dict[str, str], reason: str
) -> None:
    """What is missing on a machine, or went wrong while fetching, is told in words."""
    for name, script in programs.items():
        program(fresh_machine, name, script)

    told = jars.kafka_unavailable.__wrapped__()

    assert told is not None
    assert reason in told


def test_the_jars_are_fetched_once_and_only_whole(fresh_machine: Path) -> None:
    """A failed fetch leaves no folder; a whole one is kept and Maven not needed any more."""
    program(fresh_machine, "java", JAVA_17)
    program(fresh_machine, "mvn", FETCHES + "exit 1")
    with pytest.raises(KafkaUnavailableError):
        jars.jars_folder()

    program(fresh_machine, "mvn", FETCHES)
    folder = jars.jars_folder()
    (fresh_machine / "mvn").unlink()

    assert jars.jars_folder() == folder
    assert folder.name == f"kafka-{jars.kafka_version()}"
    assert [jar.name for jar in folder.iterdir()] == ["kafka.jar"]
    assert {each.name for each in folder.parent.iterdir()} == {folder.name, f"{folder.name}.lock"}
