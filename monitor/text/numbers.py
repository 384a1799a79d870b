"""Numbers: reads amounts from words, where stripped text has lost points and commas."""

from collections.abc import Callable, Sequence

from monitor.domain import Precision
from monitor.text.digits import SCALES, Number, digits_at

__all__ = [
    "Number",
    "number_at",
    "precision_before",
    "qualifier_before",
    "scale_of",
    "starts_number",
]

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * (value + 2)
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}
# Lower bounds of vague plurals: "dozens" is at least two dozen.
_VAGUE = {"tens": 20.0, "dozens": 24.0, "scores": 40.0, "hundreds": 200.0, "thousands": 2_000.0}
_VAGUE |= {"several": 3.0, "millions": 2_000_000.0, "couple": 2.0}
_PLURALS = {"thousands": 1_000, "millions": 1_000_000}
_QUALIFYING = {
    Precision.AT_LEAST: "at least|more than|over|no fewer than|no less than|a minimum of|not less than|"
    "in excess of|upwards of|upward of|well over|just over",
    Precision.AT_MOST: "up to|fewer than|less than|under|at most|no more than|as many as|as much as|"
    "as high as|a maximum of|not more than|just under",
    Precision.ABOUT: "about|around|some|nearly|almost|roughly|approximately|an estimated|estimated|"
    "close to|an average of|circa",
}
_QUALIFIERS = sorted(
    ((phrase, way) for way, row in _QUALIFYING.items() for phrase in row.split("|")),
    key=lambda row: -len(row[0]),
)


_STARTS = frozenset({*_UNITS, *_TENS, *_VAGUE, *SCALES, "half"})


def number_at(
    texts: Sequence[str], position: int, gap_after: Callable[[int], str] = lambda _: " "
) -> Number | None:
    """Read the number that starts on *position*; None where none does.

    Args:
        texts: the words.
        position: where to start.
        gap_after: gives the characters between a word and the next in the original, which tell
            "4.5" from "1,000" where the text has kept them.
    """
    word = texts[position]
    if word in _VAGUE:
        return _vague(texts, position)
    if word.isdigit() and word.isascii():
        return digits_at(texts, position, gap_after)
    if word in _UNITS or word in _TENS or word in SCALES:
        return _and_a_half(texts, _spelled(texts, position))
    if word == "half":
        return _half_a(texts, position)
    return None


def _half_a(texts: Sequence[str], position: int) -> Number | None:
    """Read "half a million", "half a dozen"; half of anything else is no number."""
    last = position + 2 if texts[position + 1 : position + 2] == ["a"] else position + 1
    if last < len(texts) and texts[last] in SCALES:
        return Number(SCALES[texts[last]] / 2, last + 1, Precision.ABOUT)
    return None


def _and_a_half(texts: Sequence[str], number: Number) -> Number:
    """Add the half of "two and a half"."""
    if list(texts[number.last : number.last + 3]) == ["and", "a", "half"]:
        return Number(number.value + 0.5, number.last + 3, number.precision)
    return number


def _vague(texts: Sequence[str], position: int) -> Number | None:
    """Read a plural that stands for a number, and one that it counts: "hundreds of thousands"."""
    value = _VAGUE[texts[position]]
    last = position + 1
    following = texts[last : last + 2]
    if len(following) > 1 and following[0] == "of" and following[1] in _PLURALS:
        value, last = value * _PLURALS[following[1]], last + 2
    elif following and following[0] in SCALES:
        value, last = value * SCALES[following[0]], last + 1
    if texts[position] == "tens" and last == position + 1:
        return None
    return Number(value, last, Precision.AT_LEAST)


def _spelled(texts: Sequence[str], position: int) -> Number:
    """Read a number in words: "two hundred and twelve", "a hundred", "two dozen"."""
    total = current = 0.0
    last = position
    while last < len(texts):
        word = texts[last]
        before = texts[last - 1] if last > position else ""
        if word in _UNITS:
            if before in _UNITS or (before in _TENS and _UNITS[word] > 9):  # noqa: PLR2004
                break
            current += _UNITS[word]
        elif word in _TENS:
            if before in _UNITS or before in _TENS:
                break
            current += _TENS[word]
        elif word in SCALES:
            current = (current or 1) * SCALES[word]
            if SCALES[word] > 100:  # noqa: PLR2004
                total, current = total + current, 0.0
        elif not _joins(texts, last, before):
            break
        last += 1
    precision = Precision.ABOUT if texts[position] in SCALES else Precision.EXACT
    return Number(total + current, last, precision)


def _joins(texts: Sequence[str], index: int, before: str) -> bool:
    """Whether an "and" goes on a number: "two hundred and twelve", but not "five and six"."""
    following = texts[index + 1] if index + 1 < len(texts) else ""
    counts = following in _UNITS or following in _TENS
    return texts[index] == "and" and before in SCALES and counts


def starts_number(word: str) -> bool:
    """Whether a number may start with a word: a cheap look before `number_at`."""
    return word.isdigit() or word in _STARTS


def scale_of(word: str) -> float:
    """Return what a word multiplies the number before it by: 1 where it is no "thousand"."""
    return SCALES.get(word, 1)


def precision_before(texts: Sequence[str], position: int) -> Precision | None:
    """Return how the words before *position* qualify a number; None where they do not."""
    return qualifier_before(texts, position)[0]


def qualifier_before(texts: Sequence[str], position: int) -> tuple[Precision | None, int]:
    """Return how the words before *position* qualify a number, and on which word they start."""
    before = " " + " ".join(texts[max(0, position - 3) : position])
    for phrase, precision in _QUALIFIERS:
        if before.endswith(" " + phrase):
            return precision, position - phrase.count(" ") - 1
    return None, position
