"""Demo summary: sums that add up, and are seen when they do not."""

from agents.demo_summary import DemoSummary, sum_up
from monitor.wire import alert_v1

METRICS = """\
# TYPE news_monitor_records counter
news_monitor_records_total{outcome="signals",topic="articles"} 30.0
news_monitor_records_total{outcome="no-signal",topic="articles"} 18.0
news_monitor_records_total{outcome="dead-letter",topic="articles"} 1.0
news_monitor_records_total{outcome="signals",topic="signals"} 99.0
news_monitor_signals_total{kind="threat",status="happening"} 3.0
news_monitor_signals_total{kind="threat",status="threatened"} 4.0
"""


def _summary(*, published: int = 49, dead_letters: tuple[str, ...] = ("not-json",)) -> DemoSummary:
    return sum_up(
        [alert_v1.decode(example) for example in alert_v1.EXAMPLES],
        published=published,
        dead_letters=dead_letters,
        metrics=METRICS,
        topic="articles",
        seconds=1.0,
    )


def test_numbers_come_from_topics_and_metrics() -> None:
    """Outcomes of the article topic are summed; alerts are split into new, updates, cancelled."""
    summary = _summary()

    assert summary.read == 49
    assert summary.with_signals == 30
    assert summary.signals == 7
    assert summary.alerts == summary.new + summary.updates + summary.cancelled
    assert summary.stories == 10
    assert summary.contradictions == ()


def test_a_record_too_few_is_seen() -> None:
    """A record without an outcome, or a dead letter that is not on its topic, is a contradiction."""
    assert "50 records were published, 49 were read" in _summary(published=50).contradictions[0]
    assert "0 are on the topic" in _summary(dead_letters=()).contradictions[0]
