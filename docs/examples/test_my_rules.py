"""Tests of my rules, with the fixture `monitor`: no Kafka, a clock that stands still."""

from monitor.testing import Monitor, article, assert_alert, assert_no_alert


def test_a_closed_strait_is_a_threat(monitor: Monitor) -> None:
    """My entry fires where none of the built-in ones does, and its words are the evidence."""
    alerts = monitor.alerts("The kingdom closed the strait to tankers on Monday.")

    assert_alert(alerts, "threat", quote="closed the strait")


def test_a_closed_bank_is_none(monitor: Monitor) -> None:
    """My entry leaves banks alone."""
    assert_no_alert(monitor.alerts("The bank will close its branch on Monday."))


def test_two_publishers_make_one_alert_that_grows(monitor: Monitor) -> None:
    """A second report of the same story is no second alert."""
    text = "The kingdom closed the strait to tankers on Monday."
    (first,) = monitor.alerts(article(text, source="Harbour Wire"))

    later = monitor.advance(hours=2).alerts(
        article(f"{text} Ships are waiting.", source="Canal Post")
    )

    assert {alert.alert_id for alert in later} <= {first.alert_id}


def test_a_cancelled_article_takes_its_alert_back(monitor: Monitor) -> None:
    """What rests on nothing else is withdrawn."""
    monitor.alerts(article("The kingdom closed the strait to tankers on Monday.", id="a1"))

    alerts = monitor.alerts(article("", id="a1", status="cancelled"))

    assert_alert(alerts, "threat", lifecycle="cancel", revision=2)


def test_what_an_article_says(monitor: Monitor) -> None:
    """Signals name the entry that fired, also where no alert comes of them."""
    (signal,) = monitor.signals("The kingdom closed the strait to tankers on Monday.")

    assert signal.keywords == ("canal.closure",)
