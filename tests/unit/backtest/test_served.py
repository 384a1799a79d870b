"""Subscriptions are told in a backtest what a worker would tell them, and two runs are compared for each."""

from collections.abc import Iterator, Sequence
from datetime import UTC, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.backtest.comparison import Aspect, Pair, Verdict, pairs, stories
from monitor.backtest.condition import parse_condition
from monitor.backtest.deciding import Resting, Revision
from monitor.backtest.page import page_lines
from monitor.backtest.results import compared_json
from monitor.backtest.run import Totals
from monitor.backtest.served import NOT_ALERTED, NOT_SUBSCRIBED, Audience, Compared, Served
from monitor.backtest.store import ResultStore, Side
from monitor.backtest.summary import Summary, names_for
from monitor.domain import Alert, Fate, QuietHours, Severity, SignalKind, Subscription, Updates
from monitor.policy.subscriptions.trial import Trial
from tests.unit.backtest.quick import quick_reader, run, some_news
from tests.unit.policy.subscriptions.alerts import EVENING, a_cancel, an_alert, an_update

EVERYTHING = Subscription(id="everything")
GRAVE = Subscription(id="grave", min_severity=Severity.SEVERE)
ONCE = Subscription(id="once", updates=Updates.NONE)
NIGHT = QuietHours(start=time(17), end=time(20), zone=UTC)
ASLEEP = Subscription(id="everything", quiet=NIGHT)


@pytest.fixture
def store() -> Iterator[ResultStore]:
    """An empty store."""
    with ResultStore() as made:
        yield made


def keep(store: ResultStore, side: Side, *alerts: Alert) -> None:
    """Keep the alerts of a run, each raised by one article."""
    for number, alert in enumerate(alerts):
        keywords = ("e",) * len(alert.evidence)
        store.add_revision(
            side, Revision(alert=alert, record=number, article="a-1", keywords=keywords)
        )
        store.add_resting(side, Resting(alert.alert_id, "a-1"))


def compare(
    store: ResultStore,
    after: Sequence[Subscription],
    before: Sequence[Subscription] | None = None,
    *,
    partitions: int = 1,
) -> list[Compared]:
    """Serve both runs to subscriptions, by default to the same ones, and compare."""
    audience = Audience(
        before=after if before is None else before, after=after, partitions=partitions
    )
    audience.serve(store)
    return [audience.compared(store, pair) for pair in pairs(store)]


def only(found: list[Compared]) -> Served:
    """The one story, for the one subscription."""
    ((served,),) = [compared.served for compared in found]
    return served


def test_a_story_that_grows_less_grave_is_lost_for_who_wants_grave_ones(store: ResultStore) -> None:
    """It is changed as a whole; each subscription has a verdict of its own, with the condition."""
    keep(store, Side.BEFORE, an_alert(severity=Severity.SEVERE))
    keep(store, Side.AFTER, an_alert(severity=Severity.MINOR))
    (compared,) = compare(store, [EVERYTHING, GRAVE])
    everything, grave = compared.served
    assert compared.pair.verdict is Verdict.CHANGED
    assert (everything.verdict, everything.aspects) == (Verdict.CHANGED, (Aspect.SEVERITY,))
    assert (grave.verdict, grave.why) == (Verdict.LOST, ("min_severity",))


def test_a_story_that_nobody_alerts_is_lost_because_of_that(store: ResultStore) -> None:
    """The reason is told apart from a condition, and whoever is told of nothing is left out."""
    keep(store, Side.BEFORE, an_alert(severity=Severity.MINOR))
    (compared,) = compare(store, [EVERYTHING, GRAVE])
    (served,) = compared.served
    assert served.subscription == "everything"
    assert (served.verdict, served.why) == (Verdict.LOST, (NOT_ALERTED,))


def test_what_changes_after_the_last_word_changes_nothing(store: ResultStore) -> None:
    """Who wants no updates is told the same, however the story goes on."""
    keep(store, Side.BEFORE, an_alert())
    keep(store, Side.AFTER, an_alert(), an_update(severity=Severity.EXTREME))
    (compared,) = compare(store, [EVERYTHING, ONCE])
    verdicts = {each.subscription: each.verdict for each in compared.served}
    assert verdicts == {"everything": Verdict.CHANGED, "once": Verdict.SAME}


def test_other_subscriptions_make_a_difference_of_the_same_alerts(store: ResultStore) -> None:
    """A story that is alerted alike is shown where it is not told alike."""
    for side in Side:
        keep(store, side, an_alert(severity=Severity.MINOR))
    (compared,) = compare(store, [EVERYTHING, GRAVE], [GRAVE])
    (served,) = compared.served
    assert compared.pair.verdict is Verdict.SAME
    assert (served.verdict, served.why) == (Verdict.GAINED, (NOT_SUBSCRIBED,))
    assert compared.differs
    assert not Compared(pair=compared.pair).differs


def test_what_is_held_back_for_the_night_is_told_later(store: ResultStore) -> None:
    """Quiet hours that are new change the time, and end with the next alert of the partition."""
    morning = an_alert("story-2", last_seen=EVENING + timedelta(hours=3))
    for side in Side:
        keep(store, side, an_alert(), morning)
    first, second = compare(store, [ASLEEP], [EVERYTHING])
    (served,) = first.served
    assert (served.verdict, served.aspects) == (Verdict.CHANGED, (Aspect.TIMING,))
    assert served.after.fates == (Fate.RELEASED,)
    assert served.after.since == morning.last_seen
    assert second.served[0].verdict is Verdict.SAME


def test_what_is_held_back_to_the_end_is_lost(store: ResultStore) -> None:
    """Nothing comes that ends the night: the reason says that it is held."""
    for side in Side:
        keep(store, side, an_alert())
    served = only(compare(store, [ASLEEP], [EVERYTHING]))
    assert (served.verdict, served.why) == (Verdict.LOST, ("held",))


def test_a_withdrawal_is_told_to_who_was_told(store: ResultStore) -> None:
    """A story that ends withdrawn in one run is changed for those who heard of it."""
    keep(store, Side.BEFORE, an_alert(), an_update(), a_cancel())
    keep(store, Side.AFTER, an_alert(), an_update())
    served = only(compare(store, [EVERYTHING]))
    assert served.aspects == (Aspect.REVISIONS, Aspect.WITHDRAWN)


def test_a_run_beside_itself_says_what_each_would_receive(store: ResultStore) -> None:
    """Without a comparison all is the same, and told once."""
    keep(store, Side.AFTER, an_alert(), an_update())
    audience = Audience(before=None, after=[EVERYTHING, GRAVE, ONCE], partitions=3)
    audience.serve(store)
    (story,) = stories(store, Side.AFTER)
    compared = audience.compared(store, Pair(before=story, after=story))
    assert not compared.differs
    rows = compared_json(compared, alone=True)["subscriptions"]
    assert [(row["subscription"], [each["fate"] for each in row["sent"]]) for row in rows] == [
        ("everything", ["first", "update"]),
        ("grave", ["first", "update"]),
        ("once", ["first"]),
    ]


def test_counts_and_conditions_by_subscription(store: ResultStore) -> None:
    """Every verdict is counted for each, and conditions can ask for it, also where nothing came."""
    run(
        store,
        some_news(40),
        before=quick_reader(without=SignalKind.MILITARY_STRIKE),
        after=quick_reader(without=SignalKind.MARKET_MOVE),
    )
    strikes = Subscription(id="strikes", kinds=frozenset({SignalKind.MILITARY_STRIKE}))
    moves = Subscription(id="moves", kinds=frozenset({SignalKind.MARKET_MOVE}))
    nothing = Subscription(id="nothing", kinds=frozenset({SignalKind.UNREST}))
    audience = Audience(before=[strikes, moves], after=[strikes, moves, nothing], partitions=3)
    audience.serve(store)
    summary = Summary.of_audience(Totals(records=40), audience.names, is_comparison=True)
    for pair in pairs(store):
        summary.add(audience.compared(store, pair))
    values = summary.values()
    assert set(values) == names_for(audience.names)
    assert values["gained.for.strikes"] == values["gained.military-strike"] > 0
    assert values["lost.for.moves"] == values["before.for.moves"] > 0
    assert values["after.for.nothing"] == 0
    condition = parse_condition("lost.for.moves > 0 and gained.for.nothing == 0", names=values)
    assert condition.holds(values)
    counts = summary.as_json()["subscriptions"]
    assert list(counts) == ["strikes", "moves", "nothing"]
    assert counts["strikes"]["before"] == {"alerts": 0, "records": 0}


def test_the_page_says_who_is_told_otherwise(store: ResultStore) -> None:
    """A table by subscription, and beside each story what becomes of it for whom and why."""
    keep(store, Side.BEFORE, an_alert(severity=Severity.SEVERE))
    keep(store, Side.AFTER, an_alert(severity=Severity.MINOR))
    found = compare(store, [GRAVE])
    summary = Summary.of_audience(Totals(), ("grave",), is_comparison=True)
    for compared in found:
        summary.add(compared)
    page = "".join(page_lines(found, summary, lambda _: None, titles=("old", "new")))
    assert "By subscription" in page
    assert 'grave: <span class="lost">lost</span> (min_severity); 1 record before, 0 after' in page


SUBSCRIPTIONS = (EVERYTHING, GRAVE, ONCE, Subscription(id="asleep", quiet=NIGHT))


@settings(max_examples=25)
@given(st.data())
def test_what_is_told_is_what_a_trial_on_the_topic_tells(data: st.DataObject) -> None:
    """Whatever alerts come: record by record what `subscriptions test` says of the same alerts."""
    alerts = data.draw(courses())
    trial = Trial(SUBSCRIPTIONS)
    for offset, alert in enumerate(alerts):
        trial.take(alert, offset=offset)
    with ResultStore() as store:
        keep(store, Side.AFTER, *alerts)
        audience = Audience(before=None, after=SUBSCRIPTIONS, partitions=1)
        audience.serve(store)
        told: dict[str, set[tuple[str, int, Fate]]] = {each.id: set() for each in SUBSCRIPTIONS}
        for story in stories(store, Side.AFTER):
            for served in audience.compared(store, Pair(before=story, after=story)).served:
                sent = zip(served.after.revisions, served.after.fates, strict=True)
                told[served.subscription] |= {(story.id, r.alert.revision, f) for r, f in sent}
    for name, outcome in trial.outcomes().items():
        expected = {(each.alert.alert_id, each.alert.revision, each.fate) for each in outcome.sent}
        assert told[name] == expected


@st.composite
def courses(draw: st.DrawFn) -> list[Alert]:
    """Alerts of a few stories over a day and a half, each story's revisions counted up."""
    revisions = dict.fromkeys(("story-1", "story-2", "story-3"), 0)
    made: list[Alert] = []
    hours = sorted(draw(st.lists(st.integers(0, 36), max_size=12)))
    for hour in hours:
        name = draw(st.sampled_from(sorted(revisions)))
        revisions[name] += 1
        make = a_cancel if draw(st.integers(0, 3)) == 3 else an_alert
        severity = draw(st.sampled_from([Severity.EXTREME, Severity.SEVERE, Severity.MINOR]))
        seen = EVENING + timedelta(hours=hour)
        made.append(make(name, revision=revisions[name], severity=severity, last_seen=seen))
    return made
