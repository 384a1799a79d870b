"""Replaying on a real Kafka: the same records, in the same order, at the pace asked for."""

import random
import re
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import ConsumerRecord

from agents.client import create_producer, running
from monitor.archive import open_archive
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


async def _fill(
    kafka: KafkaCluster, topic: str, count: int, *, partitions: int, step_ms: int = 1000
) -> None:
    """Send records a step of time apart, in turn to all partitions; some have no value."""
    settings = Settings.model_validate({"broker": kafka.bootstrap})
    async with running(create_producer(settings, linger_ms=5), settings) as producer:
        for number in range(count):
            await producer.send(
                topic,
                key=b"key-%d" % number,
                value=None if number % 10 == 9 else b"value %d" % number,
                partition=number % partitions,
                timestamp_ms=BEGIN_MS + number * step_ms,
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
    assert "has 1 partition," in done.stderr
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
        (("--partition", "1"), range(1, 200, 2)),
        (("--key", "key-7", "--key", "key-150"), [7, 150]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_a_stretch_is_what_was_asked_for(
    words: tuple[str, ...],
    expected: Sequence[int],
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
    """Forty seconds of records at eight times their pace reach the broker within five seconds.

    Margins are wide: only a pace that is not kept, or kept by another factor, is to fail here.
    """
    source = await new_topic("source", partitions=2)
    arrivals = {"message.timestamp.type": "LogAppendTime"}
    target = await new_topic("target", partitions=2, config=arrivals)
    await _fill(kafka, source, 41, partitions=2)

    assert run("replay", "--from", source, "--to", target, "--speed", "8").returncode == 0

    arrived = [record.timestamp for record in await read_to_end(kafka, target)]
    assert len(arrived) == 41
    assert 3_000 < max(arrived) - min(arrived) < 20_000


async def test_a_dry_run_sends_nothing(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """A dry run says what would be sent, creates no topic, and sends nothing."""
    source = await new_topic("source", partitions=2)
    await _fill(kafka, source, 20, partitions=2)

    done = run("replay", "--from", source, "--to", f"{source}.copy", "--create", "--dry-run")

    assert done.returncode == 0
    assert "would send 20 records" in done.stdout
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


async def _until_some_arrived(kafka: KafkaCluster, topic: str) -> int:
    for _ in range(100):
        if count := len(await read_to_end(kafka, topic)):
            return count
        time.sleep(0.1)  # noqa: ASYNC251  nothing else runs here
    return 0


@pytest.mark.parametrize(
    "end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda end: end.name
)
async def test_an_interrupted_replay_goes_on(
    end: signal.Signals,
    kafka: KafkaCluster,
    new_topic: TopicMaker,
    run: CommandLine,
    tmp_path: Path,
) -> None:
    """Killed or stopped, run again with its checkpoint: no record is missing, none is there twice."""
    source = await new_topic("source", partitions=3)
    target = await new_topic("target", partitions=3)
    await _fill(kafka, source, 900, partitions=3)
    words = ("replay", "--from", source, "--to", target, "--checkpoint", str(tmp_path / "state"))

    running = run.start(*words, "--rate", "300")
    assert await _until_some_arrived(kafka, target)
    running.send_signal(end)
    _, said = running.communicate(timeout=30)
    before = len(await read_to_end(kafka, target))
    again = run(*words)
    finished = run(*words)

    assert 0 < before < 900
    if end is not signal.SIGKILL:
        assert running.returncode == 130
        assert "same --checkpoint" in said
    assert again.returncode == 0, again.stderr
    assert "replayed 900 records" in again.stdout
    assert "is finished" in finished.stdout
    copies = await read_to_end(kafka, target)
    originals = await read_to_end(kafka, source)
    assert [_content(record) for record in copies] == [_content(record) for record in originals]
    assert len({dict(record.headers)["news-monitor-replay-id"] for record in copies}) == 1


async def test_a_long_gap_is_told_and_can_be_ended(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """Records hours apart, at their own pace: the run says when the next one comes, and heeds Ctrl-C."""
    source = await new_topic("source", partitions=1)
    target = await new_topic("target", partitions=1)
    await _fill(kafka, source, 3, partitions=1, step_ms=1_800_000)

    running = run.start("replay", "--from", source, "--to", target, "--speed", "1")
    assert running.stderr is not None
    told = running.stderr.readline()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=30)

    due = re.search(r"the next one at (.+) UTC \(--max-gap shortens gaps\)", told)
    assert due is not None, told
    expected = datetime.now(UTC) + timedelta(minutes=30)
    assert abs(datetime.fromisoformat(f"{due[1]}Z") - expected) < timedelta(minutes=2)
    assert running.returncode == 130
    assert len(await read_to_end(kafka, target)) == 1


async def test_a_rate_and_a_longest_gap_are_kept(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """An hour of records with gaps of a second and at most 10 ms each, or 200 a second, is short."""
    source = await new_topic("source", partitions=2)
    target = await new_topic("target", partitions=2)
    await _fill(kafka, source, 200, partitions=2)

    gaps = run("replay", "--from", source, "--to", target, "--speed", "1", "--max-gap", "0.01")
    rate = run("replay", "--from", source, "--to", target, "--rate", "200")

    assert (gaps.returncode, rate.returncode) == (0, 0)
    assert len(await read_to_end(kafka, target)) == 400


async def test_times_can_be_those_of_sending(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """With --timestamps now every record has the time of its sending; its mark has the first one."""
    source = await new_topic("source")
    target = await new_topic("target")
    await _fill(kafka, source, 20, partitions=1)
    began = int(time.time() * 1000)

    assert run("replay", "--from", source, "--to", target, "--timestamps", "now").returncode == 0

    for number, record in enumerate(await read_to_end(kafka, target)):
        assert began - 1000 <= record.timestamp <= time.time() * 1000 + 1000
        first = dict(record.headers)["news-monitor-replay-source-timestamp"]
        assert int(first) == BEGIN_MS + number * 1000


async def test_many_records_need_a_yes(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine
) -> None:
    """More records than replay_confirm_records are not sent unless somebody says yes."""
    source = await new_topic("source")
    target = await new_topic("target")
    await _fill(kafka, source, 20, partitions=1)
    words = ("replay", "--from", source, "--to", target, "--replay-confirm-records", "19")

    refused = run(*words)
    assert refused.returncode == 1
    assert "say --yes" in refused.stderr
    assert await read_to_end(kafka, target) == []
    assert run(*words, "--yes").returncode == 0


async def test_an_archive_is_exact_and_comes_back(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine, tmp_path: Path
) -> None:
    """A topic saved and restored is the same topic: keys, values, headers, times, partitions."""
    source = await new_topic("source", partitions=3)
    target = await new_topic("target", partitions=3)
    await _fill(kafka, source, 600, partitions=3)
    settings = Settings.model_validate({"broker": kafka.bootstrap})
    async with running(create_producer(settings), settings) as producer:
        await producer.send_and_wait(source, b"\xff", key=b"\xfe", timestamp_ms=0, partition=0)
        await producer.send_and_wait(source, key=b"", headers=[("n", None)], partition=1)
    file = str(tmp_path / "a.jsonl.zst")

    saved = run("archive", "save", source, file)
    restored = run("archive", "restore", file, target)
    shown = run("archive", "show", file)

    assert saved.returncode == 0, saved.stderr
    assert restored.returncode == 0, restored.stderr
    assert "records     602" in shown.stdout
    before = await read_to_end(kafka, source)
    after = await read_to_end(kafka, target)
    for old, new in zip(before, after, strict=True):
        assert (new.partition, _content(new)) == (old.partition, _content(old))
        assert new.headers == old.headers


async def test_a_killed_archive_goes_on(
    kafka: KafkaCluster, new_topic: TopicMaker, run: CommandLine, tmp_path: Path
) -> None:
    """Killed while it grows, an archive is finished by the same command: all records, each once."""
    source = await new_topic("source", partitions=2)
    await _fill(kafka, source, 60_000, partitions=2, step_ms=10)
    file = tmp_path / "a.jsonl.zst"

    running = run.start("archive", "save", source, str(file))
    part = tmp_path / "a.jsonl.zst.part"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (part.exists() and part.stat().st_size > 1000):
        time.sleep(0.01)  # noqa: ASYNC251  nothing else runs here
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=30)
    assert part.exists(), "killed before it was whole"
    done = run("archive", "save", source, str(file))

    assert done.returncode == 0, done.stderr
    places = [(record.partition, record.offset) for record in open_archive(file).records()]
    assert sorted(places) == [(each, number) for each in (0, 1) for number in range(30_000)]
