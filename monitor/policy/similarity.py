"""Similarity: how well an event fits an open story, and which stories to try at all.

The score of a story for an event lies between 0 and 1 (times a little for age):

    score = (ENTITY_WEIGHT * entities + TERM_WEIGHT * terms) * 0.5 ** (days apart / HALF_LIFE_DAYS)

`entities` and `terms` are overlap coefficients, the weight of what both share over the weight of
what the poorer of the two has, so that a short flash fits the long report that follows it. What
is rare among the open stories weighs more, ln(1 + N / n) for n of N stories (inverse document
frequency, Sparck Jones 1972). Where either side names no entity, terms alone count, and a third more
is asked of them. A market's event fits only a story of the same instrument and the same day (UTC).

Candidates come from an inverted index over entities and terms, the rarest first, so that the cost
of an event does not grow with the number of open stories.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain import Desk, Story
from monitor.policy.events import Event, features_of

__all__ = ["Profile", "StoryIndex", "profile_of_event", "profile_of_story"]

ENTITY_WEIGHT = 0.5
TERM_WEIGHT = 0.5
TERMS_ALONE = 0.75
"""What a score of terms alone is multiplied with: a third more is asked of it."""
HALF_LIFE_DAYS = 4.0
"""News of a story comes within days; after four the same words count half."""
LEAST_COMMON = 400
"""Features of more open stories than this are not looked up: they tell nothing apart."""
CANDIDATES = 24
"""Most stories that are scored for one event."""

_COUNTRY_WEIGHT = 0.6
"""Countries come up in many stories: they count less than a town or an organisation."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an event or a story is compared by."""

    desk: Desk
    features: frozenset[str]
    terms: frozenset[str]
    first: datetime
    last: datetime


def profile_of_event(event: Event) -> Profile:
    """Return the profile of an event."""
    return Profile(
        desk=event.desk,
        features=event.features,
        terms=frozenset(event.report.terms),
        first=event.time,
        last=event.time,
    )


def profile_of_story(story: Story) -> Profile:
    """Return the profile of a story, from its record alone."""
    instruments = (
        [f.subject for f in story.figures if f.subject] if story.desk is Desk.MARKETS else []
    )
    return Profile(
        desk=story.desk,
        features=features_of(
            (*story.actors, *story.targets, *story.places), instruments=instruments
        ),
        terms=frozenset(story.terms),
        first=story.first_seen,
        last=story.last_seen,
    )


def _gap(event: Profile, story: Profile) -> timedelta:
    """Return how far an event lies outside a story's time, zero inside."""
    return max(story.first - event.last, event.first - story.last, timedelta(0))


class StoryIndex:
    """The profiles of open stories, found by what they have in common with an event.

    Everything it answers is a function of the set of profiles, not of the order they came in.
    """

    def __init__(self) -> None:
        """Start without stories."""
        self._profiles: dict[str, Profile] = {}
        self._stories_with: dict[str, set[str]] = {}

    def __len__(self) -> int:
        """Return the number of stories."""
        return len(self._profiles)

    def put(self, story_id: str, profile: Profile) -> None:
        """Add a story, or replace its profile."""
        self.drop(story_id)
        self._profiles[story_id] = profile
        for feature in _keys(profile):
            self._stories_with.setdefault(feature, set()).add(story_id)

    def drop(self, story_id: str) -> None:
        """Remove a story if it is there."""
        profile = self._profiles.pop(story_id, None)
        for feature in _keys(profile) if profile else ():
            stories = self._stories_with[feature]
            stories.discard(story_id)
            if not stories:
                del self._stories_with[feature]

    def _weight(self, feature: str) -> float:
        common = len(self._stories_with.get(feature, ())) or 1
        weight = math.log1p((len(self._profiles) + 1) / common)
        return weight * _COUNTRY_WEIGHT if feature.startswith("c:") else weight

    def _weights(self, features: Iterable[str]) -> float:
        return sum(self._weight(feature) for feature in sorted(features))

    def ranked(self, event: Profile, *, within: timedelta) -> list[tuple[float, str]]:
        """Return the best candidates for an event with their scores, best first.

        Args:
            event: the event's profile.
            within: how far, in event time, the event may lie outside a story's time.
        """
        shared: defaultdict[str, float] = defaultdict(float)
        for feature in sorted(_keys(event)):
            stories = self._stories_with.get(feature, ())
            if len(stories) <= LEAST_COMMON:
                weight = self._weight(feature)
                for story_id in stories:
                    shared[story_id] += weight
        likely = sorted(shared, key=lambda story_id: (-shared[story_id], story_id))
        scored = []
        for story_id in likely[:CANDIDATES]:
            story = self._profiles[story_id]
            if story.desk is event.desk and _gap(event, story) <= within:
                scored.append((self._score(event, story), story_id))
        return sorted(scored, key=_best_first)

    def score(self, event: Profile, story_id: str) -> float:
        """Return how well an event fits a story, 0 for a story that is not there."""
        story = self._profiles.get(story_id)
        return self._score(event, story) if story and story.desk is event.desk else 0.0

    def _score(self, event: Profile, story: Profile) -> float:
        if event.desk is Desk.MARKETS and not _same_move(event, story):
            return 0.0
        age = math.pow(0.5, _gap(event, story) / _DAY / HALF_LIFE_DAYS)
        terms = self._overlap(event.terms, story.terms, prefix="t:")
        if not event.features or not story.features:
            return TERMS_ALONE * terms * age
        entities = self._overlap(event.features, story.features)
        return (ENTITY_WEIGHT * entities + TERM_WEIGHT * terms) * age

    def _overlap(self, one: frozenset[str], other: frozenset[str], *, prefix: str = "") -> float:
        both = self._weights(f"{prefix}{name}" for name in one & other)
        if not both:
            return 0.0
        poorer = min(
            self._weights(f"{prefix}{name}" for name in one),
            self._weights(f"{prefix}{name}" for name in other),
        )
        return both / poorer


def _keys(profile: Profile) -> frozenset[str]:
    return profile.features | {f"t:{term}" for term in profile.terms}


def _same_move(event: Profile, story: Profile) -> bool:
    if event.first.date() != story.first.date():
        return False
    instruments = {name for name in event.features if name.startswith("i:")}
    others = {name for name in story.features if name.startswith("i:")}
    return bool(instruments & others) or not instruments or not others


def _best_first(scored: tuple[float, str]) -> tuple[float, str]:
    return -scored[0], scored[1]
