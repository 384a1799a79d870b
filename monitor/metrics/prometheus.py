"""PrometheusRecorder: the catalogue on a registry of its own, and its exposition."""

from collections.abc import Iterator
from itertools import product

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from monitor.metrics.catalogue import CATALOGUE
from monitor.metrics.definition import PREFIX, Kind, Metric
from monitor.metrics.recorder import check

__all__ = ["PrometheusRecorder"]

_ARTICLE_ID = "article_id"
_EXEMPLAR_CHARS = 128 - len(_ARTICLE_ID)
"""OpenMetrics 1.0 allows an exemplar's names and values 128 characters together."""


class PrometheusRecorder:
    """Records into series that Prometheus scrapes; every thread may record and read.

    The registry is its own, never the library's global one: two recorders in one process do not
    meet. Beside the catalogue it shows the process (memory, processor time, open files) and
    the Python platform.
    """

    def __init__(self) -> None:
        """Declare every metric of the catalogue."""
        registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._histograms: dict[str, Histogram] = {}
        for metric in CATALOGUE:
            name, help_, labels = metric.name, metric.meaning, metric.label_names
            match metric.kind:
                case Kind.COUNTER:
                    self._counters[name] = Counter(name, help_, labels, registry=registry)
                case Kind.GAUGE:
                    self._gauges[name] = Gauge(name, help_, labels, registry=registry)
                case Kind.HISTOGRAM:
                    histogram = Histogram(
                        name, help_, labels, registry=registry, buckets=metric.buckets
                    )
                    self._histograms[name] = histogram
                    # Like counters they must exist before the first observation, or `rate()`
                    # misses it; their labels are closed lists, if they have any.
                    for values in product(*(label.values for label in metric.labels)):
                        if values:
                            histogram.labels(*values)
        # The recorder shows itself through a view of the registry that has no `_created` series.
        self._view = CollectorRegistry()
        self._view.register(_WithoutCreated(registry))

    def count(self, metric: Metric, amount: float = 1, /, **labels: str) -> None:
        """Add *amount* to a counter."""
        values = check(metric, Kind.COUNTER, labels)
        counter = self._counters[metric.name]
        (counter.labels(*values) if values else counter).inc(amount)

    def observe(
        self, metric: Metric, value: float, /, *, article_id: str = "", **labels: str
    ) -> None:
        """Put *value* into a histogram; OpenMetrics shows the newest article of each bucket.

        An id that is too long for an exemplar, or that no line of text can hold, is left out.
        """
        values = check(metric, Kind.HISTOGRAM, labels)
        histogram = self._histograms[metric.name]
        fits = article_id.isprintable() and len(article_id) <= _EXEMPLAR_CHARS
        exemplar = {_ARTICLE_ID: article_id} if article_id and fits else None
        (histogram.labels(*values) if values else histogram).observe(value, exemplar)

    def set(self, metric: Metric, value: float, /, **labels: str) -> None:
        """Set a gauge to *value*."""
        values = check(metric, Kind.GAUGE, labels)
        gauge = self._gauges[metric.name]
        (gauge.labels(*values) if values else gauge).set(value)

    def clear(self, metric: Metric, /) -> None:
        """Forget every series of a labelled gauge."""
        self._gauges[metric.name].clear()

    def value(self, metric: Metric, /, **labels: str) -> float | None:
        """Read one series back (of a histogram, how many observations); None if there is none."""
        suffix = "_count" if metric.kind is Kind.HISTOGRAM else ""
        text = {name: str(value) for name, value in labels.items()}
        return self._view.get_sample_value(metric.name + suffix, text)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Everything recorded, as OpenMetrics or Prometheus text, whichever *accept* asks for.

        Returns:
            The page and its content type.
        """
        encode, content_type = choose_encoder(accept)
        return encode(self._view), content_type


class _WithoutCreated(Collector):
    """The families of a registry without their `_created` samples.

    Those double the number of series and no rule of ours reads them; the library can switch them
    off for the whole process only, and the process is not ours alone when tests run.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Family]:
        for family in self._registry.collect():
            if family.name.startswith(PREFIX):
                family.samples = [
                    sample for sample in family.samples if not sample.name.endswith("_created")
                ]
            yield family
