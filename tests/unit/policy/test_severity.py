"""Severity, urgency and certainty follow their documented tables."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from monitor.domain import (
    Certainty,
    Entity,
    EntityLabel,
    Figure,
    Measure,
    Period,
    Severity,
    Signal,
    SignalKind,
    Stance,
    Status,
    StoryArticle,
    Urgency,
)
from monitor.policy import severity
from monitor.policy.claims import stance_of
from monitor.policy.scales import assess_certainty, merged_urgency, urgency_of
from monitor.policy.severity import assess_severity, gravest
from tests.unit.policy.worlds import GREECE, IRAN, ISRAEL, START, SYRIA, move, signal, toll

STRIKE, THREAT = SignalKind.MILITARY_STRIKE, SignalKind.THREAT
RETALIATION, MOVE = SignalKind.RETALIATION, SignalKind.MARKET_MOVE
LABOR, DEAD = SignalKind.LABOR_STRIKE, SignalKind.CASUALTIES
STRIKERS = toll(10_000, Measure.TAKING_PART)
NORWAY = Entity(text="Norway", id="NO", country="NO")


@pytest.mark.parametrize(
    ("kind", "status", "figures", "sides", "expected"),
    [
        (STRIKE, Status.HAPPENING, [], [ISRAEL], Severity.SEVERE),
        (STRIKE, Status.THREATENED, [], [ISRAEL], Severity.MODERATE),
        (RETALIATION, Status.THREATENED, [], [], Severity.MODERATE),
        (STRIKE, Status.HAPPENING, [toll(1)], [ISRAEL, SYRIA], Severity.EXTREME),
        (STRIKE, Status.HAPPENING, [toll(1)], [ISRAEL, ISRAEL], Severity.SEVERE),
        (STRIKE, Status.THREATENED, [toll(1)], [ISRAEL, SYRIA], Severity.MODERATE),
        (THREAT, Status.THREATENED, [], [GREECE, NORWAY], Severity.MODERATE),
        (THREAT, Status.THREATENED, [], [ISRAEL, IRAN], Severity.SEVERE),
        (DEAD, Status.HAPPENING, [toll(9)], [], Severity.MODERATE),
        (DEAD, Status.HAPPENING, [toll(10)], [], Severity.SEVERE),
        (DEAD, Status.HAPPENING, [toll(100)], [], Severity.EXTREME),
        (DEAD, Status.HAPPENING, [toll(99, Measure.INJURED)], [], Severity.MODERATE),
        (DEAD, Status.HAPPENING, [toll(100, Measure.INJURED)], [], Severity.SEVERE),
        (LABOR, Status.HAPPENING, [], [], Severity.MINOR),
        (LABOR, Status.HAPPENING, [STRIKERS], [], Severity.MODERATE),
        (SignalKind.UNREST, Status.HAPPENING, [STRIKERS], [], Severity.MODERATE),
        (MOVE, Status.HAPPENING, [move(5.9)], [], Severity.MINOR),
        (MOVE, Status.HAPPENING, [move(6)], [], Severity.MODERATE),
        (MOVE, Status.HAPPENING, [move(-14)], [], Severity.SEVERE),
        (MOVE, Status.HAPPENING, [move(40)], [], Severity.EXTREME),
        (SignalKind.DE_ESCALATION, Status.HAPPENING, [], [ISRAEL, IRAN], Severity.MINOR),
    ],
)
def test_the_table_of_severity(
    kind: SignalKind,
    status: Status,
    figures: Sequence[Figure],
    sides: Sequence[Entity],
    expected: Severity,
) -> None:
    """Each row of the table in the module's docstring gives its level."""
    reported = signal(kind, status=status, actors=sides[:1], targets=sides[1:], figures=figures)

    assert assess_severity([reported]).severity is expected


def test_every_kind_has_a_level() -> None:
    """No kind of signal is of unknown severity."""
    for kind in SignalKind:
        assert assess_severity([signal(kind)]).severity is not Severity.UNKNOWN
        assert kind.value in (severity.__doc__ or "")


def test_a_severity_explains_itself() -> None:
    """The reasons name the rules that applied, the gravest first."""
    reported = signal(actors=[ISRAEL], targets=[SYRIA], figures=[toll(12)])

    assert assess_severity([reported]).reasons == (
        "an attack with dead between states, IL and SY: Extreme",
        "military-strike happening: Severe",
        "10 or more killed: Severe",
    )


def test_what_a_story_knows_counts_too() -> None:
    """Figures and parties known from earlier reports are judged with the new one."""
    known = assess_severity([signal(actors=[ISRAEL])], figures=[toll(2)], targets=[SYRIA])

    assert known.severity is Severity.EXTREME


def test_nothing_is_unknown() -> None:
    """Without signals there is no level to give."""
    assert assess_severity([]).severity is Severity.UNKNOWN
    assert gravest([]) is Severity.UNKNOWN


CEASEFIRE = signal(SignalKind.DE_ESCALATION)
TALKS_PLANNED = signal(SignalKind.DE_ESCALATION, status=Status.THREATENED)
VOW = signal(RETALIATION, status=Status.THREATENED)


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        ([signal(), CEASEFIRE], Urgency.IMMEDIATE),
        ([VOW, CEASEFIRE], Urgency.EXPECTED),
        ([CEASEFIRE, VOW], Urgency.EXPECTED),
        ([TALKS_PLANNED], Urgency.EXPECTED),
        ([CEASEFIRE], Urgency.PAST),
        ([], Urgency.UNKNOWN),
    ],
)
def test_the_table_of_urgency(signals: Sequence[Signal], expected: Urgency) -> None:
    """What happens is immediate, what is announced expected, what is settled past."""
    assert urgency_of(signals) is expected


def test_a_warning_does_not_end_what_is_under_way() -> None:
    """Only news of calm ends an immediate story; an attack ends the calm."""
    assert merged_urgency(Urgency.IMMEDIATE, Urgency.EXPECTED) is Urgency.IMMEDIATE
    assert merged_urgency(Urgency.IMMEDIATE, Urgency.PAST) is Urgency.PAST
    assert merged_urgency(Urgency.PAST, Urgency.IMMEDIATE) is Urgency.IMMEDIATE
    assert merged_urgency(Urgency.EXPECTED, Urgency.UNKNOWN) is Urgency.EXPECTED


NOBODY, ONE, OTHER = "", "ap", "afp"
STATED, CLAIMED, DENIED = Stance.STATED, Stance.CLAIMED, Stance.DENIED
ANNOUNCED, UNCONFIRMED = Stance.ANNOUNCED, Stance.UNCONFIRMED


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        ([(STATED, ONE), (STATED, OTHER)], Certainty.OBSERVED),
        ([(STATED, ONE), (STATED, OTHER), (DENIED, ONE)], Certainty.OBSERVED),
        ([(STATED, ONE), (STATED, ONE)], Certainty.LIKELY),
        ([(STATED, ONE), (STATED, NOBODY)], Certainty.LIKELY),
        ([(STATED, ONE), (CLAIMED, OTHER)], Certainty.LIKELY),
        ([(STATED, ONE), (DENIED, OTHER)], Certainty.POSSIBLE),
        ([(CLAIMED, ONE), (UNCONFIRMED, OTHER)], Certainty.POSSIBLE),
        ([(ANNOUNCED, ONE), (ANNOUNCED, OTHER)], Certainty.POSSIBLE),
        ([(CLAIMED, ONE), (DENIED, OTHER)], Certainty.UNLIKELY),
        ([(ANNOUNCED, ONE), (DENIED, ONE)], Certainty.UNLIKELY),
        ([(DENIED, ONE)], Certainty.UNLIKELY),
        ([], Certainty.UNKNOWN),
    ],
)
def test_the_table_of_certainty(
    articles: Sequence[tuple[Stance, str]], expected: Certainty
) -> None:
    """Observed needs two publishers who state it as a fact; claims stay possible, denied ones unlikely."""
    assessed = assess_certainty(
        [
            StoryArticle(id=str(number), publisher=publisher, published_at=START, stance=stance)
            for number, (stance, publisher) in enumerate(articles)
        ]
    )

    assert assessed.certainty is expected
    assert assessed.reason


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Jets bombed the depot, witnesses said.", Stance.STATED),
        ("The group claimed responsibility for the bombing.", Stance.STATED),
        ("The bombing claimed 12 lives.", Stance.STATED),
        ("Iraq claimed its jets sank two ships.", Stance.CLAIMED),
        ("Jets bombed the depot, state television said.", Stance.CLAIMED),
        ("Jets bombed the depot, according to Syrian state TV.", Stance.CLAIMED),
        ("Rebels said they had taken the town.", Stance.CLAIMED),
        ("Jets reportedly bombed the depot.", Stance.UNCONFIRMED),
        ("Unconfirmed reports spoke of an attack on the depot.", Stance.UNCONFIRMED),
        ("The attack could not be independently verified.", Stance.UNCONFIRMED),
        ("State radio claimed a raid, which has not been confirmed.", Stance.UNCONFIRMED),
    ],
)
def test_whose_word_it_is_is_read_from_the_proof(quote: str, expected: Stance) -> None:
    """What one side says is a claim, what nobody could check unconfirmed, the rest is stated."""
    assert stance_of([signal(quote=quote)]) is expected
    assert stance_of([signal(quote=quote), signal()]) is Stance.STATED
    assert stance_of([signal(quote=quote, status=Status.THREATENED)]) is Stance.ANNOUNCED


HEZBOLLAH = Entity(text="Hezbollah", id="org:hezbollah", label=EntityLabel.ORG, country="LB")


def test_two_states_against_a_militia_are_no_war_between_states() -> None:
    """An attack with dead on an armed group is severe; on the state it lives in, extreme."""
    lebanon = Entity(text="Lebanon", id="LB", label=EntityLabel.GPE, country="LB")
    both = [ISRAEL, NORWAY]

    on_group = assess_severity([signal(actors=both, targets=[HEZBOLLAH], figures=[toll(2)])])
    on_state = assess_severity([signal(actors=both, targets=[lebanon], figures=[toll(2)])])

    assert (on_group.severity, on_state.severity) == (Severity.SEVERE, Severity.EXTREME)


@pytest.mark.parametrize(
    ("subject", "percent", "period", "expected"),
    [
        ("dow-jones", 2.9, None, Severity.MINOR),
        ("dow-jones", 3, None, Severity.MODERATE),
        ("dow-jones", 7, Period.DAY, Severity.SEVERE),
        ("dow-jones", -20, None, Severity.EXTREME),
        ("yen", 1.4, None, Severity.MINOR),
        ("yen", 1.5, None, Severity.MODERATE),
        ("brent-crude", 5.9, None, Severity.MINOR),
        ("brent-crude", 14, None, Severity.SEVERE),
        ("vix", 20, None, Severity.MINOR),
        ("acme-shares", 6, None, Severity.MODERATE),
        ("dow-jones", 7, Period.MONTH, Severity.MINOR),
        ("dow-jones", 40, Period.YEAR, Severity.MINOR),
    ],
)
def test_a_move_is_measured_by_the_instruments_usual_day(
    subject: str, percent: float, period: Period | None, expected: Severity
) -> None:
    """What shakes a currency is a quiet day of oil; over a month more is usual than over a day."""
    figure = replace(move(percent, subject=subject), period=period)

    assert assess_severity([signal(MOVE, figures=[figure])]).severity is expected
