"""Figure: a number that a signal reports, as data."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.evidence import TextSpan

__all__ = ["Direction", "Extreme", "Figure", "Measure", "Period", "Precision"]


class Measure(StrEnum):
    """What a figure counts or measures."""

    KILLED = "killed"
    """People killed."""
    INJURED = "injured"
    """People wounded."""
    MISSING = "missing"
    """People missing."""
    HELD = "held"
    """People taken hostage, captured or arrested."""
    RELEASED = "released"
    """People released."""
    TAKING_PART = "taking-part"
    """People on strike or in a protest."""
    DEPLOYED = "deployed"
    """Forces moved, called up, massed or put on alert: people, or ships, aircraft, vehicles by unit."""
    WITHDRAWN = "withdrawn"
    """Forces withdrawn, by the same units."""
    DURATION = "duration"
    """How long a labour strike lasts."""
    AMOUNT = "amount"
    """Money that a sanction freezes, withholds, or lays a duty on."""
    TARIFF = "tariff"
    """Rate of a duty on imports."""
    CHANGE = "change"
    """By how much a market moved."""
    LEVEL = "level"
    """Where a market stands after a move."""


class Precision(StrEnum):
    """How a text qualifies a number."""

    EXACT = "exact"
    """Stated without qualification."""
    AT_LEAST = "at-least"
    """'at least', 'more than', 'dozens': the number is a lower bound."""
    AT_MOST = "at-most"
    """'up to', 'fewer than': the number is an upper bound."""
    ABOUT = "about"
    """'about', 'some', 'nearly', or a round word such as 'a dozen'."""


class Direction(StrEnum):
    """Which way a market moved."""

    UP = "up"
    """Rose."""
    DOWN = "down"
    """Fell."""
    UNCHANGED = "unchanged"
    """Was flat."""


class Period(StrEnum):
    """Over how long a market moved."""

    DAY = "day"
    """On the day."""
    WEEK = "week"
    """In the week."""
    MONTH = "month"
    """In the month."""
    QUARTER = "quarter"
    """In the quarter."""
    YEAR = "year"
    """In the year, or from a year before."""


class Extreme(StrEnum):
    """What a market had not reached before."""

    RECORD_HIGH = "record-high"
    """Never higher."""
    RECORD_LOW = "record-low"
    """Never lower."""
    HIGH = "high"
    """Not higher in the time that `since` gives."""
    LOW = "low"
    """Not lower in the time that `since` gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that a signal reports: people, money, or the size of a market's move.

    `low` and `high` are the bounds of a range and equal where the text gives one number; both are
    None where it gives a direction only ("shares fell").
    """

    measure: Measure
    low: float | None = None
    high: float | None = None
    precision: Precision = Precision.EXACT
    unit: str = ""
    """`people`, `ships`, `aircraft`, `vehicles`; `hours`, `days`, `weeks`, `months`; `percent`,
    `percentage-points`, `basis-points`, `points`; `cents`, `pence`, an ISO 4217 code; or empty where
    the text gives none."""
    subject: str = ""
    """Who is counted ("soldiers"), or the instrument's id ("brent-crude")."""
    direction: Direction | None = None
    period: Period | None = None
    since: str = ""
    """From when on a move or an extreme is counted, in the text's words: "january", "two years"."""
    extreme: Extreme | None = None
    attribution: str = ""
    """Who counts, in the text's words: "police", "health ministry"; empty where nobody is named."""
    span: TextSpan
    """Where the text says so."""
