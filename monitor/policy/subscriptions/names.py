"""Names: countries, parties and words of a subscriptions file, brought to the form of alerts."""

from collections.abc import Iterator
from functools import cache

from monitor.domain import EntityList
from monitor.lexicon.places import gazetteer
from monitor.lexicon.problem import suggestion
from monitor.policy.subscriptions.fields import Fields
from monitor.policy.subscriptions.fitting import folded

__all__ = ["countries", "entities", "words"]


def countries(fields: Fields) -> Iterator[str]:
    """Yield the codes of countries that are given by code or name."""
    for item, value in enumerate(fields.texts("countries")):
        known = gazetteer().get(tuple(folded(value).split()))
        if value in _country_codes():
            yield value
        elif known is not None and known.id in _country_codes():
            yield str(known.id)
        else:
            near = suggestion(folded(value), _country_names())
            message = (
                f"countries: unknown {value!r}; {near}allowed: codes of ISO 3166-1 in capitals, such"
                ' as "IR", and names of countries, such as "Iran"'
            )
            fields.refuse(message, field="countries", item=item)


def entities(values: tuple[str, ...]) -> EntityList:
    """Sort entities into those with an id that we know, and names."""
    ids, names = set(), set()
    for value in values:
        known = gazetteer().get(tuple(folded(value).split()))
        if value in _known_ids():
            ids.add(value)
        elif known is not None and known.id is not None:
            ids.add(known.id)
        elif name := folded(value):
            names.add(name)
    return EntityList(ids=frozenset(ids), names=frozenset(names))


def words(fields: Fields) -> Iterator[str]:
    """Yield the folded words and phrases that are looked for."""
    for item, value in enumerate(fields.texts("words")):
        if folded(value):
            yield folded(value)
        else:
            message = f"words: {value!r} holds neither letters nor digits"
            fields.refuse(message, field="words", item=item)


@cache
def _known_ids() -> frozenset[str]:
    return frozenset(entity.id for entity in gazetteer().values() if entity.id)


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(
        entity.id for entity in gazetteer().values() if entity.id and entity.id == entity.country
    )


@cache
def _country_names() -> tuple[str, ...]:
    return tuple(
        " ".join(name)
        for name, entity in gazetteer().items()
        if entity.id and entity.id == entity.country
    )
