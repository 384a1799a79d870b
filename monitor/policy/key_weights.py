"""Key weights: what the words and names that stories are compared by weigh: rare ones tell stories apart.

A key that n of N open stories have weighs ln(1 + (N + 1) / n) (inverse document frequency, Sparck Jones 1972).
"""

import math
from collections.abc import Collection, Iterator, Mapping
from itertools import repeat

__all__ = ["LEAST_WEIGHT", "ByCount", "EventTerms", "KeyWeights"]

LEAST_WEIGHT = 0.69
"""No key weighs less: one that all stories have weighs ln(1 + (N + 1) / N), which is above ln 2 = 0.693."""


class ByCount(dict[int, float]):
    """What a key weighs that so many of the open stories have: rare ones tell stories apart."""

    def __init__(self, stories: int) -> None:
        """Take the number of open stories."""
        super().__init__()
        self.stories = stories

    def __missing__(self, common: int) -> float:
        """Work out what a key of so many stories weighs, once."""
        # A key that no story has weighs as if one had.
        weight = self[common] = math.log1p((self.stories + 1) / (common or 1))
        return weight


class KeyWeights:
    """What words and names weigh among the open stories."""

    def __init__(self, stories_with: Mapping[str, Collection[int]], by_count: ByCount) -> None:
        """Take the open stories by key, and what counts weigh."""
        self._stories_with = stories_with
        self.by_count = by_count

    def of_terms(self, terms: frozenset[str]) -> float:
        """Return what terms weigh together; rounded once, so that their order does not matter."""
        # The innermost loop of the alert agent: a chain of maps runs without the interpreter.
        return math.fsum(self._each(terms))

    def of_event(self, terms: frozenset[str]) -> "EventTerms":
        """Return what the terms of an event weigh, each looked up once for all stories it is tried on."""
        return EventTerms(self, dict(zip(terms, self._each(terms), strict=True)))

    def _each(self, terms: frozenset[str]) -> Iterator[float]:
        counts = map(len, map(self._stories_with.get, terms, repeat(())))
        return map(self.by_count.__getitem__, counts)


class EventTerms:
    """What the terms of one event weigh, alone and among those of a story."""

    def __init__(self, weights: KeyWeights, each: dict[str, float]) -> None:
        """Take what keys weigh, and of them the event's terms."""
        self.of_story = weights.of_terms
        """Gives what a story's terms weigh together."""
        self._each = each
        self.total = math.fsum(each.values())
        """All of them together."""

    def of(self, terms: frozenset[str]) -> float:
        """Return what some of them weigh together.

        Raises:
            KeyError: for a term that the event has not.
        """
        return math.fsum(map(self._each.__getitem__, terms))
