"""Panel, Query, Page: a dashboard as data, and the expressions that panels ask for.

Every expression keeps to what the variables at the top of a page choose, as grafana's
dashboard-linter wants it; a series that a rule records has no other label to choose by than its
cluster.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from grafana_foundation_sdk.models import dashboard

from monitor.metrics import Metric

__all__ = [
    "DATASOURCE",
    "ONLY",
    "Page",
    "Panel",
    "Query",
    "Shape",
    "Step",
    "gauge",
    "most",
    "quantiles",
    "rate",
    "rate_of_trouble",
    "recorded",
    "said",
    "selected",
    "total",
]

DATASOURCE: Final = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")
"""The Prometheus that the page's first variable names."""

ONLY: Final = 'job=~"$job",cluster=~"$cluster",instance=~"$instance"'
"""What the variables choose of any series that a worker shows."""


_SLOW_END: Final = 0.99


class Shape(StrEnum):
    """How a panel draws."""

    LINES = "lines"
    """One line per series over time."""
    STACKED = "stacked"
    """Areas on top of each other: their sum is what one looks at."""
    NUMBER = "number"
    """The newest value, large, in the colour of the step it has reached."""
    NAME = "name"
    """The legends themselves, large: what there is rather than how much."""


class Step(StrEnum):
    """What a value from some threshold on means; the colours are Grafana's."""

    FINE = "green"
    """Nothing to do."""
    LOOK = "orange"
    """Worth a look in working hours."""
    BAD = "red"
    """Somebody should be at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One expression of a panel; the legend uses Grafana's `{{label}}`.

    Where `exemplars` are asked for, single articles stand as points beside the line.
    """

    expression: str
    legend: str
    exemplars: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel: what it answers, in which of Grafana's units, how wide of 24 columns.

    `steps` are the thresholds in rising order; below the first of them all is `base`. `colours` are
    of series that mean one, by their legends.
    """

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    shape: Shape = Shape.LINES
    steps: tuple[tuple[float, Step], ...] = ()
    base: Step = Step.FINE
    least: float | None = 0
    decimals: int | None = None
    colours: tuple[tuple[str, str], ...] = ()
    width: int = 12
    height: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A dashboard: its file's name, and rows of panels, each under the question it answers."""

    name: str
    title: str
    description: str
    rows: dict[str, tuple[Panel, ...]]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Every panel, in order."""
        return tuple(panel for panels in self.rows.values() for panel in panels)

    def expressions(self) -> dict[str, str]:
        """Every expression of the page by `page / panel / legend`, as Grafana has it."""
        return {
            f"{self.name} / {panel.title} / {query.legend}": query.expression
            for panel in self.panels
            for query in panel.queries
        }


def said(*metrics: Metric) -> str:
    """What the catalogue says of metrics: their meanings and what to do when they look wrong."""
    return " ".join(f"{metric.meaning} {metric.remedy}" for metric in metrics)


def selected(metric: Metric, labels: str = "", suffix: str = "") -> str:
    """The series of a metric that the page's variables choose, and further *labels*."""
    topic = ',topic=~"$topic"' if "topic" in metric.label_names else ""
    return f"{metric.name}{suffix}{{{ONLY}{topic}{labels}}}"


def rate(metric: Metric, by: str = "", labels: str = "") -> str:
    """Events a second, summed over the workers."""
    return f"sum{_by(by)} (rate({selected(metric, labels)}[$__rate_interval]))"


def rate_of_trouble(metric: Metric, by: str) -> str:
    """Events a second where there are any, and one 0 for all the others, which is called none."""
    return f"{rate(metric, by)} > 0 or {_nothing(metric, by)}"


def most(metric: Metric, by: str, number: int = 10) -> str:
    """The label's values with most events a second, if there are any, and one 0 that is called none."""
    return f"topk({number}, {rate(metric, by)} > 0) or {_nothing(metric, by)}"


def _nothing(metric: Metric, by: str) -> str:
    """One 0 whose last label says none: without a label its legend would be empty."""
    label = by.rsplit(", ", maxsplit=1)[-1]
    return f'label_replace(0 * {rate(metric)}, "{label}", "none", "", "")'


def total(metric: Metric, by: str = "", labels: str = "") -> str:
    """Events in the time that the page shows, summed over the workers."""
    return f"sum{_by(by)} (increase({selected(metric, labels)}[$__range]))"


def gauge(metric: Metric, by: str = "", over: str = "sum") -> str:
    """A gauge over the workers."""
    return f"{over}{_by(by)} ({selected(metric)})"


def recorded(name: str, *, topic: bool = False) -> str:
    """A series that a rule of docker/prometheus records."""
    return f'{name}{{cluster=~"$cluster"' + (',topic=~"$topic"' if topic else "") + "}"


def quantiles(metric: Metric, by: str = "", *, exemplars: bool = False) -> tuple[Query, ...]:
    """Median, nine of ten, and the slow end of a histogram, over all workers.

    The slow end shows the articles it was measured of, where they are recorded.
    """
    suffix = f" {{{{{by}}}}}" if by else ""
    grouping = f"le, {by}" if by else "le"
    buckets = f"sum by ({grouping}) (rate({selected(metric, suffix='_bucket')}[$__rate_interval]))"
    return tuple(
        Query(
            expression=f"histogram_quantile({share}, {buckets})",
            legend=f"{name}{suffix}",
            exemplars=exemplars and share == _SLOW_END,
        )
        for share, name in ((0.5, "half within"), (0.9, "90% within"), (_SLOW_END, "99% within"))
    )


def _by(labels: str) -> str:
    return f" by ({labels})" if labels else ""
