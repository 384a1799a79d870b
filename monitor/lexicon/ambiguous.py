"""Ambiguous: names that are something else as well, and the words around them that tell which.

The words are data: `gazetteer/ambiguous.toml` says what each list is for.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from monitor.lexicon.places import fold_words

__all__ = [
    "AmbiguousName",
    "CityCues",
    "PlaceCues",
    "ambiguous_names",
    "american_nouns",
    "city_cues",
    "first_names",
    "not_names",
    "place_cues",
]

Phrases = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbiguousName:
    """What one name may be, and what tells."""

    country: str
    """ISO 3166-1 alpha-2 code of the country that it is or lies in."""
    is_city: bool = False
    """A city's name counts only where something speaks for it."""
    rival: str = ""
    """Code of the country in which another place of the name lies; empty for none."""
    against: frozenset[str] = frozenset()
    before: Phrases = frozenset()
    after: Phrases = frozenset()
    in_favour: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlaceCues:
    """What stands before places and before countries."""

    place: frozenset[str]
    state: Phrases


@dataclass(frozen=True, slots=True)
class CityCues:
    """What tells a government from the city that it sits in."""

    verbs: frozenset[str]
    between: frozenset[str]
    nouns: frozenset[str]
    towards: Phrases
    places: Phrases


@cache
def ambiguous_names() -> Mapping[tuple[str, ...], AmbiguousName]:
    """Return the ambiguous names that have cues of their own, by their words."""
    return {
        fold_words(row["name"]): AmbiguousName(
            country=row["country"],
            is_city=row.get("is") == "city",
            rival=row.get("rival", ""),
            against=frozenset(row.get("against", ())),
            before=_phrases(row.get("before", ())),
            after=_phrases(row.get("after", ())),
            in_favour=frozenset(row.get("for", ())),
        )
        for row in _data()["ambiguous"]
    }


@cache
def not_names() -> frozenset[str]:
    """Return the words that are names only of who is named in full before."""
    return frozenset(_data()["words"]["not-names"])


@cache
def first_names() -> frozenset[str]:
    """Return the countries and cities that persons are called by."""
    return frozenset(_data()["words"]["first-names"])


@cache
def american_nouns() -> frozenset[str]:
    """Return what follows "us" in stripped text where it is the country."""
    return frozenset(_data()["words"]["american"])


@cache
def place_cues() -> PlaceCues:
    """Return what stands before places and before countries."""
    words = _data()["words"]
    return PlaceCues(place=frozenset(words["place"]), state=_phrases(words["state"]))


@cache
def city_cues() -> CityCues:
    """Return what tells a government from its city."""
    words = _data()["government"]
    return CityCues(
        verbs=frozenset(words["verbs"]),
        between=frozenset(words["between"]),
        nouns=frozenset(words["nouns"]),
        towards=_phrases(words["towards"]),
        places=_phrases(words["places"]),
    )


def _phrases(written: Iterable[str]) -> Phrases:
    return frozenset(fold_words(phrase) for phrase in written)


@cache
def _data() -> dict[str, Any]:
    file = resources.files("monitor.lexicon") / "gazetteer" / "ambiguous.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
