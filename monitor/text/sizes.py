"""Sizes: money under sanctions, rates of duties, and how long a strike lasts."""

from collections.abc import Iterator

from monitor.domain import Field, Figure, Measure
from monitor.lexicon.measures import Measures
from monitor.text.amounts import amount_at, is_cut_off
from monitor.text.amounts import span_of as span_of_words
from monitor.text.prices import price_at
from monitor.text.words import Words

__all__ = ["duration_figures", "sanction_figures"]

_FAR = 14
"""Words between the words that fired and a size, at most."""
_FAR_TARIFF = 6
"""Words between a rate and the word for the duty, at most."""
_DUTIES = frozenset("tariff tariffs duty duties levy levies surcharge tax taxes".split())
_UNDER = frozenset(
    "assets asset goods imports exports worth trade products funds accounts account property "
    "tariffs tariff duties sanctions sanction frozen freeze froze freezing sales penalties fine".split()
)
_RAISED = frozenset({"to", "at"})
_FAR_RAISED = 10
"""Words between a duty and the rate it is raised to, at most."""
_MONEY = 3
"""Letters of an ISO 4217 code."""
_STRIKES = frozenset(
    "strike strikes walkout walkouts stoppage stoppages lockout shutdown boycott protest action".split()
)
_UNITS = {"hour": "hours", "day": "days", "week": "weeks", "month": "months"}
_LONG = frozenset(
    {"old", "long", "general", "national", "nationwide", "rail", "bus", "port", "pay"}
)


def sanction_figures(
    fired: tuple[int, int],
    words: Words,
    sentence: tuple[int, int],
    measures: Measures,
    field: Field,
) -> Iterator[Figure]:
    """Yield the money under a sanction and the rates of duties."""
    texts = words.texts
    low, high = max(sentence[0], fired[0] - _FAR), min(sentence[1], fired[1] + _FAR)
    position = low
    while position < high:
        price = price_at(words, position, sentence[1], measures.market)
        if price is None:
            position += 1
            continue
        position = price.last
        if price.is_cut_off or price.unit in {"cents", "pence", ""}:
            continue
        beside = texts[max(low, price.amount.first - _FAR_TARIFF) : price.last + _FAR_TARIFF]
        behind = texts[price.last : price.last + _FAR_TARIFF]
        if price.unit == "percent":
            duty = next((text for text in behind if text in _DUTIES), "")
            before = texts[max(low, price.amount.first - 4) : price.amount.first]
            led = _DUTIES.intersection(before) and "of" in before
            raised = texts[price.amount.first - 1] in _RAISED if price.amount.first > low else False
            far = texts[max(low, price.amount.first - _FAR_RAISED) : price.amount.first]
            led = led or (raised and bool(_DUTIES.intersection(far)))
            changed = any(text in {"increase", "cut", "rise", "reduction"} for text in behind)
            measure = Measure.TARIFF if (duty or led) and not changed else None
        else:
            is_money = len(price.unit) == _MONEY and _UNDER.intersection(beside)
            measure = Measure.AMOUNT if is_money else None
        if measure is not None:
            yield Figure(
                measure=measure,
                low=price.amount.low,
                high=price.amount.high,
                precision=price.amount.precision,
                unit=price.unit,
                span=price.span(words, field),
            )


def duration_figures(
    fired: tuple[int, int], words: Words, sentence: tuple[int, int], field: Field
) -> Iterator[Figure]:
    """Yield how long a strike lasts: "a two-day strike", "on strike for three weeks"."""
    texts = words.texts
    low, high = max(sentence[0], fired[0] - _FAR), min(sentence[1], fired[1] + _FAR)
    for position in range(low, high):
        amount = amount_at(words, position, sentence[1])
        if amount is None or is_cut_off(words, amount) or amount.last >= sentence[1]:
            continue
        word = texts[amount.last]
        unit = _UNITS.get(word.removesuffix("s"))
        if unit is None or (position > low and texts[position - 1].isdigit()):
            continue
        behind = amount.last + 1
        while behind < sentence[1] and texts[behind] in _LONG:
            behind += 1
        names = behind < sentence[1] and texts[behind] in _STRIKES
        before = texts[amount.first - 1] if amount.first > low else ""
        lasting = before in {"for", "lasting", "lasted", "last"}
        before_fired = amount.first < fired[0]
        if names or (lasting and not before_fired):
            yield Figure(
                measure=Measure.DURATION,
                low=amount.low,
                high=amount.high,
                precision=amount.precision,
                unit=unit,
                span=span_of_words(words, position, amount.last + 1, field),
            )
