"""StoryIndex: which open stories to try an event on at all, found by what they have in common.

An inverted index, the rarest features first, so that the cost of an event does not grow with the number of
open stories; monitor.policy.similarity scores the candidates.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from monitor.policy.key_weights import ByCount, KeyWeights
from monitor.policy.similarity import Profile, gap_of, score_of

__all__ = ["StoryIndex"]

MOST_LOOKED_AT = 800
"""Entries of the index that are looked at for one event, those of the rarest features first: what many
open stories have tells nothing apart, and the cost stays the same however many there are."""
CANDIDATES = 8
"""Most stories that are scored for one event."""


class StoryIndex:
    """The profiles of open stories, found by what they have in common with an event.

    Everything it answers is a function of the set of profiles, not of the order they came in.
    """

    def __init__(self) -> None:
        """Start without stories."""
        self._profiles: dict[str, Profile] = {}
        self._keys: dict[str, frozenset[str]] = {}
        self._stories_with: dict[str, set[str]] = {}
        self._by_count = ByCount(0)

    def __len__(self) -> int:
        """Return the number of stories."""
        return len(self._profiles)

    def put(self, story_id: str, profile: Profile) -> None:
        """Add a story, or replace its profile."""
        before, keys = self._keys.get(story_id, frozenset()), profile.keys
        self._profiles[story_id] = profile
        self._keys[story_id] = keys
        for key in keys - before:
            self._stories_with.setdefault(key, set()).add(story_id)
        self._leave(story_id, before - keys)

    def drop(self, story_id: str) -> None:
        """Remove a story if it is there."""
        if self._profiles.pop(story_id, None) is not None:
            self._leave(story_id, self._keys.pop(story_id))

    def _leave(self, story_id: str, keys: Iterable[str]) -> None:
        for key in keys:
            stories = self._stories_with[key]
            stories.discard(story_id)
            if not stories:
                del self._stories_with[key]

    def ranked(
        self, event: Profile, *, within: timedelta, at_least: float = 0.0
    ) -> list[tuple[float, str]]:
        """Return the best candidates for an event with their scores, best first.

        Args:
            event: the event's profile.
            within: how far, in event time, the event may lie outside a story's time.
            at_least: the least score that is of interest.
        """
        weights = self._weights()
        shared: defaultdict[str, float] = defaultdict(float)
        looked_at = 0
        with_key = self._stories_with.get
        for often, key in sorted((len(with_key(key, ())), key) for key in event.keys):
            looked_at += often
            if looked_at > MOST_LOOKED_AT:
                break
            weight = weights.by_count[often] if often else 0.0
            for story_id in with_key(key, ()):
                shared[story_id] -= weight
        # Pairs that are thrown away at once cost nothing to make; a list of them wakes the collector.
        likely = heapq.nsmallest(CANDIDATES, zip(shared.values(), shared.keys(), strict=True))
        total = weights.of_terms(event.terms)
        scored = []
        for _, story_id in likely:
            story = self._profiles[story_id]
            if story.desk is event.desk and gap_of(event, story) <= within:
                score = score_of(event, story, weights, total, at_least=at_least)
                if score >= at_least:
                    scored.append((score, story_id))
        return sorted(scored, key=_best_first)

    def profile_of(self, story_id: str) -> Profile:
        """Return the profile that a story was put in with.

        Raises:
            KeyError: if the story is not there.
        """
        return self._profiles[story_id]

    def fit(self, event: Profile, story: Profile) -> float:
        """Return how well an event fits a story, open or not."""
        if story.desk is not event.desk:
            return 0.0
        weights = self._weights()
        return score_of(event, story, weights, weights.of_terms(event.terms))

    def _weights(self) -> KeyWeights:
        """Return what keys weigh now; what a count weighs stays as long as there are as many stories."""
        stories = len(self._profiles)
        if self._by_count.stories != stories:
            self._by_count = ByCount(stories)
        return KeyWeights(self._stories_with, self._by_count)


def _best_first(scored: tuple[float, str]) -> tuple[float, str]:
    return -scored[0], scored[1]
