"""Parties: which names can act or be met."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from monitor.domain import Entity, EntityLabel
from monitor.lexicon.places import fold_words, governments, seats_of_power
from monitor.text import clauses
from monitor.text.clauses import PlacedEntity
from monitor.text.matcher import Finding
from monitor.text.words import Words

__all__ = [
    "PARTY",
    "PLACE",
    "Sides",
    "distinct",
    "is_building_of_state",
    "owned_by",
    "party_of",
    "places_of",
    "standing_in",
    "with_partner",
]

Sides = tuple[tuple[Entity, ...], tuple[Entity, ...]]
"""Who acts, and who is met."""
_JOINING = frozenset(
    "and or s in nearby northern southern eastern western central north south east west".split()
)
"""Words between a place and one that goes on from it: "in Basra and Mosul", "in Syria's Aleppo"."""
PARTY = frozenset({EntityLabel.NORP, EntityLabel.ORG, EntityLabel.PERSON})
"""Labels of what acts by itself."""
PLACE = frozenset({EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC})
"""Labels of where things happen."""


def party_of(entity: Entity) -> Entity | None:
    """Return the party that a name stands for; None for a place that is not one.

    A country acts by its own name or by that of its seat of government ("Washington said").
    """
    if entity.label in PARTY or (entity.label is EntityLabel.GPE and entity.id):
        return entity
    if entity.country and fold_words(entity.text) in seats_of_power():
        return replace(entity, id=entity.country)
    return None


def is_building_of_state(entity: Entity) -> bool:
    """Whether the name of a government's seat is that of the house, as in "near the Kremlin"."""
    return entity.id is None and fold_words(entity.text) in governments()


def distinct(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Return *entities* without repeats, in order."""
    seen: dict[str, Entity] = {}
    for entity in entities:
        seen.setdefault(entity.key, entity)
    return tuple(seen.values())


def with_partner(
    actors: tuple[Entity, ...], words: Words, named: Sequence[PlacedEntity]
) -> tuple[Entity, ...]:
    """Return an actor with who acts in the same breath.

    "Russia and Ukraine exchanged" has two; a person in office acts for the country that is named
    before the office: "Russian President Vladimir Putin ordered".
    """
    for left, right in pairwise(named):
        if not actors or party_of(right.entity) != actors[0]:
            continue
        joined = right.first == left.last + 1 and words.texts[left.last] == "and"
        office = right.entity.label is EntityLabel.PERSON and clauses.titled(words, left, right)
        partner = party_of(left.entity) if joined or office else None
        return (partner, *actors) if partner else actors
    return actors


def standing_in(
    finding: Finding, words: Words, named: Sequence[PlacedEntity]
) -> list[PlacedEntity]:
    """Return the names among the words that fired, but for those that say where."""
    return [
        item
        for item in named
        if finding.first <= item.first < finding.last and not clauses.is_led(words, item.first)
    ]


def owned_by(*standing: PlacedEntity, at: int) -> Sides:
    """Part the names among the words that fired: who begins them acts, who comes later is met."""
    parties = [(item.first, party_of(item.entity)) for item in standing]
    owner = tuple(party for first, party in parties if party and first == at)
    return owner, tuple(item.entity for item in standing if not owner or item.first > at)


def _led_places(located: Sequence[PlacedEntity], words: Words) -> list[PlacedEntity]:
    """Return the places that a preposition brings in, with those that go on from one.

    "In Basra and Mosul, Iraq" brings in three; "strikes in Iraq include Denmark's" one.
    """
    led: list[PlacedEntity] = []
    for item in located:
        before = led[-1].last if led else 0
        between = words.texts[before : item.first]
        # Right behind one another stand a city and its country, or the end of one clause and the
        # beginning of the next: "killed two in Syria, Israel said".
        goes_on = bool(led) and _JOINING.issuperset(between) and _is_told_of(words, item)
        if goes_on or clauses.led_by(words, item.first, clauses.IN, start=before):
            led.append(item)
    return led


def _takes_part(words: Words, item: PlacedEntity) -> bool:
    """Whether a name is neither who condemns what is told, nor who stands behind those who act."""
    return not (
        clauses.condemns(words, item.last)
        or clauses.is_only_behind(words, item)
        or words.texts[max(0, item.first - 1) : item.first] == ["by"]
    )


def _is_told_of(words: Words, item: PlacedEntity) -> bool:
    """Whether a name takes part, and not as who says so."""
    return _takes_part(words, item) and not clauses.says(words, item.last)


def places_of(
    finding: Finding,
    words: Words,
    sentence: tuple[int, int],
    named: Sequence[PlacedEntity],
) -> tuple[Entity, ...]:
    """Return the places that the sentence names: those after a preposition, or else all that it tells of.

    Where it names nothing else, who says so speaks of home: "Ukraine said a hospital was bombed". Who
    condemns it is no place, nor who leads or backs those who act ("the U.S.-led coalition").
    """
    located = [
        item
        for item in named
        if sentence[0] <= item.first < sentence[1]
        and (item.entity.label in PLACE or is_building_of_state(item.entity))
    ]
    in_countries = [item for item in located if item.entity.country]
    chosen = (
        _led_places(located, words)
        or [item for item in in_countries if _is_told_of(words, item)]
        or [item for item in in_countries if _takes_part(words, item)]
    )
    chosen.sort(key=lambda item: abs(item.first - finding.first))
    return distinct(tuple(item.entity for item in chosen[:3]))
