"""Signals: what of an article's triggers makes its signals."""

from dataclasses import replace
from datetime import UTC, datetime

from monitor.domain import (
    Analysis,
    Article,
    ArticleRef,
    Desk,
    Entity,
    EntityLabel,
    EventType,
    EvidenceSpan,
    Field,
    Figure,
    Measure,
    SignalKind,
    Status,
    TextSpan,
    Trigger,
    Versions,
)
from monitor.policy.signals import signals_of

TEXT = "words " * 100


def trigger(place: int, weight: float, *, status: Status = Status.HAPPENING, actor: str) -> Trigger:
    """Make a report of an attack at a character of the text."""
    span = TextSpan(start_char=place, end_char=place + 5, quote="words", field=Field.TEXT)
    return Trigger(
        keyword="raid",
        kind=SignalKind.MILITARY_STRIKE,
        desk=Desk.CONFLICT,
        event_type=EventType.ASSAULT,
        status=status,
        evidence=EvidenceSpan(
            start_char=place, end_char=place + 5, quote="words", field=Field.TEXT, trigger=span
        ),
        actors=(Entity(text=actor, id=actor, label=EntityLabel.GPE, country=actor),),
        weight=weight,
        active=0.95 if status.is_active else 0.05,
    )


def analysis(*triggers: Trigger) -> Analysis:
    """Make what was read of an article with a title."""
    ref = ArticleRef(
        id="a", title="Title", published_at=datetime(2026, 3, 17, tzinfo=UTC), states_time=True
    )
    return Analysis(
        article=Article(ref=ref, text=TEXT),
        mentions=(),
        triggers=triggers,
        terms=(),
        versions=Versions(lexicon="1", model="1"),
    )


def test_a_faint_place_lends_a_signal_nothing() -> None:
    """What would not be news by itself gives neither status nor parties nor evidence."""
    sure = trigger(0, 0.97, status=Status.THREATENED, actor="IR")
    again = trigger(12, 0.95, status=Status.THREATENED, actor="IR")
    faint = trigger(300, 0.15, actor="US")

    (signal,) = signals_of(analysis(sure, again, faint))

    assert signal.status is Status.THREATENED
    assert [actor.id for actor in signal.actors] == ["IR"]
    assert len(signal.evidence) == 2


def test_many_faint_places_prove_nothing() -> None:
    """Together they may look like news; none of them could be shown as its proof."""
    places = [trigger(12 * number, 0.4, actor="IR") for number in range(20)]

    assert signals_of(analysis(*places)) == ()

    (signal,) = signals_of(analysis(*places, trigger(6, 0.6, actor="IL")))
    assert signal.status.is_active
    assert [span.start_char for span in signal.evidence] == [6]


def killed(subject: str, unit: str = "people") -> Figure:
    """Eleven killed, or eleven of something."""
    span = TextSpan(start_char=0, end_char=5, quote="words", field=Field.TEXT)
    return Figure(measure=Measure.KILLED, low=11, high=11, unit=unit, subject=subject, span=span)


def test_who_says_less_of_a_number_is_left_out() -> None:
    """A title's "eleven dead" repeats "11 people" of the text; other people are other figures."""
    bare = replace(trigger(0, 0.97, actor="IR"), figures=(killed(""),))
    full = replace(trigger(12, 0.95, actor="IR"), figures=(killed("people"), killed("soldiers")))

    (signal,) = signals_of(analysis(bare, full))

    assert [figure.subject for figure in signal.figures] == ["people", "soldiers"]
