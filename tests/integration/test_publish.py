"""Publishing to a real Kafka: everything arrives once, or is refused with a reason."""

import json
import time
from pathlib import Path

import pytest

from monitor.settings import Settings
from monitor.wording import counted
from tests.command_line import CommandLine, environment_of
from tests.real_kafka import KafkaCluster, read_to_end
from tests.real_kafka.factory import ClusterFactory, TopicMaker


def _command(cluster: KafkaCluster, **changes: object) -> CommandLine:
    settings = Settings.model_validate({"broker": cluster.bootstrap, **changes})
    return CommandLine(environment_of(settings))


def _articles(count: int) -> list[bytes]:
    return [
        json.dumps({"id": f"a-{number}", "text": f"Article {number}. " * 20}).encode()
        for number in range(count)
    ]


async def test_many_records_arrive_once(
    kafka: KafkaCluster, new_topic: TopicMaker, tmp_path: Path
) -> None:
    """20,000 lines of a file are 20,000 records: none missing, none twice, in order per key."""
    topic = await new_topic(partitions=4)
    lines = _articles(20_000)
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(lines))

    done = _command(kafka)("publish", str(file), "--topic", topic)

    assert done.returncode == 0, done.stderr
    assert "published 20,000 records" in done.stdout
    records = await read_to_end(kafka, topic)
    assert sorted(record.value or b"" for record in records) == sorted(lines)
    assert {record.key for record in records} == {f"a-{n}".encode() for n in range(20_000)}


async def test_what_is_too_large_is_refused_alone(
    kafka: KafkaCluster, new_topic: TopicMaker, tmp_path: Path
) -> None:
    """Records over our limit or over the topic's are told line by line; all others arrive."""
    topic = await new_topic(config={"max.message.bytes": "70000"})
    file = tmp_path / "articles.jsonl"
    # What no codec can shrink: the topic's limit counts packed bytes.
    noise = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(60_000))
    over_topic = json.dumps({"id": "noise", "text": noise}, ensure_ascii=False).encode()
    over_ours = json.dumps({"id": "vast", "text": "a" * 300_000}).encode()
    lines = [*_articles(500), over_topic, *_articles(500), over_ours, *_articles(500)]
    file.write_bytes(b"\n".join(lines))

    done = _command(kafka, max_record_bytes=250_000)("publish", str(file), "--topic", topic)

    assert done.returncode == 1
    assert f"refused: {file}:501: " in done.stderr
    assert "larger than the topic's max.message.bytes" in done.stderr
    assert f"refused: {file}:1002: " in done.stderr
    assert "max_record_bytes" in done.stderr
    assert "published 1,500 records" in done.stdout
    assert "refused 2" in done.stdout
    assert len(await read_to_end(kafka, topic)) == 1500


@pytest.mark.parametrize("codec", ["gzip", "lz4", "snappy", "zstd"])
async def test_every_codec_is_read(
    codec: str, kafka: KafkaCluster, new_topic: TopicMaker, tmp_path: Path
) -> None:
    """Whatever codec a topic's records are packed with, a replay reads them."""
    source = await new_topic("source", config={"compression.type": codec})
    target = await new_topic("target")
    run = _command(kafka)
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(_articles(50)))
    assert run("publish", str(file), "--topic", source).returncode == 0

    done = run("replay", "--from", source, "--to", target)

    assert done.returncode == 0, done.stderr
    assert len(await read_to_end(kafka, target)) == 50


def test_a_broker_that_goes_away_is_said(kafka_factory: ClusterFactory) -> None:
    """When the broker dies in the middle, the command says how much arrived, and exits with 1."""
    cluster = kafka_factory()
    run = _command(cluster)
    assert run("topics", "create").returncode == 0
    with run.start("publish", "--layout", "lines", "-") as process:
        assert process.stdin is not None
        process.stdin.write("First.\n")
        process.stdin.flush()
        _wait_for_records(run, 1)
        cluster.kill_broker(cluster.broker_ids[0])
        process.stdin.write("Second.\n")
        process.stdin.flush()
        output, remarks = process.communicate(timeout=80)

    assert process.returncode == 1, output
    assert "at least 1 were delivered" in remarks
    assert "Check the broker" in remarks
    assert "Traceback" not in remarks


def _wait_for_records(run: CommandLine, count: int) -> None:
    """Wait until the article topic holds so many records, with a command of ours."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        plan = run(
            "replay",
            "--from",
            "news.articles.v1",
            "--to",
            "news.alerts.v1",
            "--into-live",
            "--dry-run",
        )
        if f"would send {counted(count, 'record')} " in plan.stdout:
            return
    pytest.fail(f"never {count} records: {plan.stdout}{plan.stderr}")
