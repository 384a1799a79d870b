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
_JOINING = frozenset({"and", "or", "the"})
"""Words between places of a list."""
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
        goes_on = bool(led) and _JOINING.issuperset(between)
        if goes_on or clauses.led_by(words, item.first, clauses.IN, start=before):
            led.append(item)
    return led


def places_of(
    finding: Finding,
    words: Words,
    sentence: tuple[int, int],
    named: Sequence[PlacedEntity],
) -> tuple[Entity, ...]:
    """Return the places that the sentence names: those after a preposition, or else all that it tells of.

    Who says so, or condemns it, is no place, nor who leads or backs those who act ("the U.S.-led coalition").
    """
    located = [
        item
        for item in named
        if sentence[0] <= item.first < sentence[1]
        and (item.entity.label in PLACE or is_building_of_state(item.entity))
    ]
    led = _led_places(located, words)
    chosen = led or [
        item
        for item in located
        if item.entity.country
        and not clauses.says(words, item.last)
        and not clauses.is_only_behind(words, item)
    ]
    chosen.sort(key=lambda item: abs(item.first - finding.first))
    return distinct(tuple(item.entity for item in chosen[:3]))
