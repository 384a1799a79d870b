"""Interval: how sure a share is that was counted on a sample."""

from math import sqrt
from typing import Final, NamedTuple

__all__ = ["Interval", "wilson"]

_Z: Final = 1.959963984540054
"""Standard normal quantile that leaves 2.5 % above: 95 % lie between it and its negative."""


class Interval(NamedTuple):
    """Borders of a share, both from 0 to 1."""

    low: float
    high: float


def wilson(right: int, asked: int) -> Interval:
    """Return the 95 % score interval of a share (E. B. Wilson, 1927, J. Am. Stat. Assoc. 22).

    Unlike the normal approximation it stays within 0 and 1 and holds for small samples and shares
    near the ends.

    Args:
        right: how many were right.
        asked: of how many; where nobody was asked, nothing is known: 0 to 1.
    """
    if asked == 0:
        return Interval(0.0, 1.0)
    share = right / asked
    spread = _Z * _Z / asked
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / asked + spread / (4 * asked)) / (1 + spread)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    # At the ends rounding leaves a rest where the formula gives 0 and 1 exactly.
    return Interval(0.0 if right == 0 else low, 1.0 if right == asked else high)
