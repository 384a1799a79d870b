"""Entities as stories compare them: countries, and everything that has a name of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.domain import Entity, EntityLabel

__all__ = [
    "MAX_ENTITY_CHARS",
    "bounded_entity",
    "countries_of",
    "is_country",
    "merged",
    "parties_of",
]

MAX_ENTITY_CHARS = 200
"""Longest entity text that is kept: no name is longer, but a text of one endless token is."""

_CODE_CHARS = 2


def is_country(entity: Entity) -> bool:
    """Tell whether an entity is a country or stands for one, by its ISO 3166-1 alpha-2 id."""
    code = entity.id
    return code is not None and len(code) == _CODE_CHARS and code.isascii() and code.isupper()


def countries_of(entities: Iterable[Entity]) -> frozenset[str]:
    """Return the codes of the countries that entities are, lie in or belong to."""
    codes: set[str] = set()
    for entity in entities:
        if is_country(entity) and entity.id is not None:
            codes.add(entity.id)
        elif entity.country:
            codes.add(entity.country)
    return frozenset(codes)


def parties_of(entities: Iterable[Entity]) -> frozenset[str]:
    """Return what counts as a party to an event: countries, and organisations without a country.

    An organisation of a known country is that country's; people come and go within a party.
    """
    parties: set[str] = set()
    for entity in entities:
        codes = countries_of((entity,))
        if codes:
            parties |= codes
        elif entity.label is EntityLabel.ORG:
            parties.add(entity.key)
    return frozenset(parties)


def bounded_entity(entity: Entity) -> Entity:
    """Return the entity with a text of bounded length."""
    if len(entity.text) <= MAX_ENTITY_CHARS:
        return entity
    return replace(entity, text=entity.text[:MAX_ENTITY_CHARS])


def merged(known: Sequence[Entity], added: Iterable[Entity], *, limit: int) -> tuple[Entity, ...]:
    """Return known entities followed by those that are new by key, at most *limit*."""
    by_key = {entity.key: entity for entity in known}
    for entity in map(bounded_entity, added):
        by_key.setdefault(entity.key, entity)
    return tuple(by_key.values())[:limit]
