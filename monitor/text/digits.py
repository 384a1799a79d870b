"""Digits: reads numbers from rows of digits, where stripped text has lost points and commas."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.domain import Precision

__all__ = ["SCALES", "Number", "digits_at"]

SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "mln": 1_000_000}
SCALES |= {"billion": 1_000_000_000, "bln": 1_000_000_000, "lakh": 100_000, "dozen": 12}
SCALES |= {"trillion": 1_000_000_000_000}
"""Words that multiply the number before them."""
_GROUP = 3
"""Digits in a group that a comma sets off."""
_FEW = 2
"""Digits behind a lost decimal point, at most, unless a percentage follows."""
_HALVES = frozenset({2, 4, 8, 16, 32, 64})
"""Denominators of the fractions in which prices are quoted."""
_MOST_HALVED = 3
"""Digits before such a fraction, at most."""
_LAKH = 2
"""Digits in the middle groups of "1,35,000"."""
# Words that show that two rows of digits were one decimal number.
_PERCENT = frozenset({"percent", "pct", "percentage"})
_MEASURED = _PERCENT | frozenset(
    "points point million mln billion bln trillion basis dollars dollar dlrs dlr yen euros pounds stg "
    "cents cts pence marks francs rand rupees rupee lire guilders yuan roubles rubles rouble ruble "
    "pesos crowns".split()
)
_PER = frozenset({"barrel", "ounce", "share", "tonne", "ton", "bushel", "gallon", "coin"})
_MODIFIERS = frozenset("u canadian australian swiss french german swedish hong singapore".split())
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


def digits_at(texts: Sequence[str], position: int, gap_after: Callable[[int], str]) -> Number:
    """Read the number whose digits start on *position*, with its groups, decimals and scale.

    Args:
        texts: the words.
        position: a row of digits.
        gap_after: gives the characters between a word and the next in the original.
    """
    return _fraction(texts, position, gap_after) or _digits(texts, position, gap_after)


def _fraction(
    texts: Sequence[str], position: int, gap_after: Callable[[int], str]
) -> Number | None:
    """Read "1-3/8" and "7/8", and "15 3 4" of stripped text, which is no other number."""
    rows = [row for row in texts[position : position + 4] if row.isdigit() and row.isascii()]
    gaps = [gap_after(position + index) for index in range(len(rows) - 1)]
    one = list(texts[position + 2 : position + 3]) == ["point"]  # "1 8 point" is less than one
    if len(rows) > 1 and (gaps[0] == "/" or (gaps[0] == " " and one)):
        top, bottom = int(rows[0]), int(rows[1])
        if bottom in _HALVES and top < bottom:
            return Number(top / bottom, position + 2, Precision.EXACT)
    if len(rows) > 2 and gaps[:2] in (["-", "/"], [" ", "/"], [" ", " "]):  # noqa: PLR2004
        whole, top, bottom = (int(row[:9]) for row in rows[:3])
        lost = gaps[1] == " "
        followed = len(rows) > 3 and gaps[2] == " "  # noqa: PLR2004
        if bottom in _HALVES and top < bottom and top % 2 and not (lost and followed):
            if len(rows[0]) > _MOST_HALVED or (lost and _is_dated(texts, position)):
                return None
            return Number(whole + top / bottom, position + 3, Precision.EXACT)
    return None


def _is_dated(texts: Sequence[str], position: int) -> bool:
    """Whether a month stands before a number."""
    return position > 0 and texts[position - 1] in _MONTHS


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
        if (lakh := _lakh(texts, position, mark, gap_after)) is not None:
            whole, last = lakh
            mark, gap = "", _gap(texts, last, gap_after)
        while mark in (",", " ") and gap == mark and _is_group(texts, position, last, mark):
            whole, last = whole + texts[last], last + 1
            gap = _gap(texts, last, gap_after)
        if last > position + 1 and (gap == "." or (gap == " " and _ends_measured(texts, last))):
            decimals, last = texts[last], last + 1
    value = float(f"{whole}.{decimals or 0}")
    if last < len(texts) and texts[last] in SCALES:
        value *= SCALES[texts[last]]
        last += 1
    return Number(value, last, Precision.EXACT)


def _lakh(
    texts: Sequence[str], position: int, mark: str, gap_after: Callable[[int], str]
) -> tuple[str, int] | None:
    """Read the groups of "1,35,000", and of "9 00 000"; None where there are none."""
    rows = texts[position : position + 4]
    last = 1
    while last < len(rows) and rows[last].isdigit() and gap_after(position + last - 1) == mark:
        last += 1
    rows = rows[:last]
    grouped = (
        mark in (",", " ")
        and len(rows) > 2  # noqa: PLR2004  (two groups are read as others are)
        and len(rows[0]) <= _LAKH
        and all(len(row) == _LAKH for row in rows[1:-1])
        and len(rows[-1]) == _GROUP
    )
    if not grouped or (mark == " " and (rows[-1] != "000" or _is_dated(texts, position))):
        return None
    return "".join(rows), position + last


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
    if measure in _MODIFIERS:
        measure = next(
            (word for word in texts[position + 3 : position + 5] if word in _MEASURED), ""
        )
    if list(texts[position + 2 : position + 3]) in (["a"], ["an"]):  # "38 68 a barrel"
        measure = next((word for word in texts[position + 3 : position + 4] if word in _PER), "")
    few = len(texts[position + 1]) <= _FEW and not _is_dated(texts, position)
    return (few and measure in _MEASURED | _PER) or measure in _PERCENT


def _ends_measured(texts: Sequence[str], last: int) -> bool:
    """Whether a row behind groups was decimals: "2 345 6 points"."""
    measure = texts[last + 1] if last + 1 < len(texts) else ""
    return len(texts[last]) <= _FEW and measure in _MEASURED


def _is_group(texts: Sequence[str], position: int, last: int, mark: str) -> bool:
    """Whether a row of digits goes on the number before: "1,000", or "1 000" of stripped text."""
    dated = mark == " " and _is_dated(texts, position)
    return len(texts[last]) == _GROUP and len(texts[position]) <= _GROUP and not dated
