"""Gazetteer: where the known names stand in a text, before anything around them is asked."""

from collections.abc import Iterator, Mapping
from functools import cache

from monitor.domain import Entity, EntityLabel
from monitor.lexicon.ambiguous import ambiguous_names, american_nouns
from monitor.lexicon.places import acronyms, gazetteer
from monitor.text.everyday import everyday_words
from monitor.text.spans import Span, is_written_as_name
from monitor.text.words import Words

__all__ = ["is_acronym", "known_spans"]


def known_spans(words: Words) -> Iterator[Span]:
    """Yield every known name, longest first, left to right."""
    index, short = _index(), _acronyms()
    texts = words.texts
    free_from = 0
    for first, text in enumerate(texts):
        if first < free_from:
            continue
        for name, entity in index.get(text, ()):
            last = first + len(name)
            if tuple(texts[first:last]) == name and is_written_as_name(words, first, last):
                yield Span(first, last, entity)
                free_from = last
                break
        else:
            if text in short and _stands_as_acronym(words, first, *short[text]):
                yield Span(first, first + 1, short[text][1])


def is_acronym(word: str) -> bool:
    """Whether a word is also an acronym of what we know, such as "who" and "us"."""
    return word in _acronyms()


def _stands_as_acronym(words: Words, place: int, written: str, entity: Entity) -> bool:
    """Whether a word that is an acronym too stands in capitals, in a text that has small letters.

    In stripped text one that is no word counts ("rsf", but not "who"), and "us" is the country where
    only a country can stand.
    """
    if words.has_capitals:
        quote = words.quote(place, place + 1)
        return quote == written and any(map(str.islower, words.source))
    if words.texts[place] not in everyday_words():
        return True
    return entity.country == "US" and not american_nouns().isdisjoint(
        words.texts[place + 1 : place + 2]
    )


@cache
def _index() -> Mapping[str, tuple[tuple[tuple[str, ...], Entity], ...]]:
    """Return the gazetteer by first word, longest names first."""
    rows: dict[str, list[tuple[tuple[str, ...], Entity]]] = {}
    cities = {
        name: Entity(text=" ".join(name), label=EntityLabel.GPE, country=known.country)
        for name, known in ambiguous_names().items()
        if known.is_city
    }
    for name, entity in {**cities, **gazetteer()}.items():
        rows.setdefault(name[0], []).append((name, entity))
    return {
        first: tuple(sorted(group, key=lambda row: -len(row[0]))) for first, group in rows.items()
    }


@cache
def _acronyms() -> Mapping[str, tuple[str, Entity]]:
    """Return the acronyms that are words too, by the word."""
    return {name.lower(): (name, entity) for name, entity in acronyms().items()}
