"""Publish: times keep the order of the file, and stay near the clock."""

import time
from datetime import timedelta
from itertools import pairwise

from agents import broker_checks
from agents.publish import AHEAD_MS, PublishReport


def test_every_record_has_a_later_time_than_the_one_before() -> None:
    """However many records come at once, no two have the same time."""
    report = PublishReport()
    times = [report.next_time() for _ in range(2_000_000)]
    assert all(one < two for one, two in pairwise(times))


def test_times_that_are_far_ahead_are_waited_for() -> None:
    """A hundred thousand records at once wait until the clock is half a minute behind the last."""
    report = PublishReport()
    assert report.seconds_ahead() == 0
    for _ in range(100_000):
        last = report.next_time()
    now = time.time()
    assert last / 1000 - now <= report.seconds_ahead() + AHEAD_MS / 1000 + 1
    assert report.seconds_ahead() > 0


def test_the_doctor_takes_no_published_record_for_a_wrong_clock() -> None:
    """What publish allows itself is well within what the doctor tolerates."""
    assert timedelta(milliseconds=AHEAD_MS) <= broker_checks._CLOCK_TOLERANCE / 2
