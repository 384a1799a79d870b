"""StoryBook: which signals are one story, and what each report makes of it."""

from datetime import timedelta

import pytest

from monitor.domain import (
    Alert,
    ArticleStatus,
    Certainty,
    Change,
    DeskReport,
    Direction,
    Lifecycle,
    SignalKind,
    Status,
    Urgency,
)
from monitor.policy.merging import MAX_PARTIES, MAX_TERMS
from monitor.policy.quotations import MAX_QUOTATIONS
from monitor.policy.stories import NOTHING_APPLIED, StoryBook, StoryRules, StoryUpdate
from monitor.policy.story_articles import MAX_ARTICLES
from tests.unit.policy.worlds import (
    GREECE,
    IRAN,
    ISRAEL,
    LATAKIA,
    SYRIA,
    UNION,
    move,
    report,
    signal,
    toll,
)

RAID = signal(actors=[ISRAEL], targets=[SYRIA], places=[LATAKIA])
VOW = signal(
    SignalKind.RETALIATION,
    status=Status.THREATENED,
    actors=[SYRIA],
    targets=[ISRAEL],
    quote="Syria vowed to answer.",
)


def play(*reports: DeskReport, rules: StoryRules | None = None) -> tuple[StoryBook, list[Alert]]:
    """Apply reports in order; return the book and every alert."""
    book = StoryBook(rules)
    alerts: list[Alert] = []
    for offset, each in enumerate(reports):
        alerts += book.apply(each, offset=offset).alerts
    return book, alerts


def told(alerts: list[Alert]) -> list[tuple[int, Lifecycle, tuple[Change, ...]]]:
    """Return what tells alerts of one story apart."""
    assert len({alert.alert_id for alert in alerts}) <= 1
    return [(alert.revision, alert.lifecycle, alert.changes) for alert in alerts]


def test_a_new_event_is_alerted_once_with_its_proof() -> None:
    """The first report gives revision 1, with the parties, the quotation and the title."""
    book, (alert,) = play(report(RAID, title="Raid on Latakia"))

    assert (alert.revision, alert.lifecycle, alert.changes) == (
        1,
        Lifecycle.ALERT,
        (Change.NEW_STORY,),
    )
    assert alert.headline == "Raid on Latakia"
    assert (alert.actors, alert.targets, alert.places) == ((ISRAEL,), (SYRIA,), (LATAKIA,))
    assert alert.evidence[0].quote == RAID.evidence[0].quote
    assert alert.evidence[0].article_id == "a1"
    assert (alert.certainty, alert.urgency) == (Certainty.LIKELY, Urgency.IMMEDIATE)
    assert (len(book), book.applied_offset) == (1, 0)


def test_the_same_article_again_says_nothing_new() -> None:
    """A repeated article gives no alert and is counted once."""
    book, alerts = play(report(RAID), report(RAID), report(RAID))

    assert told(alerts) == [(1, Lifecycle.ALERT, (Change.NEW_STORY,))]
    assert [story.articles_total for story in book] == [1]


def test_the_same_publisher_again_says_nothing_new() -> None:
    """A second article of the same publisher that adds nothing gives no alert."""
    book, alerts = play(report(RAID), report(RAID, article="a2", hours=1))

    assert len(alerts) == 1
    assert [story.articles_total for story in book] == [2]


def test_an_independent_publisher_corroborates() -> None:
    """A second publisher in its own words makes the story observed; a third adds nothing."""
    second = signal(actors=[ISRAEL], targets=[SYRIA], places=[LATAKIA], quote="Bombs fell on it.")
    _, alerts = play(
        report(RAID),
        report(second, article="b1", source="Other Post"),
        report(second, article="c1", source="Third Mail"),
    )

    assert told(alerts)[1:] == [(2, Lifecycle.UPDATE, (Change.CORROBORATED,))]
    assert alerts[1].certainty is Certainty.OBSERVED
    assert (alerts[1].articles, alerts[1].publishers) == (2, 2)


def test_a_copy_does_not_corroborate() -> None:
    """An agency's long clause printed by another publisher is still one source."""
    long = signal(
        actors=[ISRAEL],
        targets=[SYRIA],
        quote="Israeli jets bombed an arms depot near Latakia before dawn, officials said.",
    )
    _, alerts = play(report(long), report(long, article="b1", source="Other Post"))

    assert len(alerts) == 1


def test_a_reaction_joins_the_story_as_a_new_kind() -> None:
    """The vow of revenge belongs to the story of the attack."""
    _, alerts = play(report(RAID), report(VOW, article="a2", hours=3, terms=("depot", "vow")))

    assert told(alerts)[1:] == [(2, Lifecycle.UPDATE, (Change.NEW_KIND,))]
    assert alerts[1].kinds == (SignalKind.MILITARY_STRIKE, SignalKind.RETALIATION)
    assert alerts[1].kind is SignalKind.MILITARY_STRIKE
    assert alerts[1].urgency is Urgency.IMMEDIATE


def test_slow_growth_of_a_toll_adds_up_to_news() -> None:
    """20, 24, 28 and 33 dead are two alerts: the first number, and the one half as high again."""
    tolls = [
        report(
            signal(SignalKind.CASUALTIES, places=[LATAKIA], figures=[toll(size)]),
            article=f"a{size}",
        )
        for size in (20, 24, 28, 33)
    ]
    _, alerts = play(*tolls)

    assert told(alerts)[1:] == [(2, Lifecycle.UPDATE, (Change.FIGURE,))]
    assert alerts[1].figures[0].low == 33


def test_a_correction_may_lower_a_toll() -> None:
    """An article that takes back its number is news; another one with a lower number is not."""
    dead = SignalKind.CASUALTIES
    book, alerts = play(
        report(signal(dead, places=[LATAKIA], figures=[toll(40)])),
        report(signal(dead, places=[LATAKIA], figures=[toll(4)]), article="a2"),
        report(signal(dead, places=[LATAKIA], figures=[toll(12)]), updated_hours=2),
    )

    assert told(alerts)[1:] == [(2, Lifecycle.UPDATE, (Change.FIGURE,))]
    assert [figure.low for story in book for figure in story.figures] == [12]


def test_a_graver_report_raises_the_severity() -> None:
    """Dead in an attack between two states make it extreme; the newest title tells it."""
    deadly = signal(actors=[ISRAEL], targets=[SYRIA], places=[LATAKIA], figures=[toll(3)])
    _, alerts = play(report(RAID), report(deadly, article="a2", title="Three dead in raid"))

    assert told(alerts)[1:] == [
        (2, Lifecycle.UPDATE, (Change.HIGHER_SEVERITY, Change.FIGURE)),
    ]
    assert alerts[1].headline == "Three dead in raid"


def test_a_country_that_joins_is_news_and_a_person_is_not() -> None:
    """A new state among actors and targets gives a revision."""
    joined = signal(actors=[ISRAEL, IRAN], targets=[SYRIA], places=[LATAKIA])
    _, alerts = play(report(RAID), report(joined, article="a2"))

    assert told(alerts)[1:] == [(2, Lifecycle.UPDATE, (Change.NEW_PARTY,))]


@pytest.mark.parametrize("status", [ArticleStatus.CANCELLED, ArticleStatus.WITHHELD])
def test_a_withdrawn_article_cancels_its_alert(status: ArticleStatus) -> None:
    """No article left: a last revision, without a word of the text."""
    book, alerts = play(report(RAID), report(status=status))

    assert told(alerts)[1:] == [(2, Lifecycle.CANCEL, (Change.WITHDRAWN,))]
    assert alerts[1].evidence == ()
    assert (alerts[1].articles, alerts[1].publishers) == (0, 0)
    assert (alerts[1].urgency, alerts[1].certainty) == (Urgency.PAST, Certainty.UNKNOWN)
    assert [story.withdrawn for story in book] == [True]


def test_a_withdrawal_is_said_once_and_a_stranger_changes_nothing() -> None:
    """Withdrawing again, or withdrawing what no story rests on, does nothing."""
    gone = report(status=ArticleStatus.CANCELLED)
    _, alerts = play(report(article="x", status=ArticleStatus.CANCELLED), report(RAID), gone, gone)

    assert [alert.lifecycle for alert in alerts] == [Lifecycle.ALERT, Lifecycle.CANCEL]


def test_a_story_stands_on_the_articles_that_are_left() -> None:
    """One of two articles is withdrawn: what only it said goes, silently."""
    book, alerts = play(
        report(RAID, source="Example News"),
        report(VOW, article="a2", terms=("depot", "vow"), source="Other Post"),
        report(article="a2", status=ArticleStatus.CANCELLED),
    )
    (story,) = book

    assert len(alerts) == 2
    assert story.kinds == (SignalKind.MILITARY_STRIKE,)
    assert {quote.article_id for quote in story.evidence} == {"a1"}
    assert (story.articles_total, story.certainty) == (1, Certainty.LIKELY)


@pytest.mark.parametrize("updated_hours", [None, 4.0])
def test_a_released_article_revives_its_story(updated_hours: float | None) -> None:
    """An article withheld and then released gives the next revision of the same alert."""
    _, alerts = play(
        report(RAID),
        report(status=ArticleStatus.WITHHELD),
        report(RAID, updated_hours=updated_hours),
    )

    assert told(alerts)[2:] == [(3, Lifecycle.ALERT, (Change.NEW_STORY,))]
    assert alerts[2].evidence == alerts[0].evidence


def test_an_older_version_of_an_article_changes_nothing() -> None:
    """Versions that come out of order do not undo each other."""
    deadly = signal(actors=[ISRAEL], targets=[SYRIA], figures=[toll(3)])
    newest, _ = play(report(deadly, updated_hours=5))
    book, alerts = play(report(deadly, updated_hours=5), report(RAID, updated_hours=2))

    assert list(book) == list(newest)
    assert len(alerts) == 1


def test_an_article_corrected_to_another_event_moves() -> None:
    """The old alert is cancelled and the new event alerted."""
    other = signal(SignalKind.UNREST, places=[GREECE])
    book, alerts = play(report(RAID), report(other, updated_hours=1, terms=("curfew", "riots")))

    assert [alert.lifecycle for alert in alerts] == [
        Lifecycle.ALERT,
        Lifecycle.ALERT,
        Lifecycle.CANCEL,
    ]
    assert alerts[2].alert_id == alerts[0].alert_id
    assert len(book) == 2


def test_different_events_are_different_stories() -> None:
    """Other sides in another place, and another desk, are stories of their own."""
    book, _ = play(
        report(RAID),
        report(signal(SignalKind.UNREST, places=[GREECE]), article="b", terms=("curfew",)),
        report(signal(SignalKind.LABOR_STRIKE, actors=[UNION]), article="c", terms=("pay",)),
        report(
            signal(SignalKind.LABOR_STRIKE, places=[SYRIA]), article="d", terms=("depot", "jets")
        ),
    )

    assert len(book) == 4


def test_one_report_of_two_events_feeds_two_stories() -> None:
    """Signals that share no country and no name are not one event."""
    unrest = signal(SignalKind.UNREST, places=[GREECE])
    book, alerts = play(report(RAID, unrest))

    assert len(alerts) == len(book) == 2
    assert len({alert.alert_id for alert in alerts}) == 2


def test_old_news_of_the_same_sides_is_another_story() -> None:
    """After the idle time, event time, the same words open a new story."""
    book, alerts = play(report(RAID), report(RAID, article="a2", hours=24 * 4 + 1))

    assert [alert.lifecycle for alert in alerts] == [Lifecycle.ALERT, Lifecycle.ALERT]
    assert len(book) == 2


def test_an_article_speaks_to_each_desk_for_itself() -> None:
    """Where desks share a partition, the report to one does not take back the report to the other."""
    oil = signal(SignalKind.MARKET_MOVE, figures=[move(4)])
    book, alerts = play(report(RAID), report(oil), report(RAID), report(oil))

    assert [alert.lifecycle for alert in alerts] == [Lifecycle.ALERT, Lifecycle.ALERT]
    assert [story.withdrawn for story in book] == [False, False]


GROUPS = StoryRules(instrument_groups={"us-dollar": "dollar", "yen": "dollar"})


@pytest.mark.parametrize(
    ("subject", "hours", "stories"),
    [("yen", 3.0, 1), ("gold", 3.0, 2), ("us-dollar", 19.0, 2)],
    ids=["same group", "another instrument", "the next day"],
)
def test_a_market_story_is_one_group_and_one_day(subject: str, hours: float, stories: int) -> None:
    """Moves of one instrument group on one day (UTC) are one story, whatever the words."""
    book, _ = play(
        report(signal(SignalKind.MARKET_MOVE, figures=[move(1, subject="us-dollar")])),
        report(
            signal(SignalKind.MARKET_MOVE, figures=[move(1, subject=subject)]),
            article="a2",
            hours=hours,
        ),
        rules=GROUPS,
    )

    assert len(book) == stories


def test_a_market_that_turns_is_news() -> None:
    """The other direction gives a revision; a little more of the same does not."""
    moves = [move(2), move(2.5), move(2, direction=Direction.DOWN)]
    _, alerts = play(
        *(
            report(signal(SignalKind.MARKET_MOVE, figures=[each]), article=f"a{number}")
            for number, each in enumerate(moves)
        )
    )

    assert told(alerts)[1:] == [(2, Lifecycle.UPDATE, (Change.FIGURE,))]


def test_a_story_stays_bounded() -> None:
    """However many articles come, a story keeps a bounded number of everything and counts them."""
    book = StoryBook()
    for number in range(MAX_ARTICLES * 2):
        each = signal(
            actors=[ISRAEL],
            targets=[SYRIA],
            places=[LATAKIA],
            quote=f"Jets bombed depot number {number} in the hills. " + "x" * 2000,
        )
        words = ("depot", "jets", *(f"word{number}-{place}" for place in range(30)))
        book.apply(report(each, article=f"a{number}", terms=words), offset=number)
    (story,) = book

    assert story.articles_total == MAX_ARTICLES * 2
    assert len(story.articles) == MAX_ARTICLES
    assert len(story.terms) == MAX_TERMS
    assert len(story.evidence) <= MAX_QUOTATIONS
    assert len(story.actors) <= MAX_PARTIES
    assert max(len(quote.quote) for quote in story.evidence) < 1000
    assert {"depot", "jets"} <= set(story.terms)


def test_stories_end_when_they_are_idle_and_have_lingered() -> None:
    """A story is closed after its idle time in event time and the reports it lingers for."""
    book = StoryBook(StoryRules(idle=timedelta(hours=10), linger_reports=2))
    closed = []
    for offset, hours in enumerate([0, 11, 22, 33, 44]):
        each = report(RAID, article=f"a{offset}", hours=hours)
        closed.append(len(book.apply(each, offset=offset).closed))

    assert closed == [0, 0, 0, 1, 1]
    assert len(book) == 3


def test_a_story_that_only_lingered_does_not_end() -> None:
    """However many records pass, a story stays open for its idle time."""
    book = StoryBook(StoryRules(idle=timedelta(hours=10), linger_reports=2, threshold=2))
    for offset in range(20):
        update = book.apply(report(RAID, article=f"a{offset}", hours=offset / 2), offset=offset)
        assert update.closed == ()


def test_reports_that_come_twice_do_not_end_a_story_sooner() -> None:
    """After a crash the same reports stand at new offsets; a story lingers as long as without one."""
    stream = [report(RAID, article=f"a{n}", hours=hours) for n, hours in enumerate([0, 11, 22, 33])]
    repeated = [*stream[:3], *stream[1:3], *stream[3:]]
    rules = StoryRules(idle=timedelta(hours=10), linger_reports=3)

    calm, again = StoryBook(rules), StoryBook(rules)
    for offset, each in enumerate(stream):
        calm.apply(each, offset=offset)
    for offset, each in enumerate(repeated):
        again.apply(each, offset=offset)

    assert len(calm) == len(stream)
    assert {story.id for story in again} == {story.id for story in calm}


def test_the_number_of_open_stories_is_bounded() -> None:
    """Above the limit the story without news for longest is closed."""
    book = StoryBook(StoryRules(max_open=5, threshold=2))
    first = book.apply(report(RAID, article="a0"), offset=0).stories[0].id
    closed: list[str] = []
    for offset in range(1, 20):
        update = book.apply(report(RAID, article=f"a{offset}", hours=offset / 10), offset=offset)
        closed += update.closed

    assert len(book) == 5
    assert closed[0] == first


def owing_book() -> tuple[StoryBook, Alert]:
    """A book whose only alert was refused, and the alert."""
    book, (refused,) = play(report(RAID))
    book.owe(refused.alert_id, refused.changes)
    return book, refused


def test_an_owed_alert_is_told_when_its_report_comes_again() -> None:
    """The same alert, byte for byte, and once only."""
    book, refused = owing_book()

    assert book.apply(report(RAID), offset=5).alerts == (refused,)
    assert book.apply(report(RAID), offset=6) == StoryUpdate()


def test_an_owed_alert_is_told_with_the_next_report_of_its_story() -> None:
    """Also where that adds nothing of its own; readers hear of a new story as of a new story."""
    book, _ = owing_book()

    (alert,) = book.apply(report(RAID, article="a2", hours=1), offset=5).alerts
    assert told([alert]) == [(1, Lifecycle.ALERT, (Change.NEW_STORY,))]
    assert alert.articles == 2

    book, _ = owing_book()
    deadly = signal(actors=[ISRAEL], targets=[SYRIA], places=[LATAKIA], figures=[toll(120)])
    (alert,) = book.apply(report(deadly, article="a2", hours=1), offset=5).alerts
    assert (alert.revision, alert.lifecycle) == (2, Lifecycle.ALERT)
    assert alert.changes[0] is Change.NEW_STORY
    assert Change.FIGURE in alert.changes


def test_an_owed_withdrawal_is_told_when_it_comes_again() -> None:
    """A withdrawal leaves nothing in the story but that it is owed."""
    gone = report(status=ArticleStatus.CANCELLED)
    book, (_, refused) = play(report(RAID), gone)
    book.owe(refused.alert_id, refused.changes)

    assert book.apply(gone, offset=5).alerts == (refused,)
    assert book.apply(gone, offset=6).alerts == ()


def test_a_report_before_the_applied_offset_is_skipped() -> None:
    """What the stories say was applied is not applied again."""
    book, _ = play(report(RAID), report(VOW, article="a2", terms=("depot",)))
    before = list(book)
    update = book.apply(report(RAID, article="a3"), offset=0)

    assert (update.alerts, update.stories, update.closed) == ((), (), ())
    assert list(book) == before
    assert StoryBook().applied_offset == NOTHING_APPLIED


def test_an_absurd_date_does_no_harm() -> None:
    """Articles of the first and of the last year neither raise nor end other stories at once."""
    first, last = -24 * 365 * 2024, 24 * 365 * 7000
    _, alerts = play(
        report(RAID),
        report(RAID, article="old", hours=first),
        report(RAID, article="new", hours=last),
        report(RAID, article="a2", hours=1),
    )

    assert [alert.lifecycle for alert in alerts] == [Lifecycle.ALERT] * 3
