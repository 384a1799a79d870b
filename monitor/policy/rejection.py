"""RejectionLimit: too many unreadable records mean that something else is wrong.

A bad deploy, or a producer with a new format, would otherwise empty a topic into its dead letters.
"""

from collections import deque
from collections.abc import Iterable
from enum import StrEnum

from monitor.errors import TooManyDeadLetters

__all__ = ["Outcome", "RejectionLimit"]


class Outcome(StrEnum):
    """What became of a record, as far as the limit cares."""

    READ = "read"
    """It was read, with signals or without."""
    REJECTED = "rejected"
    """It became a dead letter."""


class RejectionLimit:
    """Counts rejected records among the last ones.

    The limit is exceeded when more than `share * window` of the last `window` records were
    rejected. Before `window` records have passed the same number counts, so that a few bad records
    right after the start do not stop a worker, and a stream of nothing else stops it early.
    """

    def __init__(self, *, share: float, window: int) -> None:
        """Set the limit.

        Args:
            share: highest share of rejected records that is borne, above 0 and up to 1.
            window: how many of the last records are looked at, at least 1.

        Raises:
            ValueError: if share or window lies outside its range.
        """
        if not 0 < share <= 1:
            message = f"share is {share}; must be above 0 and at most 1"
            raise ValueError(message)
        if window < 1:
            message = f"window is {window}; must be at least 1"
            raise ValueError(message)
        self._share = share
        self._window = window
        self._last: deque[Outcome] = deque(maxlen=window)
        self._rejected = 0

    @property
    def rejected(self) -> int:
        """How many of the last records were rejected."""
        return self._rejected

    def check(self, outcomes: Iterable[Outcome]) -> None:
        """Look ahead: raise what `record` would raise, and count nothing.

        Raises:
            TooManyDeadLetters: with these outcomes the limit would be exceeded.
        """
        ahead = RejectionLimit(share=self._share, window=self._window)
        ahead._last.extend(self._last)
        ahead._rejected = self._rejected
        ahead.record(outcomes)

    def record(self, outcomes: Iterable[Outcome]) -> None:
        """Count the outcomes of records, in their order.

        Raises:
            TooManyDeadLetters: at the first record with which the limit is exceeded; the outcomes
                after it are not counted.
        """
        for outcome in outcomes:
            if len(self._last) == self._window and self._last[0] is Outcome.REJECTED:
                self._rejected -= 1
            self._last.append(outcome)
            self._rejected += outcome is Outcome.REJECTED
            if self._rejected > self._share * self._window:
                message = (
                    f"{self._rejected} of the last {len(self._last)} records could not be used; "
                    f"the limit is {self._share:.0%} of {self._window}. Look at the dead-letter "
                    "topics for the reasons, mend the cause, then start the worker again; raise "
                    "dead_letter_share only if these records are to be given up."
                )
                raise TooManyDeadLetters(message)
