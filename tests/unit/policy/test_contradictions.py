"""Contradictions: reports of one number that cannot all be true are shown, updates are not."""

from dataclasses import replace

import pytest

from monitor.domain import (
    Alert,
    ArticleStatus,
    Change,
    Contradiction,
    DeskReport,
    Figure,
    Measure,
    Precision,
    TextSpan,
)
from monitor.policy.contradictions import MAX_REPORTED
from monitor.policy.stories import StoryBook
from monitor.wire import story_v1
from tests.unit.policy.worlds import ISRAEL, LATAKIA, SYRIA, report, signal

SPAN = TextSpan(start_char=0, end_char=2, quote="12")


def dead(
    number: float,
    by: str = "",
    *,
    precision: Precision = Precision.EXACT,
    measure: Measure = Measure.KILLED,
    subject: str = "",
) -> Figure:
    """A number of dead, and who counts them."""
    return Figure(
        measure=measure,
        low=number,
        high=None if precision is Precision.AT_LEAST else number,
        precision=precision,
        unit="people",
        subject=subject,
        attribution=by,
        span=SPAN,
    )


def told(
    *figures: Figure,
    article: str = "a1",
    hours: float = 0,
    source: str = "Example News",
    status: ArticleStatus = ArticleStatus.USABLE,
) -> DeskReport:
    """The raid, with numbers."""
    raid = replace(signal(actors=[ISRAEL], targets=[SYRIA], places=[LATAKIA]), figures=figures)
    made = report(raid, article=article, hours=hours, source=source, status=status)
    return replace(made, article=replace(made.article, url=""))


def alerts_of(*reports: DeskReport) -> list[Alert]:
    """What the reports lead to, of a book that is restored from its stories before each."""
    alerts: list[Alert] = []
    book = StoryBook()
    for offset, each in enumerate(reports):
        alerts += book.apply(each, offset=offset).alerts
        kept = [story_v1.decode(story_v1.encode(story)) for story in book]
        book = StoryBook()
        book.restore(kept)
    return alerts


def said(found: tuple[Contradiction, ...]) -> list[tuple[Measure, list[float | None]]]:
    """The measures and the numbers."""
    return [(each.measure, [one.figure.low for one in each.reports]) for each in found]


def test_two_counts_at_one_time_contradict_each_other() -> None:
    """The revision says so, in words and as data, with who counts and which article says it."""
    first, second = alerts_of(
        told(dead(3, "army"), source="Reuters"),
        told(dead(50, "rebels"), article="a2", hours=0.5, source="BBC"),
    )

    assert first.contradictions == ()
    assert Change.CONTRADICTED in second.changes
    assert said(second.contradictions) == [(Measure.KILLED, [3, 50])]
    assert [one.article_id for one in second.contradictions[0].reports] == ["a1", "a2"]
    assert [one.publisher for one in second.contradictions[0].reports] == ["reuters", "bbc"]
    (detail,) = (each for each in second.details if each.change is Change.CONTRADICTED)
    assert detail.words == "killed, contradicting reports: 3 (army), 50 (rebels)"
    assert detail.added == ("3 (army)", "50 (rebels)")
    assert detail.measure is Measure.KILLED


def test_one_article_may_tell_both_sides() -> None:
    """It stands in the first alert; there is nothing else to say of it."""
    (alert,) = alerts_of(told(dead(3, "army"), dead(50, "rebels")))

    assert alert.changes == (Change.NEW_STORY,)
    assert said(alert.contradictions) == [(Measure.KILLED, [3, 50])]


def test_fewer_dead_later_is_no_update() -> None:
    """The dead do not rise again: another publisher's lower number contradicts, hours later too."""
    alerts = alerts_of(
        told(dead(40), source="Reuters"),
        told(dead(19), article="a2", hours=5, source="BBC"),
    )

    assert said(alerts[-1].contradictions) == [(Measure.KILLED, [19, 40])]


NO_CONTRADICTION = {
    "a toll that rises": (
        told(dead(12, "police"), source="Reuters"),
        told(dead(40, "hospital"), article="a2", hours=3, source="BBC"),
    ),
    "another number at once, and nobody says who counts": (
        told(dead(12), source="Reuters"),
        told(dead(40), article="a2", hours=0.5, source="BBC"),
    ),
    "a bound that the other keeps": (
        told(dead(12, "police", precision=Precision.AT_LEAST), source="Reuters"),
        told(dead(40, "hospital"), article="a2", source="BBC"),
    ),
    "a bound from above": (
        told(dead(40, "police", precision=Precision.AT_MOST), source="Reuters"),
        told(dead(12, "hospital"), article="a2", hours=0.5, source="BBC"),
    ),
    "about the same": (
        told(dead(50, "police", precision=Precision.ABOUT), source="Reuters"),
        told(dead(35, "hospital"), article="a2", source="BBC"),
    ),
    "others are counted": (
        told(dead(3, "army", subject="soldiers"), dead(50, "army chief", subject="civilians")),
    ),
    "one publisher that corrects itself": (
        told(dead(40), source="Reuters"),
        told(dead(12), article="a2", hours=2, source="Reuters"),
    ),
    "an article that corrects itself": (
        told(dead(40, "army"), dead(3, "rebels")),
        told(dead(40, "army"), dead(40, "rebels"), hours=1),
    ),
    "missing people who are found": (
        told(dead(40, measure=Measure.MISSING), source="Reuters"),
        told(dead(3, measure=Measure.MISSING), article="a2", hours=5, source="BBC"),
    ),
}


@pytest.mark.parametrize("reports", NO_CONTRADICTION.values(), ids=NO_CONTRADICTION)
def test_what_can_be_true_is_no_contradiction(reports: tuple[DeskReport, ...]) -> None:
    """Updates in time, bounds, other people counted, and corrections."""
    book = StoryBook()
    alerts = [a for n, each in enumerate(reports) for a in book.apply(each, offset=n).alerts]
    (story,) = book
    book.owe(story.id, (Change.FIGURE,))
    last = book.apply(told(article="last", hours=6, source="Xinhua"), offset=len(reports)).alerts

    assert len(story.reported) >= 1
    assert last[-1].contradictions == ()
    assert all(Change.CONTRADICTED not in alert.changes for alert in alerts[1:])


def test_a_withdrawn_article_contradicts_nobody() -> None:
    """What its publisher said before stands again."""
    book = StoryBook()
    reports = (
        told(dead(40), source="Reuters"),
        told(dead(12), article="a2", hours=1, source="BBC"),
        told(article="a2", hours=1, source="BBC", status=ArticleStatus.WITHHELD),
        told(dead(60), article="a3", hours=2, source="BBC"),
    )
    reports = (*reports[:2], replace(reports[2], signals=()), reports[3])
    alerts = [a for n, each in enumerate(reports) for a in book.apply(each, offset=n).alerts]

    assert said(alerts[1].contradictions) == [(Measure.KILLED, [12, 40])]
    assert alerts[-1].contradictions == ()


def test_what_is_kept_is_bounded() -> None:
    """A story of many reports keeps the newest, and shows four sides at most."""
    book = StoryBook()
    for number in range(MAX_REPORTED + 5):
        figure = dead(10 * 2**number, f"witness {number}")
        book.apply(told(figure, article=f"a{number}", hours=number / 60), offset=number)
    (story,) = book

    assert len(story.reported) == MAX_REPORTED
    book.owe(story.id, (Change.FIGURE,))
    alert = book.apply(told(article="last", hours=1), offset=99).alerts[-1]
    assert len(alert.contradictions[0].reports) == 4
