"""StoryIndex: which open stories to try an event on at all, found by what they have in common.

An inverted index, the rarest features first, so that the cost of an event does not grow with the number of
open stories; monitor.policy.similarity scores the candidates.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import timedelta

import numpy as np

from monitor.policy.key_weights import ByCount, KeyWeights
from monitor.policy.similarity import Profile, gap_of, score_of

__all__ = ["StoryIndex"]

MOST_LOOKED_AT = 800
"""Entries of the index that are looked at for one event, those of the rarest features first: what many
open stories have tells nothing apart, and the cost stays the same however many there are."""
CANDIDATES = 8
"""Most stories that are scored for one event."""
_NO_KEYS: frozenset[str] = frozenset()
_SLOTS = "I"
_SLOT = np.dtype(_SLOTS)


class StoryIndex:
    """The profiles of open stories, found by what they have in common with an event.

    Everything it answers is a function of the set of profiles, not of the order they came in.
    """

    def __init__(self) -> None:
        """Start without stories."""
        self._slots: dict[str, int] = {}
        """Number of each story, small and used again: what is added up per story stands in a list."""
        self._ids: list[str] = []
        """Story by number; of a number that is free, who had it last."""
        self._free: list[int] = []
        self._profiles: dict[str, Profile] = {}
        self._keys: dict[str, frozenset[str]] = {}
        self._stories_with: dict[str, array[int]] = {}
        """Numbers of stories by key, in order; in arrays, for sets of objects lie all over the memory."""
        self._by_count = ByCount(0)

    def __len__(self) -> int:
        """Return the number of stories."""
        return len(self._profiles)

    def put(self, story_id: str, profile: Profile) -> None:
        """Add a story, or replace its profile."""
        before, keys = self._keys.get(story_id, _NO_KEYS), profile.keys
        slot = self._slots.get(story_id)
        if slot is None:
            slot = self._slots[story_id] = self._taken(story_id)
        self._profiles[story_id] = profile
        self._keys[story_id] = keys
        for key in keys - before:
            insort(self._stories_with.setdefault(key, array(_SLOTS)), slot)
        self._leave(slot, before - keys)

    def drop(self, story_id: str) -> None:
        """Remove a story if it is there."""
        if self._profiles.pop(story_id, None) is not None:
            slot = self._slots.pop(story_id)
            self._leave(slot, self._keys.pop(story_id))
            self._free.append(slot)

    def _taken(self, story_id: str) -> int:
        """Give a story a number that no other has."""
        if not self._free:
            self._ids.append(story_id)
            return len(self._ids) - 1
        slot = self._free.pop()
        self._ids[slot] = story_id
        return slot

    def _leave(self, slot: int, keys: Iterable[str]) -> None:
        for key in keys:
            stories = self._stories_with[key]
            del stories[bisect_left(stories, slot)]
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
        terms = weights.of_event(event.terms)
        scored = []
        for story_id in self._likely(event, weights):
            story = self._profiles[story_id]
            if story.desk is event.desk and gap_of(event, story) <= within:
                score = score_of(event, story, terms, at_least=at_least)
                if score >= at_least:
                    scored.append((score, story_id))
        return sorted(scored, key=_best_first)

    def _likely(self, event: Profile, weights: KeyWeights) -> list[str]:
        """Return the stories that share most with an event, by what the keys that they share weigh."""
        looked_at = self._looked_at(event)
        if not looked_at:
            return []
        slots = np.frombuffer(b"".join(looked_at), dtype=_SLOT)
        often = [len(stories) for stories in looked_at]
        # Adds up in the order of the entries, the rarest key first, so that every reader rounds alike.
        shared = np.bincount(slots, weights=np.repeat([weights.by_count[n] for n in often], often))
        ahead = np.flatnonzero(shared)
        if len(ahead) > CANDIDATES:
            masses = shared[ahead]
            # Whoever has as much as the last of them stays: ids decide between equals.
            least = np.partition(masses, -CANDIDATES)[-CANDIDATES]
            ahead = ahead[masses >= least]
        ranked = sorted((-shared[slot], self._ids[slot]) for slot in ahead)
        return [story_id for _, story_id in ranked[:CANDIDATES]]

    def _looked_at(self, event: Profile) -> "list[array[int]]":
        """Return the stories with each of an event's keys that counts, the rarest first."""
        keys = [key for key in event.keys if key in self._stories_with]
        with_key = [self._stories_with[key] for key in keys]
        rarest_first = sorted(zip(map(len, with_key), keys, with_key, strict=True))
        found = []
        looked_at = 0
        for often, _, stories in rarest_first:
            looked_at += often
            if looked_at > MOST_LOOKED_AT:
                break
            found.append(stories)
        return found

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
        return score_of(event, story, weights.of_event(event.terms))

    def _weights(self) -> KeyWeights:
        """Return what keys weigh now; what a count weighs stays as long as there are as many stories."""
        stories = len(self._profiles)
        if self._by_count.stories != stories:
            self._by_count = ByCount(stories)
        return KeyWeights(self._stories_with, self._by_count)


def _best_first(scored: tuple[float, str]) -> tuple[float, str]:
    return -scored[0], scored[1]
