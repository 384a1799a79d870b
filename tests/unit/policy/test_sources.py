"""Sources: what is usual is learnt by arrival time, and silence is what it makes improbable."""

import pytest

from monitor.policy.sources import SILENT_ARTICLES, Sources

HOUR = 3600.0
MIDNIGHT = 1_772_323_200.0


def send(sources: Sources, publisher: str, begin: float, end: float, *, an_hour: int) -> None:
    """Send evenly from *begin* to *end*, in seconds after midnight."""
    step = HOUR / an_hour
    at = begin
    while at < end:
        sources.arrived(publisher, MIDNIGHT + at)
        at += step


def live(hours: int = 26) -> Sources:
    """Two days of a wire that sends 40 an hour and an almanac that sends four."""
    sources = Sources(limit=10)
    for hour in range(hours):
        send(sources, "wire", hour * HOUR, (hour + 1) * HOUR, an_hour=40)
        send(sources, "almanac", hour * HOUR + 1, (hour + 1) * HOUR, an_hour=4)
    return sources


def missing(sources: Sources, publisher: str) -> float:
    """Return how many articles of a publisher are missing by now."""
    assert sources.now is not None
    return sources.told()[publisher].missing(sources.now)


def test_forty_an_hour_and_none_for_half_an_hour_is_silence() -> None:
    """The wire's silence shows by the almanac's articles; the almanac's own pauses are no silence."""
    sources = live()
    assert sources.told()["wire"].usual == pytest.approx(40)
    assert missing(sources, "wire") < 2
    for minute in range(0, 25, 5):
        sources.tick(MIDNIGHT + 26 * HOUR + minute * 60)
    assert missing(sources, "wire") < SILENT_ARTICLES
    sources.tick(MIDNIGHT + 26 * HOUR + 31 * 60)
    assert missing(sources, "wire") >= SILENT_ARTICLES
    assert missing(sources, "almanac") < 4


def test_one_article_ends_the_silence() -> None:
    """What counts is the last article."""
    sources = live()
    sources.tick(MIDNIGHT + 26.2 * HOUR)
    sources.tick(MIDNIGHT + 26.4 * HOUR)
    sources.arrived("wire", MIDNIGHT + 26.6 * HOUR)
    assert missing(sources, "wire") == 0


def test_where_nothing_arrives_nobody_is_silent() -> None:
    """Arrival time stands still with the flow: that is the canary's alarm, and the lag's."""
    sources = live()
    for _ in range(1000):
        sources.tick(MIDNIGHT + 26 * HOUR - 1)
    assert missing(sources, "wire") < 2


def test_nights_are_usual_after_the_first() -> None:
    """A paper that sends by day only is not silent on its second night."""
    sources = Sources(limit=10)
    for day in range(2):
        for hour in range(24):
            begin = (24 * day + hour) * HOUR
            send(sources, "world", begin, begin + HOUR, an_hour=20)
            if hour in range(6, 22):
                send(sources, "paper", begin, begin + HOUR, an_hour=40)
    assert sources.told()["paper"].usual < 1
    assert missing(sources, "paper") < SILENT_ARTICLES


def test_on_the_first_day_half_of_the_hours_seen_is_expected() -> None:
    """Nothing is known of this hour yet; a bit more than an hour without any is silence all the same."""
    sources = live(3)
    assert sources.told()["wire"].usual == pytest.approx(20)
    for minute in range(0, 50, 5):
        sources.tick(MIDNIGHT + 3 * HOUR + minute * 60)
    assert missing(sources, "wire") < SILENT_ARTICLES
    for minute in range(50, 120, 5):
        sources.tick(MIDNIGHT + 3 * HOUR + minute * 60)
    assert missing(sources, "wire") >= SILENT_ARTICLES


def test_the_hour_of_the_start_teaches_nothing() -> None:
    """It was not seen from its begin."""
    sources = Sources(limit=10)
    send(sources, "wire", 0.5 * HOUR, 1.1 * HOUR, an_hour=40)
    assert sources.told()["wire"].usual == 0


def test_an_outage_of_everybody_teaches_nothing() -> None:
    """Three hours without a record were the broker's, not the publishers'."""
    sources = live(50)
    before = sources.told()["wire"].usual
    send(sources, "wire", 53 * HOUR, 55 * HOUR, an_hour=40)
    assert sources.told()["wire"].usual == pytest.approx(before)


def test_a_backlog_read_in_a_second_teaches_as_live_news_does() -> None:
    """Only the times of the records count, also where one comes late."""
    sources = live()
    before, last = sources.now, sources.told()["wire"].last
    sources.arrived("wire", MIDNIGHT)
    assert (sources.now, sources.told()["wire"].last) == (before, last)


def test_many_small_publishers_push_no_large_one_out() -> None:
    """However many there are, the limit holds, and so does memory."""
    sources = live()
    for number in range(5000):
        sources.arrived(f"blog {number}", MIDNIGHT + 26 * HOUR + number / 100)
    told = sources.told()
    assert len(told) == 10
    assert {"wire", "almanac"} <= told.keys()


def test_a_worker_that_loses_half_of_its_partitions_expects_half() -> None:
    """The other half of the publisher's articles comes to another worker now."""
    sources = live()
    sources.shared(0.5)
    assert sources.told()["wire"].usual == pytest.approx(20)


def test_none_can_be_followed() -> None:
    """A limit of 0 keeps nothing; an article without a publisher is nobody's."""
    sources = Sources(limit=0)
    sources.arrived("wire", MIDNIGHT)
    assert sources.told() == {}
    nobody = Sources(limit=5)
    nobody.arrived("", MIDNIGHT)
    assert nobody.told() == {}
