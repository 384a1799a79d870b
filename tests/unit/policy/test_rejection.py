"""RejectionLimit: when unreadable records mean that something else is wrong."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import TooManyDeadLetters
from monitor.policy.rejection import Outcome, RejectionLimit

READ, REJECTED = Outcome.READ, Outcome.REJECTED


def test_a_few_bad_records_at_the_start_are_borne() -> None:
    """The share counts against the whole window from the first record on."""
    limit = RejectionLimit(share=0.5, window=10)

    limit.record([REJECTED] * 5)

    assert limit.rejected == 5


def test_a_stream_of_nothing_else_stops_early() -> None:
    """One more than the share of a window is too many, and the message says what to do."""
    limit = RejectionLimit(share=0.5, window=10)

    with pytest.raises(TooManyDeadLetters, match=r"6 of the last 6 records .* dead-letter topics"):
        limit.record([REJECTED] * 6)


def test_a_good_stretch_forgives() -> None:
    """What lies before the window does not count."""
    limit = RejectionLimit(share=0.5, window=4)

    for _ in range(10):
        limit.record([REJECTED, REJECTED, READ, READ])

    assert limit.rejected == 2


@given(
    outcomes=st.lists(st.sampled_from(Outcome), max_size=60),
    window=st.integers(1, 12),
    share=st.floats(0.05, 1),
)
def test_the_count_is_that_of_the_window(
    outcomes: Sequence[Outcome], window: int, share: float
) -> None:
    """At every record the limit knows exactly the rejected ones among the last *window*."""
    limit = RejectionLimit(share=share, window=window)
    for end in range(1, len(outcomes) + 1):
        expected = outcomes[max(0, end - window) : end].count(REJECTED)
        if expected > share * window:
            with pytest.raises(TooManyDeadLetters):
                limit.record(outcomes[end - 1 : end])
            return
        limit.record(outcomes[end - 1 : end])
        assert limit.rejected == expected


@given(
    before=st.lists(st.sampled_from(Outcome), max_size=30), ahead=st.lists(st.sampled_from(Outcome))
)
def test_looking_ahead_raises_the_same_and_counts_nothing(
    before: Sequence[Outcome], ahead: Sequence[Outcome]
) -> None:
    """`check` raises exactly where `record` would, and leaves the count as it is."""
    limit = RejectionLimit(share=0.5, window=8)
    with suppress(TooManyDeadLetters):
        limit.record(before)
    rejected = limit.rejected
    raised = []
    for act in (limit.check, limit.record):
        try:
            act(ahead)
        except TooManyDeadLetters as error:
            raised.append(str(error))
        if act == limit.check:
            assert limit.rejected == rejected
    assert raised in ([], [*raised[:1]] * 2)


@pytest.mark.parametrize(("share", "window"), [(0, 10), (1.1, 10), (0.5, 0)])
def test_a_limit_that_means_nothing_is_refused(share: float, window: int) -> None:
    """Share and window must lie in their ranges."""
    with pytest.raises(ValueError, match="must be"):
        RejectionLimit(share=share, window=window)
