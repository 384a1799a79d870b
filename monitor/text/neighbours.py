"""Neighbours: what the names of an article tell about one another's identity.

"Tripoli, Lebanon" and "the Lebanese city of Tripoli" are not the capital of Libya, and neither is the
Tripoli of the next sentence. "RSF" is the Rapid Support Forces where the article names them in full, and
"Wagner" the Wagner Group.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from monitor.domain import Entity, EntityLabel
from monitor.lexicon.ambiguous import first_names
from monitor.lexicon.places import countries_with_town
from monitor.text.identity import is_unsure
from monitor.text.spans import Span, Surface, surface_of
from monitor.text.words import Boundary, Words

__all__ = ["told_by_neighbours"]

_TOWNS = frozenset("city cities town towns port village capital province region district".split())
_IN_A_COUNTRY = frozenset({EntityLabel.GPE, EntityLabel.FAC})
_FURTHEST = 4
"""Words between a people and its town, at most: "the Lebanese coastal city of Tripoli"."""
_SMALL = frozenset("of the and for in on".split())
"""Words that acronyms mostly leave out."""
_SHORTEST_NAME = 4
"""Letters of the shortest word that stands for an organisation whose name begins with it."""

Named = tuple[Words, Sequence[Span]]
"""The words of a field and the names in it, in order."""


def told_by_neighbours(fields: Sequence[Named]) -> list[list[Span]]:
    """Return the names of each field with what the article's other names tell of them."""
    fields = [(words, list(_with_whole_persons(words, spans))) for words, spans in fields]
    named = frozenset(
        span.entity.country for _, spans in fields for span in spans if span.entity.country
    )
    beside = [dict(_countries_beside(words, spans, named)) for words, spans in fields]
    towns = _agreed(
        (surface_of(words, spans[at]), country)
        for (words, spans), told in zip(fields, beside, strict=True)
        for at, country in told.items()
        if not spans[at].entity.id  # "Lebanon, Ohio" says nothing of other Lebanons
    )
    short = _short_names(fields)
    return [
        [
            _told(span, surface_of(words, span), told.get(at), towns, short)
            for at, span in enumerate(spans)
        ]
        for (words, spans), told in zip(fields, beside, strict=True)
    ]


def _with_whole_persons(words: Words, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield names, one that is a country or a city together with the family name behind it."""
    skipped = False
    for span, after in zip_longest(spans, spans[1:]):
        if skipped:
            skipped = False
        elif after and _is_first_name_of(words, span, after):
            person = Entity(text=words.quote(span.first, after.last), label=EntityLabel.PERSON)
            yield Span(span.first, after.last, person)
            skipped = True
        else:
            yield span


def _is_first_name_of(words: Words, span: Span, after: Span) -> bool:
    """Whether a place's name is a person's, for a family name stands right behind it."""
    if surface_of(words, span)[0] not in first_names() or span.last - span.first > 1:
        return False
    if span.entity.label is not EntityLabel.GPE or after.entity.id or after.entity.country:
        return False
    if words.source[words.ends[span.last - 1] : words.starts[after.first]] != " ":
        return False
    if after.entity.label is EntityLabel.PERSON:
        return True
    # What it does not know the pipeline takes for a place as well: only capitals tell.
    capital = not words.is_stripped and words.source[words.starts[after.first]].isupper()
    return after.entity.label is EntityLabel.GPE and capital


def _told(
    span: Span,
    name: Surface,
    country: str | None,
    towns: Mapping[Surface, str],
    short: Mapping[Surface, Span],
) -> Span:
    """Return a name with the country beside it, or the identity of the full name."""
    entity = span.entity
    country = country or (towns.get(name) if _lies_somewhere(span) else None)
    if country and entity.label is EntityLabel.FAC:
        return span._replace(entity=replace(entity, country=country))
    if country:
        return span._replace(
            entity=replace(entity, id=None, country=country, label=EntityLabel.GPE)
        )
    full = short.get(name)
    if full and not entity.id and entity.label is EntityLabel.ORG:
        return span._replace(entity=replace(entity, id=full.entity.id, country=full.entity.country))
    return span


def _lies_somewhere(span: Span) -> bool:
    """Whether a name is a town's, or a base's, a port's or a square's."""
    return span.entity.label in _IN_A_COUNTRY and not span.entity.id


def _countries_beside(
    words: Words, spans: Sequence[Span], named: frozenset[str]
) -> Iterator[tuple[int, str]]:
    """Yield, for each name that what stands beside it places, its number and its country.

    A town that the world knows only where that country has a town of the name: the Kabul of "in Kabul
    Pakistan said" is no Pakistani one. What nobody knows lies where the text says: "Kesh Air Base in Qatar";
    a small town in the one of its countries that the article names.

    Args:
        words: a field of the article.
        spans: the names in it.
        named: the countries that the article's names are of.
    """
    for at, span in enumerate(spans):
        after = spans[at + 1] if at + 1 < len(spans) else None
        if _lies_somewhere(span) and not span.entity.country:
            beyond = spans[at + 2] if at + 2 < len(spans) else None
            within = _country_of_address(words, span, after, beyond)
            within = within or _only_one_with_town(surface_of(words, span), named)
            if within:
                yield at, within
                continue
        if span.entity.label is not EntityLabel.GPE:
            continue
        before = spans[at - 1] if at else None
        country = None
        if after and after.first == span.last and after.entity.label is EntityLabel.GPE:
            country = after.entity.country
            if span.entity.id and after.entity.id:
                country = None  # two countries in a row
        if not country and before and not span.entity.id and _is_town_of(words, before, span):
            country = before.entity.country
        if country and country in countries_with_town(" ".join(surface_of(words, span))):
            yield at, country


def _only_one_with_town(name: Surface, named: frozenset[str]) -> str | None:
    """Return the one of some countries that has a town of a name; None where none or several have.

    What is often something else and stayed undecided is no small town either: Reading.
    """
    if is_unsure(name):
        return None
    possible = named & countries_with_town(" ".join(name))
    return next(iter(possible)) if len(possible) == 1 else None


def _country_of_address(
    words: Words, span: Span, after: Span | None, beyond: Span | None
) -> str | None:
    """Return the country that stands behind a name as in an address: "in Qatar", ", Qatar,".

    Not of a list: "Somaliland, Ethiopia and Kenya".

    Args:
        words: the field.
        span: the name.
        after: the name behind it.
        beyond: the name behind that.
    """
    if after is None or after.entity.label is not EntityLabel.GPE:
        return None
    between = words.texts[span.last : after.first]
    borders = words.boundaries[span.last : after.first + 1]
    if between == ["in"] and not any(borders):
        return after.entity.country
    comma = words.source[words.ends[span.last - 1] : words.starts[after.first]].strip() == ","
    ends = after.last == len(words) or words.boundaries[after.last] != Boundary.NONE
    listed = beyond is not None and beyond.first == after.last
    return after.entity.country if comma and not between and ends and not listed else None


def _is_town_of(words: Words, people: Span, town: Span) -> bool:
    """Whether a name is brought in as a people's town: "the Lebanese city of Tripoli"."""
    between = words.texts[people.last : town.first]
    return (
        people.entity.label is EntityLabel.NORP
        and len(between) <= _FURTHEST
        and between[-1:] == ["of"]
        and not _TOWNS.isdisjoint(between)
    )


def _agreed(rows: Iterator[tuple[Surface, str]]) -> dict[Surface, str]:
    """Return the country of each name that has one alone."""
    countries: dict[Surface, set[str]] = {}
    for name, country in rows:
        countries.setdefault(name, set()).add(country)
    return {name: found.pop() for name, found in countries.items() if len(found) == 1}


def _short_names(fields: Sequence[Named]) -> dict[Surface, Span]:
    """Return the organisations that have an identity by their acronym and by their first word.

    Where two share one, it stands for neither.
    """
    found: dict[Surface, dict[str, Span]] = {}
    for words, spans in fields:
        for span in spans:
            name = surface_of(words, span)
            identity = span.entity.id
            if not identity or span.entity.label is not EntityLabel.ORG or len(name) == 1:
                continue
            letters = "".join(word[0] for word in name)
            without = "".join(word[0] for word in name if word not in _SMALL)
            for short in {letters, without, name[0]}:
                if short != name[0] or len(short) >= _SHORTEST_NAME:
                    found.setdefault((short,), {})[identity] = span
    return {short: next(iter(full.values())) for short, full in found.items() if len(full) == 1}
