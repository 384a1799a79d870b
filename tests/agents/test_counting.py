"""What the agents count of the news: countries, copies, the largest stories, within the catalogue's bounds."""

import pytest

from agents import alert_count
from monitor.domain import ArticleStatus, Entity, SignalKind
from monitor.lexicon.places import country_codes
from monitor.metrics.catalogue import (
    ARTICLE_TO_ALERT_SECONDS,
    COPIES_FOLDED,
    COUNTRY_SIGNALS,
    NO_COUNTRY,
    OTHER_COUNTRY,
    TOP_STORIES,
    TOP_STORY_ARTICLES,
)
from monitor.wire import signal_v1
from tests.agents.fakes import a_message
from tests.agents.test_agents import Bench
from tests.unit.policy.worlds import ISRAEL, RAID_COPY, RAID_TEXT, SYRIA, report, signal


@pytest.fixture
async def bench() -> Bench:
    """Both agents over a fake broker."""
    made = Bench()
    await made.delivery.start()
    return made


async def test_a_signal_counts_for_each_of_its_countries(bench: Bench) -> None:
    """Actor, target and place count, a country that is two of them once; none is told as such."""
    await bench.signals("strike Iraq Syria", "strike Iraq", "strike", "all is quiet")

    counted = {code: bench.recorder.value(COUNTRY_SIGNALS, country=code) for code in ("IR", "SY")}
    assert counted == {"IR": 2, "SY": 1}
    assert bench.recorder.value(COUNTRY_SIGNALS, country=NO_COUNTRY) == 1
    assert bench.recorder.value(COUNTRY_SIGNALS) == 4


async def test_no_article_can_add_a_country(bench: Bench) -> None:
    """Six hundred codes that a text makes up give the series of the known ones, and one for the rest."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [one + two for one in letters for two in letters]
    await bench.signals(*(f"strike {code}" for code in codes))

    recorder = bench.recorder
    unknown = len(set(codes) - country_codes())
    assert recorder.value(COUNTRY_SIGNALS, country=OTHER_COUNTRY) == unknown > 0
    assert len(recorder.values(COUNTRY_SIGNALS)) == len(country_codes()) + 1


async def test_copies_are_counted_once_by_desk(bench: Bench) -> None:
    """The original is none, its copy is one, also where the copy comes twice; another report is none."""
    raid = signal(actors=[ISRAEL], targets=[SYRIA])
    values = [
        signal_v1.encode(report(raid, article=article, source=source, text=text))
        for article, source, text in (
            ("a1", "Example", RAID_TEXT),
            ("b1", "Other Post", RAID_COPY),
            ("b1", "Other Post", RAID_COPY),
            ("c1", "Third Mail", ""),
        )
    ]
    await bench.alerter.handle(
        [a_message(value, offset=number, topic="signals") for number, value in enumerate(values)]
    )

    assert bench.recorder.value(COPIES_FOLDED, desk="conflict") == 1
    assert bench.recorder.value(COPIES_FOLDED) == 1


async def test_the_largest_stories_are_told_by_rank(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many stories there are, ten series; one that is withdrawn gives up its rank."""
    monkeypatch.setattr(alert_count, "_TOP_SECONDS", 0.0)
    nations = [Entity(text=f"Nation {number}", id=f"n{number}") for number in range(20)]
    strikes = [
        report(signal(actors=[nation]), article=f"n{number}", terms=[f"word{number}"])
        for number, nation in enumerate(nations)
    ]
    walkout = signal(SignalKind.LABOR_STRIKE, actors=[nations[0]])
    more = [
        report(walkout, article=article, source=article, terms=["pay"]) for article in ("w1", "w2")
    ]
    values = [signal_v1.encode(each) for each in (*strikes, *more)]
    await bench.alerter.handle(
        [a_message(value, offset=number, topic="signals") for number, value in enumerate(values)]
    )

    recorder = bench.recorder
    assert len(recorder.values(TOP_STORY_ARTICLES)) == TOP_STORIES
    assert recorder.value(TOP_STORY_ARTICLES, rank="1", kind="labor-strike") == 2
    assert recorder.value(TOP_STORY_ARTICLES, rank="2") == 1

    gone = [
        report(article=article, desk=more[0].desk, status=ArticleStatus.CANCELLED, updated_hours=1)
        for article in ("w1", "w2")
    ]
    await bench.alerter.handle(
        [
            a_message(signal_v1.encode(each), offset=50 + number, topic="signals")
            for number, each in enumerate(gone)
        ]
    )
    assert recorder.values(TOP_STORY_ARTICLES, kind="labor-strike") == []
    assert recorder.value(TOP_STORY_ARTICLES, rank="1", kind="military-strike") == 1


async def test_the_way_to_an_alert_names_its_article(bench: Bench) -> None:
    """The article whose report raised the alert stands beside how long it took."""
    values = await bench.signals('{"id": "a7", "text": "strike Atlantis Borduria"}')
    headers = bench.broker.topic("signals")[0].headers
    await bench.alerter.handle([a_message(values[0], topic="signals", headers=headers)])

    assert bench.recorder.exemplars[ARTICLE_TO_ALERT_SECONDS.name] == ["a7"]
