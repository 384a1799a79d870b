"""What cannot be read becomes a dead letter with its reason; the rest goes on."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.errors import Reason
from tests.integration.deployment import Article, Deployment, article
from tests.real_kafka import KafkaCluster

POISON: dict[str, tuple[Article, Reason]] = {
    "null value": ((b"k", None), Reason.NULL_VALUE),
    "null key and null value": ((None, None), Reason.NULL_VALUE),
    "not UTF-8": ((b"k", b"\xff\xfe{}"), Reason.NOT_UTF8),
    "not JSON": ((b"k", b'{"text": "cut'), Reason.NOT_JSON),
    "no text": ((b"k", b'{"id": "1"}'), Reason.NO_TEXT),
    "empty": ((None, b""), Reason.NO_TEXT),
    "blank text": ((b"k", b'{"text": " \\n "}'), Reason.NO_TEXT),
    "wrong type": ((b"k", b'{"text": 5}'), Reason.WRONG_TYPE),
    "unknown version": (
        (b"k", b'{"schema": "news-monitor/article/9", "text": "a"}'),
        Reason.UNKNOWN_VERSION,
    ),
    "too long": ((b"k", b"x" * 100_001), Reason.TOO_LONG),
    "our defect": ((b"k", b"raise"), Reason.ANALYSIS_FAILED),
    "ends the process": ((b"k", b"crash"), Reason.ANALYSIS_CRASHED),
    "without end": ((b"k", b"sleep 30"), Reason.ANALYSIS_TIMED_OUT),
    "result too large for the broker": ((b"k", b"large 150000"), Reason.RESULT_REFUSED),
    "result too large for the producer": ((b"k", b"large 200000"), Reason.RESULT_REFUSED),
}
HARMLESS: dict[str, bytes] = {
    "plain text": b"all is quiet",
    "one endless token": b"x" * 90_000,
    "control and bidirectional characters": json.dumps(
        {"text": "all \x00\x1b[31m quiet \u202e today"}
    ).encode(),
    "HTML": b"<p>all is <b>quiet</b></p>",
    "an absurd date": b'{"text": "all is quiet", "published_at": "9999-12-31T23:59:59Z"}',
    "another language": "все тихо".encode(),
}


@pytest.fixture
async def deployment(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> AsyncIterator[Deployment]:
    """Small limits, so that everything too large stays small."""
    made = Deployment(
        kafka,
        unique_prefix,
        tmp_path,
        max_record_bytes=131_072,
        max_text_chars=100_000,
        analysis_timeout_seconds=1,
    )
    try:
        yield await made.create()
    finally:
        made.close()


async def test_poison_of_every_class_is_put_away_and_the_rest_is_read(
    deployment: Deployment,
) -> None:
    """Each unreadable record lies untouched in the dead-letter topic; every other one is read."""
    poison = [record for record, _ in POISON.values()]
    harmless = [(b"h", value) for value in HARMLESS.values()]
    good = [article(number, "strike Atlantis Borduria") for number in range(len(poison))]
    mixed = [record for pair in zip(poison, good, strict=True) for record in pair]
    await deployment.publish([*mixed, *harmless])
    worker = await deployment.start().wait_ready()
    await deployment.done(90)

    letters = await deployment.dead_letters()
    assert Counter(letter.reason for letter in letters) == Counter(
        reason for _, reason in POISON.values()
    )
    assert {(letter.key, letter.value) for letter in letters} == set(poison)
    topic = deployment.settings.article_topics[0]
    for letter in letters:
        assert letter.origin.topic == topic
        assert (letter.key, letter.value) == mixed[letter.origin.offset]
    counted = {
        outcome: await worker.metric("news_monitor_records_total", topic=topic, outcome=outcome)
        for outcome in ("signals", "no-signal", "dead-letter")
    }
    assert counted == {
        "signals": len(good),
        "no-signal": len(harmless),
        "dead-letter": len(poison),
    }
    read = await worker.metric("news_monitor_records_read_total", topic=topic)
    assert read == sum(counted.values())


async def test_signals_that_cannot_be_read_are_put_away(deployment: Deployment) -> None:
    """A foreign record on the signals topic becomes a dead letter of that topic."""
    topic = deployment.settings.signals_topic
    await deployment.publish([(b"conflict", b"not ours"), (b"conflict", None)], topic=topic)
    await deployment.start().wait_ready()
    await deployment.publish([article(1, "strike Atlantis Borduria")])
    await deployment.done()

    reasons = [letter.reason for letter in await deployment.dead_letters(topic)]
    assert reasons == [Reason.NOT_JSON, Reason.NULL_VALUE]
    assert len(await deployment.newest_alerts()) == 1


async def test_too_many_dead_letters_stop_the_worker(deployment: Deployment) -> None:
    """Above the limit the worker ends with its reason, and what it had in hand stays unread."""
    await deployment.publish([article(number, "all is quiet") for number in range(20)])
    await deployment.publish([(b"k", b"{broken") for _ in range(100)])
    worker = deployment.start(dead_letter_window=20)
    assert await worker.wait_end(60) == 1

    assert "could not be used" in worker.last_words
    (place, (committed, end)) = (
        await deployment.positions(deployment.settings.article_topics)
    ).popitem()
    assert (place.partition, end) == (0, 120)
    letters = await deployment.dead_letters()
    assert committed <= 20 + len(letters) < 120, "no record is passed over"
