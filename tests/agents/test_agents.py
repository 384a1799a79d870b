"""The two agents, from record to delivery, without a broker."""

import json
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from structlog.testing import capture_logs

from agents import reading
from agents.alert import Alerter
from agents.alert_count import AlertCount
from agents.analyse import Analyser
from agents.batches import record_time
from agents.dead_letter import CUT_BYTES, DeadLetters
from agents.delivery import Delivery, Outgoing
from agents.reading import Outcome, Raw
from agents.story_store import StoryStore
from monitor.domain import Desk, Stage, Unread
from monitor.errors import DeliveryFailed, Reason, TooManyDeadLetters
from monitor.metrics import MemoryRecorder
from monitor.metrics.catalogue import (
    ALERTS,
    DEAD_LETTERS,
    RECORDS,
    RECORDS_READ,
    STORIES_UNREADABLE,
)
from monitor.policy.stories import StoryBook, StoryRules
from monitor.settings import Settings
from monitor.wire import alert_v1, dead_letter_v1, signal_v1, story_v1
from tests.agents.fakes import FakeBroker, a_message
from tests.agents.quick_pipeline import FACTORY

SETTINGS = Settings(article_topics=("articles",), dead_letter_window=10)


class InProcess:
    """Reads as the pool does, without processes."""

    async def read(self, records: Sequence[Raw]) -> list[Outcome]:
        """Read records."""
        reading.build(FACTORY, SETTINGS)
        return list(reading.read(records).outcomes)


class Bench:
    """Both agents over a fake broker."""

    def __init__(self) -> None:
        """Set everything up."""
        self.broker = FakeBroker()
        self.recorder = MemoryRecorder()
        self.store = StoryStore(
            "stories", signals_topic="signals", rules=StoryRules(), make_consumer=NoStories
        )
        delivery = Delivery(self.broker.producer, recorder=self.recorder, first_pause_seconds=0.001)
        self.delivery = delivery
        self.analyser = Analyser(
            pool=InProcess(),
            delivery=delivery,
            dead_letters=DeadLetters(SETTINGS, delivery),
            recorder=self.recorder,
            signals_topic="signals",
        )
        self.alerter = Alerter(
            store=self.store,
            delivery=delivery,
            dead_letters=DeadLetters(SETTINGS, delivery),
            count=AlertCount(self.recorder, store=self.store),
            alerts_topic="alerts",
        )

    async def signals(self, *texts: str) -> list[bytes]:
        """Analyse texts; return the values of the signals records."""
        await self.analyser.handle(
            [a_message(text.encode(), offset=number) for number, text in enumerate(texts)]
        )
        return [record.value or b"" for record in self.broker.topic("signals")]


class NoStories:
    """A consumer of a story topic that holds nothing, or what a test puts there."""

    records: Sequence[Outgoing] = ()
    at = 0

    async def start(self) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    async def end_offsets(self, places: Sequence[object]) -> dict[object, int]:
        """Say where a partition ends."""
        return dict.fromkeys(places, len(self.records))

    async def beginning_offsets(self, places: Sequence[object]) -> dict[object, int]:
        """Say that retention has deleted the signals."""
        return dict.fromkeys(places, 1_000_000)

    def assign(self, places: Sequence[object]) -> None:
        """Do nothing."""

    async def seek_to_beginning(self, *places: object) -> None:
        """Do nothing."""

    async def position(self, place: object) -> int:
        """Say where we stand."""
        return self.at

    async def getmany(self, *, timeout_ms: int) -> dict[object, list[object]]:
        """Give everything at once."""
        assert timeout_ms
        self.at = len(self.records)
        return {None: list(self.records)}


@pytest.fixture
async def bench() -> Bench:
    """Set up both agents."""
    made = Bench()
    await made.delivery.start()
    return made


async def test_an_article_gives_one_signals_record_per_desk(bench: Bench) -> None:
    """Signals are keyed by desk and carry the time of the article's record."""
    await bench.signals("both Atlantis Borduria", "all is quiet")
    sent = bench.broker.topic("signals")
    assert [record.key for record in sent] == [b"conflict", b"markets"]
    assert all(record.headers == (("article-timestamp", b"1772323200000"),) for record in sent)
    assert bench.recorder.value(RECORDS_READ, topic="articles") == 2
    for outcome in ("signals", "no-signal"):
        assert bench.recorder.value(RECORDS, topic="articles", outcome=outcome) == 1


async def test_an_update_without_news_cancels_and_counts_as_no_signal(bench: Bench) -> None:
    """Its empty reports reach the stories; each article still has exactly one outcome."""
    update = {"id": "a", "text": "all is quiet", "updated_at": "2026-03-02T00:00:00Z"}
    articles = [{"id": "a", "text": "strike A B"}, update, {**update, "id": "stranger"}]
    values = await bench.signals(*map(json.dumps, articles))
    await bench.alerter.handle(
        [a_message(value, offset=number, topic="signals") for number, value in enumerate(values)]
    )
    alerts = [alert_v1.decode(record.value) for record in bench.broker.topic("alerts")]
    assert [alert.lifecycle for alert in alerts] == ["alert", "cancel"]
    assert len(values) == 1 + 2 * len(Desk)
    outcomes = {"signals": 1, "no-signal": 2, "dead-letter": 0}
    for outcome, amount in outcomes.items():
        assert bench.recorder.value(RECORDS, topic="articles", outcome=outcome) == amount
    assert bench.recorder.value(RECORDS_READ, topic="articles") == 3


async def test_an_unreadable_article_becomes_a_dead_letter(bench: Bench) -> None:
    """Its bytes, key and headers are kept; reason and origin are added."""
    message = a_message(b"{broken", offset=7, partition=3)
    await bench.analyser.handle([message])
    (record,) = bench.broker.topic("articles.dead-letter")
    letter = dead_letter_v1.decode(record.key, record.value, record.headers)
    assert (letter.key, letter.value, letter.headers) == (b"key", b"{broken", (("trace", b"1"),))
    assert (letter.reason, letter.stage) == (Reason.NOT_JSON, Stage.DECODE)
    assert (letter.origin.topic, letter.origin.partition, letter.origin.offset) == (
        "articles",
        3,
        7,
    )
    assert bench.recorder.value(DEAD_LETTERS, reason="not-json") == 1


async def test_a_dead_letter_is_kept_from_when_it_was_put_away(bench: Bench) -> None:
    """It has the time of its sending, so that an old article is not forgotten at once; its own is a header."""
    message = a_message(b"{broken")
    await bench.analyser.handle([message])
    (record,) = bench.broker.topic("articles.dead-letter")
    letter = dead_letter_v1.decode(record.key, record.value, record.headers)
    assert record.timestamp_ms is None
    assert letter.origin.timestamp == record_time(message)


async def test_an_article_whose_signals_are_refused_becomes_a_dead_letter(bench: Bench) -> None:
    """What the broker will never take costs its article, which is put away with its own bytes."""
    bench.broker.refuse = _refuse_large
    await bench.signals("strike A B", "large 5000", "strike C D")
    assert len(bench.broker.topic("signals")) == 2
    (record,) = bench.broker.topic("articles.dead-letter")
    letter = dead_letter_v1.decode(record.key, record.value, record.headers)
    assert (letter.value, letter.reason) == (b"large 5000", Reason.RESULT_REFUSED)


async def test_a_refused_dead_letter_stops_the_worker(bench: Bench) -> None:
    """A record that is safe nowhere is not passed over."""
    bench.broker.refuse = lambda record: (
        MessageSizeTooLargeError() if record.topic.endswith("dead-letter") else None
    )
    with pytest.raises(DeliveryFailed, match="record 0 of articles partition 0"):
        await bench.analyser.handle([a_message(b"{broken")])


async def test_a_dead_letter_that_is_too_large_is_cut(bench: Bench) -> None:
    """What the dead-letter topic does not take whole is kept in part, with its length and origin."""
    bench.broker.refuse = lambda record: (
        MessageSizeTooLargeError() if len(record.value or b"") > CUT_BYTES else None
    )
    await bench.analyser.handle([a_message(b"{" + b"x" * 100_000)])
    (record,) = bench.broker.topic("articles.dead-letter")
    assert record.value == b"{" + b"x" * (CUT_BYTES - 1)
    assert dict(record.headers)[dead_letter_v1.CUT_HEADER] == b"100001"
    letter = dead_letter_v1.decode(record.key, record.value, record.headers)
    assert letter.origin.topic == "articles"


async def test_too_many_dead_letters_are_raised_before_anything_is_delivered(bench: Bench) -> None:
    """When a batch goes over the limit, none of its dead letters is sent."""
    with pytest.raises(TooManyDeadLetters):
        await bench.analyser.handle([a_message(b"{", offset=number) for number in range(10)])
    assert bench.broker.records == []


async def test_refused_results_count_against_the_limit(bench: Bench) -> None:
    """Articles whose signals the broker refuses stop the worker like unreadable ones, over batches."""
    bench.broker.refuse = _refuse_large
    await bench.signals(*(f"large {5000 + number}" for number in range(5)))
    assert len(bench.broker.topic("articles.dead-letter")) == 5
    with pytest.raises(TooManyDeadLetters):
        await bench.signals("large 6000")
    assert len(bench.broker.topic("articles.dead-letter")) == 5


async def test_a_record_time_that_is_absurd_is_not_believed(bench: Bench) -> None:
    """Absent, negative, huge (microseconds) and future record times raise nothing: now counts."""
    began = datetime.now(UTC)
    for number, timestamp in enumerate((None, -0.001, -1.0, 1e300, 4e11, 1_772_431_200_000.0)):
        await bench.analyser.handle(
            [a_message(b"strike Atlantis Borduria", offset=number, timestamp=timestamp)]
        )
    reports = [signal_v1.decode(record.value) for record in bench.broker.topic("signals")]
    assert len(reports) == 6
    assert all(began <= report.article.published_at <= datetime.now(UTC) for report in reports)


async def test_signals_become_alerts_before_stories(bench: Bench) -> None:
    """A crash between the two can only leave stories behind that are older than the alerts."""
    (value,) = await bench.signals("strike Atlantis Borduria")
    bench.broker.records.clear()
    message = a_message(value, topic="signals", partition=2)
    await bench.alerter.handle([message])
    alert, story = bench.broker.records
    assert (alert.topic, story.topic) == ("alerts", "stories")
    assert story.partition == 2
    assert alert.key == story.key == alert_v1.decode(alert.value).alert_id.encode()
    assert dict(alert.headers)["ce_source"] == b"/news-monitor/signals"
    assert story_v1.decode(story.value).offset == message.offset
    assert bench.recorder.value(ALERTS) == 1
    assert bench.recorder.value(STORIES_UNREADABLE, partition="2") == 0
    assert bench.recorder.value(RECORDS, topic="signals", outcome="stories") == 1


async def test_a_report_that_breaks_a_book_becomes_a_dead_letter(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect of ours costs one record; the book, half changed, is read back before going on.

    What cannot be read is put away once, though the records after the defect are taken up anew.
    """
    values = [*await bench.signals("strike A B", "strike C D", "strike E F"), b"no report"]
    bench.broker.records.clear()
    messages = [
        a_message(value, offset=number, topic="signals") for number, value in enumerate(values)
    ]
    whole = StoryBook.apply
    books = []

    def breaking(self: StoryBook, report: object, *, offset: int) -> object:
        books.append(self)
        if offset == 1:
            message = "a defect"
            raise RuntimeError(message)
        return whole(self, report, offset=offset)  # type: ignore[arg-type]

    monkeypatch.setattr(StoryBook, "apply", breaking)
    await bench.alerter.handle(messages)
    letters = [
        dead_letter_v1.decode(record.key, record.value, record.headers)
        for record in bench.broker.topic("signals.dead-letter")
    ]
    assert [(letter.origin.offset, letter.reason, letter.stage) for letter in letters] == [
        (1, Reason.ANALYSIS_FAILED, Stage.ALERT),
        (3, Reason.NOT_JSON, Stage.DECODE),
    ]
    assert len(bench.broker.topic("alerts")) == 2
    assert books[0] is books[1] is not books[2]


async def test_a_defect_of_ours_is_told_with_its_traceback(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log names the record and the place in our code, once per record, at both agents."""
    with capture_logs() as reading_log:
        (value,) = await bench.signals("strike A B", "raise", "{broken")

    def breaking(*_: object, **__: object) -> None:
        message = "a defect"
        raise RuntimeError(message)

    monkeypatch.setattr(StoryBook, "apply", breaking)
    with capture_logs() as alerting_log:
        await bench.alerter.handle([a_message(value, topic="signals", partition=2, offset=7)])

    (read,) = [each for each in reading_log if "exception" in each]
    assert (read["topic"], read["partition"], read["offset"]) == ("articles", 0, 1)
    assert read["error"] == "RuntimeError"
    assert "in _obey" in read["exception"]
    assert read["exception"].endswith("RuntimeError")
    above_debug = [each for each in reading_log if each["log_level"] != "debug"]
    assert "told to raise" not in str([{**each, "exception": ""} for each in above_debug])
    (applied,) = [each for each in alerting_log if "exception" in each]
    assert (applied["topic"], applied["partition"], applied["offset"]) == ("signals", 2, 7)
    assert "in breaking" in applied["exception"]


@pytest.mark.parametrize("reason", [Reason.ANALYSIS_CRASHED, Reason.ANALYSIS_TIMED_OUT])
async def test_a_text_that_cost_its_process_is_named_in_the_log(
    bench: Bench, reason: Reason
) -> None:
    """Whoever sees processes replaced finds the record, and no word of it; others are no news."""
    why = Unread(reason=reason, stage=Stage.ANALYSE, exception="Error", message="for long")
    letters = [
        (a_message(b"secret", key=b"a-1", offset=7), why),
        (a_message(b"{", offset=8), replace(why, reason=Reason.NOT_JSON)),
    ]
    with capture_logs() as log:
        await DeadLetters(SETTINGS, bench.delivery).put(letters)

    assert log == [
        {
            "event": "text given up",
            "log_level": "warning",
            "reason": reason,
            "topic": "articles",
            "partition": 0,
            "offset": 7,
            "key": "a-1",
        }
    ]


async def test_a_new_generation_reads_the_stories_back(bench: Bench) -> None:
    """What another worker may have changed meanwhile is not taken from memory."""
    (value,) = await bench.signals("strike A B")
    await bench.alerter.handle([a_message(value, topic="signals", generation_id=1)])
    first = bench.store.book(0)
    await bench.alerter.handle([a_message(value, topic="signals", offset=1, generation_id=1)])
    assert bench.store.book(0) is first
    await bench.alerter.handle([a_message(value, topic="signals", offset=2, generation_id=2)])
    assert bench.store.book(0) is not first


async def test_offsets_that_fall_read_the_stories_back(bench: Bench) -> None:
    """A topic that was made again under a running worker is noticed: its offsets begin anew."""
    (value,) = await bench.signals("strike A B")
    for offset in (5, 6):
        await bench.alerter.handle([a_message(value, topic="signals", offset=offset)])
    first = bench.store.book(0)
    await bench.alerter.handle([a_message(value, topic="signals", offset=0)])
    assert bench.store.book(0) is not first


async def _replayed(bench: Bench, *, offset: int) -> None:
    """Send the dead letters of the signals topic back once, as `news-monitor replay` does."""
    letters = [
        dead_letter_v1.decode(record.key, record.value, record.headers)
        for record in bench.broker.topic("signals.dead-letter")
    ]
    assert all(letter.reason is Reason.RESULT_REFUSED for letter in letters)
    await bench.alerter.handle(
        [
            a_message(letter.value, topic="signals", offset=offset + number)
            for number, letter in enumerate(letters)
        ]
    )


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_refused_alert_is_told_when_its_record_is_sent_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    """Once the topic's limit is mended, a replay gives the alert, from memory or from the topic."""
    bench.broker.refuse = lambda record: (
        MessageSizeTooLargeError() if record.topic == "alerts" else None
    )
    values = await bench.signals("strike Atlantis Borduria", "both Costaguana Drimmelen")
    await bench.alerter.handle(
        [a_message(value, topic="signals", offset=number) for number, value in enumerate(values)]
    )
    assert bench.broker.topic("alerts") == []
    assert bench.recorder.value(ALERTS) == 0
    assert bench.recorder.value(RECORDS, topic="signals", outcome="dead-letter") == 3
    topics = [record.topic for record in bench.broker.records]
    assert topics.index("stories") > topics.index("signals.dead-letter"), "or a crash loses it"

    if restarted:
        bench.store.forget([0])
        monkeypatch.setattr(NoStories, "records", bench.broker.topic("stories"))
    bench.broker.refuse = lambda _: None
    await _replayed(bench, offset=10)
    alerts = [alert_v1.decode(record.value) for record in bench.broker.topic("alerts")]
    assert [(alert.revision, alert.lifecycle) for alert in alerts] == [(1, "alert")] * 3
    assert len({alert.alert_id for alert in alerts}) == 3
    await _replayed(bench, offset=20)
    assert len(bench.broker.topic("alerts")) == 3, "sent back twice changes nothing"


async def test_a_refused_alert_that_a_later_one_made_good_is_not_owed(bench: Bench) -> None:
    """An alert tells the whole of its story: nothing is said twice."""
    refused = 0

    def refuse_the_first(record: Outgoing) -> KafkaError | None:
        nonlocal refused
        if record.topic == "alerts" and alert_v1.decode(record.value).revision == 1:
            refused += 1
            return MessageSizeTooLargeError()
        return None

    bench.broker.refuse = refuse_the_first
    articles = [
        {"id": "a", "text": "strike A B", "source": "one"},
        {"id": "b", "text": "strike A B they say", "source": "two"},
    ]
    values = await bench.signals(*map(json.dumps, articles))
    messages = [
        a_message(value, topic="signals", offset=number) for number, value in enumerate(values)
    ]
    await bench.alerter.handle(messages)
    (alert,) = [alert_v1.decode(record.value) for record in bench.broker.topic("alerts")]
    assert (alert.revision, refused > 0) == (2, True)
    bench.broker.refuse = lambda _: None
    await _replayed(bench, offset=10)
    assert len(bench.broker.topic("alerts")) == 1


async def _marked(bench: Bench, alerts: bytes, *texts: str, offset: int = 0) -> None:
    """Send articles as a replay does, through both agents."""
    marks = (("news-monitor-replay-id", b"r"), ("news-monitor-replay-alerts", alerts))
    sent = len(bench.broker.topic("signals"))
    articles = [a_message(text.encode(), headers=marks) for text in texts]
    await bench.analyser.handle(articles)
    signals = bench.broker.topic("signals")[sent:]
    assert all(set(marks) <= set(record.headers) for record in signals), (
        "signals carry the marks on"
    )
    await bench.alerter.handle(
        [
            a_message(record.value, topic="signals", offset=number, headers=record.headers)
            for number, record in enumerate(signals, start=offset)
        ]
    )


async def test_alerts_of_a_replay_are_withheld_until_live_news_tells_them(bench: Bench) -> None:
    """Stories of a replay are kept and subscribers hear nothing; the next live report tells all."""
    story = {"id": "a", "text": "strike A B", "source": "one"}
    await _marked(bench, b"withhold", json.dumps(story))
    assert bench.broker.topic("alerts") == []
    assert bench.broker.topic("stories")
    assert bench.broker.topic("signals.dead-letter") == []
    assert bench.recorder.value(RECORDS, topic="signals", outcome="stories") == 1

    live = {"id": "b", "text": "strike A B they say", "source": "two"}
    await bench.analyser.handle([a_message(json.dumps(live).encode())])
    record = bench.broker.topic("signals")[-1]
    await bench.alerter.handle([a_message(record.value, topic="signals", offset=9)])
    (told,) = bench.broker.topic("alerts")
    assert alert_v1.decode(told.value).articles == 2
    assert "news-monitor-replay-id" not in dict(told.headers)


async def test_alerts_of_a_replay_are_published_when_asked_for(bench: Bench) -> None:
    """With alerts wanted, a replay gives the alerts of a live run, and they are marked."""
    await _marked(bench, b"publish", "strike Atlantis Borduria")
    (told,) = bench.broker.topic("alerts")

    assert dict(told.headers)["news-monitor-replay-id"] == b"r"
    live = Bench()
    await live.delivery.start()
    values = await live.signals("strike Atlantis Borduria")
    await live.alerter.handle([a_message(value, topic="signals") for value in values])
    assert live.broker.topic("alerts")[0].value == told.value


async def test_a_refused_story_is_kept_when_its_record_is_sent_back(bench: Bench) -> None:
    """Its alert is out already and is not repeated."""
    bench.broker.refuse = lambda record: (
        MessageSizeTooLargeError() if record.topic == "stories" else None
    )
    (value,) = await bench.signals("strike Atlantis Borduria")
    await bench.alerter.handle([a_message(value, topic="signals")])
    assert bench.broker.topic("stories") == []
    bench.broker.refuse = lambda _: None
    await _replayed(bench, offset=10)
    assert len(bench.broker.topic("stories")) == len(bench.broker.topic("alerts")) == 1


def _refuse_large(record: Outgoing) -> KafkaError | None:
    too_large = record.topic == "signals" and len(record.value or b"") > 5000
    return MessageSizeTooLargeError() if too_large else None


async def test_debug_events_follow_an_article_into_its_story(bench: Bench) -> None:
    """One line where it is read, one where its report changes a story; by the ids both name."""
    with capture_logs() as log:
        (value,) = await bench.signals(json.dumps({"id": "a-1", "text": "strike A B"}))
        await bench.alerter.handle([a_message(value, topic="signals")])

    read, taken = [each for each in log if each.get("article_id") == "a-1"]
    assert (read["event"], read["signals"], read["log_level"]) == ("article read", 1, "debug")
    (alert,) = [alert_v1.decode(record.value) for record in bench.broker.topic("alerts")]
    assert taken["story_ids"] == [alert.alert_id]
    assert taken["alerts"] == [f"{alert.alert_id}/1"]


async def test_what_a_defect_says_of_an_article_is_not_in_the_log(bench: Bench) -> None:
    """Messages of exceptions quote texts, over several lines and in chains; places and names stay."""
    secret = "Bomb in\n    the market: 9\n  File of the dead"
    trace = ""
    try:
        try:
            int(secret)
        except ValueError as error:
            raise RuntimeError(secret) from error
    except RuntimeError as error:
        trace = "".join(traceback.format_exception(error))
    why = Unread(
        reason=Reason.ANALYSIS_FAILED,
        stage=Stage.ANALYSE,
        exception="RuntimeError",
        message=secret,
        traceback=trace,
    )
    with capture_logs() as log:
        await DeadLetters(SETTINGS, bench.delivery).put([(a_message(b"x", key=b"a-1"), why)])

    (said,) = [each for each in log if each["log_level"] != "debug"]
    assert (said["key"], said["error"]) == ("a-1", "RuntimeError")
    assert "test_what_a_defect_says" in said["exception"]
    assert "ValueError" in said["exception"]
    for word in ("Bomb", "market", "dead"):
        assert word not in str(said)
