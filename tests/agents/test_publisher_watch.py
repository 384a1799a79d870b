"""What the analyse agent handles tells which publishers have fallen silent, in few series."""

from datetime import UTC, datetime

import pytest
from faust.types import Message

from agents.publisher_watch import PublisherWatch
from agents.reading import Outcome, Read
from agents.replay_marks import HEADER_ID
from monitor.domain import Canary, Stage, Unread
from monitor.errors import Reason
from monitor.metrics import MemoryRecorder
from monitor.metrics.catalogue import (
    ARRIVAL_TIMESTAMP_SECONDS,
    PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS,
    PUBLISHER_USUAL_ARTICLES,
)
from monitor.wire import canary_v1
from tests.agents.fakes import a_message

MIDNIGHT = 1_772_323_200.0
HOUR = 3600


def read(publisher: str) -> Outcome:
    """Make the outcome of an article of a publisher."""
    published_at = datetime(2026, 3, 1, tzinfo=UTC)
    return Read(reports=(), signals=(), published_at=published_at, publisher=publisher, news=False)


def hours(watch: PublisherWatch, publisher: str, count: int, *, an_hour: int) -> None:
    """Let a publisher send evenly for so many hours."""
    for number in range(count * an_hour):
        at = MIDNIGHT + number * HOUR / an_hour
        watch.arrived([a_message(b"", timestamp=at)], [read(publisher)])


def test_it_tells_what_is_usual_and_when_the_last_article_came() -> None:
    """By the times of the records."""
    recorder = MemoryRecorder()
    watch = PublisherWatch(limit=5, recorder=recorder)
    hours(watch, "wire", 26, an_hour=40)
    last = MIDNIGHT + 26 * HOUR - HOUR / 40
    assert recorder.value(ARRIVAL_TIMESTAMP_SECONDS) == last
    assert recorder.value(PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS, publisher="wire") == last
    assert recorder.value(PUBLISHER_USUAL_ARTICLES, publisher="wire") == pytest.approx(40)


def _canary() -> Message:
    canary = Canary(group="g", sent_at=datetime(2026, 3, 1, tzinfo=UTC))
    return a_message(b"", timestamp=MIDNIGHT + HOUR, headers=(canary_v1.header(canary),))


UNREAD = Unread(reason=Reason.NOT_JSON, stage=Stage.DECODE, exception="E", message="m")


@pytest.mark.parametrize(
    ("message", "outcome", "moves"),
    [
        (_canary(), read("News Monitor"), HOUR),
        (a_message(b"", timestamp=MIDNIGHT + HOUR), UNREAD, HOUR),
        (
            a_message(b"", timestamp=MIDNIGHT + HOUR, headers=((HEADER_ID, b"run"),)),
            read("replayed"),
            0,
        ),
    ],
    ids=["canary", "unreadable", "replayed"],
)
def test_what_is_no_news_is_nobodys(message: Message, outcome: Outcome, moves: int) -> None:
    """Canaries and broken records show that time goes on; replays do not even that."""
    recorder = MemoryRecorder()
    watch = PublisherWatch(limit=5, recorder=recorder)
    watch.arrived([a_message(b"", timestamp=MIDNIGHT)], [read("wire")])
    watch.arrived([message], [outcome])
    assert recorder.value(ARRIVAL_TIMESTAMP_SECONDS) == MIDNIGHT + moves
    assert recorder.values(PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS) == [MIDNIGHT]


def test_the_number_of_series_is_bounded_whatever_articles_say() -> None:
    """A thousand publishers with endless names make five series."""
    recorder = MemoryRecorder()
    watch = PublisherWatch(limit=5, recorder=recorder)
    for number in range(1000):
        name = f"{number}" + "x" * 10_000
        watch.arrived([a_message(b"", timestamp=MIDNIGHT + number)], [read(name)])
        assert len(recorder.values(PUBLISHER_USUAL_ARTICLES)) <= 5


def test_a_share_of_the_partitions_is_a_share_of_the_articles() -> None:
    """Half of them are revoked: half is usual. The first assignment, and none, change nothing."""
    recorder = MemoryRecorder()
    watch = PublisherWatch(limit=5, recorder=recorder)
    watch.assigned(8)
    hours(watch, "wire", 26, an_hour=40)
    for partitions in (0, 4):
        watch.assigned(partitions)
    watch.arrived([], [])
    assert recorder.value(PUBLISHER_USUAL_ARTICLES, publisher="wire") == pytest.approx(20)
