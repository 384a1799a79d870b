"""Measures: the words by which news counts people and tells prices, read from a data file."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from monitor.domain import Measure
from monitor.errors import InvalidLexicon
from monitor.lexicon.cues import phrase_set
from monitor.lexicon.entry import PhraseSet
from monitor.lexicon.inflection import verb_forms
from monitor.lexicon.pattern import expand_phrase

__all__ = ["CountWord", "Counting", "MarketWords", "Measures", "load_measures", "measures_of"]

_FILE = "gazetteer/figures.toml"


class Counting(StrEnum):
    """How a word counts the numbers around it."""

    OBJECT = "object"
    """What follows: "killing 12"."""
    EITHER = "either"
    """What follows, or what stands before as its passive subject: "killed 12", "12 were killed"."""
    SUBJECT = "subject"
    """What stands before: "12 died", "12 dead"."""
    NOUN = "noun"
    """What stands right before, or follows an "of": "12 deaths", "the deaths of 12"."""
    TOTAL = "total"
    """What it is said to have reached: "the toll rose to 12"."""


@dataclass(frozen=True, slots=True)
class CountWord:
    """What a word or phrase counts, and how."""

    measure: Measure
    counting: Counting


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketWords:
    """How prices are told."""

    up: PhraseSet
    down: PhraseSet
    unchanged: PhraseSet
    stands: PhraseSet
    """Where a price is told without a direction: "closed at"."""
    level: PhraseSet
    """Before where a price stands."""
    prior: PhraseSet
    """Before where it came from, which is no figure."""
    units: Mapping[tuple[str, ...], str]
    """Units by the words for them."""
    unit_phrases: PhraseSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """All words of the file."""

    words: Mapping[tuple[str, ...], tuple[CountWord, ...]]
    phrases: PhraseSet
    """The phrases of `words`."""
    nouns: Mapping[tuple[str, ...], str]
    """Nouns of what is counted, with the unit: `people`, `ships`, `aircraft`, `vehicles`."""
    stops: frozenset[str]
    """Words behind which no noun phrase goes on."""
    counted: Mapping[str, Measure]
    """Nouns that say by themselves what became of those counted: "hostages"."""
    no_people: frozenset[str]
    """Units, of which a number is no number of people."""
    modifiers: frozenset[str]
    """Words that belong to the name of a source: "health" ministry."""
    say: PhraseSet
    sources: PhraseSet
    """Who counts: heads of the noun phrases before or behind words for saying."""
    market: MarketWords


@cache
def load_measures() -> Measures:
    """Read the data file, once per process.

    Raises:
        InvalidLexicon: if it names a measure that does not exist or misses a table.
    """
    file = resources.files("monitor.lexicon") / _FILE
    return measures_of(tomllib.loads(file.read_text(encoding="utf-8")))


def measures_of(content: Mapping[str, Any]) -> Measures:
    """Make measures of what a file states.

    Raises:
        InvalidLexicon: if it names a measure that does not exist or misses a table.
    """
    try:
        words = _count_words(content["measure"])
        nouns = content["nouns"]
        units = _by_phrase(content["currencies"])
        market = {
            name: phrase_set(content["market"][name])
            for name in ("up", "down", "unchanged", "stands", "level", "prior")
        }
        return Measures(
            words=words,
            phrases=_index(words),
            nouns=_by_phrase(
                {unit: nouns[unit] for unit in ("people", "ships", "aircraft", "vehicles")}
            ),
            counted={
                phrase[-1]: Measure(row["name"])
                for row in content["measure"]
                for written in row.get("counted", ())
                for phrase in expand_phrase(written)
            },
            stops=frozenset(nouns["stops"]),
            no_people=frozenset(
                word for row in nouns["units"] for phrase in expand_phrase(row) for word in phrase
            ),
            modifiers=frozenset(content["attribution"]["modifiers"]),
            say=phrase_set(content["attribution"]["say"]),
            sources=phrase_set(content["attribution"]["sources"]),
            market=MarketWords(**market, units=units, unit_phrases=_index(units)),
        )
    except (KeyError, ValueError) as error:
        message = f"{_FILE}: {error} is missing or no measure; see the head of the file"
        raise InvalidLexicon(message) from error


def _count_words(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], tuple[CountWord, ...]]:
    """Return what every phrase counts, in the order of the file."""
    found: dict[tuple[str, ...], list[CountWord]] = {}
    for row in rows:
        measure = Measure(row["name"])
        for part, counting in (
            ("verbs", Counting.EITHER),
            ("states", Counting.SUBJECT),
            ("nouns", Counting.NOUN),
            ("totals", Counting.TOTAL),
        ):
            for written in row[part]:
                for phrase in expand_phrase(written):
                    way = _active(phrase, written) if part == "verbs" else counting
                    found.setdefault(phrase, []).append(CountWord(measure, way))
    return {phrase: tuple(counted) for phrase, counted in found.items()}


def _active(phrase: tuple[str, ...], written: str) -> Counting:
    """Return how a form of a verb counts: "killing" and "kills" take what follows alone."""
    word, lemma = phrase[0], written.partition("/")[0].partition(" ")[0]
    bare = {lemma, lemma + "s", lemma + "es"}
    has_participle = any(not form.endswith("ing") for form in verb_forms(lemma) - bare)
    passive = not word.endswith("ing") and (word not in bare or not has_participle)
    fixed = "/v" not in written and not word.endswith("ing")
    return Counting.EITHER if passive or fixed or word == "being" else Counting.OBJECT


def _by_phrase(rows: Mapping[str, Iterable[str]]) -> dict[tuple[str, ...], str]:
    """Return the name under which every phrase is listed."""
    return {
        phrase: name
        for name, listed in rows.items()
        for written in listed
        for phrase in expand_phrase(written)
    }


def _index(phrases: Iterable[tuple[str, ...]]) -> PhraseSet:
    """Index phrases by first word, longest first."""
    return phrase_set(" ".join(phrase) for phrase in phrases)
