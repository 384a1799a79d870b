"""Similarity: how well an event fits an open story.

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
Candidates come from monitor.policy.story_index.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from monitor.domain import Desk, Entity, Story
from monitor.policy.entities import countries_of
from monitor.policy.events import Event
from monitor.policy.key_weights import LEAST_WEIGHT, EventTerms
from monitor.policy.names import features_of_terms, names_of

__all__ = ["NAMES", "Profile", "gap_of", "profile_of_event", "profile_of_story", "score_of"]

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


def gap_of(event: Profile, story: Profile) -> timedelta:
    """Return how far an event lies outside a story's time, zero inside."""
    return max(story.first - event.last, event.first - story.last, timedelta(0))


def score_of(event: Profile, story: Profile, terms: EventTerms, *, at_least: float = 0.0) -> float:
    """Return how well an event, whose terms weigh as given, fits a story.

    A score that is sure to be less than *at_least* is not worked out: it is 0.
    """
    if event.desk is Desk.MARKETS and event.day != story.day:
        return 0.0
    both = event.terms & story.terms
    if not both:
        return _score(event, story, 0.0)
    common = terms.of(both)
    # Most candidates share a few words of many, and cannot reach far whatever the others weigh.
    poorest = common + LEAST_WEIGHT * (len(story.terms) - len(both))
    if at_least and _score(event, story, common / min(terms.total, poorest)) < at_least:
        return 0.0
    return _score(event, story, common / min(terms.total, terms.of_story(story.terms)))


def _score(event: Profile, story: Profile, terms: float) -> float:
    """Return how well an event fits a story with which it shares so much of the words, 0 to 1."""
    labour = event.desk is Desk.LABOUR
    half_life = LABOUR_HALF_LIFE_DAYS if labour else HALF_LIFE_DAYS
    age = math.pow(0.5, gap_of(event, story) / _DAY / half_life)
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
