"""Watched items travel from the article to the alert, and a new one is worth a revision."""

from dataclasses import replace

from monitor.domain import Alert, Change, DeskReport, Watched
from monitor.policy.stories import StoryBook
from monitor.policy.watchlists import MAX_WATCHED, merged_watched, watchlists_of
from monitor.wire import alert_v1, signal_v1, story_v1
from tests.unit.policy.worlds import IRAN, ISRAEL, LATAKIA, report, signal

MAERSK = Watched(watchlist="shipping", item="maersk")
PORT = Watched(watchlist="ports", item="latakia")


def reported(article: str, *watched: Watched) -> DeskReport:
    """The same raid, as an article tells it."""
    raid = signal(actors=[ISRAEL], targets=[IRAN], places=[LATAKIA])
    return replace(report(raid, article=article), watched=watched)


def alerts_of(*reports: DeskReport) -> list[Alert]:
    """What readers are told."""
    book = StoryBook()
    return [
        alert
        for offset, each in enumerate(reports)
        for alert in book.apply(each, offset=offset).alerts
    ]


def test_an_alert_names_what_its_articles_name() -> None:
    """And subscriptions ask by the ids of the lists."""
    (alert,) = alerts_of(reported("a", MAERSK, PORT))
    assert alert.watched == (MAERSK, PORT)
    assert watchlists_of(alert) == {"shipping", "ports"}


def test_a_new_item_is_worth_a_revision_and_a_known_one_is_not() -> None:
    """Who asked for the second list hears of the story when it is named first."""
    first, second = alerts_of(reported("a", MAERSK), reported("b", MAERSK), reported("c", PORT))
    assert watchlists_of(first) == {"shipping"}
    assert Change.WATCHED in second.changes
    assert second.watched == (MAERSK, PORT)


def test_the_end_is_told_to_whoever_was_told_of_it() -> None:
    """A cancelled alert still names the items."""
    *_, last = alerts_of(reported("a", MAERSK), replace(reported("a"), signals=(), watched=()))
    assert last.changes == (Change.WITHDRAWN,)
    assert watchlists_of(last) == {"shipping"}


def test_no_list_crowds_out_another() -> None:
    """Each has its own room."""
    many = [Watched(watchlist="long", item=str(number)) for number in range(MAX_WATCHED + 5)]
    merged = merged_watched((), [*many, MAERSK, MAERSK])
    assert len(merged) == MAX_WATCHED + 1
    assert merged[-1] == MAERSK


def test_records_of_before_have_none() -> None:
    """A record without the member reads as one without items, and keeps them where it has some."""
    for record, example in ((signal_v1, 0), (story_v1, 0), (alert_v1, 0)):
        value = record.EXAMPLES[example]
        old = value.replace(b',"watched":[]', b"")
        assert old != value
        read = record.decode(old)
        assert read.watched == ()
        kept = replace(read, watched=(MAERSK,))
        assert record.decode(record.encode(kept)) == kept
