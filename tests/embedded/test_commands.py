"""Commands against the embedded broker: what people type, and what they get."""

import gzip
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents import publish as publishing
from agents.article_files import InputRecord
from agents.client import create_consumer, create_producer, running
from agents.topic_reader import Record, merged, partitions_of, stretches
from monitor.archive import open_archive
from monitor.settings import Settings
from monitor.wire import alert_v1
from tests.command_line import CommandLine

ARTICLES = "news.articles.v1"


async def _records(settings: Settings, topic: str) -> list[Record]:
    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(consumer, await partitions_of(settings, topic))
        return [record async for record in merged(settings, parts)]


async def _send_alerts(settings: Settings) -> None:
    async with running(create_producer(settings), settings) as producer:
        for number, example in enumerate(alert_v1.EXAMPLES):
            await producer.send_and_wait(settings.alerts_topic, example, timestamp_ms=1000 + number)
        await producer.send_and_wait(settings.alerts_topic, b"no alert", timestamp_ms=5000)


async def test_publish_sends_every_line_untouched(
    run: CommandLine, settings: Settings, tmp_path: Path
) -> None:
    """JSON, plain text, broken lines and a packed file all arrive, keyed by article id."""
    lines = [b'{"id": "a-1", "text": "One."}', b"plain text", b"\xff\xfe", b'{"broken']
    (tmp_path / "first.jsonl").write_bytes(b"\n".join(lines) + b"\n\n")
    (tmp_path / "second.jsonl.gz").write_bytes(gzip.compress(b'{"id": "a-2", "text": "Two."}\n'))

    done = run("publish", str(tmp_path / "first.jsonl"), str(tmp_path / "second.jsonl.gz"))

    assert done.returncode == 0, done.stderr
    assert "published 5 records" in done.stdout
    records = await _records(settings, ARTICLES)
    assert {record.value for record in records} == {*lines, b'{"id": "a-2", "text": "Two."}'}
    keys = {record.value: record.key for record in records}
    assert keys[lines[0]] == b"a-1"
    assert keys[lines[1]]
    assert keys[lines[2]] is None
    assert keys[lines[3]] is None


async def test_publish_at_full_speed_stays_near_the_clock(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records get times in the order in which they stood, and the last is hardly ahead of now."""
    monkeypatch.setattr(publishing, "AHEAD_MS", 100)
    rows = [b"Article %d." % number for number in range(2000)]

    async def shares() -> AsyncIterator[list[InputRecord]]:
        for start in range(0, len(rows), 500):
            yield [
                InputRecord(value=row, source="-", line=1, length=len(row), position=0)
                for row in rows[start : start + 500]
            ]

    await publishing.publish(settings, shares(), topic=ARTICLES)

    ended = time.time() * 1000
    records = sorted(await _records(settings, ARTICLES), key=lambda record: record.timestamp)
    assert [record.value for record in records] == rows
    assert records[-1].timestamp <= ended + 100


async def test_publish_reads_standard_input(run: CommandLine, settings: Settings) -> None:
    """`-` is standard input: text is one article, or one per line with --layout lines."""
    text = b"First line.\nSecond line.\n"
    assert run("publish", "-", stdin=text).returncode == 0
    assert run("publish", "--layout", "lines", "-", stdin=text).returncode == 0

    values = {record.value for record in await _records(settings, ARTICLES)}
    assert values == {b"First line.", b"Second line.", text}


def test_publish_to_a_topic_that_is_not_there(run: CommandLine) -> None:
    """Nothing is created in passing: the missing topic is named, with those there are."""
    done = run("publish", "--topic", "nowhere", "-", stdin=b"text\n")

    assert done.returncode == 1
    assert "there is no topic nowhere" in done.stderr
    assert ARTICLES in done.stderr


async def test_tail_shows_text_and_json_lines(run: CommandLine, settings: Settings) -> None:
    """Every alert of the topic is shown once, oldest first; what is no alert is passed over."""
    await _send_alerts(settings)
    everything = ["--from-beginning", "--no-follow"]

    lines = run("tail", *everything, "--format", "jsonl")
    text = run("tail", *everything)

    assert lines.returncode == text.returncode == 0
    assert lines.stdout.splitlines() == [example.decode() for example in alert_v1.EXAMPLES]
    assert "passed over: news.alerts.v1" in lines.stderr
    assert "*bombed*" in text.stdout
    assert "UPDATE military-strike" in text.stdout
    assert "\x1b" not in text.stdout


async def test_tail_chooses(run: CommandLine, settings: Settings) -> None:
    """Kind, severity, count and --latest narrow what is shown; --idle-exit ends the waiting."""
    await _send_alerts(settings)

    def shown(*words: str) -> list[dict[str, object]]:
        done = run("tail", "--format", "jsonl", *words)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    begin = "--from-beginning"
    assert {each["kind"] for each in shown(begin, "--no-follow", "--kind", "threat")} == {"threat"}
    severe = shown(begin, "--no-follow", "--min-severity", "severe")
    assert {each["severity"] for each in severe} <= {"Severe", "Extreme"}
    assert severe
    assert len(shown(begin, "--count", "3")) == 3
    assert shown("--idle-exit", "0.5") == []
    latest = shown("--latest")
    assert len({str(each["alert_id"]) for each in latest}) == len(latest) == 10
    assert max(int(str(each["revision"])) for each in latest) == 3


async def test_replay_keeps_what_records_are(run: CommandLine, settings: Settings) -> None:
    """A replay gives the same keys, values, headers, timestamps and partitions, marked as such."""
    async with running(create_producer(settings), settings) as producer:
        for number in range(50):
            await producer.send_and_wait(
                ARTICLES,
                key=b"%d" % number,
                value=b"article %d" % number,
                timestamp_ms=1_700_000_000_000 + number * 1000,
                headers=[("name", b"value")],
            )

    dry = run("replay", "--from", ARTICLES, "--to", "copies", "--dry-run")
    assert dry.returncode == 0
    assert "would send 50 records" in dry.stdout
    assert await _records(settings, "copies") == []

    done = run("replay", "--from", ARTICLES, "--to", "copies")
    assert done.returncode == 0, done.stderr
    assert "replayed 50 records" in done.stdout

    before = await _records(settings, ARTICLES)
    after = await _records(settings, "copies")
    for old, new in zip(before, after, strict=True):
        assert (new.key, new.value, new.timestamp) == (old.key, old.value, old.timestamp)
        assert new.partition == old.partition
        assert new.headers[0] == ("name", b"value")
        marks = dict(new.headers)
        assert marks["news-monitor-replay-source-topic"] == ARTICLES.encode()
        assert marks["news-monitor-replay-source-partition"] == b"%d" % old.partition
        assert marks["news-monitor-replay-source-offset"] == b"%d" % old.offset
        assert marks["news-monitor-replay-id"].decode() in done.stdout


def test_replay_refuses_what_would_hurt(run: CommandLine) -> None:
    """The same topic and topics that workers read are refused; --into-live allows the latter."""
    same = run("replay", "--from", ARTICLES, "--to", ARTICLES)
    live = run("replay", "--from", "copies", "--to", ARTICLES)
    allowed = run("replay", "--from", "copies", "--to", ARTICLES, "--into-live")

    assert same.returncode == 1
    assert "into itself" in same.stderr
    assert live.returncode == 1
    assert "--into-live" in live.stderr
    assert allowed.returncode == 0, allowed.stderr


async def test_records_whose_times_are_no_times_are_replayed_and_kept(
    run: CommandLine, settings: Settings, tmp_path: Path
) -> None:
    """Microseconds where milliseconds belong: sent as they are, from the topic and an archive."""
    micros = 1_772_431_200_000_000
    async with running(create_producer(settings), settings) as producer:
        for number in range(3):
            await producer.send_and_wait(
                ARTICLES, b"News %d." % number, timestamp_ms=micros + number, partition=0
            )
    file = str(tmp_path / "a.jsonl.zst")

    saved = run("archive", "save", ARTICLES, file)
    replayed = run("replay", "--from", ARTICLES, "--to", "copies")
    again = run("replay", "--from", file, "--to", "copies")
    tried = run("backtest", "--topic", ARTICLES)

    for done in (saved, replayed, again, tried):
        assert done.returncode == 0, done.stderr
    sent = [record.timestamp - micros for record in await _records(settings, "copies")]
    assert sent == [0, 1, 2] * 2
    assert "3 records" in tried.stdout


async def test_a_table_is_made_of_what_a_killed_save_had_gathered(
    run: CommandLine, settings: Settings, tmp_path: Path
) -> None:
    """Its second step is gone on with: the topic, which may have less now, is not read again."""
    pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    file, gathered = tmp_path / "a.parquet", tmp_path / "a.parquet.jsonl.zst"
    async with running(create_producer(settings), settings) as producer:
        await producer.send_and_wait(ARTICLES, b"First.", partition=0)
        # What the first step leaves, to the byte.
        assert run("archive", "save", ARTICLES, str(gathered)).returncode == 0
        await producer.send_and_wait(ARTICLES, b"Second.", partition=0)

    other = run("archive", "save", ARTICLES, str(file), "--partition", "0")
    assert other.returncode == 1
    assert "of news.articles.v1 (all records)" in other.stderr
    assert gathered.exists()

    done = run("archive", "save", ARTICLES, str(file))
    assert done.returncode == 0, done.stderr
    assert "archived 1 " in done.stdout
    assert [record.value for record in open_archive(file).records()] == [b"First."]
    assert not gathered.exists()

    fresh = run("archive", "save", ARTICLES, str(file), "--force")
    assert "archived 2 " in fresh.stdout


async def test_an_alert_whose_time_is_no_time_does_not_end_status(
    run: CommandLine, settings: Settings
) -> None:
    """The last article of its story tells then how old it is."""
    (value, *_) = alert_v1.EXAMPLES
    async with running(create_producer(settings), settings) as producer:
        await producer.send_and_wait(
            settings.alerts_topic, value, timestamp_ms=1_772_431_200_000_000
        )

    done = run("status", "--http-port", "0")

    assert "Traceback" not in done.stderr
    assert alert_v1.decode(value).headline in done.stdout
