"""Dead letters on a real Kafka: shown safely, and back where they came from, each exactly once."""

import base64
import json
import re
import struct
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.admin import create_topics
from agents.client import create_producer, running
from agents.delivery import Outgoing
from agents.letters import Selection
from agents.retry_judge import RetryRules
from agents.retry_run import RetryRun
from agents.sending import Sending
from agents.topic_reader import Record
from agents.topics import dead_letter_topic
from monitor.domain import DeadLetter, LetterPlace, MarkKind, Origin, RetryMark, Stage
from monitor.errors import Reason
from monitor.settings import Settings
from monitor.wire import dead_letter_v1
from tests.command_line import CommandLine, environment_of
from tests.integration.deployment import Deployment, article
from tests.real_kafka import KafkaCluster, read_to_end
from tests.real_kafka.factory import TopicMaker

NOW = datetime.now(UTC).replace(microsecond=0)
OWN = (("traceparent", b"\x00\xff"), ("a", b"1"), ("a", b"2"))

Header = tuple[str, bytes | None]


@pytest.fixture
async def settings(kafka: KafkaCluster, unique_prefix: str) -> Settings:
    """Topics of a test's own, made."""
    made = Settings.model_validate(
        {
            "broker": kafka.bootstrap,
            "article_topics": f"{unique_prefix}.articles",
            "signals_topic": f"{unique_prefix}.signals",
            "stories_topic": f"{unique_prefix}.stories",
            "alerts_topic": f"{unique_prefix}.alerts",
            "retries_topic": f"{unique_prefix}.retries",
            "canary_topic": f"{unique_prefix}.canary",
            "article_partitions": 3,
        }
    )
    await create_topics(made)
    return made


@pytest.fixture
def run(settings: Settings) -> CommandLine:
    """Run commands with these topics."""
    return CommandLine(environment_of(settings))


def _letter(settings: Settings, number: int, **changes: object) -> DeadLetter:
    origin = Origin(
        topic=settings.article_topics[0], partition=number % 3, offset=number, timestamp=NOW
    )
    letter = DeadLetter(
        key=b"key-%d" % number,
        value=b'{"broken": %d' % number,
        headers=OWN,
        origin=origin,
        reason=Reason.NOT_JSON,
        stage=Stage.DECODE,
        exception="InvalidRecord",
        message="article record starts like a JSON object but is none",
    )
    return replace(letter, **changes)  # type: ignore[arg-type]


async def _put(settings: Settings, letters: Sequence[DeadLetter]) -> None:
    """Write letters as a worker does."""
    topic = dead_letter_topic(settings.article_topics[0])
    async with Sending(settings, topic) as sending:
        records = [
            Outgoing(topic=topic, key=key, value=value, headers=tuple(headers))
            for key, value, headers in map(dead_letter_v1.encode, letters)
        ]
        assert await sending.send(records) == ()


async def _put_foreign(
    settings: Settings, topic: str, headers: Sequence[Header], *, key: bytes | None = b"k"
) -> None:
    async with running(create_producer(settings), settings) as producer:
        await producer.send_and_wait(topic, key=key, value=b"\x00avro", headers=list(headers))


async def _sent(kafka: KafkaCluster, settings: Settings) -> list[Record]:
    return await read_to_end(kafka, settings.article_topics[0])


def _content(record: Record) -> tuple[object, ...]:
    own = tuple(header for header in record.headers if not header[0].startswith("news-monitor-"))
    return record.key, record.value, record.partition, record.timestamp, own


async def test_letters_go_back_as_they_were_and_only_once(
    kafka: KafkaCluster, settings: Settings, run: CommandLine
) -> None:
    """Bytes, key, headers, partition and time are the record's; a second run sends nothing."""
    tombstone = _letter(settings, 7, value=None, reason=Reason.NULL_VALUE)
    letters = [*(_letter(settings, number) for number in range(7)), tombstone]
    await _put(settings, letters)

    looked = run("dead-letters", "retry", "--all", "--dry-run")
    assert looked.returncode == 0, looked.stderr
    assert "would send 7 to" in looked.stdout
    assert await _sent(kafka, settings) == []

    done = run("dead-letters", "retry", "--reason", "not-json", "--yes")
    again = run("dead-letters", "retry", "--all", "--yes")
    never = run("dead-letters", "retry", "--all", "--yes")

    assert done.returncode == again.returncode == never.returncode == 0, done.stderr
    assert "sent 7 letters back" in done.stdout
    assert "sent 1 letter back" in again.stdout
    assert "leaves 7: was sent back before" in again.stdout
    assert "nothing was sent" in never.stdout
    sent = await _sent(kafka, settings)
    assert sorted(map(_content, sent), key=repr) == sorted(
        (
            (one.key, one.value, one.origin.partition, int(NOW.timestamp() * 1000), OWN)
            for one in letters
        ),
        key=repr,
    )
    assert {dict(record.headers)["news-monitor-retry-attempt"] for record in sent} == {b"1"}
    assert "0 letters" in run("dead-letters", "list").stderr
    assert run("dead-letters", "list", "--any-state").stdout.count("retried") == 8


async def test_a_letter_is_asked_for_by_name_and_never_unasked(
    kafka: KafkaCluster, settings: Settings, run: CommandLine
) -> None:
    """Without a choice, without anybody to ask, with a wrong name: nothing happens."""
    await _put(settings, [_letter(settings, number) for number in range(3)])
    listed = run("dead-letters", "list", "--format", "jsonl").stdout.splitlines()
    name = json.loads(listed[1])["letter"]

    assert run("dead-letters", "retry", "--yes").returncode == 2
    assert run("dead-letters", "retry", name).returncode == 2
    assert run("dead-letters", "retry", "news/1", "--yes").returncode == 2
    assert run("dead-letters", "retry", "no.such.topic/0/0", "--yes").returncode == 1
    assert await _sent(kafka, settings) == []

    assert run("dead-letters", "retry", name, "--yes").returncode == 0
    (sent,) = await _sent(kafka, settings)
    assert base64.b64encode(sent.value or b"").decode() == json.loads(listed[1])["value"]


async def test_nothing_is_lost_or_doubled_by_kill_9(
    kafka: KafkaCluster, settings: Settings, run: CommandLine
) -> None:
    """Killed three times in the middle and started again, every letter has arrived exactly once."""
    await _put(settings, [_letter(settings, number) for number in range(600)])
    for goal in (100, 250, 400):
        process = run.start("dead-letters", "retry", "--all", "--yes", "--rate", "150")
        try:
            deadline = time.monotonic() + 90
            while len(await _sent(kafka, settings)) < goal and process.poll() is None:
                assert time.monotonic() < deadline, process.stderr
        finally:
            process.kill()
            process.communicate()
    last = run("dead-letters", "retry", "--all", "--yes", "--rate", "1000")

    assert last.returncode == 0, last.stderr
    arrived = Counter(record.key for record in await _sent(kafka, settings))
    assert arrived == {b"key-%d" % number: 1 for number in range(600)}
    assert "found twice" not in last.stderr
    assert "0 letters" in run("dead-letters", "list").stderr


async def test_a_run_that_dies_between_two_steps_is_made_good(
    kafka: KafkaCluster, settings: Settings, run: CommandLine
) -> None:
    """Claimed and not sent: sent now. Claimed and sent, not marked: marked, not sent again."""
    await _put(settings, [_letter(settings, 0), _letter(settings, 1)])
    topic = settings.article_topics[0]
    selection = Selection(topics=(dead_letter_topic(topic),))
    listed = run("dead-letters", "list", "--format", "jsonl").stdout.splitlines()
    stored = await read_to_end(kafka, selection.topics[0])
    places = {
        record.key: LetterPlace(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            timestamp_ms=record.timestamp,
        )
        for record in stored
    }
    assert len(listed) == len(places) == 2
    async with RetryRun(settings, RetryRules(run="dead")) as dead:
        await dead.marks.write(
            RetryMark(
                letter=place,
                run="dead",
                kind=MarkKind.CLAIMED,
                attempt=1,
                topic=topic,
                partition=int(key[-1:] or b"0"),
            )
            for key, place in places.items()
            if key
        )
    async with Sending(settings, topic) as sending:
        headers = (
            ("news-monitor-retry-attempt", b"1"),
            ("news-monitor-retry-of", places[b"key-1"].exact.encode()),
        )
        await sending.send(
            [Outgoing(topic=topic, key=b"key-1", value=b"sent", headers=headers, partition=1)]
        )

    done = run("dead-letters", "retry", "--all", "--yes")

    assert done.returncode == 0, done.stderr
    assert "waiting" in done.stderr
    assert "1 of a run that was broken off had arrived" in done.stdout
    assert "sent 1 letter back" in done.stdout
    arrived = Counter(record.key for record in await _sent(kafka, settings))
    assert arrived == {b"key-0": 1, b"key-1": 1}


async def test_two_runs_at_once_send_each_letter_once(
    kafka: KafkaCluster, settings: Settings, run: CommandLine
) -> None:
    """Whoever claims a letter first sends it; the other run leaves it."""
    await _put(settings, [_letter(settings, number) for number in range(300)])
    words = ("dead-letters", "retry", "--all", "--yes", "--rate", "200")
    processes = [run.start(*words), run.start(*words)]
    for process in processes:
        process.communicate(timeout=90)

    last = run("dead-letters", "retry", "--all", "--yes")
    assert last.returncode == 0, last.stderr
    arrived = Counter(record.key for record in await _sent(kafka, settings))
    assert arrived == {b"key-%d" % number: 1 for number in range(300)}


async def test_letters_of_others_go_back_when_their_topic_is_named(
    kafka: KafkaCluster, settings: Settings, run: CommandLine, new_topic: TopicMaker
) -> None:
    """Kafka Connect's and Spring's headers lead back; without headers, --to says where."""
    orders = await new_topic("orders", partitions=4)
    queue = await new_topic("queue")
    connect = [
        ("__connect.errors.topic", orders.encode()),
        ("__connect.errors.partition", b"2"),
        ("__connect.errors.offset", b"11"),
        ("__connect.errors.exception.class.name", b"org.example.DataException"),
        ("__connect.errors.exception.message", None),
    ]
    spring = [
        ("kafka_dlt-original-topic", orders.encode()),
        ("kafka_dlt-original-partition", struct.pack(">i", 3)),
        ("kafka_dlt-original-offset", struct.pack(">q", 12)),
        ("kafka_dlt-original-timestamp", struct.pack(">q", int(NOW.timestamp() * 1000))),
        ("kafka_dlt-exception-fqcn", b"java.lang.IllegalStateException"),
    ]
    own: list[Header] = [("own", None)]
    await _put_foreign(settings, queue, [*own, *connect])
    await _put_foreign(settings, queue, [*own, *spring])
    await _put_foreign(settings, queue, own, key=None)

    refused = run("dead-letters", "retry", "--topic", queue, "--all", "--dry-run")
    named = run("dead-letters", "retry", "--topic", queue, "--source", orders, "--yes")
    unnamed = run("dead-letters", "retry", "--topic", queue, "--all", "--to", orders, "--yes")

    assert "leaves 2: names a topic that this is not the dead-letter topic of" in refused.stdout
    assert "leaves 1: does not say where it came from" in refused.stdout
    assert "sent 2 letters back" in named.stdout, named.stderr
    assert "sent 1 letter back" in unnamed.stdout, unnamed.stderr
    sent = await read_to_end(kafka, orders)
    assert {record.partition for record in sent} >= {2, 3}
    assert [record.value for record in sent] == [b"\x00avro"] * 3
    for record in sent:
        assert record.headers[0] == ("own", None)
        assert len(record.headers) == 3


async def test_what_always_dies_goes_round_only_so_often(
    kafka: KafkaCluster, settings: Settings, run: CommandLine
) -> None:
    """Attempts are counted through deaths, and a cut letter is never sent."""
    tired = (*OWN, ("news-monitor-retry-attempt", b"3"))
    await _put(settings, [_letter(settings, 0, headers=tired)])
    topic = dead_letter_topic(settings.article_topics[0])
    key, value, headers = dead_letter_v1.encode(_letter(settings, 1))
    async with Sending(settings, topic) as sending:
        cut = (*headers, (dead_letter_v1.CUT_HEADER, b"9000000"))
        await sending.send([Outgoing(topic=topic, key=key, value=value, headers=cut)])

    done = run("dead-letters", "retry", "--all", "--yes")
    more = run("dead-letters", "retry", "--all", "--yes", "--max-attempts", "4")

    assert "leaves 1: died again after each of --max-attempts" in done.stdout
    assert "leaves 1: holds only the beginning" in done.stdout
    assert "sent 1 letter back" in more.stdout, more.stderr
    (sent,) = await _sent(kafka, settings)
    assert dict(sent.headers)["news-monitor-retry-attempt"] == b"4"


async def test_discarded_letters_stay_discarded(
    kafka: KafkaCluster, settings: Settings, run: CommandLine
) -> None:
    """A discarded letter is not sent until somebody asks for it again."""
    await _put(settings, [_letter(settings, number) for number in range(2)])

    discarded = run("dead-letters", "discard", "--all", "--yes")
    kept = run("dead-letters", "retry", "--all", "--yes")
    again = run("dead-letters", "retry", "--all", "--again", "--yes")

    assert "discarded 2 letters" in discarded.stdout, discarded.stderr
    assert "leaves 2: was discarded" in kept.stdout
    assert "sent 2 letters back" in again.stdout, again.stderr
    assert len(await _sent(kafka, settings)) == 2


async def test_no_byte_of_a_letter_reaches_the_terminal(
    settings: Settings, run: CommandLine
) -> None:
    """What could steer a terminal is shown as numbers; `raw` gives the bytes to a file."""
    hostile = b'{"text": "\x1b]0;owned\x07\x1b[2J\xc2\x9b31m" oops'
    letter = _letter(
        settings,
        0,
        key=b"\x1b[31mkey",
        value=hostile,
        headers=(("h\x1b[1m\u202e", b"\x1b[5m"),),
        message="no \x1b[2J good \x9b1m",
    )
    await _put(settings, [letter])
    name = json.loads(run("dead-letters", "list", "--format", "jsonl").stdout)["letter"]

    for words in (("list",), ("show", name), ("show", name, "--format", "json")):
        shown = run("dead-letters", *words)
        assert shown.returncode == 0, shown.stderr
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", shown.stdout)
    text = run("dead-letters", "show", name).stdout
    assert f"^^ byte {hostile.index(0x1B)}" in text
    assert "\\x1b[31mkey" in text
    assert run("dead-letters", "show", name, "--format", "raw").stdout.encode() == hostile


async def test_a_worker_reads_what_was_sent_back_once_the_cause_is_mended(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> None:
    """Sent back too early it dies again and says so; sent back after the cure it raises its alert."""
    deployment = Deployment(kafka, f"{unique_prefix}-w", tmp_path, max_text_chars=1000)
    run = CommandLine(environment_of(deployment.settings))
    try:
        await deployment.create()
        worker = await deployment.start().wait_ready()
        await deployment.publish([article(1, "strike Atlantis Borduria" + " " * 2000)])
        await deployment.done()
        assert run("dead-letters", "retry", "--all", "--yes").returncode == 0
        await deployment.done()
        (died_again,) = run("dead-letters", "list", "--format", "jsonl").stdout.splitlines()
        assert json.loads(died_again)["attempts"] == 1
        worker.terminate()
        assert await worker.wait_end() == 0

        await deployment.start(max_text_chars=100_000).wait_ready()
        assert run("dead-letters", "retry", "--all", "--yes").returncode == 0
        await deployment.done()

        assert len(await deployment.newest_alerts()) == 1
        assert "0 letters" in run("dead-letters", "list").stderr
    finally:
        deployment.close()
