"""What the timestamp of a record is worth."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.broker_checks import _clock
from agents.finding import Grade
from agents.record_times import AHEAD, believed_moment, moment_of, oldest_moment

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOON_MS = 1_772_452_800_000
MICROSECONDS = NOON_MS * 1000
LAST_MS = 253_402_300_799_999


@pytest.mark.parametrize(
    ("timestamp_ms", "moment"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (NOON_MS + 7, NOON + timedelta(milliseconds=7)),
        (LAST_MS, datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        (LAST_MS + 1, None),
        (MICROSECONDS, None),
        (-1, None),
    ],
)
def test_a_timestamp_is_a_time_or_none(timestamp_ms: int, moment: datetime | None) -> None:
    """From 1970 to the end of the year 9999, exact to the millisecond; none else."""
    assert moment_of(timestamp_ms) == moment


@given(st.integers(-(2**63), 2**63 - 1))
def test_no_timestamp_of_kafka_raises(timestamp_ms: int) -> None:
    """Whatever 64 bits a producer writes."""
    assert (moment_of(timestamp_ms) is not None) == (0 <= timestamp_ms <= LAST_MS)


def test_what_lies_far_ahead_is_not_believed() -> None:
    """A clock may be a day ahead, and no more."""
    limit = NOON_MS + int(AHEAD.total_seconds() * 1000)

    assert believed_moment(limit, now=NOON) == NOON + AHEAD
    assert believed_moment(limit + 1, now=NOON) is None
    assert believed_moment(MICROSECONDS, now=NOON) is None


def test_the_oldest_is_among_those_that_are_times() -> None:
    """What is no time is no reason to name none."""
    assert oldest_moment([-1, MICROSECONDS, NOON_MS + 1, NOON_MS]) == NOON
    assert oldest_moment([-1, MICROSECONDS]) is None
    assert oldest_moment([]) is None


@pytest.mark.parametrize("timestamp_ms", [MICROSECONDS, -1])
def test_the_doctor_names_a_timestamp_that_is_no_time(timestamp_ms: int) -> None:
    """Whose producer is wrong is warned, with the number."""
    finding = _clock(timestamp_ms)

    assert finding.grade is Grade.WARN
    assert str(timestamp_ms) in finding.message
