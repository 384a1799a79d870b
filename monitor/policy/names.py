"""Names: what events and stories are compared by, evened out so that one thing has one name.

* A company is named with and without its legal form, a union with and without the word, and both by
  their initials: `General Motors Corp` and `GM`, `United Auto Workers Union` and `UAW` are one.
* Words for a role ("the government", "workers", "troops") name nobody, though texts use them as names.
* On the labour desk places do not count: two strikes in one city are two stories.
* Countries are also told by the words of title and lead: `Greek`, `Turkey`.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from monitor.domain import Desk, Entity, EntityLabel
from monitor.lexicon.places import gazetteer
from monitor.policy.entities import bounded_entity, countries_of, is_country

__all__ = ["LEADING_TERMS", "features_of_terms", "names_of"]

LEADING_TERMS = 12
"""First terms of an article that are looked through for countries: those of its title and lead."""

_PLACES = frozenset({EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC})
_FORMS = frozenset(
    "co company corp corporation group holdings inc incorporated international limited llc ltd plc sa "
    "ag gmbh nv union federation association the of and for".split()
)
_ROLES = frozenset(
    "administration airline army authorities bank banks cabinet communists congress council court "
    "crowd dealers demonstrators est farmers fighters finance forces force gmt government governments "
    "guerrillas house insurgents leaders management members military militants miners minister ministers "
    "ministry navy officials opposition parliament people pilots police president protesters rebels "
    "reporters residents senate separatists soldiers spokesman staff state states strikers students "
    "student supporters troops union unions white worker workers youths".split()
)
_OF_TWO_WORDS = {frozenset({"united", "states"}): "US", frozenset({"united", "kingdom"}): "GB"}
_WORD = re.compile(r"[^\W_]+")
_LEAST, _LONGEST = 2, 5
"""Letters of initials by which an organisation goes."""


def names_of(entities: Iterable[Entity], desk: Desk) -> frozenset[str]:
    """Return the names of entities that are no countries, each as `e:` and the evened-out name."""
    return frozenset(
        f"e:{name}"
        for entity in entities
        if not is_country(entity) and not (desk is Desk.LABOUR and entity.label in _PLACES)
        for name in _names(entity.id, bounded_entity(entity).text, entity.label)
    )


@lru_cache(maxsize=16_384)
def _names(known_id: str | None, text: str, label: EntityLabel | None) -> tuple[str, ...]:
    """Even out a name: its id, or its words without form, and the initials of an organisation."""
    if known_id:
        return (known_id,)
    words = _WORD.findall(text.casefold())
    telling = [word for word in words if word not in _FORMS] or words
    if all(word in _ROLES for word in telling):
        return ()
    name = " ".join(telling)
    initials = "".join(word[0] for word in telling)
    named_by_them = label is EntityLabel.ORG and _LEAST <= len(initials) <= _LONGEST
    return (name, initials) if named_by_them else (name,)


@lru_cache(maxsize=16_384)
def _country(term: str) -> str:
    entity = gazetteer().get((term,))
    return next(iter(countries_of((entity,))), "") if entity is not None else ""


def features_of_terms(terms: Sequence[str]) -> frozenset[str]:
    """Return the countries that the first terms name, each as `c:` and its code."""
    leading = terms[:LEADING_TERMS]
    codes = {_country(term) for term in leading}
    codes |= {code for words, code in _OF_TWO_WORDS.items() if words <= set(leading)}
    return frozenset(f"c:{code}" for code in codes if code)
