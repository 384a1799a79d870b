"""Published example values: what schemas, documentation and contract tests show.

Every text here is our own writing. One scene per kind; from each scene come an article, the report
of its desk, the story it opens and the first alert.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.domain import (
    Alert,
    Article,
    ArticleRef,
    ArticleStatus,
    CanaryReturn,
    Certainty,
    Change,
    DeadLetter,
    Desk,
    DeskReport,
    Direction,
    Entity,
    EntityLabel,
    EventMode,
    EventType,
    EvidenceSpan,
    Extreme,
    Figure,
    Held,
    LetterPlace,
    Lifecycle,
    MarkKind,
    Measure,
    Origin,
    Precision,
    Quotation,
    Receipt,
    RetryMark,
    Severity,
    Signal,
    SignalKind,
    Stage,
    Status,
    Story,
    StoryArticle,
    TextSpan,
    Urgency,
    Versions,
)
from monitor.errors import Reason

__all__ = ["ALERTS", "ARTICLES", "LETTERS", "RECEIPTS", "REPORTS", "RETRY_MARKS", "STORIES"]

_VERSIONS = Versions(lexicon="0.1.0", model="builtin-0.1.0")
_START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def _country(text: str, code: str) -> Entity:
    return Entity(text=text, id=code, label=EntityLabel.GPE, country=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """One example event, from which every record is made."""

    kind: SignalKind
    desk: Desk = Desk.CONFLICT
    event_type: EventType
    mode: EventMode | None = None
    status: Status = Status.HAPPENING
    title: str
    sentence: str
    trigger: str
    severity: Severity
    actors: tuple[Entity, ...] = ()
    targets: tuple[Entity, ...] = ()
    places: tuple[Entity, ...] = ()
    figure: str = ""
    measure: Measure = Measure.KILLED
    size: float = 0
    unit: str = "people"
    precision: Precision = Precision.EXACT
    subject: str = ""
    direction: Direction | None = None
    since: str = ""
    extreme: Extreme | None = None
    attribution: str = ""
    terms: tuple[str, ...] = ()


_SCENES = (
    _Scene(
        kind=SignalKind.MILITARY_STRIKE,
        event_type=EventType.ASSAULT,
        mode=EventMode.AERIAL,
        title="Air force bombs depot near Latakia",
        sentence="Israeli jets bombed an arms depot near Latakia before dawn on Monday.",
        trigger="bombed",
        severity=Severity.SEVERE,
        actors=(_country("Israeli", "IL"),),
        targets=(_country("Syria", "SY"),),
        places=(Entity(text="Latakia", label=EntityLabel.GPE, country="SY"),),
        terms=("bombed", "depot", "jets", "latakia"),
    ),
    _Scene(
        kind=SignalKind.RETALIATION,
        event_type=EventType.THREATEN,
        status=Status.THREATENED,
        title="Damascus promises an answer",
        sentence="Syria said it would retaliate for the raid at a time of its choosing.",
        trigger="retaliate",
        severity=Severity.MODERATE,
        actors=(_country("Syria", "SY"),),
        terms=("raid", "retaliate"),
    ),
    _Scene(
        kind=SignalKind.THREAT,
        event_type=EventType.THREATEN,
        mode=EventMode.VIOLENCE,
        status=Status.THREATENED,
        title="Ankara warns Athens over islands",
        sentence="Turkey warned Greece that it would use force if troops landed on the islands.",
        trigger="would use force",
        severity=Severity.MODERATE,
        actors=(_country("Turkey", "TR"),),
        targets=(_country("Greece", "GR"),),
        terms=("force", "islands", "troops"),
    ),
    _Scene(
        kind=SignalKind.MOBILIZATION,
        event_type=EventType.MOBILIZE,
        mode=EventMode.TROOPS,
        title="Reservists called up",
        sentence="Greece called up 20,000 reservists and put its fleet on alert.",
        trigger="called up",
        severity=Severity.MODERATE,
        actors=(_country("Greece", "GR"),),
        figure="20,000",
        measure=Measure.DEPLOYED,
        size=20_000,
        subject="reservists",
        terms=("alert", "fleet", "reservists"),
    ),
    _Scene(
        kind=SignalKind.SANCTIONS,
        event_type=EventType.SANCTION,
        mode=EventMode.DISCONTINUE,
        title="Assets of two banks frozen",
        sentence="The United States froze the assets of two Russian banks.",
        trigger="froze the assets",
        severity=Severity.MODERATE,
        actors=(_country("The United States", "US"),),
        targets=(_country("Russian", "RU"),),
        terms=("assets", "banks", "froze"),
    ),
    _Scene(
        kind=SignalKind.UNREST,
        event_type=EventType.PROTEST,
        mode=EventMode.RIOT,
        title="Curfew after night of riots",
        sentence="Rioters set fire to the town hall in Sfax and a curfew was declared.",
        trigger="Rioters",
        severity=Severity.MODERATE,
        places=(Entity(text="Sfax", label=EntityLabel.GPE, country="TN"),),
        terms=("curfew", "rioters", "sfax"),
    ),
    _Scene(
        kind=SignalKind.LABOR_STRIKE,
        desk=Desk.LABOUR,
        event_type=EventType.PROTEST,
        mode=EventMode.STRIKE,
        title="Dockers walk out in Santos",
        sentence="Some 4,000 dockers walked out in Santos over pay.",
        trigger="walked out",
        severity=Severity.MINOR,
        places=(Entity(text="Santos", label=EntityLabel.GPE, country="BR"),),
        figure="Some 4,000",
        measure=Measure.TAKING_PART,
        size=4_000,
        precision=Precision.ABOUT,
        subject="dockers",
        terms=("dockers", "pay", "santos"),
    ),
    _Scene(
        kind=SignalKind.MARKET_MOVE,
        desk=Desk.MARKETS,
        event_type=EventType.NONE,
        title="Oil climbs on raid",
        sentence="Brent crude rose 5.2 percent to its highest since June.",
        trigger="rose 5.2 percent",
        severity=Severity.MODERATE,
        figure="5.2 percent",
        measure=Measure.CHANGE,
        size=5.2,
        unit="percent",
        subject="brent-crude",
        direction=Direction.UP,
        since="june",
        extreme=Extreme.HIGH,
        terms=("brent", "crude", "june"),
    ),
    _Scene(
        kind=SignalKind.CASUALTIES,
        event_type=EventType.ASSAULT,
        mode=EventMode.EXPLOSIVES,
        title="Dead in market blast",
        sentence="At least 23 people were killed when a bomb exploded in a market in Kabul, police said.",
        trigger="were killed",
        severity=Severity.SEVERE,
        places=(Entity(text="Kabul", label=EntityLabel.GPE, country="AF"),),
        figure="At least 23",
        size=23,
        precision=Precision.AT_LEAST,
        subject="people",
        attribution="police",
        terms=("bomb", "kabul", "market"),
    ),
    _Scene(
        kind=SignalKind.DE_ESCALATION,
        event_type=EventType.RETREAT,
        mode=EventMode.CEASEFIRE,
        title="Guns fall silent",
        sentence="Armenia and Azerbaijan agreed a ceasefire from midnight.",
        trigger="agreed a ceasefire",
        severity=Severity.MINOR,
        actors=(_country("Armenia", "AM"), _country("Azerbaijan", "AZ")),
        terms=("ceasefire", "midnight"),
    ),
)


def _span(text: str, quote: str) -> TextSpan:
    start_char = text.index(quote)
    return TextSpan(start_char=start_char, end_char=start_char + len(quote), quote=quote)


def _article(number: int, scene: _Scene) -> Article:
    published_at = _START + timedelta(minutes=number)
    ref = ArticleRef(
        id=f"example-{number}",
        title=scene.title,
        url=f"https://news.example/{number}",
        source="Example News",
        language="en",
        published_at=published_at,
    )
    return Article(ref=ref, text=scene.sentence)


def _figures(scene: _Scene) -> tuple[Figure, ...]:
    if not scene.figure:
        return ()
    return (
        Figure(
            measure=scene.measure,
            low=scene.size,
            high=None if scene.precision is Precision.AT_LEAST else scene.size,
            precision=scene.precision,
            unit=scene.unit,
            subject=scene.subject,
            direction=scene.direction,
            since=scene.since,
            extreme=scene.extreme,
            attribution=scene.attribution,
            span=_span(scene.sentence, scene.figure),
        ),
    )


def _report(article: Article, scene: _Scene) -> DeskReport:
    whole = _span(article.text, scene.sentence)
    signal = Signal(
        kind=scene.kind,
        desk=scene.desk,
        event_type=scene.event_type,
        mode=scene.mode,
        status=scene.status,
        actors=scene.actors,
        targets=scene.targets,
        places=scene.places,
        figures=_figures(scene),
        evidence=(
            EvidenceSpan(
                start_char=whole.start_char,
                end_char=whole.end_char,
                quote=whole.quote,
                trigger=_span(article.text, scene.trigger),
            ),
        ),
        keywords=(f"{scene.kind}.example",),
    )
    return DeskReport(
        desk=scene.desk,
        article=article.ref,
        signals=(signal,),
        terms=scene.terms,
        versions=_VERSIONS,
    )


def _story(number: int, report: DeskReport, scene: _Scene) -> Story:
    signal = report.signals[0]
    proof = signal.evidence[0]
    happening = signal.status is Status.HAPPENING
    return Story(
        id=f"st-{number:032x}",
        desk=report.desk,
        kinds=(signal.kind,),
        event_types=(signal.event_type,),
        headline=report.article.title,
        severity=scene.severity,
        urgency=Urgency.IMMEDIATE if happening else Urgency.EXPECTED,
        certainty=Certainty.LIKELY if happening else Certainty.POSSIBLE,
        actors=signal.actors,
        targets=signal.targets,
        places=signal.places,
        figures=signal.figures,
        evidence=(
            Quotation(
                start_char=proof.start_char,
                end_char=proof.end_char,
                quote=proof.quote,
                trigger=proof.trigger,
                kind=signal.kind,
                article_id=report.article.id,
                url=report.article.url,
                source=report.article.source,
            ),
        ),
        terms=report.terms,
        articles=(
            StoryArticle(
                id=report.article.id,
                publisher="example news",
                published_at=report.article.published_at,
            ),
        ),
        articles_total=1,
        first_seen=report.article.published_at,
        last_seen=report.article.published_at,
        revision=1,
        offset=number,
        sequence=number + 1,
    )


def _alert(story: Story) -> Alert:
    return Alert(
        alert_id=story.id,
        revision=story.revision,
        lifecycle=Lifecycle.ALERT,
        changes=(Change.NEW_STORY,),
        desk=story.desk,
        kind=story.kinds[0],
        kinds=story.kinds,
        event_types=story.event_types,
        headline=story.headline,
        severity=story.severity,
        urgency=story.urgency,
        certainty=story.certainty,
        actors=story.actors,
        targets=story.targets,
        places=story.places,
        figures=story.figures,
        evidence=story.evidence,
        articles=story.articles_total,
        publishers=1,
        first_seen=story.first_seen,
        last_seen=story.last_seen,
        versions=_VERSIONS,
    )


_OF_SCENES = tuple(_article(number, scene) for number, scene in enumerate(_SCENES))
_WITHDRAWN_REF = replace(
    _OF_SCENES[0].ref, status=ArticleStatus.CANCELLED, updated_at=_START + timedelta(hours=1)
)

ARTICLES: tuple[Article, ...] = (*_OF_SCENES, Article(ref=_WITHDRAWN_REF, text=""))
"""One article per kind, and the cancellation of the first."""

_FIRST_REPORTS = tuple(
    _report(article, scene) for article, scene in zip(_OF_SCENES, _SCENES, strict=True)
)

REPORTS: tuple[DeskReport, ...] = (
    *_FIRST_REPORTS,
    DeskReport(desk=Desk.CONFLICT, article=_WITHDRAWN_REF, signals=(), versions=_VERSIONS),
)
"""One report per kind, and the withdrawal of the first."""

STORIES: tuple[Story, ...] = tuple(
    _story(number, report, scene)
    for number, (report, scene) in enumerate(zip(_FIRST_REPORTS, _SCENES, strict=True))
)
"""One story per kind."""

_FIRST_ALERTS = tuple(_alert(story) for story in STORIES)

ALERTS: tuple[Alert, ...] = (
    *_FIRST_ALERTS,
    replace(
        _FIRST_ALERTS[0],
        revision=2,
        lifecycle=Lifecycle.UPDATE,
        changes=(Change.CORROBORATED,),
        certainty=Certainty.OBSERVED,
        articles=2,
        publishers=2,
        last_seen=_START + timedelta(minutes=30),
    ),
    replace(
        _FIRST_ALERTS[0],
        revision=3,
        lifecycle=Lifecycle.CANCEL,
        changes=(Change.WITHDRAWN,),
        urgency=Urgency.PAST,
        certainty=Certainty.UNKNOWN,
        evidence=(),
        articles=0,
        publishers=0,
        last_seen=_START + timedelta(minutes=30),
    ),
)
"""One first alert per kind, an update and a cancellation."""

RECEIPTS: tuple[Receipt, ...] = (
    Receipt(alert_id=ALERTS[0].alert_id, offset=17, told=("gulf-desk",)),
    Receipt(
        alert_id=ALERTS[1].alert_id,
        offset=18,
        told=("everything",),
        held=(Held(subscription="gulf-desk", until=_START + timedelta(hours=1)),),
        alert=ALERTS[1],
    ),
)
"""An alert that one subscription was told of, and one that is also held back for another."""

LETTERS: tuple[DeadLetter, ...] = tuple(
    DeadLetter(
        value=value,
        key=b"example-key",
        headers=(("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),),
        origin=Origin(topic="news.articles.v1", partition=3, offset=41 + number, timestamp=_START),
        reason=reason,
        stage=stage,
        exception="monitor.errors.InvalidRecord",
        message=message,
    )
    for number, (value, reason, stage, message) in enumerate(
        (
            (b"{not json", Reason.NOT_JSON, Stage.DECODE, "article record is not JSON"),
            (None, Reason.NULL_VALUE, Stage.DECODE, "article record has no value"),
            (b'{"text":" "}', Reason.NO_TEXT, Stage.DECODE, "text is blank"),
        )
    )
)
"""Dead letters of three reasons."""

_LETTER = LetterPlace(
    topic="news.articles.v1.dead-letter",
    partition=3,
    offset=17,
    timestamp_ms=int(_START.timestamp() * 1000),
)

RETRY_MARKS: tuple[RetryMark, ...] = (
    *(
        RetryMark(
            letter=_LETTER,
            run="5f2b0c9e4d1a4f6f8a3f1f0a2b7c9d11",
            kind=kind,
            attempt=1,
            topic="news.articles.v1",
            partition=3,
            from_offset=4117,
        )
        for kind in (MarkKind.CLAIMED, MarkKind.RETRIED)
    ),
    RetryMark(letter=_LETTER, run="0a1b2c3d4e5f60718293a4b5c6d7e8f9", kind=MarkKind.DISCARDED),
)
"""A letter that was sent back, and one that was discarded."""

CANARY_RETURNS: tuple[CanaryReturn, ...] = tuple(
    CanaryReturn(
        group="news-monitor",
        desk=desk,
        sent_at=_START,
        returned_at=_START + timedelta(milliseconds=220 + 15 * number),
    )
    for number, desk in enumerate(Desk)
)
"""A canary that came back on the way of every desk."""
