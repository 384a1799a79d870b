"""Amounts: numbers of a text with the bounds and qualifications that its words give them."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain import Field, Precision, TextSpan
from monitor.text.numbers import Number, number_at, qualifier_before, scale_of, starts_number
from monitor.text.words import Boundary, Words

__all__ = [
    "Amount",
    "after_digits",
    "amount_at",
    "is_cut_off",
    "is_designation",
    "number_in",
    "span_of",
]

_MOST_TIMES = 20
"""The upper end of a range is at most this many times the lower one; else "to" leads elsewhere."""
_YEARS = range(1900, 2100)
_BEFORE_YEAR = frozenset(
    "in since of until by from during before after late early mid fiscal january february march "
    "april may june july august september october november december".split()
)
_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb "
    "mar apr jun jul aug sept sep oct nov dec".split()
)
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_TYPES = frozenset("b f su mig tu il kc df ak uh ch mq rq ah hq jl kn rs rpg".split())
"""Letters that name types of arms; of stripped text, where a hyphen shows none."""
_MOST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or both ends of a range, with the words that give it."""

    low: float
    high: float | None
    """None where the text gives a lower bound only."""
    precision: Precision
    first: int
    """Word on which it starts, with what qualifies it."""
    position: int
    """Word on which its digits or number words start."""
    last: int
    """Word after its end."""


def number_in(words: Words, position: int) -> Number | None:
    """Read a number with what the original text has between its words."""
    if not starts_number(words.texts[position]):
        return None
    return number_at(
        words.texts,
        position,
        lambda index: words.source[words.ends[index] : words.starts[index + 1]],
    )


def amount_at(words: Words, position: int, limit: int) -> Amount | None:
    """Read the amount that starts on *position*; None where none does, or where it is a date.

    "between 30 and 40", "10 to 15" and "10-15" are ranges; "at least 18" and "18 or more" are
    lower bounds.
    """
    if is_designation(words, position):
        return None
    number = number_in(words, position)
    if number is None or number.last > limit or _is_date(words.texts, position, number):
        return None
    texts = words.texts
    low, high, last = number.value, number.value, number.last
    start = position - (texts[position - 1 : position] in (["a"], ["an"]))  # "over a hundred"
    precision, first = qualifier_before(texts, start)
    first = position if precision is None else first
    precision = precision or number.precision
    upper = _upper(words, position, number, limit)
    if upper is not None:
        if scale_of(texts[last - 1]) == 1:
            low *= scale_of(texts[upper.last - 1])
        high, last = upper.value, upper.last
        if texts[position - 1 : position] == ["between"]:
            first = position - 1
    elif list(texts[last : last + 2]) == ["or", "more"] and last + 2 <= limit:
        precision, last = Precision.AT_LEAST, last + 2
    bounded = None if precision is Precision.AT_LEAST and upper is None else high
    return Amount(low, bounded, precision, first, position, last)


def is_cut_off(words: Words, amount: Amount) -> bool:
    """Whether digits stand right behind an amount with nothing but a blank between.

    In stripped text they may be its decimals, the end of a range, or another number; nobody can
    tell, so the amount is not to be used.
    """
    if amount.last >= len(words):
        return False
    text = words.texts[amount.last]
    between = words.source[words.ends[amount.last - 1] : words.starts[amount.last]]
    return text.isdigit() and between == " " and words.texts[amount.last - 1].isdigit()


def after_digits(words: Words, position: int) -> int:
    """Return the word after the digits that go on from *position* with blanks between them."""
    while position < len(words) and words.texts[position].isdigit():
        position += 1
    return position


def is_designation(words: Words, position: int) -> bool:
    """Whether digits belong to the name of a type, which counts nothing: B-52, Su-35, T-72."""
    if position == 0 or not words.texts[position].isdigit():
        return False
    before = words.texts[position - 1]
    if words.source[words.ends[position - 1] : words.starts[position]] == "-":
        return before.isalpha() and len(before) <= _MOST_LETTERS and not starts_number(before)
    return words.is_stripped and before in _TYPES


def span_of(words: Words, first: int, last: int, field: Field) -> TextSpan:
    """Return the original text of a range of words."""
    return TextSpan(
        start_char=words.starts[first],
        end_char=words.ends[last - 1],
        quote=words.quote(first, last),
        field=field,
    )


def _upper(words: Words, position: int, number: Number, limit: int) -> Number | None:
    """Return the upper end of a range, as far as it makes one with the lower end."""
    start = _start(words, number, position)
    if not number.last <= start < limit:
        return None
    upper = number_in(words, start)
    if upper is None or upper.last > limit:
        return None
    low = number.value
    if scale_of(words.texts[number.last - 1]) == 1:
        low *= scale_of(words.texts[upper.last - 1])
    return upper if low < upper.value <= low * _MOST_TIMES else None


def _start(words: Words, number: Number, position: int) -> int:
    """Return the word on which the upper end of a range would start; -1 where none can."""
    texts, last = words.texts, number.last
    if last >= len(texts):
        return -1
    between = words.source[words.ends[last - 1] : words.starts[last]]
    if between.strip() in ("-", "\u2013"):
        return last
    if texts[last] == "or" and words.boundaries[last] != Boundary.NONE:
        return -1  # "fell $1.12, or 1.4 percent"
    joined = {"to", "or"} | ({"and"} if texts[position - 1 : position] == ["between"] else set())
    return last + 1 if texts[last] in joined else -1


def _is_date(texts: Sequence[str], position: int, number: Number) -> bool:
    """Whether a number is a year or a day of a month."""
    before = texts[position - 1] if position else ""
    behind = texts[number.last] if number.last < len(texts) else ""
    if not texts[position].isdigit():
        return False
    if behind in _ORDINALS:
        return True
    alone = number.last == position + 1
    if alone and len(texts[position]) == 4 and int(texts[position]) in _YEARS:  # noqa: PLR2004
        return before in _BEFORE_YEAR
    return alone and number.value < 32 and (before in _MONTHS or behind in _MONTHS - {"may"})  # noqa: PLR2004
