"""What an article says to each desk, and to which desks it speaks at all."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.domain import ArticleStatus, Desk, DeskReport, Watched
from monitor.lexicon.watchlist import WatchItem, Watchlist
from monitor.lexicon.watchlists import WatchlistReading
from monitor.policy.signals import reports_of, signals_of
from monitor.policy.stories import StoryBook, StoryUpdate
from monitor.text.analyser import Analyser
from tests.builders import NOON, a_lexicon, an_article, an_entry

LEXICON = a_lexicon(an_entry("drew swords", kind="threat", id="draw"))
NEWS, NO_NEWS = "They drew swords.", "All is quiet."
LATER = NOON + timedelta(hours=1)


def reports(
    text: str,
    *,
    updated_at: datetime | None = None,
    status: ArticleStatus = ArticleStatus.USABLE,
) -> tuple[DeskReport, ...]:
    """The reports of one article."""
    article = an_article(text, status=status)
    article = replace(article, ref=replace(article.ref, updated_at=updated_at))
    (analysis,) = Analyser(LEXICON, None).pipe([article])
    return reports_of(analysis, signals_of(analysis))


def told(found: tuple[DeskReport, ...]) -> dict[Desk, int]:
    """How many signals each desk that is spoken to hears."""
    return {report.desk: len(report.signals) for report in found}


def test_an_article_speaks_to_the_desks_it_has_news_for() -> None:
    """The first version of an article without news gives no report, one with news one."""
    assert told(reports(NEWS)) == {Desk.CONFLICT: 1}
    assert told(reports(NO_NEWS)) == {}


def test_an_update_speaks_to_every_desk() -> None:
    """What states `updated_at` may take back what an earlier version reported, desk by desk."""
    assert told(reports(NEWS, updated_at=LATER)) == {**dict.fromkeys(Desk, 0), Desk.CONFLICT: 1}
    assert told(reports(NO_NEWS, updated_at=LATER)) == dict.fromkeys(Desk, 0)


def test_a_report_names_what_is_watched() -> None:
    """Each item once, from title and text, and none of an article that is withdrawn."""
    items = (WatchItem(id="ship", names=("Iron Duke",)), WatchItem(id="else", names=("Elsewhere",)))
    watchlists = WatchlistReading(watchlists=[Watchlist(id="ours", items=items)])
    analyser = Analyser(LEXICON, None, watchlists=watchlists)
    article = an_article(f"{NEWS} The Iron Duke was near.", title="Iron Duke in trouble")
    withdrawn = replace(article, ref=replace(article.ref, status=ArticleStatus.CANCELLED))
    found = [reports_of(each, signals_of(each)) for each in analyser.pipe([article, withdrawn])]
    ship = Watched(watchlist="ours", item="ship")
    assert [report.watched for report in found[0]] == [(ship,)]
    assert all(report.watched == () for report in found[1])
    assert analyser.versions.watchlists == watchlists.version
    assert Analyser(LEXICON, None).versions.watchlists is None


def test_a_withdrawal_speaks_to_every_desk_and_reports_nothing() -> None:
    """Whatever stands in the text."""
    cancelled = reports(NEWS, status=ArticleStatus.CANCELLED)
    assert told(cancelled) == dict.fromkeys(Desk, 0)


@pytest.mark.parametrize("known", [True, False])
def test_an_update_without_the_news_withdraws_it(*, known: bool) -> None:
    """An alert that rests on an earlier version is cancelled; a stranger opens and alerts nothing."""
    book = StoryBook()
    alerts: list[str] = []
    stream = [*(reports(NEWS) if known else ()), *reports(NO_NEWS, updated_at=LATER)]
    for offset, report in enumerate(stream):
        update = book.apply(report, offset=offset)
        alerts += [alert.lifecycle for alert in update.alerts]
        assert known or update == StoryUpdate()
    assert alerts == (["alert", "cancel"] if known else [])
    assert [story.withdrawn for story in book] == ([True] if known else [])


def test_a_later_version_with_the_news_revives_the_alert() -> None:
    """The same alert goes on at its next revision; the update before it, come again, changes nothing."""
    book = StoryBook()
    versions = [
        reports(NEWS),
        reports(NO_NEWS, updated_at=LATER),
        reports(NEWS, updated_at=LATER + timedelta(hours=1)),
        reports(NO_NEWS, updated_at=LATER),
        reports(NEWS),
    ]
    stream = [report for found in versions for report in found]
    alerts = [
        alert
        for offset, report in enumerate(stream)
        for alert in book.apply(report, offset=offset).alerts
    ]
    assert [alert.lifecycle for alert in alerts] == ["alert", "cancel", "alert"]
    assert [alert.revision for alert in alerts] == [1, 2, 3]
    assert len({alert.alert_id for alert in alerts}) == 1
