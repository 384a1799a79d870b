"""Every recorder takes what the catalogue has, and nothing else."""

import pytest

from monitor.domain import Lifecycle, Severity, SignalKind
from monitor.errors import Reason
from monitor.metrics import (
    CATALOGUE,
    Kind,
    MemoryRecorder,
    Metric,
    NullRecorder,
    Outcome,
    PrometheusRecorder,
    Recorder,
    Unit,
    UnknownMetric,
    start_at_zero,
)
from monitor.metrics.catalogue import (
    ALERTS,
    BATCH_SECONDS,
    COUNTRY_SIGNALS,
    DEAD_LETTERS,
    LAG_RECORDS,
    NO_COUNTRY,
    OTHER_COUNTRY,
    RECORDS,
    RECORDS_READ,
)

strict = pytest.mark.parametrize("recorder", [MemoryRecorder(), PrometheusRecorder()])
every = pytest.mark.parametrize(
    "recorder", [NullRecorder(), MemoryRecorder(), PrometheusRecorder()]
)


def labels_of(metric: Metric) -> dict[str, str]:
    """Some labels that the metric allows."""
    return {label.name: (label.values or ("some",))[-1] for label in metric.labels}


@every
@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_of_the_catalogue_can_be_recorded(recorder: Recorder, metric: Metric) -> None:
    """The verb of a metric's kind is taken by every recorder."""
    match metric.kind:
        case Kind.COUNTER:
            recorder.count(metric, 2, **labels_of(metric))
        case Kind.GAUGE:
            recorder.set(metric, 2, **labels_of(metric))
            if metric.labels:
                recorder.clear(metric)
        case Kind.HISTOGRAM:
            recorder.observe(metric, 2, **labels_of(metric))


@strict
def test_what_the_catalogue_does_not_have_is_refused(recorder: Recorder) -> None:
    """A foreign metric, a wrong verb, a missing, extra or unlisted label is an error."""
    foreign = Metric(
        name="news_monitor_foreign_total",
        kind=Kind.COUNTER,
        unit=Unit.RECORDS,
        meaning="Foreign.",
        remedy="None.",
    )
    with pytest.raises(UnknownMetric, match="not in"):
        recorder.count(foreign)
    with pytest.raises(UnknownMetric, match="is a counter"):
        recorder.set(RECORDS_READ, 1, topic="t")
    with pytest.raises(UnknownMetric, match="has the labels"):
        recorder.count(RECORDS_READ)
    with pytest.raises(UnknownMetric, match="has the labels"):
        recorder.count(RECORDS_READ, topic="t", partition="0")
    with pytest.raises(UnknownMetric, match="is none of"):
        recorder.count(RECORDS, topic="t", outcome="lost")


@strict
def test_counters_of_the_topics_start_at_zero(
    recorder: MemoryRecorder | PrometheusRecorder,
) -> None:
    """Outcomes, dead letters and alerts exist with the value 0 before the first record."""
    start_at_zero(
        recorder,
        article_topics=["a", "b"],
        signals_topic="s",
        sent_topics=["s", "x"],
        countries=["IR"],
    )

    for topic, outcomes in {
        "a": (Outcome.SIGNALS, Outcome.NO_SIGNAL, Outcome.DEAD_LETTER),
        "b": (Outcome.SIGNALS, Outcome.NO_SIGNAL, Outcome.DEAD_LETTER),
        "s": (Outcome.STORIES, Outcome.DEAD_LETTER),
    }.items():
        for outcome in outcomes:
            assert recorder.value(RECORDS, topic=topic, outcome=outcome) == 0
        for reason in (Reason.NOT_JSON, Reason.NO_TEXT):
            assert recorder.value(DEAD_LETTERS, topic=topic, reason=reason, stage="decode") == 0
    alert = {"kind": SignalKind.THREAT, "severity": Severity.MINOR, "lifecycle": Lifecycle.ALERT}
    assert recorder.value(ALERTS, **alert) == 0
    for country in ("IR", NO_COUNTRY, OTHER_COUNTRY):
        assert recorder.value(COUNTRY_SIGNALS, country=country) == 0


def test_memory_recorder_sums_the_series_that_carry_the_labels() -> None:
    """A test may ask for part of the labels and gets the sum; histograms keep their values."""
    recorder = MemoryRecorder()
    recorder.count(RECORDS, 2, topic="a", outcome=Outcome.SIGNALS)
    recorder.count(RECORDS, 3, topic="a", outcome=Outcome.DEAD_LETTER)
    recorder.count(RECORDS, 5, topic="b", outcome=Outcome.SIGNALS)
    recorder.observe(BATCH_SECONDS, 0.5, agent="alert")
    recorder.observe(BATCH_SECONDS, 0.25, agent="alert")
    recorder.set(LAG_RECORDS, 7, topic="a", partition="0")

    assert recorder.value(RECORDS, topic="a") == 5
    assert recorder.value(RECORDS, outcome=Outcome.SIGNALS) == 7
    assert recorder.values(BATCH_SECONDS, agent="alert") == [0.5, 0.25]
    recorder.clear(LAG_RECORDS)
    assert recorder.values(LAG_RECORDS) == []
