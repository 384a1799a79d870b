"""Canaries: when one is due, which are back, and which are missed. Pure: the time comes in.

A canary goes the way of every desk. What is known of the way as a whole is how new the newest
canary is that came back on the slowest desk: it grows with everything that holds news up.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from monitor.domain import Desk

__all__ = ["PATIENCE_SECONDS", "Canaries", "of_slowest_desk"]

T = TypeVar("T")

PATIENCE_SECONDS: Final = 60.0
"""A canary that is not back after so long is missed: the objective is an alert within a minute."""
_REMEMBERED_SECONDS: Final = 3600.0
"""One that comes later than this is no longer measured: its news would have lost its worth."""
_CLOCKS_APART_SECONDS: Final = 60.0
"""How far the clocks of two workers may be apart."""


def of_slowest_desk(
    newest: Mapping[Desk, T], *, desks: Collection[Desk], key: Callable[[T], Any]
) -> T | None:
    """Return the newest canary of the slowest desk: the newest that is back on every way.

    Args:
        newest: the newest one that came back, by desk.
        desks: the ways that each goes.
        key: what tells which of two is older, by which it sorts first.

    Returns:
        None where one of the desks has given none back.
    """
    if frozenset(desks) - newest.keys():
        return None
    return min(newest.values(), key=key)


@dataclass(slots=True)
class _Flight:
    """A canary on its way."""

    out: set[Desk]
    """The desks on whose way it is not back yet."""
    watched: bool
    """Whether it was sent here, and may still be missed."""


class Canaries:
    """The books on the canaries of one group; times are seconds since 1970."""

    def __init__(self, *, interval_seconds: float, desks: Collection[Desk] = tuple(Desk)) -> None:
        """Take how often one is due, and the ways that each goes.

        Args:
            interval_seconds: more than 0; one is due in each such stretch of time, counted from
                1970, so that workers that follow one another send no more.
            desks: what a canary must come back from to be seen.
        """
        self._interval = interval_seconds
        self._desks = frozenset(desks)
        self._flights: dict[float, _Flight] = {}
        self._newest: dict[Desk, float] = {}
        self._last_sent = 0.0

    @property
    def last_seen(self) -> float | None:
        """When the newest canary was sent that is known to be back; None before the first.

        On every desk one at least as new has come back.
        """
        return of_slowest_desk(self._newest, desks=self._desks, key=float)

    def is_due(self, now: float) -> bool:
        """Whether this stretch of time has no canary yet, neither sent here nor back from elsewhere."""
        known = max(self._last_sent, *self._newest.values(), 0.0)
        return now // self._interval > known // self._interval

    def number(self, now: float) -> int:
        """Count the stretches of time: where a canary goes follows from it, also after a restart."""
        return int(now // self._interval)

    def sent(self, at: float) -> None:
        """Note that one was sent."""
        self._last_sent = max(self._last_sent, at)
        self._flights[at] = _Flight(out=set(self._desks), watched=True)

    def recall(self, sent_at: float, desk: Desk, *, now: float) -> None:
        """Note a return of the past, as it was read back: nothing is measured by it.

        One from the future, by a clock that was wrong, is not believed: it would hide the silence
        until its time has come.
        """
        if sent_at - now <= _CLOCKS_APART_SECONDS:
            self._newest[desk] = max(self._newest.get(desk, 0.0), sent_at)

    def back(self, sent_at: float, desk: Desk, *, now: float) -> float | None:
        """Note that a canary is back on the way of a desk.

        Returns:
            How many seconds it took, when that was the last desk; None before that, and for what is
            told twice or too old to say anything.
        """
        if sent_at not in self._flights and (
            sent_at <= self._newest.get(desk, 0.0) or now - sent_at > _REMEMBERED_SECONDS
        ):
            return None
        flight = self._flights.setdefault(sent_at, _Flight(out=set(self._desks), watched=False))
        self.recall(sent_at, desk, now=now)
        if desk not in flight.out:
            return None
        flight.out.discard(desk)
        if flight.out:
            return None
        del self._flights[sent_at]
        return max(0.0, now - sent_at)

    def missed(self, now: float) -> int:
        """Return how many have become missed since this was last asked, and forget the oldest.

        A missed one that comes back after all is seen and measured; it stays missed.
        """
        late = [
            flight
            for at, flight in self._flights.items()
            if flight.watched and now - at > PATIENCE_SECONDS
        ]
        for flight in late:
            flight.watched = False
        for at in [at for at in self._flights if now - at > _REMEMBERED_SECONDS]:
            del self._flights[at]
        return len(late)
