"""Numbers: reads amounts from words, where stripped text has lost points and commas."""

from collections.abc import Callable, Sequence
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
_SCALES |= {"billion": 1_000_000_000, "bln": 1_000_000_000, "lakh": 100_000, "dozen": 12}
# Lower bounds of vague plurals: "dozens" is at least two dozen.
_VAGUE = {"tens": 20.0, "dozens": 24.0, "scores": 40.0, "hundreds": 200.0, "thousands": 2_000.0}
_VAGUE |= {"several": 3.0, "millions": 2_000_000.0, "couple": 2.0}
_PLURALS = {"thousands": 1_000, "millions": 1_000_000}
_AT_LEAST = ("at least", "more than", "over", "no fewer than", "no less than", "a minimum of")
_AT_MOST = ("up to", "fewer than", "less than", "under", "at most", "no more than", "as many as")
_ABOUT = ("about", "around", "some", "nearly", "almost", "roughly", "approximately", "an estimated")
_QUALIFIERS = sorted(
    [(phrase, Precision.AT_LEAST) for phrase in _AT_LEAST]
    + [(phrase, Precision.AT_MOST) for phrase in _AT_MOST]
    + [(phrase, Precision.ABOUT) for phrase in _ABOUT],
    key=lambda row: -len(row[0]),
)
_GROUP = 3
"""Digits in a group that a comma sets off."""
_FEW = 2
"""Digits behind a lost decimal point, at most, unless a percentage follows."""
# Words that show that two rows of digits were one decimal number.
_PERCENT = frozenset({"percent", "pct", "percentage"})
_MEASURED = _PERCENT | {"points", "point", "million", "mln", "billion", "bln", "trillion"}
_MEASURED |= {"dollars", "dlrs", "yen", "euros", "pounds", "cents", "pence", "marks", "basis"}
_MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept sep oct nov dec".split()
)


@dataclass(frozen=True, slots=True)
class Number:
    """An amount and the words that give it."""

    value: float
    last: int
    """Word after its end."""
    precision: Precision


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
        return _digits(texts, position, gap_after)
    if word in _UNITS or word in _TENS or word in _SCALES:
        return _spelled(texts, position)
    return None


def _vague(texts: Sequence[str], position: int) -> Number | None:
    """Read a plural that stands for a number, and one that it counts: "hundreds of thousands"."""
    value = _VAGUE[texts[position]]
    last = position + 1
    following = texts[last : last + 2]
    if len(following) > 1 and following[0] == "of" and following[1] in _PLURALS:
        value, last = value * _PLURALS[following[1]], last + 2
    elif following and following[0] in _SCALES:
        value, last = value * _SCALES[following[0]], last + 1
    if texts[position] == "tens" and last == position + 1:
        return None
    return Number(value, last, Precision.AT_LEAST)


def _digits(texts: Sequence[str], position: int, gap_after: Callable[[int], str]) -> Number:
    """Read digits, their groups, decimals, and a scale after them."""
    whole = texts[position]
    last = position + 1
    gap = _gap(texts, last, gap_after)
    decimals = ""
    if _is_decimal(texts, position, gap):
        decimals, last = texts[last], last + 1
    else:
        mark = gap
        while mark in (",", " ") and gap == mark and _is_group(texts, position, last, mark):
            whole, last = whole + texts[last], last + 1
            gap = _gap(texts, last, gap_after)
        if last > position + 1 and gap == ".":
            decimals, last = texts[last], last + 1
    value = float(f"{whole}.{decimals or 0}")
    if last < len(texts) and texts[last] in _SCALES:
        value *= _SCALES[texts[last]]
        last += 1
    return Number(value, last, Precision.EXACT)


def _gap(texts: Sequence[str], last: int, gap_after: Callable[[int], str]) -> str:
    """Return what stands before a second row of digits; nothing where none follows."""
    if last < len(texts) and texts[last].isdigit() and texts[last].isascii():
        return gap_after(last - 1)
    return ""


def _is_decimal(texts: Sequence[str], position: int, gap: str) -> bool:
    """Whether the second row of digits stands behind a decimal point, kept or lost."""
    if gap != " ":
        return gap == "."
    measure = texts[position + 2] if position + 2 < len(texts) else ""
    few = len(texts[position + 1]) <= _FEW
    return (few and measure in _MEASURED) or measure in _PERCENT


def _is_group(texts: Sequence[str], position: int, last: int, mark: str) -> bool:
    """Whether a row of digits goes on the number before: "1,000", or "1 000" of stripped text."""
    dated = mark == " " and position > 0 and texts[position - 1] in _MONTHS
    return len(texts[last]) == _GROUP and len(texts[position]) <= _GROUP and not dated


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
        elif word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if _SCALES[word] > 100:  # noqa: PLR2004
                total, current = total + current, 0.0
        elif not _joins(texts, last, before):
            break
        last += 1
    precision = Precision.ABOUT if texts[position] in _SCALES else Precision.EXACT
    return Number(total + current, last, precision)


def _joins(texts: Sequence[str], index: int, before: str) -> bool:
    """Whether an "and" goes on a number: "two hundred and twelve", but not "five and six"."""
    following = texts[index + 1] if index + 1 < len(texts) else ""
    counts = following in _UNITS or following in _TENS
    return texts[index] == "and" and before in _SCALES and counts


def precision_before(texts: Sequence[str], position: int) -> Precision | None:
    """Return how the words before *position* qualify a number; None where they do not."""
    before = " " + " ".join(texts[max(0, position - 3) : position])
    for phrase, precision in _QUALIFIERS:
        if before.endswith(" " + phrase):
            return precision
    return None
