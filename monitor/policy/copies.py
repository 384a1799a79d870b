"""Copies: articles that are one text, whoever printed it and whatever was done to it on the way.

An agency's report comes with another headline, cut, with its paragraphs moved, with the printer's own
line and misprints. What stays are runs of words: a text is a copy of another if at least `COPIED` of the
runs of the shorter one stand in the other, as far as their sketches tell (monitor.text.sketch).

Sketches are looked up by pairs of their numbers: of two texts with share J of their runs in common one
of the 64 pairs agrees with a probability of 1 - (1 - J^2)^64, 0.98 for J = 0.25 (Leskovec, Rajaraman
and Ullman, "Mining of Massive Datasets", section 3.4).
"""

import base64
import binascii
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

__all__ = ["COPIED", "CopyIndex", "copied_share"]

COPIED = 0.45
"""Share of the runs of the shorter text that a copy has in common with its original; found on edited
copies of real newswire (benchmarks/copies.py): of 300 the least has 0.44 and the next 0.69; of 300
other texts close to one in time and words the index brings up none with more."""

_BAND = 2
_CACHED = 65_536


class _Sketch(NamedTuple):
    runs: int
    minima: tuple[int, ...]


@lru_cache(maxsize=_CACHED)
def _sketch(encoded: str) -> _Sketch | None:
    """Read a sketch; None for none, or for what is no sketch of this kind."""
    try:
        packed = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(packed) < 2 * (1 + _BAND) or len(packed) % 2:
        return None
    runs, *minima = struct.unpack(f">{len(packed) // 2}H", packed)
    return _Sketch(runs, tuple(minima)) if runs else None


def copied_share(one: str, other: str) -> float:
    """Return how much of the shorter of two texts stands in the other, 0 to 1, from their sketches.

    From the estimate J of the runs in common among all runs, and the numbers a and b of runs:
    J (a + b) / (1 + J) runs are in common. Sketches of different kinds have nothing in common.
    """
    first, second = _sketch(one), _sketch(other)
    if first is None or second is None or len(first.minima) != len(second.minima):
        return 0.0
    same = sum(a == b for a, b in zip(first.minima, second.minima, strict=True))
    alike = same / len(first.minima)
    common = alike * (first.runs + second.runs) / (1 + alike)
    return min(1.0, common / min(first.runs, second.runs))


class _Held(NamedTuple):
    """A version of an article."""

    article_id: str
    sketch: str


class CopyIndex:
    """Sketches of articles, found by what they may be copies of.

    Everything it answers is a function of what is held, not of the order it came in.
    """

    def __init__(self) -> None:
        """Start without articles."""
        self._with_band: dict[tuple[int, int, int], set[_Held]] = {}
        self._times: dict[_Held, int] = {}

    def put(self, article_id: str, sketch: str) -> None:
        """Add a version of an article, once for every story that rests on it."""
        held = _Held(article_id, sketch)
        times = self._times.get(held, 0)
        self._times[held] = times + 1
        for band in _bands(sketch) if not times else ():
            self._with_band.setdefault(band, set()).add(held)

    def drop(self, article_id: str, sketch: str) -> None:
        """Take a version of an article out again, once."""
        held = _Held(article_id, sketch)
        self._times[held] -= 1
        if self._times[held]:
            return
        del self._times[held]
        for band in _bands(sketch):
            articles = self._with_band[band]
            articles.discard(held)
            if not articles:
                del self._with_band[band]

    def originals(self, sketch: str) -> list[tuple[float, str]]:
        """Return the articles that a text is a copy of, with the share copied, the closest first."""
        found: set[_Held] = set()
        for band in _bands(sketch):
            found |= self._with_band.get(band, set())
        shares = ((copied_share(sketch, held.sketch), held.article_id) for held in found)
        return sorted(_copied(shares), key=_closest_first)


def _copied(shares: Iterable[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    return ((share, article) for share, article in shares if share >= COPIED)


def _closest_first(row: tuple[float, str]) -> tuple[float, str]:
    return -row[0], row[1]


def _bands(encoded: str) -> Iterator[tuple[int, int, int]]:
    sketch = _sketch(encoded)
    if sketch is None:
        return
    minima = sketch.minima
    for place in range(0, len(minima) - _BAND + 1, _BAND):
        yield place, minima[place], minima[place + 1]
