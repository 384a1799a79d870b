"""Prices: numbers of a text with the unit that words or signs beside them give."""

import re
from dataclasses import dataclass

from monitor.domain import Field, Precision, TextSpan
from monitor.lexicon.measures import MarketWords
from monitor.text.amounts import Amount, amount_at, is_cut_off, number_in
from monitor.text.matcher import phrase_at
from monitor.text.numbers import qualifier_before, scale_of, starts_number
from monitor.text.words import Words

__all__ = ["Price", "price_at"]

_SIGNS = {"$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "JPY", "\u20b9": "INR"}
_DOLLARS = {"c": "CAD", "a": "AUD", "au": "AUD", "hk": "HKD", "nz": "NZD", "s": "SGD", "u": "USD"}
_GLUED = re.compile(r"([0-9]{1,9})(?:([. ])([0-9]{1,2}))?(pct|pc|bps|bp|p)(?![0-9A-Za-z])")
"""A number with its unit in one word: "491p", "0.8pc", and "0 8pc" of stripped text."""
_GLUED_UNITS = {"pct": "percent", "pc": "percent", "bps": "basis-points", "bp": "basis-points"}
_GLUED_UNITS |= {"p": "pence"}
_MILLION = 1_000_000
_RANGED = frozenset({"percent", "points", "basis-points", "cents", "pence"})
"""Units in which "2 to 3" is a range; with others the "to" leads to a level."""


@dataclass(frozen=True, slots=True)
class Price:
    """A number with its unit."""

    amount: Amount
    unit: str
    """Empty where nothing beside the number gives one."""
    last: int
    """Word after its unit."""
    start_char: int
    end_char: int
    is_large: bool
    """Whether it counts millions: a sum, and no price of anything."""
    is_cut_off: bool
    """Whether more digits follow of which nobody can tell what they are."""

    def span(self, words: Words, field: Field) -> TextSpan:
        """Return the original text of number and unit."""
        return TextSpan(
            start_char=self.start_char,
            end_char=self.end_char,
            quote=words.source[self.start_char : self.end_char],
            field=field,
        )


def price_at(words: Words, position: int, limit: int, market: MarketWords) -> Price | None:
    """Read the price that starts on *position*; None where none does."""
    text = words.texts[position]
    if not (starts_number(text) or text[0].isdigit() or text in {"a", "an"}):
        return None
    glued = _glued(words, position, limit)
    if glued is not None:
        return glued
    amount = _single(words, position, limit, market)
    if amount is None:
        return None
    amount = _quotation(words, amount, limit)
    source, start, end = words.source, words.starts[amount.position], words.ends[amount.last - 1]
    unit, last = "", amount.last
    following = phrase_at(market.unit_phrases, words.texts, last, limit) if last < limit else 0
    if source.startswith("%", end):
        unit, end = "percent", end + 1
    elif start and source[start - 1] in _SIGNS:
        unit, start = _signed(source, start - 1)
    elif following:
        unit = market.units[tuple(words.texts[last:following])]
        last, end = following, words.ends[following - 1]
    return Price(
        amount=amount,
        unit=unit,
        last=last,
        start_char=start,
        end_char=end,
        is_large=scale_of(words.texts[amount.last - 1]) >= _MILLION,
        is_cut_off=is_cut_off(words, amount),
    )


def _glued(words: Words, position: int, limit: int) -> Price | None:
    """Read "491p", "5pc", "0.8pc"."""
    found = _GLUED.match(words.source.lower(), words.starts[position])
    if found is None or (found[2] == " " and not words.is_stripped):
        return None
    last = position + (1 if found[3] is None else 2)
    if last > limit or words.ends[last - 1] != found.end():
        return None
    value = float(f"{found[1]}.{found[3] or 0}")
    precision, first = qualifier_before(words.texts, position)
    high = None if precision is Precision.AT_LEAST else value
    first = position if precision is None else first
    return Price(
        amount=Amount(value, high, precision or Precision.EXACT, first, position, last),
        unit=_GLUED_UNITS[found[4]],
        last=last,
        start_char=found.start(),
        end_char=found.end(),
        is_large=False,
        is_cut_off=False,
    )


def _single(words: Words, position: int, limit: int, market: MarketWords) -> Amount | None:
    """Read a number that is no range, but for percentages and points; "a point" is one."""
    texts = words.texts
    if texts[position] in {"a", "an"}:
        end = (
            phrase_at(market.unit_phrases, texts, position + 1, limit)
            if position + 1 < limit
            else 0
        )
        whole = end and market.units[tuple(texts[position + 1 : end])] != "percent"
        if not whole or texts[end - 1].endswith("s"):
            return None
        return Amount(1, 1, Precision.EXACT, position, position, position + 1)
    amount = amount_at(words, position, limit)
    number = number_in(words, position)
    if amount is None or number is None or amount.last == number.last:
        return amount
    end = phrase_at(market.unit_phrases, texts, amount.last, limit) if amount.last < limit else 0
    unit = market.units[tuple(texts[amount.last : end])] if end else ""
    signed = words.source.startswith("%", words.ends[amount.last - 1])
    priced = position > 0 and words.source[words.starts[position] - 1] in _SIGNS
    percent = signed or unit == "percent"  # "$1.12 or 1.4 percent": two numbers
    if (unit in _RANGED or signed or texts[amount.last - 1] == "more") and not (priced and percent):
        return amount
    low = number.value
    high = None if amount.precision is Precision.AT_LEAST else low
    return Amount(low, high, amount.precision, amount.first, position, number.last)


def _quotation(words: Words, amount: Amount, limit: int) -> Amount:
    """Add the upper price of "145.25/30 yen" and "1.8195/8205": its last digits alone are given."""
    last = amount.last
    if last >= limit or not words.texts[last].isdigit() or not words.texts[last - 1].isdigit():
        return amount
    if words.source[words.ends[last - 1] : words.starts[last]] != "/" or last - 2 < amount.position:
        return amount
    if words.source[words.ends[last - 2] : words.starts[last - 1]] != ".":
        return amount
    decimals, ending = words.texts[last - 1], words.texts[last]
    if len(ending) > len(decimals):
        return amount
    whole = int(amount.low)
    high = float(f"{whole}.{decimals[: len(decimals) - len(ending)]}{ending}")
    if high < amount.low:
        return amount
    return Amount(amount.low, high, amount.precision, amount.first, amount.position, last + 1)


def _signed(source: str, at: int) -> tuple[str, int]:
    """Return the currency of a sign and where it starts: "C $9", "HK$12", "$12"."""
    found = re.search(r"(?<![A-Za-z])(C|A|AU|HK|NZ|S|US)\s?$", source[max(0, at - 4) : at])
    if source[at] == "$" and found is not None:
        code = found.group(1).lower()
        return ("USD" if code == "us" else _DOLLARS[code]), at - len(found.group())
    return _SIGNS[source[at]], at
