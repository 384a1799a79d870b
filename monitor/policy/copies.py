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
from itertools import repeat
from operator import add, eq
from typing import NamedTuple

__all__ = ["COPIED", "CopyIndex", "copied_share"]

COPIED = 0.45
"""Share of the runs of the shorter text that a copy has in common with its original; found on edited
copies of real newswire (benchmarks/copies.py): of 300 the least has 0.44 and the next 0.69; of 300
other texts close to one in time and words the index brings up none with more."""

_BAND = 2
_BAND_BITS = 32
_CACHED = 16_384


class _Sketch(NamedTuple):
    runs: int
    minima: tuple[int, ...]
    bands: tuple[int, ...]
    """Pairs of minima that it is looked up by, each with its place, as one number."""


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
    if not runs:
        return None
    pairs = struct.unpack_from(f">{len(minima) // _BAND}I", packed, 2)
    places = range(0, len(pairs) << _BAND_BITS, 1 << _BAND_BITS)
    bands = tuple(map(add, places, pairs))
    return _Sketch(runs, tuple(minima), bands)


def copied_share(one: str, other: str) -> float:
    """Return how much of the shorter of two texts stands in the other, 0 to 1, from their sketches.

    From the estimate J of the runs in common among all runs, and the numbers a and b of runs:
    J (a + b) / (1 + J) runs are in common. Sketches of different kinds have nothing in common.
    """
    first, second = _sketch(one), _sketch(other)
    if first is None or second is None or len(first.minima) != len(second.minima):
        return 0.0
    same: int = sum(map(eq, first.minima, second.minima))
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
        # Nearly every band is of one text alone: a set for each would be most of the worker's memory,
        # and of what the collector of garbage walks through.
        self._with_band: dict[int, _Held] = {}
        self._others_with_band: dict[int, set[_Held]] = {}
        self._times: dict[_Held, int] = {}
        self._answered: tuple[str, list[tuple[float, str]]] | None = None
        """The last question and its answer, while they stand: a report asks twice."""

    def put(self, article_id: str, sketch: str) -> None:
        """Add a version of an article, once for every story that rests on it."""
        held = _Held(article_id, sketch)
        times = self._times.get(held, 0)
        self._times[held] = times + 1
        if times:
            return
        self._answered = None
        bands = _bands(sketch)
        first = list(map(self._with_band.setdefault, bands, repeat(held)))
        if first.count(held) == len(bands):
            return  # As of nearly all texts: no other has any of its bands.
        for band, other in zip(bands, first, strict=True):
            if other is not held:
                self._others_with_band.setdefault(band, set()).add(held)

    def drop(self, article_id: str, sketch: str) -> None:
        """Take a version of an article out again, once."""
        held = _Held(article_id, sketch)
        self._times[held] -= 1
        if self._times[held]:
            return
        del self._times[held]
        self._answered = None
        for band in _bands(sketch):
            self._leave(band, held)

    def _leave(self, band: int, held: _Held) -> None:
        others = self._others_with_band.get(band, set())
        if self._with_band[band] != held:
            others.discard(held)
        elif others:
            self._with_band[band] = others.pop()
        else:
            del self._with_band[band]
        if not others:
            self._others_with_band.pop(band, None)

    def originals(self, sketch: str) -> list[tuple[float, str]]:
        """Return the articles that a text is a copy of, with the share copied, the closest first."""
        if self._answered is None or self._answered[0] != sketch:
            bands = _bands(sketch)
            found = set(filter(None, map(self._with_band.get, bands)))
            if found:
                found.update(*filter(None, map(self._others_with_band.get, bands)))
            shares = ((copied_share(sketch, held.sketch), held.article_id) for held in found)
            self._answered = sketch, sorted(_copied(shares), key=_closest_first)
        return list(self._answered[1])


def _copied(shares: Iterable[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    return ((share, article) for share, article in shares if share >= COPIED)


def _closest_first(row: tuple[float, str]) -> tuple[float, str]:
    return -row[0], row[1]


def _bands(encoded: str) -> tuple[int, ...]:
    sketch = _sketch(encoded)
    return sketch.bands if sketch is not None else ()
