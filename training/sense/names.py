"""Other names for the countries, peoples and cities of a text, so that none of them means war.

Half of the labelled newswire is of 2005 to 2010, when some countries were at war and others were not. A
model that learns from it as it stands finds an attack more readily where such a country is named.
Renaming says nothing about what the words around the names mean, so labels stay as they are.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

from corpus import Sentence

from monitor.domain import EntityLabel
from monitor.lexicon.places import gazetteer, unsure_names
from monitor.text.words import Words, read_words

_LONGEST = 4
"""Words of a name that are looked up."""

Slot = tuple[EntityLabel, bool]
"""What a name can stand in for: a people, a country, or a city."""


class Renamer:
    """Moves a run of sentences to other countries."""

    def __init__(self, chance: random.Random) -> None:
        """Take the source of chance."""
        self._chance = chance
        self._names: dict[tuple[str, ...], tuple[str, Slot]] = {}
        self._by_country: dict[str, dict[Slot, list[str]]] = {}
        unsure = unsure_names()
        for words, entity in gazetteer().items():
            if entity.label not in (EntityLabel.GPE, EntityLabel.NORP) or words in unsure:
                continue
            if entity.country is None or len(words) > _LONGEST or len("".join(words)) < 4:
                continue
            slot = (entity.label, entity.id is not None)
            self._names[words] = (entity.country, slot)
            self._by_country.setdefault(entity.country, {}).setdefault(slot, []).append(entity.text)
        # Only countries whose people have a name of their own can take another's place.
        people = (EntityLabel.NORP, True)
        self._whole = sorted(code for code, slots in self._by_country.items() if people in slots)

    def rename(self, run: Sequence[Sentence]) -> list[Sentence]:
        """Return the run with each country in it replaced by another one, throughout."""
        moved: dict[str, str] = {}
        said: dict[tuple[str, ...], str] = {}
        return [replace(each, text=self._renamed(each.text, moved, said)) for each in run]

    def _renamed(self, text: str, moved: dict[str, str], said: dict[tuple[str, ...], str]) -> str:
        words = read_words(text)
        parts, written, position = [], 0, 0
        while position < len(words):
            size = self._size_at(words, position)
            if not size:
                position += 1
                continue
            key = tuple(words.texts[position : position + size])
            if key not in said:
                said[key] = self._instead_of(key, moved)
            parts += [text[written : words.starts[position]], said[key]]
            position += size
            written = words.ends[position - 1]
        return "".join([*parts, text[written:]])

    def _size_at(self, words: Words, position: int) -> int:
        for size in range(min(_LONGEST, len(words) - position), 0, -1):
            if tuple(words.texts[position : position + size]) in self._names:
                return size
        return 0

    def _instead_of(self, key: tuple[str, ...], moved: dict[str, str]) -> str:
        code, slot = self._names[key]
        other = moved.setdefault(code, self._chance.choice(self._whole))
        choices = self._by_country[other].get(slot)
        return self._chance.choice(choices) if choices else " ".join(key)
