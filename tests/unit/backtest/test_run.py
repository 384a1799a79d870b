"""A backtest decides what was read in the order of the input, and counts every record once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.backtest import run as module
from monitor.backtest.partitions import partition_of
from monitor.backtest.readers import Reading
from monitor.backtest.records import EPOCH, StoredRecord
from monitor.backtest.run import Texts
from monitor.backtest.store import ResultStore, Side
from monitor.domain import Alert, Desk, SignalKind, Stage, Unread
from monitor.errors import Reason
from monitor.policy.stories import StoryBook
from monitor.wire import signal_v1
from tests.agents.quick_pipeline import QuickPipeline
from tests.builders import NOON
from tests.unit.backtest.quick import PARTITIONS, quick_reader, record, run, some_news


@pytest.fixture
def store() -> Iterator[ResultStore]:
    """An empty store."""
    with ResultStore() as made:
        yield made


def alerts(store: ResultStore, side: Side = Side.AFTER) -> list[Alert]:
    """All alerts of a run, in order."""
    return [each.alert for each in store.revisions(side)]


def as_the_agent_makes_them(records: list[StoredRecord]) -> list[Alert]:
    """The alerts of story books that are used as the alert agent uses them."""
    books = {number: StoryBook() for number in range(PARTITIONS)}
    offsets = dict.fromkeys(books, 0)
    made: list[Alert] = []
    for each in records:
        (found,) = QuickPipeline().read([each.raw])  # type: ignore[list-item]  # of the same shape
        for report in getattr(found, "reports", ()):
            partition = partition_of(report.desk, PARTITIONS)
            read = signal_v1.decode(signal_v1.encode(report))
            made += books[partition].apply(read, offset=offsets[partition]).alerts
            offsets[partition] += 1
    return made


def test_alerts_are_those_of_the_alert_agent(store: ResultStore) -> None:
    """Ids, revisions and evidence are what the agent's own books give for the same records."""
    records = some_news(300)
    run(store, records)
    assert alerts(store) == as_the_agent_makes_them(records)
    assert len(alerts(store)) > 50


@pytest.mark.parametrize("size", [1, 2, 17])
def test_batches_change_nothing(
    store: ResultStore, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """However the input is cut into batches, the same alerts come in the same order."""
    monkeypatch.setattr(module, "BATCH_RECORDS", size)
    records = some_news(60)
    totals = run(store, records)
    assert alerts(store) == as_the_agent_makes_them(records)
    assert totals.records == 60
    with ResultStore() as other:
        monkeypatch.undo()
        assert run(other, records).digest == totals.digest


def test_what_cannot_be_read_is_counted_with_its_place(store: ResultStore) -> None:
    """Records that are no articles cost nobody else anything, and are named."""
    refused = Unread(
        reason=Reason.TOO_LONG, stage=Stage.DECODE, exception="InvalidRecord", message="too long"
    )
    records = [
        StoredRecord(value=b'{"text": 5}', place="x:1"),
        record(1, "strike Atlantis Borduria"),
        StoredRecord(value=b"", place="x:3", refused=refused),
        StoredRecord(value=None, place="x:4"),
    ]
    totals = run(store, records)
    assert (totals.records, totals.unreadable.total()) == (4, 3)
    assert [place for place, _ in totals.examples] == ["x:1", "x:3", "x:4"]
    assert [each.record for each in store.revisions(Side.AFTER)] == [1]


def test_an_article_without_a_time_has_that_of_the_one_before(store: ResultStore) -> None:
    """Where a store keeps no times, an untimed article is as old as its neighbour, on every run."""
    untimed = {"published_at": None}
    records = [
        record(0, "strike Atlantis Borduria", **untimed),
        record(5, "market Costaguana"),
        record(6, "market Drimmelen", **untimed),
    ]
    run(store, records)
    first, _, third = alerts(store)
    assert first.last_seen == EPOCH
    assert third.last_seen == alerts(store)[1].last_seen


def test_a_record_s_own_time_counts_where_it_has_one(store: ResultStore) -> None:
    """A record of an archive or a topic is read at its own time."""
    untimed = record(0, "strike Atlantis Borduria", published_at=None)
    run(store, [replace(untimed, timestamp=NOON)])
    assert alerts(store)[0].last_seen == NOON


def test_two_runs_are_kept_apart(store: ResultStore) -> None:
    """Each configuration has its own stories."""
    run(store, some_news(40), before=quick_reader(without=SignalKind.MARKET_MOVE))
    kinds = [{alert.kind for alert in alerts(store, side)} for side in Side]
    assert kinds[1] - kinds[0] == {"market-move"}


def test_texts_are_kept_of_articles_that_stories_rest_on(store: ResultStore) -> None:
    """What no story rests on is not kept."""
    run(store, some_news(8), texts=Texts(max_chars=1000))
    kept = [store.article(f"a-{number}", max_text_chars=1000) for number in range(8)]
    assert [each is not None for each in kept] == [True, True, True, False] * 2
    assert kept[0] is not None
    assert kept[0].text == "strike Atlantis Borduria"


def test_a_reader_that_gives_up_ends_the_run(store: ResultStore) -> None:
    """An error while reading is not swallowed, and nothing hangs."""

    async def broken(_records: object) -> list[Reading]:
        message = "no process left"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="no process left"):
        run(store, some_news(3), after=broken)


def test_evidence_names_its_entry(store: ResultStore) -> None:
    """Each piece of an alert's evidence comes with the lexicon entry that fired."""
    run(store, some_news(60))
    for each in store.revisions(Side.AFTER):
        assert each.keywords == ("quick",) * len(each.alert.evidence)


def test_records_lie_where_kafka_puts_them() -> None:
    """The partition of a desk's signals, or of an alert, is the client's own partitioner's choice."""
    from aiokafka.partitioner import DefaultPartitioner

    partitioner = DefaultPartitioner()
    for count in (1, 2, 3, 5, 8, 64):
        for key in (*Desk, "c0ffee5eed15bad0", "caf\u00e9"):
            chosen = partitioner(key.encode(), list(range(count)), list(range(count)))
            assert partition_of(key, count) == chosen
