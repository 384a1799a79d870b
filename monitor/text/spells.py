"""Spells: over how long a market moved, since when, and whether it set a record."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain import Extreme, Period
from monitor.text.words import Words

__all__ = ["Spell", "spell_of"]

_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_PERIODS = {
    Period.YEAR: ("this year", "on the year", "for the year", "in a year", "year on year"),
    Period.QUARTER: ("this quarter", "for the quarter", "in the quarter", "on the quarter"),
    Period.MONTH: ("this month", "for the month", "on the month", "in a month", "in the month"),
    Period.WEEK: ("this week", "for the week", "on the week", "in a week", "in the week"),
    Period.DAY: ("on the day", "for the day", "today", "in a day", "in one day"),
}
_MORE_YEAR = (
    "year earlier",
    "year ago",
    "year before",
    "so far this year",
    "year to date",
    "last year",
)
_SPANS = {"year", "month", "week", "day", "quarter", "session"}
_TIMES = _SPANS | {span + "s" for span in _SPANS}
_HIGHS = frozenset({"high", "highest", "highs", "peak"})
_LOWS = frozenset({"low", "lowest", "lows"})


@dataclass(frozen=True, slots=True)
class Spell:
    """What a clause says of a move's time."""

    period: Period | None = None
    since: str = ""
    extreme: Extreme | None = None


def spell_of(words: Words, low: int, high: int) -> Spell:
    """Read a half-open range of words."""
    texts = words.texts[low:high]
    joined = f" {' '.join(texts)} "
    return Spell(
        period=_period(joined, texts),
        since=_since(texts),
        extreme=_extreme(joined, texts),
    )


def _period(joined: str, texts: Sequence[str]) -> Period | None:
    """Return over how long; a day of the week tells of that day."""
    if any(f" {phrase} " in joined for phrase in _MORE_YEAR):
        return Period.YEAR
    for period, phrases in _PERIODS.items():
        if any(f" {phrase} " in joined for phrase in phrases):
            return period
    for index, text in enumerate(texts):
        if text in _DAYS and not {"from", "since", "after", "last"} & set(
            texts[max(0, index - 3) : index]
        ):
            return Period.DAY
    return None


def _since(texts: Sequence[str]) -> str:
    """Return from when on: "january", "june 2008", "two years" of "in two years", "13 month"."""
    for index, text in enumerate(texts):
        following = texts[index + 1 : index + 4]
        if text == "since" and following:
            named = [
                word for word in following if word in _MONTHS or word in _DAYS or _is_year(word)
            ]
            if named and (
                following[0] in named or following[0] in {"early", "late", "last", "mid"}
            ):
                return " ".join(named)
        if text in _HIGHS | _LOWS:
            before = texts[max(0, index - 2) : index]
            if len(before) == 2 and before[1] in _SPANS:  # noqa: PLR2004  ("a 13-month high")
                return " ".join(before)
            behind = texts[index + 1 : index + 7]
            for place, word in enumerate(behind):
                if word == "in" and any(time in _TIMES for time in behind[place + 1 : place + 5]):
                    end = next(i for i, time in enumerate(behind[place + 1 :]) if time in _TIMES)
                    return " ".join(behind[place + 1 : place + 2 + end])
    return ""


def _is_year(word: str) -> bool:
    """Whether a word is a year of the last or this century."""
    return len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}  # noqa: PLR2004


def _extreme(joined: str, texts: Sequence[str]) -> Extreme | None:
    """Return which high or low was set."""
    record = " record " in joined or " all time " in joined
    for index, text in enumerate(texts):
        if text not in _HIGHS | _LOWS or texts[index - 1 : index] == ["as"]:
            continue
        if record:
            return Extreme.RECORD_HIGH if text in _HIGHS else Extreme.RECORD_LOW
        if _since(texts):
            return Extreme.HIGH if text in _HIGHS else Extreme.LOW
    return None
