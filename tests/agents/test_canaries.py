"""Canaries go the way of news through both agents, and are news to nobody."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from faust.types import Message

from agents.alert import Alerter
from agents.alert_count import AlertCount
from agents.canary_watch import CanaryWatch, is_canary
from agents.dead_letter import DeadLetters
from agents.selection import Selection
from agents.stored_news import stored_news
from monitor.archive import ArchiveHeader, ArchiveWriter, Range, StoredRecord
from monitor.domain import Canary, Desk
from monitor.metrics import MemoryRecorder
from monitor.metrics.catalogue import (
    ARTICLE_AGE_SECONDS,
    CANARIES_MISSED,
    CANARIES_SENT,
    CANARY_LAST_SEEN_TIMESTAMP_SECONDS,
    DEAD_LETTERS,
    RECORDS,
    RECORDS_READ,
)
from monitor.pipeline import Pipeline, RawRecord, Readable
from monitor.settings import Settings
from monitor.wire import canary_v1
from tests.agents.fakes import NOW, a_message
from tests.agents.test_agents import SETTINGS, Bench

CANARY = Canary(group="news-monitor", sent_at=NOW)


class Watch:
    """Keeps what the agent hands over."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.desks: list[bytes | None] = []

    def returned(self, messages: Sequence[Message]) -> None:
        """Keep the desks of the canaries."""
        self.desks += [each.key for each in messages if is_canary(each)]


def canary_message(value: bytes | None = None, **changes: Any) -> Message:
    """Make the record of a canary."""
    key, article = canary_v1.article(CANARY)
    parts = {"key": key, "headers": (canary_v1.header(CANARY),), **changes}
    return a_message(value if value is not None else article, **parts)


@pytest.fixture
async def bench() -> Bench:
    """Both agents, and a watch for canaries."""
    made = Bench()
    await made.delivery.start()
    return made


def alerter(bench: Bench, watch: Any) -> Alerter:
    """Make an alert agent that hands over canaries."""
    return Alerter(
        store=bench.store,
        delivery=bench.delivery,
        dead_letters=DeadLetters(SETTINGS, bench.delivery),
        count=AlertCount(bench.recorder, store=bench.store),
        alerts_topic="alerts",
        canaries=watch,
    )


async def test_a_canary_passes_both_agents_and_leaves_nothing_behind(bench: Bench) -> None:
    """One marked report for each desk; no story, no alert, no count that is read as news."""
    await bench.analyser.handle([canary_message(), a_message(b"all is quiet", offset=1)])
    sent = bench.broker.topic("signals")
    assert [record.key for record in sent] == [desk.encode() for desk in Desk]
    assert all(canary_v1.canary_of(record.headers) == CANARY for record in sent)
    assert bench.recorder.value(RECORDS_READ) == bench.recorder.value(RECORDS) == 1
    assert len(bench.recorder.values(ARTICLE_AGE_SECONDS)) == 1

    watch = Watch()
    messages = [
        a_message(each.value, offset=n, topic="signals", key=each.key, headers=each.headers)
        for n, each in enumerate(sent)
    ]
    await alerter(bench, watch).handle(messages)

    assert watch.desks == [desk.encode() for desk in Desk]
    assert not bench.broker.topic("alerts")
    assert not bench.broker.topic("stories")
    assert bench.recorder.value(RECORDS_READ, topic="signals") == 0


@pytest.mark.model
def test_the_shipped_pipeline_says_nothing_of_it_to_every_desk(pipeline: Pipeline) -> None:
    """It goes the way of each, and even unmarked it would change no story."""
    value = canary_v1.article(CANARY)[1]
    (found,) = pipeline.read([RawRecord(value=value, timestamp=NOW)])
    assert isinstance(found, Readable)
    assert [report.desk for report in found.reports] == list(Desk)
    assert not any(report.signals or report.denials for report in found.reports)


async def test_news_in_a_batch_with_canaries_is_told_and_counted(bench: Bench) -> None:
    """The canary is back when the alert of its batch is out."""
    (value,) = await bench.signals("strike Atlantis Borduria")
    watch = Watch()
    await alerter(bench, watch).handle(
        [
            canary_message(value, topic="signals", key=b"conflict", offset=0),
            a_message(value, topic="signals", key=b"conflict", offset=1),
        ]
    )
    assert watch.desks == [b"conflict"]
    assert len(bench.broker.topic("alerts")) == 1
    assert bench.recorder.value(RECORDS_READ, topic="signals") == 1


async def test_a_canary_that_cannot_be_read_is_no_dead_letter(bench: Bench) -> None:
    """However many there are: the worker goes on, and the canary is missed."""
    canaries = [canary_message(b"{", offset=number) for number in range(20)]
    await bench.analyser.handle(canaries)
    await alerter(bench, Watch()).handle([canary_message(b"{", topic="signals")])
    assert not bench.broker.records
    assert bench.recorder.value(DEAD_LETTERS) == bench.recorder.value(RECORDS_READ) == 0


async def test_an_article_with_a_broken_mark_is_news(bench: Bench) -> None:
    """A header that is not ours loses nothing."""
    await bench.analyser.handle([a_message(b"strike A B", headers=((canary_v1.HEADER, b"yes"),))])
    assert bench.recorder.value(RECORDS, outcome="signals") == 1


async def test_the_watch_takes_only_canaries_of_its_group_and_never_waits() -> None:
    """Whatever is handed over, and however much of it while no broker answers."""
    watch = CanaryWatch(SETTINGS, recorder=MemoryRecorder(), leads=lambda: True)
    other = canary_v1.header(Canary(group="others", sent_at=NOW))
    strange = [
        canary_message(key=None),
        canary_message(key=b"\xff"),
        canary_message(key=b"sports"),
        canary_message(key=b"conflict", headers=(other,)),
    ]
    watch.returned([*strange, *[canary_message(key=b"conflict")] * 5000])
    assert 0 < watch.waiting <= 1000


async def test_without_a_broker_the_watch_tries_again_and_is_cancelled_at_once() -> None:
    """Its worker goes on; the silence counts from the worker's start."""
    recorder = MemoryRecorder()
    settings = Settings(broker=("127.0.0.1:1",))
    watch = CanaryWatch(settings, recorder=recorder, leads=lambda: True, clock=lambda: 1000.0)
    task = asyncio.ensure_future(watch.run())
    await asyncio.sleep(0.3)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert recorder.value(CANARY_LAST_SEEN_TIMESTAMP_SECONDS) == 1000
    assert recorder.value(CANARIES_SENT) == recorder.value(CANARIES_MISSED) == 0


@pytest.mark.parametrize("selection", [Selection(), Selection(from_offset=0)])
def test_replays_and_archives_leave_canaries_out(selection: Selection) -> None:
    """They measured a moment that is over; news beside them is meant as before."""
    chosen = selection.chosen()
    assert not chosen(_stored(0, canary_v1.header(CANARY)))
    assert chosen(_stored(1, ("trace", b"1")))
    assert chosen(_stored(2, (canary_v1.HEADER, b"no mark")))


async def test_a_backtest_over_an_archive_does_not_see_canaries(tmp_path: Path) -> None:
    """Also not where something else than our archive command kept them."""
    path = tmp_path / "news.jsonl.zst"
    header = ArchiveHeader(
        topic="articles",
        partitions=1,
        ranges=(Range(partition=0, start=0, end=2),),
        created_at=datetime(2026, 3, 1, tzinfo=UTC).isoformat(),
    )
    with ArchiveWriter(path, header) as writer:
        writer.add(_stored(0, canary_v1.header(CANARY)))
        writer.add(_stored(1, ("trace", b"1")))
        writer.finish()
    found = [each async for part in stored_news([str(path)], Settings()) for each in part]
    assert [each.place for each in found] == [f"{path}[0]@1"]


def _stored(offset: int, *headers: tuple[str, bytes | None]) -> StoredRecord:
    return StoredRecord(
        partition=0,
        offset=offset,
        timestamp=1_772_323_200_000,
        key=b"key",
        value=json.dumps({"text": "all is quiet"}).encode(),
        headers=headers,
    )
