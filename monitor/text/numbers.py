"""Numbers: reads amounts from words, where stripped text has lost points and commas."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain import Precision

__all__ = ["Number", "number_at", "precision_before"]

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
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "mln": 1_000_000}
_SCALES |= {"billion": 1_000_000_000, "bln": 1_000_000_000, "lakh": 100_000}
# Lower bounds of vague plurals: "dozens" is at least two dozen.
_VAGUE = {"dozens": 24.0, "scores": 40.0, "hundreds": 200.0, "thousands": 2_000.0}
_VAGUE |= {"several": 3.0, "dozen": 12.0, "millions": 2_000_000.0, "couple": 2.0}
_AT_LEAST = ("at least", "more than", "over", "no fewer than", "as many as", "a minimum of")
_AT_MOST = ("up to", "fewer than", "less than", "under", "at most")
_ABOUT = ("about", "around", "some", "nearly", "almost", "roughly", "approximately", "an estimated")
_DIGITS = 3
"""Digits in a group that a comma sets off."""


@dataclass(frozen=True, slots=True)
class Number:
    """An amount and the words that give it."""

    value: float
    last: int
    """Word after its end."""
    precision: Precision


def number_at(texts: Sequence[str], position: int, source_gap: str = "") -> Number | None:
    """Read the number that starts on *position*; None where none does.

    Args:
        texts: the words.
        position: where to start.
        source_gap: the characters between this word and the next in the original, which tell
            "4.5" from "1,000" where the text has kept them.
    """
    word = texts[position]
    if word in _VAGUE:
        return Number(_VAGUE[word], position + 1, Precision.AT_LEAST)
    if word.isdigit() and word.isascii():
        return _digits(texts, position, source_gap)
    if word in _UNITS or word in _TENS:
        return _spelled(texts, position)
    return None


def _digits(texts: Sequence[str], position: int, source_gap: str) -> Number:
    """Read digits, their groups, decimals, and a scale after them."""
    value = float(texts[position])
    last = position + 1
    if last < len(texts) and texts[last].isdigit() and texts[last].isascii():
        following = texts[last]
        if source_gap == ",":
            while last < len(texts) and texts[last].isdigit() and len(texts[last]) <= _DIGITS:
                value = value * 10 ** len(texts[last]) + float(texts[last])
                last += 1
        elif source_gap == ".":
            value += float(following) / 10 ** len(following)
            last += 1
        elif source_gap == " " and len(following) == _DIGITS and len(texts[position]) <= _DIGITS:
            value = value * 1_000 + float(following)
            last += 1
        elif source_gap == " " and len(following) <= 2:  # noqa: PLR2004  ("4 5 percent" was 4.5)
            value += float(following) / 10 ** len(following)
            last += 1
    if last < len(texts) and texts[last] in _SCALES:
        value *= _SCALES[texts[last]]
        last += 1
    return Number(value, last, Precision.EXACT)


def _spelled(texts: Sequence[str], position: int) -> Number:
    """Read a number in words: "two hundred and twelve"."""
    total = current = 0.0
    last = position
    while last < len(texts):
        word = texts[last]
        if word in _UNITS:
            current += _UNITS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word in _SCALES and current:
            current *= _SCALES[word]
            if _SCALES[word] > 100:  # noqa: PLR2004
                total, current = total + current, 0.0
        elif not (word == "and" and last + 1 < len(texts) and texts[last + 1] in _UNITS):
            break
        last += 1
    return Number(total + current, last, Precision.EXACT)


def precision_before(texts: Sequence[str], position: int) -> Precision | None:
    """Return how the words before *position* qualify a number; None where they do not."""
    before = " ".join(texts[max(0, position - 3) : position])
    for phrases, precision in (
        (_AT_LEAST, Precision.AT_LEAST),
        (_AT_MOST, Precision.AT_MOST),
        (_ABOUT, Precision.ABOUT),
    ):
        if any(before == phrase or before.endswith(" " + phrase) for phrase in phrases):
            return precision
    return None
