"""Contradictions: figures of one story that cannot be true together, told from updates in time.

A figure is a stretch of numbers, by the words around it: `12` is 12 alone, `at least 12` has no upper
bound, `up to 12` no lower one, and `about 12` reaches a quarter to either side. Two figures of one
measure, unit and subject are comparable if another voice gives each: another who counts, or where
nobody is named another publisher. They contradict each other where the higher one is `MATERIAL_GROWTH`
times the lower one at least, however both are stretched towards each other, and

* both were published within `ONE_TIME`, and each names who counts: nobody's number is news to the other; or
* the later one says fewer, of what can only grow: dead and wounded.

A later, higher number is an update. What a voice says last replaces what it said before, so that a
correction ends a contradiction. Markets, sums and duties are no matter of counting and stay out.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.domain import Contradiction, Figure, Measure, Precision, ReportedFigure, StoryArticle
from monitor.policy.figures import MATERIAL_GROWTH, bounded_figure
from monitor.policy.story_articles import version_of

__all__ = ["MAX_REPORTED", "ONE_TIME", "contradictions_among", "left_reported", "merged_reported"]

ONE_TIME = timedelta(hours=1)
"""Reports published so close to each other are of one time: a toll's next update takes about as long."""
MAX_REPORTED = 24
"""Most figures that a story keeps with their articles, the newest ones."""
_MAX_SIDES = 4
_TWO = 2
_ABOUT = 1.25
_GROWING = frozenset({Measure.KILLED, Measure.INJURED})
_COUNTED = _GROWING | {
    Measure.MISSING,
    Measure.HELD,
    Measure.RELEASED,
    Measure.TAKING_PART,
    Measure.DEPLOYED,
    Measure.WITHDRAWN,
}
_PEOPLE = frozenset({"", "people", "persons"})

_Key = tuple[Measure, str, str]
_Voice = tuple[str, str]


def merged_reported(
    known: Sequence[ReportedFigure], article: StoryArticle, figures: Iterable[Figure]
) -> tuple[ReportedFigure, ...]:
    """Return the figures of a story with their articles after one more article.

    Args:
        known: until now, without this article's.
        article: the article, with who stands behind it.
        figures: what it reports; of several of one voice the highest counts.
    """
    added: dict[tuple[_Key, _Voice], ReportedFigure] = {}
    for figure in map(bounded_figure, figures):
        if figure.measure not in _COUNTED or figure.low is None:
            continue
        each = ReportedFigure(article_id=article.id, publisher=article.publisher, figure=figure)
        place = _key(figure), _voice(each)
        if place not in added or _low(figure) > _low(added[place].figure):
            added[place] = each
    return (*known, *added.values())[-MAX_REPORTED:]


def left_reported(known: Sequence[ReportedFigure], gone: str) -> tuple[ReportedFigure, ...]:
    """Return the figures of a story without those of one article."""
    return tuple(each for each in known if each.article_id != gone)


def contradictions_among(
    reported: Sequence[ReportedFigure], articles: Iterable[StoryArticle]
) -> tuple[Contradiction, ...]:
    """Return what contradicts each other, once per measure, unit and subject.

    Args:
        reported: figures of a story.
        articles: those that it rests on; a figure of another is passed over.
    """
    told_at = {article.id: version_of(article) for article in articles}
    last_words: dict[_Key, dict[_Voice, ReportedFigure]] = {}
    for each in reported:
        if each.article_id not in told_at:
            continue
        of_number = last_words.setdefault(_key(each.figure), {})
        voice = _voice(each)
        before = of_number.get(voice)
        if before is None or told_at[before.article_id] <= told_at[each.article_id]:
            of_number[voice] = each
    return tuple(
        Contradiction(measure=key[0], reports=tuple(sides))
        for key, of_number in last_words.items()
        if (sides := _sides(of_number.values(), told_at))
    )


class _Said(NamedTuple):
    """A figure by what it is compared by: how far it stretches, when it was told, if it names who counts."""

    low: float
    high: float
    told_at: datetime
    named: bool
    reported: ReportedFigure


def _sides(
    group: Collection[ReportedFigure], told_at: Mapping[str, datetime]
) -> list[ReportedFigure]:
    """Return the figures of one number that contradict another one, the lowest first, bounded."""
    if len(group) < _TWO:
        return []
    ordered = sorted((_said(each, told_at) for each in group), key=_lowest_first)
    found: set[int] = set()
    for high, higher in enumerate(ordered):
        for low, lower in enumerate(ordered[:high]):
            # Of a story's up to 276 pairs most are of figures that are known to contradict another one.
            if low in found and high in found:
                continue
            if lower.high * MATERIAL_GROWTH <= higher.low and _is_no_update(lower, higher):
                found.update((low, high))
    sides = [ordered[place].reported for place in sorted(found)]
    if len(sides) <= _MAX_SIDES:
        return sides
    half = _MAX_SIDES // 2
    return [*sides[:half], *sides[-half:]]


def _said(each: ReportedFigure, told_at: Mapping[str, datetime]) -> _Said:
    low, high = _stretch(each.figure)
    return _Said(low, high, told_at[each.article_id], bool(each.figure.attribution), each)


def _is_no_update(lower: _Said, higher: _Said) -> bool:
    """Whether of two numbers that cannot both be true none is news to the other."""
    if lower.told_at > higher.told_at and lower.reported.figure.measure in _GROWING:
        return True
    return lower.named and higher.named and abs(lower.told_at - higher.told_at) <= ONE_TIME


def _key(figure: Figure) -> _Key:
    """What two figures must share to count the same."""
    subject = _evened(figure.subject)
    return figure.measure, figure.unit, "" if subject in _PEOPLE else subject


def _voice(each: ReportedFigure) -> _Voice:
    """Name who says so: who counts, whoever prints it; else the publisher, or the article."""
    counting = _evened(each.figure.attribution)
    return ("", counting) if counting else (each.publisher or each.article_id, "")


def _evened(words: str) -> str:
    return " ".join(words.casefold().split()) if words else words


def _stretch(figure: Figure) -> tuple[float, float]:
    """Return the least and the greatest number that a figure can mean."""
    low = _low(figure)
    high = low if figure.high is None else max(low, figure.high)
    if figure.precision is Precision.AT_LEAST:
        return low, math.inf
    if figure.precision is Precision.AT_MOST:
        return 0.0, high
    if figure.precision is Precision.ABOUT:
        return low / _ABOUT, high * _ABOUT
    return low, high


def _low(figure: Figure) -> float:
    return abs(figure.low or 0.0)


def _lowest_first(said: _Said) -> tuple[float, float, str, str]:
    return said.low, said.high, said.reported.article_id, said.reported.figure.attribution
