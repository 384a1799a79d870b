"""Canaries: due once in a stretch of time, seen when every desk has given them back, missed in a minute."""

import pytest

from monitor.domain import Desk
from monitor.policy.canaries import PATIENCE_SECONDS, Canaries

NOW = 1_772_323_200.0
FIRST, SECOND, THIRD = Desk


@pytest.fixture
def canaries() -> Canaries:
    """The books of a group that sends one a minute."""
    return Canaries(interval_seconds=60)


def test_one_is_due_in_each_stretch_of_time(canaries: Canaries) -> None:
    """At once at first; then not before the next minute begins."""
    assert canaries.is_due(NOW + 20)
    canaries.sent(NOW + 20)
    assert not canaries.is_due(NOW + 59)
    assert canaries.is_due(NOW + 60)


def test_whoever_takes_over_sends_none_that_was_sent(canaries: Canaries) -> None:
    """A canary of another worker that has come back in this minute counts."""
    canaries.back(NOW + 20, FIRST, now=NOW + 21)
    assert not canaries.is_due(NOW + 59)
    assert canaries.is_due(NOW + 60)


def test_a_canary_is_seen_when_the_slowest_desk_gives_it_back(canaries: Canaries) -> None:
    """Two of three desks say nothing of the third, whose news may stand still."""
    canaries.sent(NOW)
    assert canaries.back(NOW, FIRST, now=NOW + 0.2) is None
    assert canaries.back(NOW, SECOND, now=NOW + 0.3) is None
    assert canaries.last_seen is None
    assert canaries.back(NOW, THIRD, now=NOW + 4) == pytest.approx(4)
    assert canaries.last_seen == NOW


def test_one_desk_that_stands_still_holds_back_what_was_seen(canaries: Canaries) -> None:
    """However many come back on the other desks."""
    for minute in range(5):
        canaries.sent(NOW + 60 * minute)
        for desk in (FIRST, SECOND, THIRD) if minute == 0 else (FIRST, SECOND):
            canaries.back(NOW + 60 * minute, desk, now=NOW + 60 * minute + 1)
    assert canaries.last_seen == NOW


def test_what_is_told_twice_is_measured_once(canaries: Canaries) -> None:
    """Batches come again after a crash, and so do their canaries."""
    canaries.sent(NOW)
    seconds = [canaries.back(NOW, desk, now=NOW + 1) for desk in (*Desk, *Desk)]
    assert [each for each in seconds if each is not None] == [1]


def test_one_sent_by_a_worker_that_died_is_still_measured(canaries: Canaries) -> None:
    """The next one has not sent it, and sees it come back; it cannot miss it."""
    assert canaries.missed(NOW + 600) == 0
    assert [canaries.back(NOW, desk, now=NOW + 2) for desk in Desk] == [None, None, 2]


def test_a_canary_is_missed_once_and_seen_when_it_comes_after_all(canaries: Canaries) -> None:
    """Late is late; how late is measured as well."""
    canaries.sent(NOW)
    assert canaries.missed(NOW + PATIENCE_SECONDS) == 0
    assert canaries.missed(NOW + PATIENCE_SECONDS + 1) == 1
    assert canaries.missed(NOW + PATIENCE_SECONDS + 2) == 0
    assert [canaries.back(NOW, desk, now=NOW + 300) for desk in Desk] == [None, None, 300]


def test_old_ones_are_neither_kept_nor_measured(canaries: Canaries) -> None:
    """A group that is set back reads the canaries of last week once more."""
    for minute in range(1000):
        canaries.sent(NOW + minute * 60)
        canaries.missed(NOW + minute * 60)
    assert canaries.missed(NOW + 10_000_000) <= 2
    assert all(canaries.back(NOW, desk, now=NOW + 10_000_000) is None for desk in Desk)


def test_the_past_that_is_read_back_is_no_measurement(canaries: Canaries) -> None:
    """After a restart the age of the last one is known at once."""
    for desk in Desk:
        canaries.recall(NOW, desk, now=NOW + 7200)
    assert canaries.last_seen == NOW


def test_a_clock_that_is_ahead_does_not_hide_the_silence(canaries: Canaries) -> None:
    """A return from tomorrow says nothing of today."""
    for desk in Desk:
        canaries.recall(NOW + 86_400, desk, now=NOW)
    assert canaries.last_seen is None
    assert canaries.is_due(NOW)


def test_canaries_go_round(canaries: Canaries) -> None:
    """Minute after minute the next partition, whoever counts."""
    assert [canaries.number(NOW + 60 * n) % 4 for n in range(5)] == [0, 1, 2, 3, 0]
