"""Pace: when each record of a replay is due. Pure: knows no clock."""

from dataclasses import dataclass

__all__ = ["Pace", "Schedule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast to send; without a factor and a rate, as fast as possible."""

    factor: float | None = None
    """So many times the pace at which the records were made: 1 is the pace itself."""
    per_second: float | None = None
    """So many records a second, whatever their times."""
    max_gap_seconds: float | None = None
    """With a factor: no pause between two records is longer than this, as it is played."""

    @property
    def is_unbounded(self) -> bool:
        """Whether nothing ever waits."""
        return self.factor is None and self.per_second is None


class Schedule:
    """Gives each record's due time, in seconds since the first one of the run."""

    def __init__(self, pace: Pace) -> None:
        """Begin a run."""
        self._pace = pace
        self._due = 0.0
        self._latest: int | None = None
        self._count = 0

    @property
    def latest(self) -> float:
        """When the last record asked for is due."""
        return self._due

    def due(self, timestamp_ms: int) -> float:
        """Return when the next record is due; a time before the one before is due at once."""
        if self._pace.per_second is not None:
            self._due = self._count / self._pace.per_second
            self._count += 1
        elif self._pace.factor is not None:
            gap = 0.0
            if self._latest is not None:
                gap = max(0, timestamp_ms - self._latest) / 1000 / self._pace.factor
            self._latest = max(timestamp_ms, self._latest or timestamp_ms)
            longest = self._pace.max_gap_seconds
            self._due += gap if longest is None else min(gap, longest)
        return self._due
