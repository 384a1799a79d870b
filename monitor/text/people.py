"""People: how many were killed, hurt, missing, held, freed, sent, or took part, as a sentence tells.

A word for what became of people takes the number that is its object ("killing 12"), or the one that
is its subject ("12 were killed", "12 died"). A number that neither fits is left out: a wrong toll is
worse than none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.domain import Measure
from monitor.lexicon.measures import Counting, CountWord, Measures
from monitor.text.counts import Count, CountReader
from monitor.text.words import Boundary, Words

__all__ = ["Told", "told_counts"]

_PEOPLE_ONLY = frozenset(
    {Measure.KILLED, Measure.INJURED, Measure.MISSING, Measure.HELD, Measure.TAKING_PART}
)
_NAMED = frozenset(
    {Measure.HELD, Measure.RELEASED, Measure.WITHDRAWN, Measure.DEPLOYED, Measure.TAKING_PART}
)
"""Measures whose words have other senses too: their numbers need a noun."""
_FATES = frozenset(
    {Measure.KILLED, Measure.INJURED, Measure.MISSING, Measure.HELD, Measure.RELEASED}
)
_BE = frozenset("be is are was were been being get gets got".split())
_WERE = _BE | {"have", "has", "had", "also", "reportedly"}
_DETERMINERS = frozenset("the a an their his her its of mass street".split())
_ONE = frozenset({"is", "was", "has"})
_BEFORE_OBJECT = frozenset(
    "the a an total of another also up its their all as many additional extra further last first "
    "remaining".split()
)
_FAR_OBJECT = 4
"""Words between a verb and the number that is its object, at most."""
_FAR_SUBJECT = 14
"""Words between a subject with its number and its verb, at most."""
_FAR_TOTAL = 7
"""Words between "toll" and what it reached, at most."""
_FAR_RISEN = 14
"""The same before "to": "the toll from the bombing of the market in Aden rose to 212"."""
_FAR_AND = 2
"""Words between a number with its noun and an "and" that goes on with the subject, at most."""
_LEADS_TO_TOTAL = frozenset(
    "to at of least than reached is was stands stood now passed about".split()
)
_NEW_SUBJECT = frozenset(
    "he she it they we i when after before while because although but if".split()
)
_LATER = frozenset("in by when during after and on at since as while near over for from".split())
_JOINS = frozenset({"and", "his", "her", "their", "its", "or", "as", "well"})


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence says of a count."""

    measure: Measure
    count: Count
    first: int
    """Where the words start that say so."""
    last: int
    """Where they end."""


@dataclass(frozen=True, slots=True)
class _Saying:
    """A word for what became of people, where it stands."""

    first: int
    last: int
    measure: Measure
    counting: Counting


def told_counts(
    words: Words,
    sentence: tuple[int, int],
    *,
    measures: Measures,
    counts: CountReader,
    wanted: frozenset[Measure],
) -> tuple[Told, ...]:
    """Return what a sentence counts, in the order of the text.

    Args:
        words: the text.
        sentence: half-open range of words.
        measures: the words for what became of people.
        counts: reads the numbers.
        wanted: what may be counted here.
    """
    found = counts.read(words, *sentence)
    if not found:
        return ()
    # Who was killed took part in nothing: a number belongs to the word that is closest to it.
    sayings = list(_sayings(words, sentence, measures, wanted | _FATES))
    told: dict[int, Told] = {}
    for pick in (_object, _noun, _total, _subject):
        for saying in sayings:
            if any(row.first == saying.first and row.last == saying.last for row in told.values()):
                continue
            index = pick(words, saying, found, told)
            if index is not None and _fits(words, found[index], saying):
                told[index] = Told(saying.measure, found[index], saying.first, saying.last)
    _join(words, found, told)
    _by_noun(words, found, told, measures)
    return tuple(told[index] for index in sorted(told) if told[index].measure in wanted)


def _sayings(
    words: Words, sentence: tuple[int, int], measures: Measures, wanted: frozenset[Measure]
) -> Iterator[_Saying]:
    """Yield the words of a sentence for what became of people."""
    texts = words.texts
    position = sentence[0]
    while position < sentence[1]:
        end, rows = _at(texts, position, sentence[1], measures)
        either = "or" in (*texts[max(0, position - 1) : position], *texts[end : end + 1])
        noun = texts[position - 1 : position] and texts[position - 1] in _DETERMINERS
        for row in rows:
            if noun and row.counting is Counting.SUBJECT and row.measure in _NAMED:
                continue  # "to their rallies"
            # "killed or wounded" counts neither.
            if row.measure in wanted and not (either and row.counting is not Counting.NOUN):
                yield _Saying(position, end, row.measure, row.counting)
        position = end


def _at(
    texts: Sequence[str], position: int, limit: int, measures: Measures
) -> tuple[int, tuple[CountWord, ...]]:
    """Return the word after the longest saying on *position*, and what it says."""
    for phrase in measures.phrases.get(texts[position], ()):
        end = position + len(phrase)
        if end <= limit and tuple(texts[position:end]) == phrase:
            return end, measures.words[phrase]
    return position + 1, ()


def _fits(words: Words, count: Count, saying: _Saying) -> bool:
    """Whether a word can count this: one that has other senses too needs a noun beside it."""
    if not _can_be(count, saying.measure):
        return False
    if count.subject or saying.measure not in _NAMED or saying.counting is Counting.NOUN:
        return True
    between = words.texts[count.amount.last : saying.first]
    held = saying.measure is Measure.HELD and saying.counting is Counting.EITHER
    return held and saying.first >= count.amount.last and set(between) <= _WERE


def _can_be(count: Count, measure: Measure) -> bool:
    """Whether a measure counts things of this unit."""
    return measure not in _PEOPLE_ONLY or count.unit == "people"


def _by_noun(
    words: Words, counts: Sequence[Count], told: dict[int, Told], measures: Measures
) -> None:
    """Give numbers of which nothing else is told what their noun says: "thousands of protesters"."""
    for index, count in enumerate(counts):
        measure = measures.counted.get(words.texts[count.end - 1]) if count.subject else None
        if measure is not None and index not in told and not count.is_part:
            told[index] = Told(measure, count, count.end - 1, count.end)


def _object(
    words: Words, saying: _Saying, counts: Sequence[Count], told: dict[int, Told]
) -> int | None:
    """Return the count that is the object: "killing at least 12 people"."""
    if saying.counting not in (Counting.OBJECT, Counting.EITHER) or _is_passive(words, saying):
        return None
    for index, count in enumerate(counts):
        distance = count.amount.first - saying.last
        if distance < 0 or index in told:
            continue
        between = words.texts[saying.last : count.amount.first]
        near = distance <= _FAR_OBJECT and all(word in _BEFORE_OBJECT for word in between)
        after_comma = distance == 0 and words.boundaries[count.amount.first] != Boundary.NONE
        return index if near and not count.is_part and not after_comma else None
    return None


def _is_passive(words: Words, saying: _Saying) -> bool:
    """Whether a form of "be" stands before the words."""
    return any(text in _BE for text in words.texts[max(0, saying.first - 2) : saying.first])


def _noun(
    words: Words, saying: _Saying, counts: Sequence[Count], told: dict[int, Told]
) -> int | None:
    """Return the count of a noun: "12 deaths", "the deaths of 12 people"."""
    if saying.counting is not Counting.NOUN:
        return None
    for index, count in enumerate(counts):
        if index in told or count.is_part:
            continue
        if count.amount.last == saying.first or count.end == saying.last:
            return index
        between = list(words.texts[saying.last : count.amount.first])
        if count.amount.first > saying.last and between in (["of"], ["by"], ["of", "the"]):
            return index
    return None


def _total(
    words: Words, saying: _Saying, counts: Sequence[Count], told: dict[int, Told]
) -> int | None:
    """Return the count that a toll has reached: "the toll rose to at least 212"."""
    if saying.counting is not Counting.TOTAL:
        return None
    texts = words.texts
    best = None
    for index, count in enumerate(counts):
        first = count.amount.first
        far = _FAR_RISEN if texts[first - 1] == "to" else _FAR_TOTAL
        if index in told or not 0 <= count.amount.position - saying.last <= far:
            continue
        if texts[first - 1] in _LEADS_TO_TOTAL or first < count.amount.position:
            best = index
            if texts[first - 1] == "to":
                break
    return best


def _subject(
    words: Words, saying: _Saying, counts: Sequence[Count], told: dict[int, Told]
) -> int | None:
    """Return the count that is the subject: "12 people were killed", "12 dead"."""
    passive = saying.counting is Counting.EITHER and (
        _is_passive(words, saying) or _is_participle(words, saying, counts)
    )
    if saying.counting is not Counting.SUBJECT and not passive:
        return None
    for index, count in enumerate(counts):  # "two dead insurgents"
        if index not in told and count.amount.last == saying.first and not count.is_part:
            return index
    before = [
        index
        for index, count in enumerate(counts)
        if count.end <= saying.first and not count.is_part
    ]
    nearest = before[-1] if before else -1
    if nearest < 0 or nearest in told:
        return None
    one = counts[nearest].amount.high == 1
    if not one and _ONE.intersection(words.texts[max(0, saying.first - 2) : saying.first]):
        return None  # "the mayor, 52, was killed"
    # "thirty people, including two women and nine children, died"
    parts = [count.end for count in counts[nearest + 1 :] if count.end <= saying.first]
    between = words.texts[max([counts[nearest].end, *parts]) : saying.first]
    far = len(between) > _FAR_SUBJECT or any(text in _NEW_SUBJECT for text in between)
    return None if far or ("and" in between and not _joins_subjects(between)) else nearest


def _is_participle(words: Words, saying: _Saying, counts: Sequence[Count]) -> bool:
    """Whether "killed" has no object: "12 killed in Kabul", "12 people killed, 30 wounded"."""
    if saying.last >= len(words):
        return True
    if any(count.amount.last == saying.first for count in counts):
        return True
    following = words.texts[saying.last]
    return words.boundaries[saying.last] != Boundary.NONE or following in _LATER


def _joins_subjects(between: Sequence[str]) -> bool:
    """Whether the "and" between a number and its verb joins what one verb befell."""
    where = list(between).index("and")
    return where <= _FAR_AND and not any(text in _BE for text in between[:where])


def _join(words: Words, counts: Sequence[Count], told: dict[int, Told]) -> None:
    """Give the numbers that an "and" joins the same measure: "three Afghans and two foreigners"."""
    for ahead in (1, -1):
        order = range(len(counts)) if ahead == 1 else range(len(counts) - 1, -1, -1)
        for index in order:
            neighbour = index - ahead
            if index in told or neighbour not in told or counts[index].is_part:
                continue
            left, right = sorted((index, neighbour))
            between = words.texts[counts[left].end : counts[right].amount.first]
            source = told[neighbour]
            if (
                counts[index].subject
                and len(between) <= 3  # noqa: PLR2004  ("and his", "as well as")
                and set(between) & {"and", "or", "as"}
                and set(between) <= _JOINS
                and _can_be(counts[index], source.measure)
            ):
                told[index] = Told(source.measure, counts[index], source.first, source.last)
