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

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations, repeat

from monitor.domain import Desk, Entity, Story
from monitor.policy.entities import countries_of
from monitor.policy.events import Event
from monitor.policy.names import features_of_terms, names_of

__all__ = ["Profile", "StoryIndex", "profile_of_event", "profile_of_story"]

PAIR = 0.8
"""Two countries in common: the same two sides."""
ONLY = 0.6
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
DAY_ENDS = 22
"""Hour, UTC, at which markets begin a new day: 17:00 in New York in winter, by the custom of currency
markets. Tokyo's morning belongs to the day that London and New York go on with."""
HALF_LIFE_DAYS = 6.0
"""News of a story comes within days; after six the same words count half."""

LABOUR_COUNTRIES = 0.5
"""What countries are multiplied with on the labour desk: many strike in one country at once."""
LABOUR_SCORE = 1.5
"""What scores are multiplied with there: a strike's parties have many names, and places do not count."""
LABOUR_HALF_LIFE_DAYS = 8.0
"""Strikes go on for longer."""

MOST_LOOKED_AT = 800
"""Entries of the index that are looked at for one event, those of the rarest features first: what many
open stories have tells nothing apart, and the cost stays the same however many there are."""
CANDIDATES = 8
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
        """What the index finds it by; pairs of countries are rarer than countries.

        Terms are words, without a colon; everything else has a letter and a colon before it.
        """
        pairs = combinations(sorted(self.countries)[:_MOST_PAIRED], 2)
        return frozenset(
            self.terms
            | self.countries
            | self.names
            | {f"p:{one}+{other}" for one, other in pairs}
            | ({f"i:{self.day}:{self.instrument}"} if self.instrument else set())
        )

    @property
    def day(self) -> date:
        """The trading day of a market's move: it ends at `DAY_ENDS` UTC."""
        return (self.first + timedelta(hours=24 - DAY_ENDS)).date()

    @property
    def is_named(self) -> bool:
        """Whether there is anything but words to compare by."""
        return bool(self.countries or self.names or self.instrument)


def profile_of_event(event: Event, *, groups: Mapping[str, str]) -> Profile:
    """Return the profile of an event; *groups* gives the group of an instrument's id."""
    instrument = event.principal if event.desk is Desk.MARKETS else ""
    return _profile(
        desk=event.desk,
        entities=[
            entity
            for signal in event.signals
            for entity in (*signal.actors, *signal.targets, *signal.places)
        ],
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
        entities=(*story.actors, *story.targets, *story.places),
        instrument=groups.get(instrument, instrument),
        terms=story.terms,
        first=story.first_seen,
        last=story.last_seen,
    )


def _profile(
    *,
    desk: Desk,
    entities: Sequence[Entity],
    instrument: str,
    terms: Sequence[str],
    first: datetime,
    last: datetime,
) -> Profile:
    sides = frozenset(f"c:{code}" for code in countries_of(entities))
    return Profile(
        desk=desk,
        countries=sides | features_of_terms(terms),
        names=names_of(entities, desk),
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
        self._keys: dict[str, frozenset[str]] = {}
        self._stories_with: dict[str, set[str]] = {}
        self._by_count = _ByCount(0)

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

    def ranked(self, event: Profile, *, within: timedelta) -> list[tuple[float, str]]:
        """Return the best candidates for an event with their scores, best first.

        Args:
            event: the event's profile.
            within: how far, in event time, the event may lie outside a story's time.
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
            if story.desk is event.desk and _gap(event, story) <= within:
                scored.append((_score(event, story, weights, total), story_id))
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
        return _score(event, story, weights, weights.of_terms(event.terms))

    def _weights(self) -> "_Weights":
        """Return what keys weigh now; what a count weighs stays as long as there are as many stories."""
        stories = len(self._profiles)
        if self._by_count.stories != stories:
            self._by_count = _ByCount(stories)
        return _Weights(self._stories_with, self._by_count)


class _ByCount(dict[int, float]):
    """What a key weighs that so many of the open stories have: rare ones tell stories apart."""

    def __init__(self, stories: int) -> None:
        super().__init__()
        self.stories = stories

    def __missing__(self, common: int) -> float:
        # A key that no story has weighs as if one had.
        weight = self[common] = math.log1p((self.stories + 1) / (common or 1))
        return weight


class _Weights:
    """What terms weigh among the open stories."""

    def __init__(self, stories_with: Mapping[str, Collection[str]], by_count: _ByCount) -> None:
        self._stories_with = stories_with
        self.by_count = by_count

    def of_terms(self, terms: frozenset[str]) -> float:
        """Return what terms weigh together; rounded once, so that their order does not matter."""
        # The innermost loop of the alert agent: a chain of maps runs without the interpreter.
        counts = map(len, map(self._stories_with.get, terms, repeat(())))
        return math.fsum(map(self.by_count.__getitem__, counts))


def _score(event: Profile, story: Profile, weights: _Weights, total: float) -> float:
    """Return how well an event, whose terms weigh *total*, fits a story."""
    if event.desk is Desk.MARKETS and event.day != story.day:
        return 0.0
    terms = _common_terms(event.terms, story.terms, weights, total)
    labour = event.desk is Desk.LABOUR
    half_life = LABOUR_HALF_LIFE_DAYS if labour else HALF_LIFE_DAYS
    age = math.pow(0.5, _gap(event, story) / _DAY / half_life)
    if not event.is_named or not story.is_named:
        return TERMS_ALONE * terms * age
    if event.desk is not Desk.MARKETS:
        scale = LABOUR_SCORE if labour else 1.0
        return min(1.0, (_common_entities(event, story) + terms) / 2 * scale) * age
    if not event.instrument or not story.instrument:
        return TERMS_ALONE * terms * age
    if event.instrument != story.instrument:
        return 0.0
    broad = event.instrument in BROAD_GROUPS
    return ((BROAD_INSTRUMENT if broad else INSTRUMENT) + terms) / 2 * age


def _common_terms(
    event: frozenset[str], story: frozenset[str], weights: _Weights, total: float
) -> float:
    both = weights.of_terms(event & story)
    return both / min(total, weights.of_terms(story)) if both else 0.0


def _common_entities(event: Profile, story: Profile) -> float:
    """Combine what two profiles share of countries and of names, 0 to 1."""
    shared = len(event.countries & story.countries)
    countries = 0.0
    if shared > 1:
        countries = PAIR
    elif shared:
        alone = min(len(event.countries), len(story.countries)) == 1
        countries = ONLY if alone else ONE_OF_MANY
    if event.desk is Desk.LABOUR:
        countries *= LABOUR_COUNTRIES
    poorer = min(len(event.names), len(story.names))
    names = NAMES * len(event.names & story.names) / poorer if poorer else 0.0
    return 1 - (1 - countries) * (1 - names)


def _best_first(scored: tuple[float, str]) -> tuple[float, str]:
    return -scored[0], scored[1]
