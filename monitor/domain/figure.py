"""Figure: a number that a signal reports, as data."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.evidence import TextSpan

__all__ = ["Direction", "Figure", "Measure", "Precision"]


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
    """People on strike, in a protest, or deployed."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that a signal reports: people, or the size of a market's move.

    `low` and `high` are the bounds of a range and equal where the text gives one number; both are
    None where it gives a direction only ("shares fell").
    """

    measure: Measure
    low: float | None = None
    high: float | None = None
    precision: Precision = Precision.EXACT
    unit: str = ""
    """`people`, `percent`, `points`, `basis-points`, an ISO 4217 code, or empty."""
    subject: str = ""
    """Who is counted ("soldiers"), or the instrument's id ("brent-crude")."""
    direction: Direction | None = None
    span: TextSpan
    """Where the text says so."""
