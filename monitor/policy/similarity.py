"""Similarity: how well an event fits an open story, and which stories to try at all.

The score lies between 0 and 1 and is the mean of two parts, times a factor for age:

    score = (entities + terms) / 2 * 0.5 ** (days apart / HALF_LIFE_DAYS)

* `terms`: the weight of the words that both have over the weight of the words of the poorer one, so
  that a short flash fits the long report that follows it. A word of few open stories weighs more,
  ln(1 + N / n) for n of N stories (inverse document frequency, Sparck Jones 1972).
* `entities` on the conflict and labour desks: what both share of countries, `PAIR` for two or more,
  `ONLY` for one where one side has no other, `ONE_OF_MANY` for one among others; and of names,
  up to `NAMES` for all names of the poorer one. The two are combined as independent chances.
* `entities` on the markets desk: `INSTRUMENT` where both speak of one instrument group first, less
  for the groups that everything belongs to (`BROAD_GROUPS`). Another day (UTC) or another
  instrument scores 0: a market's story is one group's move of one day.
* Where either side names nothing, `TERMS_ALONE * terms` takes the place of the mean.

The numbers were found on a labelled stream of newswire (docs/records.md says how well it does).
Candidates come from an inverted index, the rarest features first, so that the cost of an event does
not grow with the number of open stories.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from monitor.domain import Desk, Story
from monitor.policy.events import Event, features_of

__all__ = ["Profile", "StoryIndex", "profile_of_event", "profile_of_story"]

PAIR = 0.8
"""Two countries in common: the same two sides."""
ONLY = 0.5
"""One country in common, and one side knows no other."""
ONE_OF_MANY = 0.35
"""One country in common among others."""
NAMES = 0.6
"""All names of the poorer side in common: towns, organisations, people."""
INSTRUMENT = 1.0
"""The same instrument group on the same day."""
BROAD_INSTRUMENT = 0.4
"""The same broad group on the same day: words must agree too."""
BROAD_GROUPS = frozenset({"bonds", "interest-rates", "stocks"})
"""Groups to which every company and every state belongs."""
TERMS_ALONE = 0.75
"""What a score of words alone is multiplied with."""
HALF_LIFE_DAYS = 4.0
"""News of a story comes within days; after four the same words count half."""

MOST_COMMON = 400
"""Features of more open stories than this are not looked up: they tell nothing apart."""
CANDIDATES = 24
"""Most stories that are scored for one event."""
_MOST_PAIRED = 6
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an event or a story is compared by."""

    desk: Desk
    countries: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    instrument: str = ""
    """Group of the instrument that is spoken of first; markets only."""
    terms: frozenset[str] = frozenset()
    first: datetime
    last: datetime

    @property
    def keys(self) -> frozenset[str]:
        """What the index finds it by; pairs of countries are rarer than countries."""
        pairs = combinations(sorted(self.countries)[:_MOST_PAIRED], 2)
        return frozenset(
            {f"t:{term}" for term in self.terms}
            | self.countries
            | self.names
            | {f"p:{one}+{other}" for one, other in pairs}
            | ({f"i:{self.first.date()}:{self.instrument}"} if self.instrument else set())
        )

    @property
    def is_named(self) -> bool:
        """Whether there is anything but words to compare by."""
        return bool(self.countries or self.names or self.instrument)


def profile_of_event(event: Event, *, groups: Mapping[str, str]) -> Profile:
    """Return the profile of an event; *groups* gives the group of an instrument's id."""
    instrument = event.principal if event.desk is Desk.MARKETS else ""
    return _profile(
        desk=event.desk,
        features=event.features,
        instrument=groups.get(instrument, instrument),
        terms=event.report.terms,
        first=event.time,
        last=event.time,
    )


def profile_of_story(story: Story, *, groups: Mapping[str, str]) -> Profile:
    """Return the profile of a story, from its record alone."""
    instrument = ""
    if story.desk is Desk.MARKETS:
        instrument = next((figure.subject for figure in story.figures if figure.subject), "")
    return _profile(
        desk=story.desk,
        features=features_of((*story.actors, *story.targets, *story.places)),
        instrument=groups.get(instrument, instrument),
        terms=story.terms,
        first=story.first_seen,
        last=story.last_seen,
    )


def _profile(
    *,
    desk: Desk,
    features: Iterable[str],
    instrument: str,
    terms: Iterable[str],
    first: datetime,
    last: datetime,
) -> Profile:
    features = frozenset(features)
    return Profile(
        desk=desk,
        countries=frozenset(feature for feature in features if feature.startswith("c:")),
        names=frozenset(feature for feature in features if feature.startswith("e:")),
        instrument=instrument,
        terms=frozenset(terms),
        first=first,
        last=last,
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
        for key in profile.keys:
            self._stories_with.setdefault(key, set()).add(story_id)

    def drop(self, story_id: str) -> None:
        """Remove a story if it is there."""
        profile = self._profiles.pop(story_id, None)
        for key in profile.keys if profile else ():
            stories = self._stories_with[key]
            stories.discard(story_id)
            if not stories:
                del self._stories_with[key]

    def ranked(self, event: Profile, *, within: timedelta) -> list[tuple[float, str]]:
        """Return the best candidates for an event with their scores, best first.

        Args:
            event: the event's profile.
            within: how far, in event time, the event may lie outside a story's time.
        """
        shared: defaultdict[str, float] = defaultdict(float)
        for key in sorted(event.keys):
            stories = self._stories_with.get(key, ())
            if len(stories) <= MOST_COMMON:
                weight = self._weight(key)
                for story_id in stories:
                    shared[story_id] += weight
        likely = sorted(shared, key=lambda story_id: (-shared[story_id], story_id))
        scored = []
        for story_id in likely[:CANDIDATES]:
            story = self._profiles[story_id]
            if story.desk is event.desk and _gap(event, story) <= within:
                scored.append((self._score(event, story), story_id))
        return sorted(scored, key=_best_first)

    def fit(self, event: Profile, story: Profile) -> float:
        """Return how well an event fits a story, open or not."""
        return self._score(event, story) if story.desk is event.desk else 0.0

    def _score(self, event: Profile, story: Profile) -> float:
        if event.desk is Desk.MARKETS and event.first.date() != story.first.date():
            return 0.0
        terms = self._common_terms(event.terms, story.terms)
        age = math.pow(0.5, _gap(event, story) / _DAY / HALF_LIFE_DAYS)
        if not event.is_named or not story.is_named:
            return TERMS_ALONE * terms * age
        if event.desk is not Desk.MARKETS:
            return (_common_entities(event, story) + terms) / 2 * age
        if not event.instrument or not story.instrument:
            return TERMS_ALONE * terms * age
        if event.instrument != story.instrument:
            return 0.0
        broad = event.instrument in BROAD_GROUPS
        return ((BROAD_INSTRUMENT if broad else INSTRUMENT) + terms) / 2 * age

    def _common_terms(self, one: frozenset[str], other: frozenset[str]) -> float:
        both = self._weights(one & other)
        return both / min(self._weights(one), self._weights(other)) if both else 0.0

    def _weights(self, terms: Iterable[str]) -> float:
        # Sorted, because the sum of floats depends on their order.
        return sum(self._weight(f"t:{term}") for term in sorted(terms))

    def _weight(self, key: str) -> float:
        common = len(self._stories_with.get(key, ())) or 1
        return math.log1p((len(self._profiles) + 1) / common)


def _common_entities(event: Profile, story: Profile) -> float:
    """Combine what two profiles share of countries and of names, 0 to 1."""
    shared = len(event.countries & story.countries)
    countries = 0.0
    if shared > 1:
        countries = PAIR
    elif shared:
        alone = min(len(event.countries), len(story.countries)) == 1
        countries = ONLY if alone else ONE_OF_MANY
    poorer = min(len(event.names), len(story.names))
    names = NAMES * len(event.names & story.names) / poorer if poorer else 0.0
    return 1 - (1 - countries) * (1 - names)


def _best_first(scored: tuple[float, str]) -> tuple[float, str]:
    return -scored[0], scored[1]
