"""Ledger: nothing is committed that no agent finished."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ledger import Ledger, Partition, RecordsSkipped
from tests.agents.fakes import a_message

PLACE = Partition("articles", 0)


def fetched(ledger: Ledger, *offsets: int) -> None:
    """Let records come from the broker."""
    for offset in offsets:
        ledger.fetched(PLACE, offset)


def test_a_commit_is_cut_down_to_what_was_handled() -> None:
    """Faust may ask for more than agents finished; it gets what they finished."""
    ledger = Ledger()
    fetched(ledger, 5, 6, 7)
    ledger.taken([a_message(b"", offset=5), a_message(b"", offset=6)])
    assert ledger.committable({PLACE: 8}) == {}
    ledger.handled([a_message(b"", offset=5)])
    assert ledger.committable({PLACE: 8}) == {PLACE: 6}
    assert ledger.committable({PLACE: 4}) == {PLACE: 4}


def test_a_fetched_record_that_never_arrives_is_noticed() -> None:
    """If a later record comes in the place of one that was fetched, the worker must start again."""
    ledger = Ledger()
    fetched(ledger, 0, 1, 2)
    with pytest.raises(RecordsSkipped, match="record 0 of articles partition 0"):
        ledger.taken([a_message(b"", offset=1)])


def test_gaps_in_the_topic_are_no_loss() -> None:
    """Offsets that the broker does not have (compaction, transactions) are not missed."""
    ledger = Ledger()
    fetched(ledger, 3, 7, 20)
    ledger.taken([a_message(b"", offset=offset) for offset in (3, 7, 20)])


def test_records_read_again_after_a_seek_are_expected_again() -> None:
    """After the consumer is set back, only what it fetches from there on is expected."""
    ledger = Ledger()
    fetched(ledger, 0, 1, 2, 3)
    ledger.sought()
    fetched(ledger, 2, 3)
    ledger.taken([a_message(b"", offset=2)])
    fetched(ledger, 2, 3)
    ledger.taken([a_message(b"", offset=2)])


def test_a_revoked_partition_is_forgotten() -> None:
    """Nothing is committed for a partition that is no longer ours."""
    ledger = Ledger()
    ledger.handled([a_message(b"", offset=9)])
    assert ledger.has_handled(PLACE)
    ledger.forget([PLACE])
    assert not ledger.has_handled(PLACE)
    assert ledger.committable({PLACE: 10}) == {}


@given(st.lists(st.integers(0, 30), unique=True).map(sorted), st.data())
def test_whatever_is_dropped_on_the_way_is_never_committed_over(
    offsets: list[int], data: st.DataObject
) -> None:
    """However many records vanish between consumer and agent, no commit passes the first of them."""
    ledger = Ledger()
    fetched(ledger, *offsets)
    arrived = [offset for offset in offsets if data.draw(st.booleans())]
    lost = [offset for offset in offsets if offset not in arrived]
    for offset in arrived:
        message = a_message(b"", offset=offset)
        try:
            ledger.taken([message])
        except RecordsSkipped:
            break
        ledger.handled([message])
    committed = ledger.committable({PLACE: 100}).get(PLACE, 0)
    assert all(committed <= offset for offset in lost)


def test_a_record_is_under_way_from_its_fetch_until_it_is_handled() -> None:
    """Neither one that the broker still has nor one that is done counts as under way."""
    ledger = Ledger()
    fetched(ledger, 5, 6)
    assert [ledger.is_under_way(PLACE, offset) for offset in (5, 6, 7)] == [True, True, False]
    ledger.handled([a_message(b"", offset=5)])
    assert [ledger.is_under_way(PLACE, offset) for offset in (5, 6)] == [False, True]
    ledger.sought()
    assert not ledger.is_under_way(PLACE, 6)
