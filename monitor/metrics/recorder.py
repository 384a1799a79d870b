"""Recorder: where measurements go. What is recorded must stand in the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Protocol

from monitor.errors import Reason
from monitor.metrics.catalogue import (
    ALERTS,
    CATALOGUE,
    COPIES_FOLDED,
    COUNTRY_SIGNALS,
    DEAD_LETTERS,
    DELIVERY_FAILURES,
    DELIVERY_RETRIES,
    NO_COUNTRY,
    OTHER_COUNTRY,
    POOL_RESTARTS,
    REBALANCES,
    RECORDS,
    RECORDS_READ,
    SIGNALS,
    Outcome,
)
from monitor.metrics.definition import Kind, Metric

__all__ = [
    "MemoryRecorder",
    "NullRecorder",
    "Recorder",
    "UnknownMetric",
    "check",
    "start_at_zero",
]


class UnknownMetric(LookupError):
    """A metric, label, label value or verb that the catalogue does not have: a defect of ours."""


class Recorder(Protocol):
    """What agents record with. Label values are strings or members of a `StrEnum`."""

    def count(self, metric: Metric, amount: float = 1, /, **labels: str) -> None:
        """Add *amount*, at least 0, to a counter; 0 makes the series exist."""

    def observe(
        self, metric: Metric, value: float, /, *, article_id: str = "", **labels: str
    ) -> None:
        """Put *value* into a histogram, with the article it was measured of as its exemplar."""

    def set(self, metric: Metric, value: float, /, **labels: str) -> None:
        """Set a gauge to *value*."""

    def clear(self, metric: Metric, /) -> None:
        """Forget every series of a gauge, as when partitions are revoked."""


class NullRecorder:
    """Records nothing: for commands that nobody scrapes."""

    def count(self, metric: Metric, amount: float = 1, /, **labels: str) -> None:
        """Do nothing."""

    def observe(
        self, metric: Metric, value: float, /, *, article_id: str = "", **labels: str
    ) -> None:
        """Do nothing."""

    def set(self, metric: Metric, value: float, /, **labels: str) -> None:
        """Do nothing."""

    def clear(self, metric: Metric, /) -> None:
        """Do nothing."""


class MemoryRecorder:
    """Keeps what is recorded, for tests to look at; as strict as the real one."""

    def __init__(self) -> None:
        """Start with nothing recorded."""
        self._series: dict[str, dict[tuple[str, ...], list[float]]] = defaultdict(dict)
        self.exemplars: dict[str, list[str]] = defaultdict(list)
        """Articles given with the observations of each metric, in their order."""

    def count(self, metric: Metric, amount: float = 1, /, **labels: str) -> None:
        """Add to a counter."""
        series = self._series[metric.name]
        key = check(metric, Kind.COUNTER, labels)
        series[key] = [sum(series.get(key, [])) + amount]

    def observe(
        self, metric: Metric, value: float, /, *, article_id: str = "", **labels: str
    ) -> None:
        """Keep an observation, and its article where one is given."""
        key = check(metric, Kind.HISTOGRAM, labels)
        self._series[metric.name].setdefault(key, []).append(value)
        if article_id:
            self.exemplars[metric.name].append(article_id)

    def set(self, metric: Metric, value: float, /, **labels: str) -> None:
        """Keep a gauge's newest value."""
        self._series[metric.name][check(metric, Kind.GAUGE, labels)] = [value]

    def clear(self, metric: Metric, /) -> None:
        """Forget a gauge's series."""
        self._series.pop(metric.name, None)

    def value(self, metric: Metric, **labels: str) -> float:
        """Sum of every series of *metric* that carries these labels; of a histogram, of its values."""
        return sum(self.values(metric, **labels))

    def values(self, metric: Metric, **labels: str) -> list[float]:
        """Every value of every series of *metric* that carries these labels."""
        wanted = {name: str(value) for name, value in labels.items()}
        return [
            value
            for key, values in self._series[metric.name].items()
            if wanted.items() <= dict(zip(metric.label_names, key, strict=True)).items()
            for value in values
        ]


def check(metric: Metric, kind: Kind, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Hold a measurement against the catalogue; returns the label values in the metric's order.

    Raises:
        UnknownMetric: if the metric is not in the catalogue or of another kind, a label is missing
            or too many, or a value lies outside a label's closed list.
    """
    if metric not in CATALOGUE:
        message = f"{metric.name} is not in monitor.metrics.catalogue.CATALOGUE"
        raise UnknownMetric(message)
    if metric.kind is not kind:
        message = f"{metric.name} is a {metric.kind}, not a {kind}"
        raise UnknownMetric(message)
    if labels.keys() != set(metric.label_names):
        message = f"{metric.name} has the labels {metric.label_names}, not {tuple(labels)}"
        raise UnknownMetric(message)
    for label in metric.labels:
        if label.values and labels[label.name] not in label.values:
            message = (
                f"{metric.name}: {label.name}={labels[label.name]!r} is none of {label.values}"
            )
            raise UnknownMetric(message)
    return tuple(str(labels[name]) for name in metric.label_names)


_STAGE_OF_REASON = {
    Reason.ANALYSIS_FAILED: "analyse",
    Reason.ANALYSIS_TIMED_OUT: "analyse",
    Reason.ANALYSIS_CRASHED: "analyse",
    Reason.RESULT_REFUSED: "deliver",
}


def start_at_zero(
    recorder: Recorder,
    *,
    article_topics: Iterable[str],
    signals_topic: str,
    sent_topics: Iterable[str],
    served_topic: str | None = None,
    countries: Iterable[str] = (),
) -> None:
    """Make every counter exist before the first record, for the topics read and the topics sent to.

    And for the codes of *countries*, whose first signal in months is the very one that matters.

    A counter that appears with its first event loses that event: `rate()` and `increase()` need a
    value before it. So each series that can be foreseen starts at 0.
    """
    topics = tuple(article_topics)
    outcomes = dict.fromkeys(topics, (Outcome.SIGNALS, Outcome.NO_SIGNAL)) | {
        signals_topic: (Outcome.STORIES,)
    }
    if served_topic is not None:
        outcomes[served_topic] = (Outcome.SERVED,)
    for topic, good in outcomes.items():
        recorder.count(RECORDS_READ, 0, topic=topic)
        for outcome in (*good, Outcome.DEAD_LETTER):
            recorder.count(RECORDS, 0, topic=topic, outcome=outcome)
        for reason in Reason:
            stage = _STAGE_OF_REASON.get(reason, "decode")
            recorder.count(DEAD_LETTERS, 0, topic=topic, reason=reason, stage=stage)
    for metric in (SIGNALS, ALERTS, COPIES_FOLDED):
        for values in product(*(label.values for label in metric.labels)):
            recorder.count(metric, 0, **dict(zip(metric.label_names, values, strict=True)))
    for country in (*countries, OTHER_COUNTRY, NO_COUNTRY):
        recorder.count(COUNTRY_SIGNALS, 0, country=country)
    for topic in sent_topics:
        recorder.count(DELIVERY_RETRIES, 0, topic=topic)
        recorder.count(DELIVERY_FAILURES, 0, topic=topic)
    recorder.count(POOL_RESTARTS, 0)
    recorder.count(REBALANCES, 0)
