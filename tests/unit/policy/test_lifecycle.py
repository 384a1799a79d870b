"""The life of an alert: what is new in words and as data, denials, settlements, quiet time, ladders."""

from datetime import timedelta

import pytest

from monitor.domain import (
    Alert,
    Certainty,
    Change,
    Desk,
    DeskReport,
    Lifecycle,
    Measure,
    Relation,
    SignalKind,
    Status,
    Step,
)
from monitor.policy.ladders import step_of
from monitor.policy.stories import StoryBook, StoryRules
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

STRIKE, RETALIATION = SignalKind.MILITARY_STRIKE, SignalKind.RETALIATION
CALM, SANCTIONS = SignalKind.DE_ESCALATION, SignalKind.SANCTIONS
THREAT, MOBILIZATION = SignalKind.THREAT, SignalKind.MOBILIZATION
RAID = signal(actors=[ISRAEL], targets=[SYRIA], places=[LATAKIA])
DENIAL = signal(
    actors=[ISRAEL], targets=[SYRIA], status=Status.DENIED, quote="Israel denied any raid."
)
QUIET = StoryRules(quiet=timedelta(hours=2))


def play(
    *reports: DeskReport, rules: StoryRules | None = None
) -> tuple[StoryBook, list[list[Alert]]]:
    """Apply reports in order; return the book and the alerts of each."""
    book = StoryBook(rules)
    return book, [list(book.apply(each, offset=n).alerts) for n, each in enumerate(reports)]


def words(alert: Alert) -> list[str]:
    """Return what an alert says is new."""
    return [detail.words for detail in alert.details]


def test_every_change_is_told_in_words_and_as_data() -> None:
    """A toll that rises, a graver level and a new party: each with what was and what is."""
    first = report(signal(actors=[ISRAEL], targets=[SYRIA], figures=[toll(12)]))
    grown = signal(actors=[ISRAEL], targets=[SYRIA, IRAN], figures=[toll(19)])
    _, (_, (alert,)) = play(first, report(grown, article="a2", hours=1))

    assert alert.changes == (Change.FIGURE, Change.NEW_PARTY)
    assert words(alert) == ["killed: 19, was 12", "new party: IR"]
    figure, party = alert.details
    assert (figure.before, figure.after, figure.measure) == ("12", "19", Measure.KILLED)
    assert party.added == ("IR",)


def test_an_alert_explains_its_severity_and_certainty() -> None:
    """The rules that gave the level stand in the alert, and in its later revisions."""
    graver = signal(actors=[ISRAEL], targets=[SYRIA], figures=[toll(12)], quote="Twelve died.")
    _, ((first,), (second,)) = play(
        report(RAID), report(graver, article="b1", hours=1, source="Other Post")
    )

    assert first.severity_reasons == ("military-strike happening: Severe",)
    assert first.certainty_reason == "stated by one publisher"
    assert second.severity_reasons[0].startswith("an attack with dead between states")
    assert second.certainty_reason == "stated by 2 independent publishers"


def test_a_denial_is_told_and_shown_beside_the_report() -> None:
    """What was reported stands, with who denies it; the certainty falls; a second denial is no news."""
    _, alerts = play(
        report(RAID),
        report(article="b1", hours=1, source="Other Post", denials=[DENIAL]),
        report(article="c1", hours=2, source="Third Mail", denials=[DENIAL]),
    )

    (denied,), again = alerts[1], alerts[2]
    assert denied.changes == (Change.DENIED,)
    assert [quote.quote for quote in denied.denials] == ["Israel denied any raid."]
    assert denied.evidence == alerts[0][0].evidence
    assert (alerts[0][0].certainty, denied.certainty) == (Certainty.LIKELY, Certainty.POSSIBLE)
    assert again == []


def test_a_denial_opens_no_story() -> None:
    """Where nobody reported it, that it is denied is no alert; nor where another thing is denied."""
    other = signal(SANCTIONS, actors=[ISRAEL], targets=[SYRIA], status=Status.DENIED)
    book, alerts = play(
        report(article="b1", denials=[DENIAL]),
        report(RAID, hours=1),
        report(article="c1", hours=2, denials=[other]),
    )

    assert [len(each) for each in alerts] == [0, 1, 0]
    assert len(book) == 1


def test_an_article_that_takes_back_its_own_report_makes_it_unlikely() -> None:
    """An update that denies what the article reported cancels nothing, but says so."""
    _, (_, (alert,)) = play(report(RAID), report(updated_hours=1, denials=[DENIAL]))

    assert (alert.lifecycle, alert.changes) == (Lifecycle.UPDATE, (Change.DENIED,))
    assert (alert.certainty, alert.articles) == (Certainty.UNLIKELY, 1)


def test_a_settlement_is_told_as_one() -> None:
    """A strike that is settled is not merely of a new kind."""
    walkout = signal(SignalKind.LABOR_STRIKE, actors=[UNION], quote="Dockers walked out.")
    settled = signal(CALM, desk=Desk.LABOUR, actors=[UNION], quote="Dockers settled.")
    _, (_, (alert,)) = play(report(walkout), report(settled, article="a2", hours=5))

    assert alert.changes == (Change.SETTLED,)


def test_quiet_time_adds_up_what_is_no_escalation() -> None:
    """Within the quiet time a new party and a second publisher wait, and are told together."""
    joined = signal(actors=[ISRAEL, GREECE], targets=[SYRIA], quote="Greek jets took part.")
    own = signal(actors=[ISRAEL], targets=[SYRIA], quote="Bombs fell on it.")
    again = signal(actors=[ISRAEL], targets=[SYRIA], quote="Smoke still rose.")
    _, alerts = play(
        report(RAID),
        report(joined, article="a2", hours=0.5),
        report(own, article="b1", hours=1, source="Other Post"),
        report(again, article="a3", hours=3),
        rules=QUIET,
    )

    assert [len(each) for each in alerts] == [1, 0, 0, 1]
    (alert,) = alerts[3]
    assert alert.revision == 2
    assert alert.changes == (Change.NEW_PARTY, Change.CORROBORATED)


def test_quiet_time_ends_with_any_news_of_the_partition() -> None:
    """What was held back is told when event time has passed, though its own story is silent."""
    joined = signal(actors=[ISRAEL, GREECE], targets=[SYRIA], quote="Greek jets took part.")
    walkout = signal(SignalKind.LABOR_STRIKE, actors=[UNION], quote="Dockers walked out.")
    elsewhere = report(walkout, article="d1", hours=4, terms=("docks",))
    later = report(walkout, article="d2", hours=5, terms=("docks",))
    book, alerts = play(
        report(RAID), report(joined, article="a2", hours=0.5), elsewhere, later, rules=QUIET
    )

    assert [len(each) for each in alerts] == [1, 0, 1, 1]
    (alert,) = alerts[3]
    assert (alert.changes, alert.revision) == ((Change.NEW_PARTY,), 2)
    assert not any(story.held_back for story in book)


def test_escalation_does_not_wait() -> None:
    """Dead on the other side are told within the quiet time, and with them what was held back."""
    joined = signal(actors=[ISRAEL, GREECE], targets=[SYRIA], quote="Greek jets took part.")
    graver = signal(actors=[ISRAEL], targets=[SYRIA], figures=[toll(12)], quote="Twelve died.")
    _, alerts = play(
        report(RAID),
        report(joined, article="a2", hours=0.5),
        report(graver, article="a3", hours=1),
        rules=QUIET,
    )

    assert [len(each) for each in alerts] == [1, 0, 1]
    assert set(alerts[2][0].changes) >= {Change.NEW_PARTY, Change.HIGHER_SEVERITY}


@pytest.mark.parametrize(
    ("kinds", "status", "step"),
    [
        ([CALM], Status.HAPPENING, Step.CALM),
        ([SignalKind.UNREST], Status.HAPPENING, Step.UNREST),
        ([SANCTIONS], Status.HAPPENING, Step.SANCTIONS),
        ([SANCTIONS], Status.THREATENED, Step.THREAT),
        ([THREAT], Status.HAPPENING, Step.THREAT),
        ([MOBILIZATION], Status.HAPPENING, Step.MOBILIZATION),
        ([MOBILIZATION], Status.THREATENED, Step.THREAT),
        ([STRIKE], Status.HAPPENING, Step.STRIKE),
        ([STRIKE], Status.THREATENED, Step.THREAT),
        ([STRIKE, RETALIATION], Status.HAPPENING, Step.RETALIATION),
        ([RETALIATION], Status.THREATENED, Step.THREAT),
        ([SANCTIONS, RETALIATION], Status.HAPPENING, Step.SANCTIONS),
        ([SignalKind.CASUALTIES], Status.HAPPENING, None),
    ],
)
def test_the_table_of_steps(kinds: list[SignalKind], status: Status, step: Step | None) -> None:
    """Each row of the table in the module's docstring gives its step."""
    assert step_of([signal(kind, status=status) for kind in kinds]) is step


def of(kind: SignalKind, article: str, hours: float, *terms: str) -> DeskReport:
    """Return what Greece does to Iran, in a story of its own words."""
    told = signal(kind, actors=[GREECE], targets=[IRAN], quote=f"{kind} of {article}.")
    return report(told, article=article, hours=hours, terms=terms or (article,))


def test_a_ladder_shows_where_two_parties_stand() -> None:
    """Threat, mobilization, strike, talks: each step is told with the one before it."""
    words_ = ("fleet", "islands")
    _, alerts = play(
        of(THREAT, "a1", 0, *words_),
        of(MOBILIZATION, "a2", 1, *words_),
        of(THREAT, "a3", 2, *words_),
        of(STRIKE, "a4", 3, *words_),
        of(CALM, "a5", 4, *words_),
    )

    first, second, third, fourth, fifth = alerts
    assert first[0].ladder is not None
    assert (first[0].ladder.parties, first[0].ladder.step) == (("GR", "IR"), Step.THREAT)
    assert Change.STEP_UP in second[0].changes
    assert third == []
    assert "GR and IR: strike, was mobilization" in words(fourth[0])
    assert Change.STEP_DOWN in fifth[0].changes
    assert fifth[0].ladder is not None
    assert (fifth[0].ladder.step, fifth[0].ladder.before) == (Step.CALM, Step.STRIKE)


def test_a_ladder_spans_the_stories_of_two_parties() -> None:
    """Another story of the same two goes on from the step that they had reached."""
    rules = StoryRules(threshold=2.0)
    _, (_, (alert,)) = play(of(MOBILIZATION, "a1", 0), of(STRIKE, "b1", 1), rules=rules)

    assert alert.lifecycle is Lifecycle.ALERT
    assert alert.ladder is not None
    assert (alert.ladder.step, alert.ladder.before) == (Step.STRIKE, Step.MOBILIZATION)


def test_an_answer_is_linked_to_what_it_answers() -> None:
    """Retaliation that makes a story of its own names the story that it answers."""
    rules = StoryRules(threshold=2.0)
    answer = signal(RETALIATION, actors=[IRAN], targets=[GREECE], quote="Iran hit back.")
    _, ((first,), (second,)) = play(
        of(STRIKE, "a1", 0), report(answer, article="b1", hours=1, terms=("docks",)), rules=rules
    )

    (related,) = second.related
    assert (related.alert_id, related.relation) == (first.alert_id, Relation.ANSWERS)
    assert related.headline == first.headline


def test_a_market_is_linked_to_what_the_same_article_blames() -> None:
    """Where the desks share a partition, the move of oil names the raid that moved it."""
    oil = signal(SignalKind.MARKET_MOVE, figures=[move(4)], quote="Oil rose after the raid.")
    _, ((raid,), (rise,)) = play(report(RAID), report(oil))

    (related,) = rise.related
    assert (related.alert_id, related.relation) == (raid.alert_id, Relation.BLAMED_ON)
