"""Counts: numbers of people, ships and aircraft in a sentence, each with what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.domain import Precision
from monitor.lexicon.entry import PhraseSet
from monitor.lexicon.measures import Measures
from monitor.text.amounts import Amount, amount_at, is_designation, number_in
from monitor.text.matcher import phrase_at
from monitor.text.numbers import starts_number
from monitor.text.words import Boundary, Words

__all__ = ["Count", "CountReader"]

_MODIFIERS = 5
"""Words between a number and what it counts, at most: "12 suspected Islamist militant fighters"."""
_PARTS = frozenset({"including", "among", "them"})
_EXTRA = frozenset("other others more additional further of the such".split())
_ARTICLES = frozenset({"a", "an", "another"})
_AGE = ("year", "month", "week")
_GROUPS = frozenset("group number crowd gang band team series handful majority family unit".split())
_COLLECTIVE = frozenset(
    "infantry troops forces staff workforce personnel police crew military army".split()
)
"""Nouns of which there is no single one: "an infantry brigade" is not one infantry."""
_PEOPLE = "people"
_AIRCRAFT = "aircraft"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of something."""

    amount: Amount
    end: int
    """Word after the noun, or after the number where no noun follows."""
    subject: str
    """The noun with its adjectives; empty where there is none."""
    unit: str
    """`people`, `ships`, `aircraft`, `vehicles`; people where no noun says otherwise."""
    is_part: bool
    """Whether it is a part of a number told before: "including two children"."""


class CountReader:
    """Finds the counts of a sentence."""

    def __init__(self, *, persons: PhraseSet, measures: Measures) -> None:
        """Keep the nouns for people, and for what else is counted."""
        self._persons = persons
        self._measures = measures
        self._nouns: dict[str, list[tuple[str, ...]]] = {}
        for phrase in measures.nouns:
            self._nouns.setdefault(phrase[0], []).append(phrase)
        for rows in self._nouns.values():
            rows.sort(key=len, reverse=True)

    def read(self, words: Words, low: int, high: int) -> list[Count]:
        """Return the counts between two words, in the order of the text."""
        found: list[Count] = []
        position = low
        while position < high:
            text = words.texts[position]
            if not starts_number(text) and text not in _ARTICLES:
                position += 1
                continue
            count = self._count(words, position, high)
            if count is not None:
                found.append(_as_part(words, found[-1:], count))
            position = max(position + 1, count.end if count else self._after(words, position, high))
        return found

    def _after(self, words: Words, position: int, high: int) -> int:
        """Return the word after a number that counts nothing."""
        amount = amount_at(words, position, high)
        return amount.last if amount else position + 1

    def _count(self, words: Words, position: int, high: int) -> Count | None:
        """Read the count that starts on *position*."""
        texts = words.texts
        amount = amount_at(words, position, high)
        if amount is None:
            return self._single(words, position, high)
        if position and texts[position - 1] in {"aged", "age", "no", "resolution", "under"}:
            return None
        start = self._of_whole(words, amount.last, high)
        noun = self._noun(words, start, high)
        part = any(text in _PARTS for text in texts[max(0, amount.first - 2) : amount.first])
        part = part or "most" in texts[max(0, amount.first - 4) : amount.first]
        of_them = list(texts[amount.last : amount.last + 2]) in (["of", "them"], ["of", "whom"])
        if noun is not None:
            start, end, unit = noun
            if end - start > 1 and self._is_counted(texts[start]):
                start += 1  # "90 injured troops" are troops
            subject = " ".join(texts[start:end])
            return Count(amount, end, subject, unit, is_part=part or of_them)
        led = texts[amount.first - 1 : amount.first] == ["of"]  # "a crowd of 5,000"
        led = led and self._is_counted(texts[amount.first - 2])
        if amount.last < high and not self._may_be_bare(words, amount.last, led=led):
            return None
        return Count(amount, amount.last, "", _PEOPLE, is_part=part or of_them)

    def _of_whole(self, words: Words, position: int, high: int) -> int:
        """Return the word after the number in "nine of the 10 attackers": nine are counted."""
        texts = words.texts
        if list(texts[position : position + 1]) != ["of"] or position + 2 >= high:
            return position
        start = position + 1 + (texts[position + 1] in {"the", "its", "their", "his"})
        whole = amount_at(words, start, high) if start < high else None
        return whole.last if whole else position

    def _single(self, words: Words, position: int, high: int) -> Count | None:
        """Read "a soldier" as one; not "a group of soldiers"."""
        texts = words.texts
        if texts[position] not in _ARTICLES or position + 1 >= high:
            return None
        start = position + 1
        if start + 3 < high and texts[start].isdigit() and texts[start + 1] in _AGE:
            start += 3 if texts[start + 2] == "old" else 2
        elif number_in(words, start) is not None:  # "a dozen people", "another 12"
            return None
        amount = Amount(1, 1, Precision.EXACT, position, position, position + 1)
        if texts[position] == "another" and self._is_counted(texts[start]):
            return Count(amount, start, "", _PEOPLE, is_part=False)
        noun = self._noun(words, start, high)
        if noun is None or texts[start] in _GROUPS or noun[2] != _PEOPLE:
            return None
        begin, end, unit = noun
        if texts[end - 1] in _COLLECTIVE:
            return None
        return Count(amount, end, " ".join(texts[begin:end]), unit, is_part=False)

    def _noun(self, words: Words, start: int, high: int) -> tuple[int, int, str] | None:
        """Return where the noun phrase behind a number lies and the unit of its last noun."""
        texts = words.texts
        if start < high and words.boundaries[start] != Boundary.NONE:
            return None  # "rose to 19, officials said"
        start = self._after_extra(texts, start, high)
        found: tuple[int, int, str] | None = None
        position = start
        while position < min(high, start + _MODIFIERS + 1):
            text = texts[position]
            if position > start and words.boundaries[position] != Boundary.NONE:
                break
            unit = self._unit_at(texts, position, high)
            if unit:
                end, name = unit
                # "two F-16 fighters"
                typed = name == _PEOPLE and is_designation(words, position - 1)
                found = (start, end, _AIRCRAFT if typed else name)
                position = end
                continue
            designation = is_designation(words, position)
            if text in self._measures.no_people or (text.isdigit() and not designation):
                break
            if text in self._measures.stops and texts[position - 1 : position + 1] != ["u", "s"]:
                break
            if self._is_counted(text) and (position > start or found):
                break
            position += 1
        if found and found[1] < high and texts[found[1]] in self._measures.no_people:
            return None  # "12 Swiss francs"
        return found

    def _after_extra(self, texts: Sequence[str], start: int, high: int) -> int:
        """Return the word after "other", "additional", "of"; *high* where no noun can follow."""
        while start < min(high, len(texts) - 1) and texts[start] in _EXTRA:
            if texts[start] in {"others", "other"} and self._unit_at(texts, start, high):
                return start
            if texts[start] == "of" and texts[start + 1] in {"them", "whom", "those", "the"}:
                return high
            start += 1
        return start

    def _unit_at(self, texts: Sequence[str], position: int, high: int) -> tuple[int, str] | None:
        """Return the word after the noun on *position*, and its unit."""
        for phrase in self._nouns.get(texts[position], ()):
            end = position + len(phrase)
            if end <= high and tuple(texts[position:end]) == phrase and len(phrase) > 1:
                return end, self._measures.nouns[phrase]
        end = phrase_at(self._persons, texts, position, high)
        if end:
            return end, _PEOPLE
        unit = self._measures.nouns.get((texts[position],))
        return (position + 1, unit) if unit else None

    def _is_counted(self, text: str) -> bool:
        """Whether a word says what becomes of those counted: "killed", "dead"."""
        return (text,) in self._measures.words

    def _may_be_bare(self, words: Words, position: int, *, led: bool) -> bool:
        """Whether a number may stand without a noun before the word on *position*.

        Args:
            words: the text.
            position: word after the number.
            led: whether a word that counts leads to the number.
        """
        text = words.texts[position]
        if words.boundaries[position] != Boundary.NONE:
            return True
        if text in self._measures.no_people:
            return False
        return led or text.isdigit() or self._is_counted(text) or text in self._measures.stops


def _as_part(words: Words, before: Sequence[Count], count: Count) -> Count:
    """Return a count as a part where it goes on a part: "including two women and nine children"."""
    if not before or not before[0].is_part or not before[0].subject:
        return count
    between = list(words.texts[before[0].end : count.amount.first])
    return replace(count, is_part=True) if between in ([], ["and"]) else count
