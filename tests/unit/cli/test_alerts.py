"""Alerts for people: what they show, how wide they are, and what never reaches a terminal."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.cli.alerts import Marking, render_alert
from monitor.domain import Alert, Entity, Lifecycle, SignalKind
from monitor.wire import alert_v1

ALERTS = [alert_v1.decode(example) for example in alert_v1.EXAMPLES]


def _named(alert: Alert) -> str:
    return f"{alert.kind}-{alert.revision}"


def _plain(alert: Alert, width: int = 100) -> str:
    return render_alert(alert, width=width, marking=Marking.ASTERISKS).plain


@pytest.mark.parametrize("alert", ALERTS, ids=_named)
@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_an_alert_fits_its_width(alert: Alert, width: int) -> None:
    """No line is longer than asked for, and none ends in blanks."""
    lines = _plain(alert, width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("alert", ALERTS, ids=_named)
def test_an_alert_shows_what_a_reader_needs(alert: Alert) -> None:
    """Severity, kind, parties, places, time and the marked words are all there."""
    shown = " ".join(_plain(alert, 120).split())

    assert shown.startswith(alert.severity.value)
    assert alert.kind.value in shown
    for entity in (*alert.actors, *alert.targets, *alert.places):
        assert entity.text in shown
    assert f"{alert.last_seen:%Y-%m-%d %H:%M} UTC" in shown
    for quotation in alert.evidence[:1]:
        assert f"*{quotation.trigger.quote}*" in shown


def test_updates_and_cancellations_are_marked() -> None:
    """What is not the first word of a story says so, with its revision."""
    for alert in ALERTS:
        shown = _plain(alert)
        if alert.lifecycle is Lifecycle.ALERT:
            assert "UPDATE" not in shown
            assert "CANCEL" not in shown
        else:
            assert alert.lifecycle.value.upper() in shown
            assert f"revision {alert.revision}" in shown


def test_who_comes_before_whom() -> None:
    """Actors stand left of the arrow, targets right of it, a country's code behind its name."""
    assert "Turkey (TR) > Greece (GR)" in _plain(ALERTS[2])
    only_targets = replace(ALERTS[2], actors=())
    assert "> Greece (GR)" in _plain(only_targets)


def test_figures_are_said_in_words() -> None:
    """Bounds, subjects, units and directions of figures are readable."""
    by_kind = {alert.kind.value: _plain(alert, 120) for alert in ALERTS}
    assert "at least 23 killed" in by_kind["casualties"]
    assert "about 4,000 dockers taking part" in by_kind["labor-strike"]
    assert "brent-crude up 5.2 percent" in by_kind["market-move"]


def test_a_direction_of_nothing_is_not_said() -> None:
    """Which market moved, or how far: without either a figure is left out."""
    (market,) = [alert for alert in ALERTS if alert.kind is SignalKind.MARKET_MOVE]
    bare = replace(market.figures[0], subject="", low=None, high=None)
    shown = _plain(replace(market, figures=(bare, *market.figures)), 120)
    assert shown == _plain(market, 120)


def test_a_year_has_four_digits() -> None:
    """An absurd date is shown as it stands."""
    early = datetime(1, 1, 1, tzinfo=UTC)
    assert "0001-01-01 00:00 UTC" in _plain(replace(ALERTS[0], last_seen=early))


def test_nothing_acts_on_the_terminal() -> None:
    """Escape sequences and bidirectional characters of an article are not passed on."""
    quotation = ALERTS[0].evidence[0]
    evil = "\x1b]0;title\x07\x1b[31mIsraeli\u202e jets"
    hostile = replace(
        ALERTS[0],
        headline=evil,
        actors=(Entity(text=evil),),
        evidence=(
            replace(
                quotation,
                quote=evil,
                start_char=0,
                end_char=len(evil),
                trigger=replace(
                    quotation.trigger, quote="jets", start_char=len(evil) - 4, end_char=len(evil)
                ),
                source=evil,
            ),
        ),
    )
    shown = _plain(hostile)

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "Israeli *jets*" in shown


def test_a_long_clause_is_cut_around_its_marked_words() -> None:
    """Of a clause without end the part with the trigger is shown, the cuts marked by dots."""
    quotation = ALERTS[0].evidence[0]
    quote = "so " * 400 + "bombed" + " and" * 400
    start = quote.index("bombed")
    long = replace(
        ALERTS[0],
        evidence=(
            replace(
                quotation,
                quote=quote,
                start_char=10,
                end_char=10 + len(quote),
                trigger=replace(
                    quotation.trigger, quote="bombed", start_char=10 + start, end_char=16 + start
                ),
            ),
        ),
    )
    shown = " ".join(_plain(long).split())

    assert "... so so" in shown
    assert "*bombed* and and" in shown
    assert "and ..." in shown
    assert len(shown) < 700
