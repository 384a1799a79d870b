"""Floors: the least that a score may be, as people state them: `stripped.kinds-f1=0.85`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.accuracy.labelled import Form
from monitor.accuracy.scores import Score, Scores
from monitor.domain import SignalKind

__all__ = ["METRICS", "STATUS", "Floor", "Shortfall", "parse_floor", "shortfalls", "value_of"]

STATUS: Final = "status"
_PARTS = ("precision", "recall", "f1")
_SORTS = ("alert", "kinds", *SignalKind)
METRICS: Final = (*(f"{sort}-{part}" for sort in _SORTS for part in _PARTS), STATUS)
"""Every score by its name; `written.` or `stripped.` before it means that form alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The least that one score may be."""

    metric: str
    """One of METRICS."""
    least: float
    """From 0 to 1."""
    form: Form | None = None
    """The form it holds for; None means every form that is scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A score below its floor."""

    metric: str
    form: Form
    least: float
    value: float | None
    """None where there was nothing to decide, so that nothing is proved."""

    def __str__(self) -> str:
        """Return what is missed, for people."""
        name = f"{self.form}.{self.metric}"
        if self.value is None:
            return f"{name} cannot be told: no item to decide on; the floor is {self.least:g}"
        return f"{name} is {self.value:.4f}, below {self.least:g}"


def parse_floor(text: str) -> Floor:
    """Read `METRIC=VALUE`.

    Raises:
        ValueError: the metric is unknown or the value is no number from 0 to 1; the message says
            what is allowed.
    """
    name, equals, value = text.partition("=")
    form, metric = None, name.strip()
    prefix, dot, rest = metric.partition(".")
    if dot and prefix in list(Form):
        form, metric = Form(prefix), rest
    if not equals or metric not in METRICS:
        message = (
            f"{text!r}: expected METRIC=VALUE with a METRIC of alert-, kinds- or a kind's name "
            f"and -precision, -recall or -f1, or status, each alone or after `written.` or "
            f"`stripped.`; kinds are {', '.join(SignalKind)}"
        )
        raise ValueError(message)
    try:
        least = float(value)
    except ValueError:
        least = -1.0
    if not 0 <= least <= 1:
        message = f"{text!r}: the value must be a number from 0 to 1"
        raise ValueError(message)
    return Floor(metric=metric, least=least, form=form)


def shortfalls(floors: list[Floor], scores: Mapping[Form, Scores]) -> list[Shortfall]:
    """Return every score below its floor, in the order of the floors.

    A floor for statuses does not hold for a corpus that states none.
    """
    found = []
    for floor in floors:
        for form, measured in scores.items():
            if floor.form not in (None, form):
                continue
            if floor.metric == STATUS and measured.status is None:
                continue
            value = value_of(measured, floor.metric)
            if value is None or value < floor.least:
                found.append(
                    Shortfall(metric=floor.metric, form=form, least=floor.least, value=value)
                )
    return found


def value_of(scores: Scores, metric: str) -> float | None:
    """Return one score by its name; None where there was nothing to decide."""
    if metric == STATUS:
        return scores.status.value if scores.status else None
    sort, _, part = metric.rpartition("-")
    named: dict[str, Score] = {"alert": scores.alert, "kinds": scores.kinds}
    chosen = named.get(sort) or scores.by_kind[SignalKind(sort)]
    value: float | None = getattr(chosen, part)
    return value
