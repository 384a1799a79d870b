"""Fitting: each condition alone, quiet hours by the clock of their zone, mutes while they hold."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.domain import (
    Certainty,
    EntityList,
    Mute,
    QuietHours,
    Reports,
    Severity,
    SignalKind,
    Subscription,
)
from monitor.policy.subscriptions.fitting import View, Wish, is_muted, quiet_until, unmet_wish
from tests.unit.policy.subscriptions.alerts import EVENING, a_quotation, an_alert


def names(*wanted: str) -> EntityList:
    """Return entities known by name alone."""
    return EntityList(names=frozenset(wanted))


MET: list[dict[str, Any]] = [
    {},
    {"kinds": frozenset({SignalKind.MILITARY_STRIKE, SignalKind.THREAT})},
    {"min_severity": Severity.SEVERE},
    {"min_certainty": Certainty.LIKELY},
    {"min_certainty": Certainty.POSSIBLE},
    {"reports": Reports.FIRST},
    {"countries": frozenset({"SY"})},
    {"countries": frozenset({"IL", "FR"})},
    {"parties": EntityList(ids=frozenset({"IL"}))},
    {"parties": names("free harbour militia")},
    {"watchlists": (names("nowhere"), names("latakia"))},
    {"watched": frozenset({"nothing", "shipping"})},
    {"watched": frozenset({"nothing"}), "watchlists": (names("latakia"),)},
    {"words": frozenset({"arms depot"})},
    {"words": frozenset({"bomb"})},
    {"publishers": frozenset({"reuters"})},
]
UNMET: list[tuple[dict[str, Any], Wish]] = [
    ({"kinds": frozenset({SignalKind.THREAT})}, Wish.KINDS),
    ({"min_severity": Severity.EXTREME}, Wish.SEVERITY),
    ({"min_certainty": Certainty.OBSERVED}, Wish.CERTAINTY),
    ({"reports": Reports.CORROBORATED}, Wish.REPORTS),
    ({"countries": frozenset({"IR"})}, Wish.COUNTRIES),
    ({"parties": EntityList(ids=frozenset({"SY"}))}, Wish.PARTIES),
    ({"parties": names("latakia")}, Wish.PARTIES),
    ({"watchlists": (names("lata"),)}, Wish.WATCHLISTS),
    ({"watched": frozenset({"maersk"})}, Wish.WATCHLISTS),
    ({"words": frozenset({"arm"})}, Wish.WORDS),
    ({"words": frozenset({"syria israeli"})}, Wish.WORDS),
    ({"publishers": frozenset({"bbc"})}, Wish.PUBLISHERS),
    ({"min_severity": Severity.MINOR, "words": frozenset({"gold"})}, Wish.WORDS),
]


@pytest.mark.parametrize("wanted", MET, ids=str)
def test_an_alert_that_meets_every_condition_fits(wanted: dict[str, Any]) -> None:
    """Within a list one member is enough; what is not asked for does not matter."""
    assert unmet_wish(Subscription(id="s", **wanted), View(an_alert())) is None


@pytest.mark.parametrize(("wanted", "wish"), UNMET, ids=str)
def test_an_alert_that_misses_a_condition_does_not_fit(wanted: dict[str, Any], wish: Wish) -> None:
    """The first condition that is not met is named."""
    assert unmet_wish(Subscription(id="s", **wanted), View(an_alert())) is wish


def test_a_second_publisher_meets_corroborated() -> None:
    """Two independent publishers corroborate."""
    wanted = Subscription(id="s", reports=Reports.CORROBORATED)

    assert unmet_wish(wanted, View(an_alert(publishers=2))) is None


BERLIN = QuietHours(start=time(22), end=time(6, 30), zone=ZoneInfo("Europe/Berlin"))
NOON_NAP = QuietHours(start=time(12), end=time(14), zone=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("quiet", "moment", "end"),
    [
        (BERLIN, "2026-03-02T20:59:59", None),
        (BERLIN, "2026-03-02T21:00:00", "2026-03-03T05:30:00"),
        (BERLIN, "2026-03-03T05:29:59", "2026-03-03T05:30:00"),
        (BERLIN, "2026-03-03T05:30:00", None),
        # The night in which summer time begins is an hour shorter.
        (BERLIN, "2026-03-28T23:00:00", "2026-03-29T04:30:00"),
        (NOON_NAP, "2026-03-02T11:59:59", None),
        (NOON_NAP, "2026-03-02T12:00:00", "2026-03-02T14:00:00"),
        (NOON_NAP, "2026-03-02T14:00:00", None),
        (BERLIN, "0001-01-01T00:00:00", None),
        (BERLIN, "9999-12-31T23:30:00", None),
    ],
)
def test_quiet_hours_follow_the_clock_of_their_zone(
    quiet: QuietHours, moment: str, end: str | None
) -> None:
    """They are half-open, pass midnight, and heed summer time."""
    alert = an_alert(last_seen=datetime.fromisoformat(moment).replace(tzinfo=UTC))

    until = quiet_until(Subscription(id="s", quiet=quiet), View(alert))

    assert until == (None if end is None else datetime.fromisoformat(end).replace(tzinfo=UTC))


def test_what_is_grave_enough_is_told_at_any_hour() -> None:
    """Quiet hours do not hold back the severity that they name, or graver ones."""
    wanted = Subscription(id="s", quiet=BERLIN)
    night = datetime(2026, 3, 2, 23, tzinfo=UTC)

    assert quiet_until(wanted, View(an_alert(last_seen=night))) is not None
    assert quiet_until(wanted, View(an_alert(last_seen=night, severity=Severity.EXTREME))) is None


def test_a_muted_story_is_muted_until_its_time() -> None:
    """A mute holds for its story alone, and up to its event time."""
    wanted = Subscription(id="s", mutes=(Mute(story="story-1", until=EVENING),))
    before = EVENING.replace(hour=17)

    assert is_muted(wanted, View(an_alert(last_seen=before)))
    assert not is_muted(wanted, View(an_alert(last_seen=EVENING)))
    assert not is_muted(wanted, View(an_alert("story-2", last_seen=before)))


def test_a_muted_publisher_mutes_what_rests_on_it_alone() -> None:
    """Once somebody else is quoted the story is told; what nobody signed is not muted."""
    wanted = Subscription(id="s", mutes=(Mute(publisher="reuters"),))
    both = (a_quotation(), a_quotation(source="", url="https://www.bbc.co.uk/news/1"))

    assert is_muted(wanted, View(an_alert()))
    assert not is_muted(wanted, View(an_alert(evidence=both)))
    assert not is_muted(wanted, View(an_alert(evidence=(a_quotation(source=""),))))
