"""Newsworthiness: what of an article is its news."""

import pytest

from monitor.domain import (
    Desk,
    EventType,
    EvidenceSpan,
    Field,
    SignalKind,
    Status,
    TextSpan,
    Trigger,
)
from monitor.policy.newsworthiness import length_of, news_probability


def trigger(
    place: int, *, weight: float = 0.95, active: float = 0.95, field: Field = Field.TEXT
) -> Trigger:
    """Make a report of an attack at a character of the text."""
    span = TextSpan(start_char=place, end_char=place + 5, quote="words", field=field)
    evidence = EvidenceSpan(
        start_char=place, end_char=place + 5, quote="words", field=field, trigger=span
    )
    return Trigger(
        keyword="raid",
        kind=SignalKind.MILITARY_STRIKE,
        desk=Desk.CONFLICT,
        event_type=EventType.ASSAULT,
        status=Status.HAPPENING if active > 0.5 else Status.PAST,
        evidence=evidence,
        weight=weight,
        active=active,
    )


def news(*triggers: Trigger, length: int = 3000, titled: bool = True) -> float:
    """Return the probability that the triggers are news."""
    return news_probability(triggers, length=length, titled=titled)


def test_title_and_lead_make_news() -> None:
    """What title and first sentence say is news, and more so than one sentence deep down."""
    top = news(trigger(0, field=Field.TITLE), trigger(10))

    assert top > 0.5
    assert top > news(trigger(2500))


def test_what_is_said_often_is_likelier_news() -> None:
    """More sentences of a kind make it likelier that it is news."""
    assert news(trigger(2200), trigger(2500)) > news(trigger(2500))


def test_a_doubtful_past_is_no_news() -> None:
    """What is told as past or hardly believed is background even in the lead."""
    assert news(trigger(0, active=0.05)) < 0.5
    assert news(trigger(0, weight=0.1)) < 0.5


@pytest.mark.parametrize(("weight", "active"), [(0.7, 0.9), (0.3, 0.9), (0.9, 0.1)])
def test_a_brief_is_what_its_sentence_is(weight: float, active: float) -> None:
    """A short text without a title stands or falls with its sentence."""
    probability = news(trigger(0, weight=weight, active=active), length=100, titled=False)

    assert probability == (weight if active > 0.5 else 0.0)


def test_a_brief_s_title_says_what_it_is_about() -> None:
    """A headline over a line about other things is news; over a long read the regression decides."""
    title = trigger(0, field=Field.TITLE, weight=0.8, active=0.9)
    assert news(title, length=100) >= 0.8 * 0.9
    assert news(trigger(0, field=Field.TITLE, weight=0.8, active=0.1), length=100) < 0.5
    assert news(title, length=6000) < 0.5


def test_data_is_no_length() -> None:
    """A run of characters without a blank does not make a brief a long read."""
    assert length_of("Iran fired missiles at Israel. " + "x" * 500_000) < 100
    assert length_of("plain words as they are") == len("plain words as they are")
