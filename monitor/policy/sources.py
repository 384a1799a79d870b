"""Sources: how much each publisher usually sends at this hour of the day, and when it last sent.

Pure, and by arrival time alone: the times of the records, never the clock of who reads. So a backlog
teaches as much as live news does, and a worker that lags takes nobody for silent.

A publisher is silent where many articles would usually have come since its last one: at 20 and more
(40 an hour, none for 30 minutes), as of independent arrivals, chance alone would give as long a gap
once in 500 million (e^-20); news comes in bursts, so that the real odds are worse, and the margin needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

__all__ = ["SILENT_ARTICLES", "Source", "Sources"]

SILENT_ARTICLES: Final = 20.0
"""So many articles would usually have come since the last one of a publisher that is silent."""

_HOUR: Final = 3600
_DAY_HOURS: Final = 24
_NEWEST_DAY: Final = 0.3
"""How much the newest day counts in what is usual at an hour: half of it is forgotten in two days."""
_UNKNOWN_HOUR: Final = 0.5
"""What an hour of the day that was never seen is expected to bring, of what the hours that were seen bring."""
_OUTAGE_SECONDS: Final = 900
"""Where nothing arrives of anybody for longer, nothing is learnt: it was not the publishers' silence."""
_CANDIDATES: Final = 20
"""How many publishers are counted for each one that is told of."""


@dataclass(slots=True)
class _Habit:
    """What is known of a publisher."""

    last: float
    count: int = 0
    """Articles in the hour that runs."""
    hours: dict[int, float] = field(default_factory=dict)
    """Usual articles by hour of the day, UTC."""

    @property
    def mean(self) -> float:
        """Usual articles of the hours that are known."""
        return sum(self.hours.values()) / len(self.hours) if self.hours else 0.0

    @property
    def size(self) -> float:
        """How much it sends, to tell large from small."""
        return max(self.mean, float(self.count))

    def close(self, hour: int) -> None:
        """Learn from an hour that is over and was seen whole."""
        place = hour % _DAY_HOURS
        usual = self.hours.get(place, float(self.count))
        self.hours[place] = usual + _NEWEST_DAY * (self.count - usual)

    def usual(self, hour: int) -> float:
        """Return how many articles an hour usually brings."""
        known = self.hours.get(hour % _DAY_HOURS)
        return _UNKNOWN_HOUR * self.mean if known is None else known


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher as it stands."""

    usual: float
    """Articles that this hour of the day usually brings."""
    last: float
    """When its last article arrived, seconds since 1970."""

    def missing(self, now: float) -> float:
        """Return how many articles would usually have come since the last one, by arrival time *now*."""
        return self.usual * max(0.0, now - self.last) / _HOUR


class Sources:
    """The habits of the publishers whose articles come to one worker."""

    def __init__(self, *, limit: int) -> None:
        """Take how many publishers are told of: those that send most; 20 times as many are counted."""
        self._limit = limit
        self._habits: dict[str, _Habit] = {}
        self._now: float | None = None
        self._whole = False
        """Whether the hour that runs was seen from its begin, without an outage."""

    @property
    def now(self) -> float | None:
        """The newest arrival, seconds since 1970; None before the first."""
        return self._now

    def arrived(self, publisher: str, at: float) -> None:
        """Count an article of a publisher; *at* is its record's time, seconds since 1970."""
        self.tick(at)
        if not publisher or not self._limit:
            return
        habit = self._habits.get(publisher)
        if habit is None:
            if len(self._habits) >= self._limit * _CANDIDATES:
                del self._habits[min(self._habits, key=lambda name: self._habits[name].size)]
            habit = self._habits[publisher] = _Habit(last=at)
        habit.count += 1
        habit.last = max(habit.last, at)

    def tick(self, at: float) -> None:
        """Let arrival time go on, as records that are no news do too; it never goes back."""
        if self._now is None:
            self._now = at
        if at <= self._now:
            return
        before, self._now = self._now, at
        outage = at - before > _OUTAGE_SECONDS
        hour, newest = int(before // _HOUR), int(at // _HOUR)
        if hour < newest:
            for habit in self._habits.values():
                if self._whole and not outage:
                    habit.close(hour)
                habit.count = 0
        if outage or hour < newest:
            self._whole = not outage

    def told(self) -> Mapping[str, Source]:
        """Return the publishers that send most, as they stand; at most as many as the limit."""
        if self._now is None:
            return {}
        hour = int(self._now // _HOUR)
        largest = sorted(self._habits, key=lambda name: (-self._habits[name].size, name))
        return {
            name: Source(usual=self._habits[name].usual(hour), last=self._habits[name].last)
            for name in largest[: self._limit]
        }

    def shared(self, share: float) -> None:
        """Take it that from now on so many times the articles come: partitions were gained or lost."""
        for habit in self._habits.values():
            habit.hours = {hour: usual * share for hour, usual in habit.hours.items()}
        self._whole = False
