"""Scores: what was found against what should have been, counted; pure functions.

Intervals come from resampling whole blocks or articles (Efron and Tibshirani, "An Introduction to
the Bootstrap", 1993, percentile intervals): sentences of a block speak of the same event, so they
are right or wrong together.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from monitor.accuracy.outcomes import Outcome
from monitor.domain import SignalKind

__all__ = ["RESAMPLES", "Interval", "Score", "Scores", "Share", "score"]

RESAMPLES: Final = 200
"""Samples that an interval is estimated from."""
_SEED = 1987
_TAIL = 0.025
"""Share of samples left out at either end: 95 % are inside."""

Interval = tuple[float, float]
_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Right, missed and false decisions of one sort."""

    right: int
    missed: int
    false: int
    interval: Interval | None = None
    """Of F1, 95 %; None where no sample gives one."""

    @property
    def precision(self) -> float | None:
        """Share of what was found that should have been; None where nothing was."""
        return _ratio(self.right, self.right + self.false)

    @property
    def recall(self) -> float | None:
        """Share of what should have been found that was; None where nothing should."""
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where there was nothing to decide."""
        return _ratio(2 * self.right, 2 * self.right + self.missed + self.false)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the labels whose kind was found have the right status."""

    right: int
    asked: int
    interval: Interval | None = None
    """95 %; None where no sample gives one."""

    @property
    def value(self) -> float | None:
        """The share; None where no labelled kind was found."""
        return _ratio(self.right, self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All scores of a run."""

    items: int
    groups: int
    alert: Score
    """Whether an item raises any alert."""
    kinds: Score
    """Which kinds it raises, over all pairs of item and kind (micro)."""
    status: Share | None
    """None where the corpus states no statuses: of articles."""
    by_kind: Mapping[SignalKind, Score]


def score(outcomes: Sequence[Outcome], *, resamples: int = RESAMPLES) -> Scores:
    """Count the decisions of a run and estimate the intervals.

    Args:
        outcomes: one per item.
        resamples: samples that the intervals are estimated from; the draw is the same every time.
    """
    groups: dict[str, list[int]] = {}
    for outcome in outcomes:
        row = groups.setdefault(outcome.group, [0] * _COLUMNS)
        for column, count in enumerate(_decisions(outcome)):
            row[column] += count
    counts = np.array(list(groups.values()), dtype=np.int64).reshape(-1, _COLUMNS)
    total = counts.sum(axis=0)
    samples = _weights(len(groups), resamples) @ counts
    states = any(outcome.labels for outcome in outcomes)
    return Scores(
        items=len(outcomes),
        groups=len(groups),
        alert=_score(total[_ALERT], samples[:, _ALERT]),
        kinds=_score(_pooled(total[_KINDS]), _pooled(samples[:, _KINDS])),
        status=_share(total[_STATUS], samples[:, _STATUS]) if states else None,
        by_kind={
            kind: _score(total[columns], samples[:, columns]) for kind, columns in _BY_KIND.items()
        },
    )


_ALERT = slice(0, 3)
_STATUS = slice(3, 5)
_BY_KIND = {kind: slice(5 + 3 * n, 8 + 3 * n) for n, kind in enumerate(SignalKind)}
_KINDS = slice(5, 5 + 3 * len(SignalKind))
_COLUMNS = _KINDS.stop


def _decisions(outcome: Outcome) -> list[int]:
    """Return an item's counts: alert, status, then kind by kind."""
    right = outcome.expected & outcome.raised
    row = [
        int(bool(outcome.expected) and bool(outcome.raised)),
        int(bool(outcome.expected) and not outcome.raised),
        int(bool(outcome.raised) and not outcome.expected),
        len(outcome.asked & outcome.found),
        len(outcome.asked),
    ]
    for kind in SignalKind:
        row += [kind in right, kind in outcome.missed, kind in outcome.false]
    return row


def _weights(groups: int, resamples: int) -> _Counts:
    """Say how often each sample draws each group.

    The generator is that of the standard library: its numbers are promised never to change.
    """
    draw = random.Random(_SEED)  # noqa: S311  (no secret)
    weights = np.zeros((resamples, groups), dtype=np.int64)
    for sample in weights:
        for _ in range(groups):
            sample[int(draw.random() * groups)] += 1
    return weights


def _pooled(counts: _Counts) -> _Counts:
    """Add up the kinds."""
    pooled: _Counts = counts.reshape(*counts.shape[:-1], len(SignalKind), 3).sum(axis=-2)
    return pooled


def _score(total: _Counts, samples: _Counts) -> Score:
    right, missed, false = (int(count) for count in total)
    doubled = 2 * samples[:, 0]
    interval = _interval(doubled, doubled + samples[:, 1] + samples[:, 2])
    return Score(right=right, missed=missed, false=false, interval=interval)


def _share(total: _Counts, samples: _Counts) -> Share:
    right, asked = (int(count) for count in total)
    return Share(right=right, asked=asked, interval=_interval(samples[:, 0], samples[:, 1]))


def _interval(parts: _Counts, wholes: _Counts) -> Interval | None:
    """Return what 95 % of the samples lie between; samples without a value do not count."""
    values = sorted(
        int(part) / int(whole) for part, whole in zip(parts, wholes, strict=True) if whole
    )
    if not values:
        return None
    cut = int(_TAIL * len(values))
    return values[cut], values[-1 - cut]


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
