"""Figures of moves: what is told of one anchor, for each of its instruments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default

from monitor.domain import Field, Figure, Measure, Precision
from monitor.text.amounts import span_of
from monitor.text.anchors import Anchor, Named
from monitor.text.prices import Price
from monitor.text.spells import Spell
from monitor.text.words import Words

__all__ = ["Move", "bare_figures", "figures_of"]


@dataclass(slots=True)
class Move:
    """An anchor with the numbers that belong to it."""

    anchor: Anchor
    changes: list[tuple[Price, str]] = default(default_factory=list)
    levels: list[tuple[Price, str]] = default(default_factory=list)


def figures_of(words: Words, move: Move, spell: Spell, field: Field) -> Iterator[Figure]:
    """Yield the figures of one move, for each of its instruments."""
    anchor = move.anchor
    for instrument in anchor.instruments or (None,):
        subject = instrument.id if instrument else ""
        blank = Figure(
            measure=Measure.CHANGE,
            subject=subject,
            direction=anchor.direction,
            span=span_of(words, anchor.first, anchor.last, field),
        )
        on_level = bool(move.levels) and spell.extreme is not None
        moved = replace(blank, period=spell.period, since="" if on_level else spell.since)
        if not on_level:
            moved = replace(moved, extreme=spell.extreme)
        for price, unit in move.changes:
            yield _sized(moved, words, price, unit, field)
        if not move.changes and (anchor.direction or (subject and not move.levels)):
            yield moved
        level = replace(blank, measure=Measure.LEVEL)
        if on_level:
            level = replace(level, extreme=spell.extreme, since=spell.since)
        for price, unit in move.levels:
            yield _sized(level, words, price, unit, field)


def _sized(figure: Figure, words: Words, price: Price, unit: str, field: Field) -> Figure:
    """Return *figure* with the size of a price."""
    amount = price.amount
    level_only = figure.measure is Measure.LEVEL and amount.precision is Precision.AT_MOST
    precision = Precision.EXACT if level_only else amount.precision
    high = amount.high
    before = words.texts[amount.first - 1] if amount.first else ""
    if figure.measure is Measure.LEVEL and before == "above":
        precision, high = Precision.AT_LEAST, None
    if figure.measure is Measure.LEVEL and before == "below":
        precision = Precision.AT_MOST
    return replace(
        figure,
        low=amount.low,
        high=high,
        precision=precision,
        unit=unit,
        span=price.span(words, field),
    )


def bare_figures(
    words: Words, fired: tuple[int, int], named: Sequence[Named], field: Field
) -> tuple[Figure, ...]:
    """Return that something moved where no anchor stands: the instrument alone."""
    before = [row for row in named if row.first < fired[1]]
    row = before[-1] if before else next(iter(named), None)
    if row is None:
        return ()
    return (
        Figure(
            measure=Measure.CHANGE,
            subject=row.instrument.id,
            direction=None,
            span=span_of(words, *fired, field),
        ),
    )
