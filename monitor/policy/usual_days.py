"""Usual days: by how many percent an instrument moves on a day like any other.

The numbers are round standard deviations of daily returns over the last decades, by the kind of
instrument, with the exceptions that matter: annual volatilities of about 16 percent for share indices, 8
for currencies, 32 for oil, 16 for gold, 55 for gas and cryptocurrencies, over the root of 252 trading days.
A move over a longer period is compared with the usual day times the root of its trading days, as of a
random walk (Hull, "Options, Futures, and Other Derivatives", chapter on volatility).
"""

from collections.abc import Mapping
from functools import cache
from math import sqrt

from monitor.domain import Figure, Period
from monitor.lexicon.instruments import InstrumentKind, load_instruments

__all__ = ["usual_days_of", "usual_percent"]

_BY_KIND = {
    InstrumentKind.INDEX: 1.0,
    InstrumentKind.SHARES: 1.0,
    InstrumentKind.CURRENCY: 0.5,
    InstrumentKind.COMMODITY: 1.5,
    InstrumentKind.BOND: 0.5,
    InstrumentKind.CRYPTO: 3.5,
}
_OTHERWISE = {"oil": 2.0, "gas": 3.5, "gold": 1.0, "silver": 1.8}
"""By group, where the kind says too little."""
_VOLATILITY = 7.0
_VOLATILITY_INDEX = "vix"
_ONE_COMPANY = 2.0
_TRADING_DAYS = {
    Period.DAY: 1,
    Period.WEEK: 5,
    Period.MONTH: 21,
    Period.QUARTER: 63,
    Period.YEAR: 252,
}


@cache
def _known() -> Mapping[str, float]:
    known = {
        each.id: _OTHERWISE.get(each.group, _BY_KIND[each.kind])
        for each in load_instruments().by_name.values()
    }
    return {**known, _VOLATILITY_INDEX: _VOLATILITY}


def usual_percent(instrument: str) -> float:
    """Return the percent that an instrument moves on a usual day; of a company's shares 2."""
    return _known().get(instrument, _ONE_COMPANY)


def usual_days_of(figure: Figure, size: float) -> float:
    """Return how many usual days a move of *size* percent is, over the figure's period."""
    days = _TRADING_DAYS[figure.period or Period.DAY]
    return abs(size) / (usual_percent(figure.subject) * sqrt(days))
