"""Severity, urgency and certainty follow their documented tables."""

from collections.abc import Sequence

import pytest

from monitor.domain import (
    Certainty,
    Entity,
    Figure,
    Measure,
    Severity,
    Signal,
    SignalKind,
    Status,
    Urgency,
)
from monitor.policy import severity
from monitor.policy.scales import certainty_of, merged_urgency, urgency_of
from monitor.policy.severity import assess_severity, gravest
from tests.unit.policy.worlds import GREECE, IRAN, ISRAEL, SYRIA, move, signal, toll

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
        (MOVE, Status.HAPPENING, [move(2.9)], [], Severity.MINOR),
        (MOVE, Status.HAPPENING, [move(3)], [], Severity.MODERATE),
        (MOVE, Status.HAPPENING, [move(-7)], [], Severity.SEVERE),
        (MOVE, Status.HAPPENING, [move(20)], [], Severity.EXTREME),
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


@pytest.mark.parametrize(
    ("reported", "publishers", "before", "expected"),
    [
        (signal(), 1, Certainty.UNKNOWN, Certainty.LIKELY),
        (signal(), 2, Certainty.LIKELY, Certainty.OBSERVED),
        (VOW, 1, Certainty.UNKNOWN, Certainty.POSSIBLE),
        (VOW, 2, Certainty.POSSIBLE, Certainty.POSSIBLE),
        (VOW, 2, Certainty.LIKELY, Certainty.OBSERVED),
        (signal(), 1, Certainty.POSSIBLE, Certainty.LIKELY),
    ],
)
def test_the_table_of_certainty(
    reported: Signal, publishers: int, before: Certainty, expected: Certainty
) -> None:
    """Observed needs two publishers and something that happened; a plan stays possible."""
    assert certainty_of([reported], publishers=publishers, before=before) is expected
