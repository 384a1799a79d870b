"""What a change gains, loses and changes is told by story, with the entry that did it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.backtest.comparison import Aspect, Pair, StoryResult, Verdict, pairs
from monitor.backtest.deciding import Resting, Revision
from monitor.backtest.run import Totals
from monitor.backtest.served import Compared
from monitor.backtest.store import ResultStore, Side
from monitor.backtest.summary import NAMES, Judgement, Summary
from monitor.domain import Alert, Lifecycle, Severity, SignalKind
from monitor.wire import examples
from tests.unit.backtest.quick import quick_reader, run, some_news

STRIKE = next(
    each
    for each in examples.ALERTS
    if each.kind is SignalKind.MILITARY_STRIKE and each.lifecycle is Lifecycle.ALERT
)


@pytest.fixture
def store() -> Iterator[ResultStore]:
    """An empty store."""
    with ResultStore() as made:
        yield made


def add(store: ResultStore, side: Side, alert: Alert, *articles: str, entry: str = "e") -> None:
    """Keep a story of one alert."""
    keywords = (entry,) * len(alert.evidence)
    store.add_revision(
        side, Revision(alert=alert, record=3, article=articles[0], keywords=keywords)
    )
    for article in articles:
        store.add_resting(side, Resting(alert.alert_id, article))


def test_only_what_differs_is_no_longer_the_same(store: ResultStore) -> None:
    """Two runs of the same rules give the same stories, every one of them."""
    run(store, some_news(80), before=quick_reader())
    found = list(pairs(store))
    assert found
    assert {pair.verdict for pair in found} == {Verdict.SAME}


def test_stories_can_be_gone_through_again(store: ResultStore) -> None:
    """Also while somebody is still in the middle, and after more of them have come."""
    run(store, some_news(20), before=quick_reader())
    begun = pairs(store)
    first = next(begun)
    found = list(pairs(store))
    assert found[0] == first
    assert [first, *begun] == found
    add(store, Side.AFTER, replace(STRIKE, alert_id="st-1"), "x")
    assert len(list(pairs(store))) == len(found) + 1


def test_alerts_are_gained_and_lost(store: ResultStore) -> None:
    """What only one run finds is gained or lost, by the entry behind its evidence."""
    run(
        store,
        some_news(40),
        before=quick_reader(without=SignalKind.MILITARY_STRIKE),
        after=quick_reader(without=SignalKind.MARKET_MOVE),
    )
    found = [pair for pair in pairs(store) if pair.verdict in (Verdict.GAINED, Verdict.LOST)]
    kinds = {(pair.verdict, pair.newest.kind.value) for pair in found}
    assert (Verdict.LOST, "market-move") in kinds
    assert (Verdict.GAINED, "military-strike") in kinds
    assert (Verdict.GAINED, "market-move") not in kinds
    assert {pair.responsible for pair in found} == {("quick",)}


def test_a_story_that_another_article_opens_is_the_same_story(store: ResultStore) -> None:
    """Stories with different ids that rest on the same articles are compared, not counted twice."""
    add(store, Side.BEFORE, STRIKE, "b", "c")
    add(store, Side.AFTER, replace(STRIKE, alert_id="st-other"), "a", "b", "c")
    (pair,) = pairs(store)
    assert pair.verdict is Verdict.CHANGED
    assert pair.aspects == (Aspect.TIMING,)


def test_the_story_with_the_most_in_common_is_taken(store: ResultStore) -> None:
    """Of two stories that share articles with one, it is the one that shares more; the other is new."""
    add(store, Side.BEFORE, STRIKE, "a", "b", "c")
    add(store, Side.AFTER, replace(STRIKE, alert_id="st-1"), "a")
    add(store, Side.AFTER, replace(STRIKE, alert_id="st-2"), "b", "c")
    found = list(pairs(store))
    both = [pair for pair in found if pair.before and pair.after]
    assert [pair.after.id for pair in both if pair.after] == ["st-2"]
    assert [pair.newest.id for pair in found if pair.verdict is Verdict.GAINED] == ["st-1"]


def test_other_kinds_are_another_story(store: ResultStore) -> None:
    """An article may raise two stories; one of another kind is none of them."""
    add(store, Side.BEFORE, STRIKE, "a")
    unrest = replace(STRIKE, alert_id="st-1", kind=SignalKind.UNREST, kinds=(SignalKind.UNREST,))
    add(store, Side.AFTER, unrest, "a")
    verdicts = [pair.verdict for pair in pairs(store)]
    assert sorted(verdicts) == [Verdict.GAINED, Verdict.LOST]


def test_every_aspect_of_a_change_is_named(store: ResultStore) -> None:
    """Severity, kinds, revisions, timing, withdrawal and evidence are each told apart."""
    add(store, Side.BEFORE, STRIKE, "a", entry="old")
    other = next(each for each in examples.ALERTS if each.evidence != STRIKE.evidence)
    after = replace(
        STRIKE,
        severity=Severity.MINOR if STRIKE.severity is not Severity.MINOR else Severity.SEVERE,
        kinds=(STRIKE.kind, SignalKind.THREAT),
        last_seen=STRIKE.last_seen.replace(year=2030),
        evidence=other.evidence,
    )
    add(store, Side.AFTER, after, "a", entry="new")
    add(store, Side.AFTER, replace(after, revision=2, lifecycle=Lifecycle.CANCEL), "a", entry="new")
    (pair,) = pairs(store)
    assert pair.aspects == tuple(Aspect)
    assert set(pair.responsible) == {"old", "new"}


def test_every_story_is_counted_once_by_kind_and_day() -> None:
    """The counts add up, and each has a name that conditions may use."""
    before = StoryResult(revisions=(Revision(alert=STRIKE, record=0, article="a", keywords=()),))
    summary = Summary(totals=Totals(records=9), is_comparison=True)
    for pair in (
        Pair(before=before, after=None),
        Pair(before=None, after=before),
        Pair(before=before, after=before),
    ):
        summary.add(Compared(pair=pair))
    values = summary.values()
    assert (values["before"], values["after"]) == (2, 2)
    assert (values["lost"], values["gained"], values["changed"], values["same"]) == (1, 1, 0, 1)
    assert values["lost.military-strike"] == 1
    assert set(values) == NAMES
    assert sum(counts.total() for counts in summary.days.values()) == 3
    assert summary.as_json()["kinds"] == {"military-strike": {"gained": 1, "lost": 1, "same": 1}}


def test_a_judged_sample_gives_precision_with_its_interval() -> None:
    """Skipped ones do not count; where nothing was judged there is no precision."""
    judged = Judgement(right=8, wrong=2, skipped=5).as_json()
    assert judged["precision"] == 0.8
    assert judged["interval"] == pytest.approx([0.490162, 0.943318], abs=1e-6)
    assert Judgement(right=0, wrong=0, skipped=3).as_json()["precision"] is None
