"""Matcher: finds the lexicon's patterns in a row of words.

All patterns are indexed by the two words they may start with, so that a text costs two look-ups per
word however long the lexicon is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.lexicon.entry import Condition, Entry, PhraseSet, Polarity, Region
from monitor.lexicon.loader import Lexicon
from monitor.lexicon.pattern import Element
from monitor.text.words import Words

__all__ = ["Finding", "Matcher", "phrase_at"]


_UNKNOWN = -2
_MOST_PAIRS = 2_000
"""Pairs of words by which one pattern is indexed at most; one of two large classes (`<country>
<weapon>`) has a hundred times as many, and is indexed by its first words alone."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One pattern of an entry, in the order of the lexicon."""

    number: int
    entry: Entry
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class _Start:
    """The patterns that may start with a word."""

    anyway: tuple[_Row, ...]
    """Those that ask for no certain word behind it."""
    by_second: dict[str, tuple[_Row, ...]]
    """The others, by the word behind it."""

    def rows(self, second: str) -> Sequence[_Row]:
        """Return what may start here if *second* is the next word, in the order of the lexicon."""
        rows = self.by_second.get(second)
        if rows is None:
            return self.anyway
        if not self.anyway:
            return rows
        return sorted((*self.anyway, *rows), key=lambda row: row.number)


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry whose words stand in the text, before anything around them is looked at."""

    entry: Entry
    first: int
    """Word on which it starts."""
    last: int
    """Word after its end."""


class Matcher:
    """Finds the entries of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Index the patterns of *lexicon* by the words that they may start with."""
        anyway: dict[str, dict[int, _Row]] = {}
        by_second: dict[str, dict[str, dict[int, _Row]]] = {}
        patterns = ((entry, each.elements) for entry in lexicon.entries for each in entry.patterns)
        for number, (entry, elements) in enumerate(patterns):
            row = _Row(number, entry, elements)
            for first, second in _beginnings(elements):
                if second is None:
                    anyway.setdefault(first, {})[number] = row
                else:
                    by_second.setdefault(first, {}).setdefault(second, {})[number] = row
        self._index = {
            first: _Start(
                anyway=tuple(anyway.get(first, {}).values()),
                by_second={
                    second: tuple(rows.values())
                    for second, rows in by_second.get(first, {}).items()
                },
            )
            for first in {**anyway, **by_second}
        }

    def find(self, words: Words, limits: Sequence[int]) -> Iterator[Finding]:
        """Yield every place where an entry's words stand, in the order of the text.

        Args:
            words: the text.
            limits: per word, the first word after its sentence.
        """
        texts = words.texts
        index = self._index
        for position, text in enumerate(texts):
            start = index.get(text)
            if start is None:
                continue
            limit = limits[position]
            second = texts[position + 1] if position + 1 < limit else ""
            seen: set[tuple[str, int]] = set()
            for row in start.rows(second):
                end = _match(row.elements, 0, texts, position, limit)
                if end and (row.entry.id, end) not in seen:
                    seen.add((row.entry.id, end))
                    yield Finding(row.entry, position, end)

    def refusal(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        known: dict[int, int] | None = None,
    ) -> Condition | None:
        """Return the condition that speaks against *finding*; None where all agree.

        Where words that are needed before the keyword and words that forbid it stand there both,
        the nearer ones decide: in "sales rose as shares fell" it is the shares that fell.

        Args:
            finding: the words that fired.
            words: the text.
            sentence: its sentence, as a half-open range of words.
            known: what conditions on the whole article gave for this text before, filled here; a
                text with thousands of keywords would be read thousands of times without it.
        """
        known = {} if known is None else known
        needed_at = -1
        for condition in finding.entry.conditions:
            if condition.region is not Region.ARTICLE:
                position = _position(condition, finding, words.texts, sentence)
            elif (position := known.get(id(condition), _UNKNOWN)) == _UNKNOWN:
                position = _position(condition, finding, words.texts, sentence)
                known[id(condition)] = position
            if condition.polarity is Polarity.NEEDED:
                if position < 0:
                    return condition
                if condition.region is Region.BEFORE:
                    needed_at = position
            elif position >= 0 and not (condition.region is Region.BEFORE and position < needed_at):
                return condition
        return None

    def standing(
        self, condition: Condition, finding: Finding, words: Words, sentence: tuple[int, int]
    ) -> tuple[tuple[int, int], ...]:
        """Return where words of *condition* stand, nearest first, as half-open ranges of words.

        At most as many places as the condition asks for; fewer, and it is not met. For explaining:
        `refusal` decides without collecting them.
        """
        texts = words.texts
        found: list[tuple[int, int]] = []
        for positions in _ranges(condition, finding, len(texts), sentence):
            limit = finding.first if positions.step < 0 else positions.stop
            for position in positions:
                end = phrase_at(condition.phrases, texts, position, limit)
                if end:
                    found.append((position, end))
                    if len(found) == condition.least:
                        return tuple(found)
        return tuple(found)


def phrase_at(phrases: PhraseSet, texts: Sequence[str], position: int, limit: int) -> int:
    """Return the word after the longest phrase that starts at *position*, or 0 where none does."""
    rows = phrases.get(texts[position])
    if rows is None:
        return 0
    for row in rows:
        end = position + len(row)
        if end <= limit and (len(row) == 1 or tuple(texts[position:end]) == row):
            return end
    return 0


def _beginnings(elements: tuple[Element, ...]) -> Iterator[tuple[str, str | None]]:
    """Yield the first two words that a pattern may start with; None for a second that may be any."""
    following = elements[1] if len(elements) > 1 else None
    open_ended = following is None or following.gap or following.optional
    seconds = () if open_ended or following is None else tuple(following.phrases)
    phrases = [phrase for rows in elements[0].phrases.values() for phrase in rows]
    crowded = len(phrases) * len(seconds) > _MOST_PAIRS
    for phrase in phrases:
        if len(phrase) > 1:
            yield phrase[0], phrase[1]
        elif crowded or not seconds:
            yield phrase[0], None
        else:
            for second in seconds:
                yield phrase[0], second


def _match(
    elements: tuple[Element, ...], step: int, texts: Sequence[str], position: int, limit: int
) -> int:
    """Return the word after the shortest match of *elements* from *step* on, or 0."""
    if step == len(elements):
        return position
    for after in _steps(elements[step], texts, position, limit):
        end = _match(elements, step + 1, texts, after, limit)
        if end:
            return end
    return 0


def _steps(element: Element, texts: Sequence[str], position: int, limit: int) -> Iterator[int]:
    """Yield the words on which the next element may start, in the order to try them."""
    if element.gap:
        yield from range(position, min(position + element.gap + 1, limit))
        return
    if position < limit:
        for row in element.phrases.get(texts[position], ()):
            end = position + len(row)
            if end <= limit and (len(row) == 1 or tuple(texts[position:end]) == row):
                yield end
    if element.optional:
        yield position


def _position(
    condition: Condition, finding: Finding, texts: Sequence[str], sentence: tuple[int, int]
) -> int:
    """Return where the words of *condition* stand, nearest to the keyword first; -1 if nowhere."""
    left = condition.least
    for positions in _ranges(condition, finding, len(texts), sentence):
        limit = max(positions.start, positions.stop)
        if positions.step < 0:
            limit = finding.first
        for position in positions:
            if texts[position] in condition.phrases and phrase_at(
                condition.phrases, texts, position, limit
            ):
                left -= 1
                if left == 0:
                    return position
    return -1


def _ranges(
    condition: Condition, finding: Finding, size: int, sentence: tuple[int, int]
) -> list[range]:
    """Return the words that *condition* looks at, nearest to the keyword first."""
    start, stop = sentence
    within = condition.within or size
    before = range(finding.first - 1, max(start, finding.first - within) - 1, -1)
    after = range(finding.last, min(stop, finding.last + within))
    inside = range(finding.first, finding.last)
    match condition.region:
        case Region.BEFORE:
            return [before]
        case Region.AFTER:
            return [after]
        case Region.NEAR if condition.polarity is Polarity.NEEDED:
            return [before, inside, after]
        case Region.NEAR:
            return [before, after]
        case Region.INSIDE:
            return [inside]
        case Region.ARTICLE:
            return [range(size)]
