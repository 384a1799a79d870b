"""Small worlds for the story tests: reports by hand, and reports at random over few entities."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
        sketch=sketch_of(text.split()),
        versions=VERSIONS,
    )


_ENTITIES = st.lists(st.sampled_from(PARTIES), max_size=2, unique=True)


@st.composite
def _signals(draw: st.DrawFn, desk: Desk) -> Signal:
    kinds = [kind for kind in SignalKind if DESKS.get(kind, Desk.CONFLICT) is desk]
    kind = draw(st.sampled_from(kinds))
    figures: list[Figure] = []
    if desk is Desk.MARKETS:
        subject = draw(st.sampled_from(["brent-crude", "us-dollar", "gold"]))
        figures = [move(draw(st.sampled_from([0.5, 4.0, 8.0])), subject=subject)]
    elif draw(st.booleans()):
        figures = [toll(draw(st.sampled_from([1, 2, 12, 150])))]
    return signal(
        kind,
        desk=desk,
        status=draw(st.sampled_from([Status.HAPPENING, Status.THREATENED])),
        actors=draw(_ENTITIES),
        targets=draw(_ENTITIES),
        places=draw(st.lists(st.sampled_from(PLACES), max_size=1)),
        figures=figures,
        quote=draw(
            st.sampled_from(["Jets bombed.", "They vowed an answer to the raid on the depot."])
        ),
    )


@st.composite
def _reports(draw: st.DrawFn) -> DeskReport:
    desk = draw(st.sampled_from([Desk.CONFLICT, Desk.CONFLICT, Desk.MARKETS]))
    status = draw(st.sampled_from([ArticleStatus.USABLE] * 5 + [ArticleStatus.CANCELLED]))
    withdrawn = status is not ArticleStatus.USABLE
    denied = st.lists(_signals(desk), max_size=1)
    return report(
        *draw(st.lists(_signals(desk), min_size=0, max_size=0 if withdrawn else 4)),
        denials=[
            replace(each, status=Status.DENIED) for each in ([] if withdrawn else draw(denied))
        ],
        url=draw(st.sampled_from([None, None, "https://news.example/page?utm_source=x"])),
        text=draw(st.sampled_from(TEXTS)),
        article=f"a{draw(st.integers(0, 9))}",
        hours=draw(st.integers(0, 100)),
        source=draw(st.sampled_from(["", "Example News", "Other Post"])),
        terms=draw(st.lists(st.sampled_from(WORDS), max_size=4, unique=True)),
        updated_hours=draw(st.none() | st.integers(0, 100)),
        status=status,
        desk=desk,
    )


def reports() -> st.SearchStrategy[list[DeskReport]]:
    """Streams of reports over few articles, entities and words, so that everything meets."""
    return st.lists(_reports(), min_size=1, max_size=30)
