"""Parties: which names can act or be met, and which of them killed."""

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
    "distinct",
    "is_building_of_state",
    "killer_of",
    "party_of",
    "standing_in",
    "with_partner",
]

PARTY = frozenset({EntityLabel.NORP, EntityLabel.ORG, EntityLabel.PERSON})
"""Labels of what acts by itself."""
PLACE = frozenset({EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC})
"""Labels of where things happen."""

_REACH_OF_SUBJECT = 5
"""Words between who kills and the verb, at most: "Russian drone attack on Kyiv wounded"."""
_NO_OBJECT = frozenset(
    "in by when during after and on at since as while near over for from of inside outside".split()
)
"""Words after "killed" that show that nobody was its object."""
_VERBS = frozenset("killed kills wounded wounds injured injures shot gunned slew beheaded".split())
_SHORT = 2
"""Words of "U.S." and letters of "UK": names that also stand for the people's adjective."""


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


def killer_of(
    words: Words, finding: Finding, named: Sequence[PlacedEntity], low: int
) -> tuple[Entity, ...]:
    """Return who is the subject of "killed" and its like, where somebody is.

    "Israeli air strikes killed 22", but not "Baghdad blast kills 22", whose name says where, nor
    "officials in Baghdad said a blast killed 22", nor "killed in Baghdad", which has no object.
    """
    following = words.texts[finding.last : finding.last + 1]
    if words.texts[finding.first] not in _VERBS or not following or following[0] in _NO_OBJECT:
        return ()
    start = max(low, clauses.clause_start(words, low, finding.first))
    for item in reversed(named):
        if item.last > finding.first or item.first < start:
            continue
        where = clauses.led_by(words, item.first, clauses.IN | clauses.ON)
        if where and finding.first - item.last <= _REACH_OF_SUBJECT:
            continue
        if finding.first - item.last > _REACH_OF_SUBJECT or not _may_kill(words, item, finding):
            return ()
        party = party_of(item.entity)
        return (party,) if party else ()
    return ()


def _may_kill(words: Words, item: PlacedEntity, finding: Finding) -> bool:
    """Whether a name before the verb, or before its subject, is who did it rather than where."""
    if item.entity.label is not EntityLabel.GPE or item.last == finding.first:
        return True
    short = max(item.last - item.first, len(words.texts[item.first])) <= _SHORT
    return short or words.texts[item.last] == "s"


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
