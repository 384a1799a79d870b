"""Figures of a story: which number stands, and when a change of it is news.

A toll (killed, wounded, missing, held, released, taking part, deployed, withdrawn) grows with the
reports: the highest number stands, until an article corrects what it said itself. Of a market, a duty,
a sum of money and a strike's length the newest one stands.
"""

from collections.abc import Iterable, Sequence

from monitor.domain import Direction, Figure, Measure, TextSpan, altered

__all__ = [
    "MATERIAL_GROWTH",
    "MAX_FIGURES",
    "MAX_SPAN_CHARS",
    "bounded_figure",
    "changed_figures",
    "merged_figures",
]

MAX_FIGURES = 16
"""Most figures that a story keeps."""
MAX_SPAN_CHARS = 200
"""Longest words of a figure that are kept."""
_MAX_UNIT_CHARS = 40
MATERIAL_GROWTH = 1.5
"""A toll or a move that has grown by half is news; 23 dead after 22 is not."""

_LEAST_PERCENT = 1.0
_NEWS_BY_ITSELF = frozenset({Measure.KILLED, Measure.INJURED, Measure.MISSING, Measure.HELD})
_MARKET = frozenset({Measure.CHANGE, Measure.LEVEL})
_NEWEST = _MARKET | {Measure.TARIFF, Measure.AMOUNT, Measure.DURATION}

_Key = tuple[Measure, str, str]


def _key(figure: Figure) -> _Key:
    """What two figures must share to speak of the same number."""
    subject = figure.subject if figure.measure in _MARKET else ""
    return figure.measure, figure.unit, subject


def _size(figure: Figure) -> float:
    known = [bound for bound in (figure.low, figure.high) if bound is not None]
    return abs(known[0]) if known else 0.0


def merged_figures(
    known: Sequence[Figure], reported: Iterable[Figure], *, correction: bool
) -> tuple[Figure, ...]:
    """Return the figures that stand after a report.

    Args:
        known: figures of the story until now.
        reported: figures of the report's signals.
        correction: whether the report corrects an earlier one of the same article, so that its
            tolls may also fall.
    """
    latest: dict[_Key, Figure] = {}
    for figure in reported:
        key = _key(figure)
        if key not in latest or (
            figure.measure not in _NEWEST and _size(figure) > _size(latest[key])
        ):
            latest[key] = bounded_figure(figure)
    standing = {_key(figure): figure for figure in known}
    for key, figure in latest.items():
        before = standing.get(key)
        if (
            before is None
            or correction
            or figure.measure in _NEWEST
            or _size(figure) > _size(before)
        ):
            standing[key] = figure
    return tuple(standing.values())[:MAX_FIGURES]


def bounded_figure(figure: Figure) -> Figure:
    """Return a figure with words of bounded length."""
    if _is_bounded(figure):
        return figure  # As nearly all are.
    span = figure.span
    if len(span.quote) > MAX_SPAN_CHARS:
        span = TextSpan(
            start_char=span.start_char,
            end_char=span.start_char + MAX_SPAN_CHARS,
            quote=span.quote[:MAX_SPAN_CHARS],
            field=span.field,
        )
    return altered(
        figure,
        span=span,
        subject=figure.subject[:MAX_SPAN_CHARS],
        attribution=figure.attribution[:MAX_SPAN_CHARS],
        since=figure.since[:MAX_SPAN_CHARS],
        unit=figure.unit[:_MAX_UNIT_CHARS],
    )


def _is_bounded(figure: Figure) -> bool:
    words = (figure.span.quote, figure.subject, figure.attribution, figure.since)
    return max(map(len, words)) <= MAX_SPAN_CHARS and len(figure.unit) <= _MAX_UNIT_CHARS


def changed_figures(
    before: Sequence[Figure], after: Sequence[Figure]
) -> list[tuple[Figure | None, Figure]]:
    """Return the figures that have changed so that a reader wants to know, each after its old self.

    News are: a first number of dead, wounded, missing or held; a number that has grown by half; a
    number that was corrected downwards by as much; a market that has turned.
    """
    earlier = {_key(figure): figure for figure in before}
    pairs = ((earlier.get(_key(figure)), figure) for figure in after)
    return [(old, figure) for old, figure in pairs if _is_news(old, figure)]


def _is_news(old: Figure | None, new: Figure) -> bool:
    if old is None:
        return new.measure in _NEWS_BY_ITSELF and _size(new) > 0
    return new.measure is not Measure.LEVEL and (_turned(old, new) or _grown(old, new))


def _turned(old: Figure, new: Figure) -> bool:
    directions = {old.direction, new.direction}
    return Direction.UP in directions and Direction.DOWN in directions


def _grown(old: Figure, new: Figure) -> bool:
    low, high = sorted((_size(old), _size(new)))
    if old.measure is Measure.CHANGE and old.unit == "percent" and high - low < _LEAST_PERCENT:
        return False
    return high >= low * MATERIAL_GROWTH and high > low > 0
