"""Replaying on a real Kafka: the same records, in the same order, at the pace asked for."""

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import ConsumerRecord

from agents.client import create_producer, running
from monitor.settings import Settings
from tests.command_line import CommandLine, environment_of
from tests.real_kafka import KafkaCluster, read_to_end
from tests.real_kafka.factory import TopicMaker

BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
BEGIN_MS = int(BEGIN.timestamp() * 1000)


@pytest.fixture
def run(kafka: KafkaCluster) -> CommandLine:
    """Run commands against the shared broker."""
    return CommandLine(environment_of(Settings.model_validate({"broker": kafka.bootstrap})))


async def _fill(kafka: KafkaCluster, topic: str, count: int, *, partitions: int) -> None:
    """Send records one second of their time apart, in turn to all partitions; some have no value."""
    settings = Settings.model_validate({"broker": kafka.bootstrap})
    async with running(create_producer(settings, linger_ms=5), settings) as producer:
        for number in range(count):
            await producer.send(
                topic,
                key=b"key-%d" % number,
                value=None if number % 10 == 9 else b"value %d" % number,
                partition=number % partitions,
                timestamp_ms=BEGIN_MS + number * 1000,
                headers=[("a", b"1"), ("b", b"\xff\x00"), ("a", b"2")],
            )
        await producer.flush()


def _content(record: ConsumerRecord[bytes, bytes]) -> tuple[object, ...]:
    headers = tuple(each for each in record.headers if not each[0].startswith("news-monitor-"))
    return record.key, record.value, record.timestamp, headers


async def test_everything_about_a_record_is_kept(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """Keys, values, tombstones, headers with repeats, timestamps, partitions: all the same."""
    source = await new_topic("source", partitions=3)
    target = await new_topic("target", partitions=3)
    await _fill(kafka, source, 3000, partitions=3)

    done = run("replay", "--from", source, "--to", target)

    assert done.returncode == 0, done.stderr
    assert "replayed 3,000 records" in done.stdout
    before = await read_to_end(kafka, source)
    after = await read_to_end(kafka, target)
    assert len(after) == 3000
    for old, new in zip(before, after, strict=True):
        assert _content(new) == _content(old)
        assert new.partition == old.partition
        marks = dict(new.headers)
        assert marks["news-monitor-replay-source-topic"] == source.encode()
        assert marks["news-monitor-replay-source-partition"] == b"%d" % old.partition
        assert marks["news-monitor-replay-source-offset"] == b"%d" % old.offset


async def test_partitions_are_merged_by_time(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """Into one partition, the records of all partitions come in the order of their timestamps."""
    source = await new_topic("source", partitions=4)
    target = await new_topic("target")
    await _fill(kafka, source, 2000, partitions=4)

    done = run("replay", "--from", source, "--to", target)

    assert done.returncode == 0
    assert "has 1 partitions" in done.stderr
    times = [record.timestamp for record in await read_to_end(kafka, target)]
    assert times == [BEGIN_MS + number * 1000 for number in range(2000)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--from-offset", "80"), range(160, 200)),
        (("--until-offset", "10"), range(20)),
        (("--from-offset", "10", "--until-offset", "20"), range(20, 40)),
        (("--from-time", (BEGIN + timedelta(seconds=150)).isoformat()), range(150, 200)),
        (("--until-time", (BEGIN + timedelta(seconds=50)).isoformat()), range(50)),
        (("--from-time", "2100-01-01"), range(0)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_a_stretch_is_what_was_asked_for(
    words: tuple[str, ...],
    expected: range,
    kafka: KafkaCluster,
    new_topic: TopicMaker,
    run: CommandLine,
) -> None:
    """Offsets and times cut out exactly the records between them, first included, last not."""
    source = await new_topic("source", partitions=2)
    target = await new_topic("target")
    await _fill(kafka, source, 200, partitions=2)

    done = run("replay", "--from", source, "--to", target, *words)

    assert done.returncode == 0, done.stderr
    keys = [record.key for record in await read_to_end(kafka, target)]
    assert keys == [b"key-%d" % number for number in expected]


async def test_the_pace_is_kept(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """Forty seconds of records at twenty times their pace take about two seconds."""
    source = await new_topic("source", partitions=2)
    target = await new_topic("target", partitions=2)
    await _fill(kafka, source, 41, partitions=2)
    quick = time.monotonic()
    assert run("replay", "--from", source, "--to", target).returncode == 0
    start = time.monotonic() - quick

    began = time.monotonic()
    assert run("replay", "--from", source, "--to", target, "--speed", "20").returncode == 0
    seconds = time.monotonic() - began - start

    assert 1.0 < seconds < 6.0
    assert len(await read_to_end(kafka, target)) == 82


async def test_a_dry_run_sends_nothing(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """A dry run says what would be sent, creates no topic, and sends nothing."""
    source = await new_topic("source", partitions=2)
    await _fill(kafka, source, 20, partitions=2)

    done = run("replay", "--from", source, "--to", f"{source}.copy", "--create", "--dry-run")

    assert done.returncode == 0
    assert "at most 20 records" in done.stdout
    assert f"{BEGIN:%Y-%m-%d %H:%M:%S} UTC" in done.stdout
    refused = run("replay", "--from", source, "--to", f"{source}.copy")
    assert refused.returncode == 1
    assert "--create makes it" in refused.stderr


async def test_a_target_can_be_made(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """--create makes a target with the source's partitions that keeps old records."""
    source = await new_topic("source", partitions=2)
    await _fill(kafka, source, 20, partitions=2)

    done = run("replay", "--from", source, "--to", f"{source}.copy", "--create")

    assert done.returncode == 0, done.stderr
    after = await read_to_end(kafka, f"{source}.copy")
    assert {record.partition for record in after} == {0, 1}
    assert len(after) == 20


async def test_a_target_that_forgets_is_warned_of(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """Kept timestamps older than the target's retention are warned of before anything is sent."""
    source = await new_topic("source")
    target = await new_topic("target", config={"retention.ms": "600000"})
    await _fill(kafka, source, 5, partitions=1)

    done = run("replay", "--from", source, "--to", target, "--dry-run")

    assert done.returncode == 0
    assert "deletes what is older than 0:10:00" in done.stderr


async def test_a_second_replay_replaces_the_marks(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """A record that is replayed twice carries the marks of the second run only."""
    first, second, third = [await new_topic(name) for name in ("first", "second", "third")]
    await _fill(kafka, first, 5, partitions=1)
    assert run("replay", "--from", first, "--to", second).returncode == 0
    assert run("replay", "--from", second, "--to", third).returncode == 0

    for record in await read_to_end(kafka, third):
        sources = [value for name, value in record.headers if name.endswith("source-topic")]
        assert sources == [second.encode()]


async def test_a_target_that_refuses_a_record_ends_the_replay(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """A record too large for the target is an error: a replay with gaps would be no replay."""
    source = await new_topic("source")
    target = await new_topic("target", config={"max.message.bytes": "1000"})
    settings = Settings.model_validate({"broker": kafka.bootstrap})
    noise = random.Random(1).randbytes(50_000)
    async with running(create_producer(settings), settings) as producer:
        await producer.send_and_wait(source, noise)

    done = run("replay", "--from", source, "--to", target)

    assert done.returncode == 1
    assert "does not take the next one" in done.stderr
    assert "max.message.bytes" in done.stderr
