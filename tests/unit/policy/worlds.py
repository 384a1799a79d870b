"""Small worlds for the story tests: reports by hand, and reports at random over few entities."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import TypeVar

from hypothesis import strategies as st

from monitor.domain import (
    ArticleRef,
    ArticleStatus,
    Desk,
    DeskReport,
    Direction,
    Entity,
    EntityLabel,
    EventType,
    EvidenceSpan,
    Figure,
    Measure,
    Signal,
    SignalKind,
    Status,
    TextSpan,
    Versions,
)
from monitor.text.sketch import sketch_of

Chosen = TypeVar("Chosen")

RAID_TEXT = (
    "the jets came from the sea before dawn and bombed the depot on the hill above the harbour for an "
    "hour while people of the town fled to the cellars and the guns fired back at what they heard"
)
RAID_COPY = (
    "(agency) the jets came from the sea before dawn and bombed the depot on the hill above the harbour "
    "for an hour while people of the town fled to the cellars as the guns fired back"
)
DOCKS_TEXT = (
    "the union called out dockers of all eleven ports from monday after talks about pay broke down at "
    "night and the ministry said it would not send for the army to unload perishable goods this time"
)
TEXTS = ("", RAID_TEXT, RAID_COPY, DOCKS_TEXT)
"""Nothing, a text, its copy, and another one."""

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
VERSIONS = Versions(lexicon="test", model="test")
DESKS = {SignalKind.LABOR_STRIKE: Desk.LABOUR, SignalKind.MARKET_MOVE: Desk.MARKETS}

ISRAEL = Entity(text="Israel", id="IL", label=EntityLabel.GPE, country="IL")
IRAN = Entity(text="Iran", id="IR", label=EntityLabel.GPE, country="IR")
SYRIA = Entity(text="Syria", id="SY", label=EntityLabel.GPE, country="SY")
GREECE = Entity(text="Greece", id="GR", label=EntityLabel.GPE, country="GR")
LATAKIA = Entity(text="Latakia", label=EntityLabel.GPE, country="SY")
UNION = Entity(text="Dockers' Union", label=EntityLabel.ORG)
PARTIES = (ISRAEL, IRAN, SYRIA, GREECE, UNION)
PLACES = (SYRIA, LATAKIA, GREECE)
WORDS = ("depot", "jets", "islands", "fleet", "pay", "docks", "missiles", "curfew")


def proof(quote: str = "Jets bombed the depot.") -> EvidenceSpan:
    """Return a clause that is its own trigger."""
    trigger = TextSpan(start_char=0, end_char=len(quote), quote=quote)
    return EvidenceSpan(start_char=0, end_char=len(quote), quote=quote, trigger=trigger)


def toll(size: float, measure: Measure = Measure.KILLED) -> Figure:
    """Return a number of people."""
    span = TextSpan(start_char=0, end_char=2, quote="12")
    return Figure(measure=measure, low=size, high=size, unit="people", span=span)


def move(
    percent: float, *, subject: str = "brent-crude", direction: Direction = Direction.UP
) -> Figure:
    """Return the size of a market's move."""
    span = TextSpan(start_char=0, end_char=2, quote="12")
    return Figure(
        measure=Measure.CHANGE,
        low=percent,
        high=percent,
        unit="percent",
        subject=subject,
        direction=direction,
        span=span,
    )


def signal(
    kind: SignalKind = SignalKind.MILITARY_STRIKE,
    *,
    status: Status = Status.HAPPENING,
    desk: Desk | None = None,
    actors: Sequence[Entity] = (),
    targets: Sequence[Entity] = (),
    places: Sequence[Entity] = (),
    figures: Sequence[Figure] = (),
    quote: str = "Jets bombed the depot.",
) -> Signal:
    """Return a signal with one proof."""
    return Signal(
        kind=kind,
        desk=desk or DESKS.get(kind, Desk.CONFLICT),
        event_type=EventType.ASSAULT,
        status=status,
        actors=tuple(actors),
        targets=tuple(targets),
        places=tuple(places),
        figures=tuple(figures),
        evidence=(proof(quote),),
    )


@functools.cache
def _sketch_of(text: str) -> str:
    return sketch_of(text.split())


def report(
    *signals: Signal,
    article: str = "a1",
    hours: float = 0,
    source: str = "Example News",
    title: str = "A title",
    terms: Sequence[str] = ("depot", "jets"),
    updated_hours: float | None = None,
    status: ArticleStatus = ArticleStatus.USABLE,
    desk: Desk | None = None,
    url: str | None = None,
    text: str = "",
    denials: Sequence[Signal] = (),
) -> DeskReport:
    """Return a report; times in hours after `START`."""
    return DeskReport(
        desk=desk or next((each.desk for each in (*signals, *denials)), Desk.CONFLICT),
        article=ArticleRef(
            id=article,
            title=title,
            url=f"https://news.example/{article}" if url is None else url,
            source=source,
            published_at=START + timedelta(hours=hours),
            updated_at=None if updated_hours is None else START + timedelta(hours=updated_hours),
            status=status,
        ),
        signals=signals,
        denials=tuple(denials),
        terms=tuple(terms),
        sketch=_sketch_of(text),
        versions=VERSIONS,
    )


def _some(values: Sequence[Chosen], *, most: int) -> st.SearchStrategy[tuple[Chosen, ...]]:
    """Draw up to so many different values, in any order; every number of them is as likely.

    One choice from all there are: a list of choices is many times slower to draw, and these worlds
    are drawn thousands of times.
    """
    sizes = [list(permutations(values, size)) for size in range(most + 1)]
    return st.integers(0, most).flatmap([st.sampled_from(each) for each in sizes].__getitem__)


_ENTITIES = _some(PARTIES, most=2)
_PLACES = _some(PLACES, most=1)
_TERMS = _some(WORDS, most=4)
_TOLLS = st.sampled_from([(), (), (), (), *((toll(size),) for size in (1, 2, 12, 150))])
_MOVES = st.sampled_from(
    [
        (move(percent, subject=subject),)
        for subject in ("brent-crude", "us-dollar", "gold")
        for percent in (0.5, 4.0, 8.0)
    ]
)
_QUOTES = st.sampled_from(["Jets bombed.", "They vowed an answer to the raid on the depot."])
_KINDS = {
    desk: st.sampled_from([kind for kind in SignalKind if DESKS.get(kind, Desk.CONFLICT) is desk])
    for desk in Desk
}


def _signals(desk: Desk) -> st.SearchStrategy[Signal]:
    return st.builds(
        signal,
        _KINDS[desk],
        desk=st.just(desk),
        status=st.sampled_from([Status.HAPPENING, Status.THREATENED]),
        actors=_ENTITIES,
        targets=_ENTITIES,
        places=_PLACES,
        figures=_MOVES if desk is Desk.MARKETS else _TOLLS,
        quote=_QUOTES,
    )


_SIGNALS = {desk: st.lists(_signals(desk), max_size=4) for desk in Desk}
_DENIALS = {desk: st.lists(_signals(desk), max_size=1) for desk in Desk}
_DESKS = st.sampled_from([Desk.CONFLICT, Desk.CONFLICT, Desk.MARKETS])
_STATUSES = st.sampled_from([ArticleStatus.USABLE] * 5 + [ArticleStatus.CANCELLED])
_URLS = st.sampled_from([None, None, "https://news.example/page?utm_source=x"])
_TEXTS = st.sampled_from(TEXTS)
_ARTICLES = st.sampled_from([f"a{number}" for number in range(10)])
_SOURCES = st.sampled_from(["", "Example News", "Other Post"])
_HOURS = st.integers(0, 100)
_UPDATED = st.none() | _HOURS


@st.composite
def _reports(draw: st.DrawFn) -> DeskReport:
    desk, status = draw(_DESKS), draw(_STATUSES)
    withdrawn = status is not ArticleStatus.USABLE
    denied = () if withdrawn else draw(_DENIALS[desk])
    return report(
        *(() if withdrawn else draw(_SIGNALS[desk])),
        denials=[replace(each, status=Status.DENIED) for each in denied],
        url=draw(_URLS),
        text=draw(_TEXTS),
        article=draw(_ARTICLES),
        hours=draw(_HOURS),
        source=draw(_SOURCES),
        terms=draw(_TERMS),
        updated_hours=draw(_UPDATED),
        status=status,
        desk=desk,
    )


_REPORTS = st.lists(_reports(), min_size=1, max_size=30) | st.lists(
    _reports(), min_size=8, max_size=30
)
"""Every other stream is long: only then do stories often have a third revision, and a fourth."""


def reports() -> st.SearchStrategy[list[DeskReport]]:
    """Streams of reports over few articles, entities and words, so that everything meets."""
    return _REPORTS
