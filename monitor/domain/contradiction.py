"""Contradiction: reports of one number that cannot all be true."""

from dataclasses import dataclass

from monitor.domain.figure import Figure, Measure

__all__ = ["Contradiction", "ReportedFigure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFigure:
    """A figure, and which article gives it."""

    article_id: str
    publisher: str = ""
    """Evened-out name of who stands behind the article; of a copy, who stands behind its original."""
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Figures of one measure that are no update of each other, and of which one at most is true."""

    measure: Measure
    """What is counted."""
    reports: tuple[ReportedFigure, ...]
    """Who says what, the lowest number first; two at least, at most four."""
