"""The panels of the dashboard as data, in the order of the data's way.

Each says what it answers, in which unit, and by which expressions; `dashboard.py` draws them. The
descriptions are the catalogue's own meanings and remedies wherever a panel shows one metric.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.metrics import Metric, catalogue

__all__ = ["ROWS", "Panel", "Query", "Shape", "expressions"]

# The worker's own instances, as the variable at the top of the page narrows them.
ONLY: Final = 'job="news-monitor",instance=~"$instance"'


class Shape(StrEnum):
    """How a panel draws."""

    LINES = "lines"
    """One line per series over time."""
    STACKED = "stacked"
    """Areas on top of each other: their sum is what one looks at."""
    NUMBER = "number"
    """The newest value, large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One expression of a panel; the legend uses Grafana's `{{label}}`."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel: what it answers, in which of Grafana's units, how wide of 24 columns."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    shape: Shape = Shape.LINES
    least: float | None = 0
    width: int = 12
    height: int = 8


def rate(metric: Metric, by: str = "", labels: str = "") -> str:
    """Events a second, summed over the workers."""
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping} (rate({metric.name}{{{ONLY}{labels}}}[$__rate_interval]))"


def quantile(share: float, metric: Metric, by: str = "") -> str:
    """The *share* quantile of a histogram, over all workers."""
    grouping = f"le, {by}" if by else "le"
    buckets = f"{metric.name}_bucket{{{ONLY}}}"
    return f"histogram_quantile({share}, sum by ({grouping}) (rate({buckets}[$__rate_interval])))"


def gauge(metric: Metric, by: str, over: str = "sum") -> str:
    """A gauge over the workers."""
    return f"{over} by ({by}) ({metric.name}{{{ONLY}}})"


def quantiles(metric: Metric, by: str = "") -> tuple[Query, ...]:
    """Median, nine of ten, and the slow end."""
    suffix = f" {{{{{by}}}}}" if by else ""
    return tuple(
        Query(expression=quantile(share, metric, by), legend=f"{name}{suffix}")
        for share, name in ((0.5, "half within"), (0.9, "90% within"), (0.99, "99% within"))
    )


_GLANCE = (
    Panel(
        title="Workers up",
        description="Workers that answer Prometheus. Fewer than you run: one is down.",
        unit="none",
        shape=Shape.NUMBER,
        width=4,
        height=4,
        queries=(Query(expression='sum(up{job="news-monitor"})', legend="workers"),),
    ),
    Panel(
        title="Articles read",
        description="Articles read a second, over the last minutes.",
        unit="reqps",
        shape=Shape.NUMBER,
        width=5,
        height=4,
        queries=(Query(expression=rate(catalogue.RECORDS_READ), legend="records a second"),),
    ),
    Panel(
        title="Behind",
        description="Age of the oldest record that is not done, over all partitions.",
        unit="s",
        shape=Shape.NUMBER,
        width=5,
        height=4,
        queries=(
            Query(expression=f"max({catalogue.LAG_SECONDS.name}{{{ONLY}}})", legend="oldest"),
        ),
    ),
    Panel(
        title="Unreadable",
        description="Share of the records of the last minutes that became dead letters; the "
        "worker stops above dead_letter_share.",
        unit="percentunit",
        shape=Shape.NUMBER,
        width=5,
        height=4,
        queries=(
            Query(
                expression=rate(catalogue.RECORDS, labels=',outcome="dead-letter"')
                + f" / ({rate(catalogue.RECORDS)} > 0) or vector(0)",
                legend="share",
            ),
        ),
    ),
    Panel(
        title="Alerts in this time",
        description="Alerts raised in the time range shown: first revisions, without updates.",
        unit="none",
        shape=Shape.NUMBER,
        width=5,
        height=4,
        queries=(
            Query(
                expression=f'sum(increase({catalogue.ALERTS.name}{{{ONLY},lifecycle="alert"}}'
                "[$__range]))",
                legend="alerts",
            ),
        ),
    ),
)

_READING = (
    Panel(
        title="Records by outcome",
        description=f"{catalogue.RECORDS.meaning} {catalogue.RECORDS.remedy}",
        unit="reqps",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=rate(catalogue.RECORDS, "topic, outcome"), legend="{{topic}} {{outcome}}"
            ),
        ),
    ),
    Panel(
        title="Read minus outcomes",
        description="Records read less the sum of their outcomes, per topic: 0, always. Anything "
        "else for longer than one scrape is a defect of ours: please report it.",
        unit="none",
        least=None,
        queries=(
            Query(
                expression=f"sum by (topic) ({catalogue.RECORDS_READ.name}{{{ONLY}}}) - "
                f"sum by (topic) ({catalogue.RECORDS.name}{{{ONLY}}})",
                legend="{{topic}}",
            ),
        ),
    ),
    Panel(
        title="Lag in records",
        description=f"{catalogue.LAG_RECORDS.meaning} {catalogue.LAG_RECORDS.remedy}",
        unit="none",
        queries=(
            Query(
                expression=gauge(catalogue.LAG_RECORDS, "topic, partition"),
                legend="{{topic}} {{partition}}",
            ),
        ),
    ),
    Panel(
        title="Lag in seconds",
        description=f"{catalogue.LAG_SECONDS.meaning} {catalogue.LAG_SECONDS.remedy}",
        unit="s",
        queries=(
            Query(
                expression=gauge(catalogue.LAG_SECONDS, "topic, partition", "max"),
                legend="{{topic}} {{partition}}",
            ),
        ),
    ),
    Panel(
        title="Age of articles when read",
        description=f"{catalogue.ARTICLE_AGE_SECONDS.meaning} {catalogue.ARTICLE_AGE_SECONDS.remedy}",
        unit="s",
        queries=quantiles(catalogue.ARTICLE_AGE_SECONDS),
    ),
    Panel(
        title="Dead letters by reason",
        description=f"{catalogue.DEAD_LETTERS.meaning} {catalogue.DEAD_LETTERS.remedy}",
        unit="reqps",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=rate(catalogue.DEAD_LETTERS, "topic, reason"),
                legend="{{topic}} {{reason}}",
            ),
        ),
    ),
)

_ALERTING = (
    Panel(
        title="Article to alert",
        description=f"{catalogue.ARTICLE_TO_ALERT_SECONDS.meaning} "
        f"{catalogue.ARTICLE_TO_ALERT_SECONDS.remedy}",
        unit="s",
        queries=quantiles(catalogue.ARTICLE_TO_ALERT_SECONDS),
    ),
    Panel(
        title="Article to signals",
        description=f"{catalogue.ARTICLE_TO_SIGNAL_SECONDS.meaning} The rest of the way to the "
        "alert is the signals topic and the alert agent.",
        unit="s",
        queries=quantiles(catalogue.ARTICLE_TO_SIGNAL_SECONDS),
    ),
    Panel(
        title="Signals by kind",
        description=f"{catalogue.SIGNALS.meaning} {catalogue.SIGNALS.remedy}",
        unit="reqps",
        shape=Shape.STACKED,
        queries=(Query(expression=rate(catalogue.SIGNALS, "kind"), legend="{{kind}}"),),
    ),
    Panel(
        title="Alerts by kind",
        description=f"{catalogue.ALERTS.meaning} {catalogue.ALERTS.remedy}",
        unit="reqps",
        shape=Shape.STACKED,
        queries=(Query(expression=rate(catalogue.ALERTS, "kind"), legend="{{kind}}"),),
    ),
    Panel(
        title="Alerts by severity",
        description="Revisions of alerts by severity (CAP 1.2), updates and cancels among them.",
        unit="reqps",
        shape=Shape.STACKED,
        queries=(Query(expression=rate(catalogue.ALERTS, "severity"), legend="{{severity}}"),),
    ),
    Panel(
        title="Open stories",
        description=f"{catalogue.STORIES_OPEN.meaning} {catalogue.STORIES_OPEN.remedy} "
        f"{catalogue.STORIES_UNREADABLE.meaning} {catalogue.STORIES_UNREADABLE.remedy}",
        unit="none",
        shape=Shape.STACKED,
        queries=(
            Query(expression=gauge(catalogue.STORIES_OPEN, "partition"), legend="{{partition}}"),
            Query(
                expression=gauge(catalogue.STORIES_UNREADABLE, "partition"),
                legend="{{partition}} unreadable",
            ),
        ),
    ),
    Panel(
        title="Alerts for subscriptions",
        description=f"{catalogue.SUBSCRIPTION_ALERTS.meaning} {catalogue.SUBSCRIPTION_ALERTS.remedy}",
        unit="reqps",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=rate(catalogue.SUBSCRIPTION_ALERTS, "subscription, fate"),
                legend="{{subscription}} {{fate}}",
            ),
        ),
    ),
    Panel(
        title="Subscriptions",
        description=f"{catalogue.SUBSCRIPTIONS.meaning} "
        f"{catalogue.SUBSCRIPTIONS_FILE_REFUSED.meaning} "
        f"{catalogue.SUBSCRIPTIONS_FILE_REFUSED.remedy} {catalogue.RECEIPTS.meaning} "
        f"{catalogue.RECEIPTS_UNREADABLE.meaning} {catalogue.RECEIPTS_UNREADABLE.remedy}",
        unit="none",
        queries=(
            Query(expression=gauge(catalogue.SUBSCRIPTIONS, "instance"), legend="{{instance}}"),
            Query(
                expression=gauge(catalogue.SUBSCRIPTIONS_FILE_REFUSED, "instance"),
                legend="file refused {{instance}}",
            ),
            Query(
                expression=rate(catalogue.SUBSCRIPTIONS_RELOADS, "outcome"),
                legend="files {{outcome}} a second",
            ),
            Query(
                expression=gauge(catalogue.RECEIPTS, "partition"), legend="receipts {{partition}}"
            ),
            Query(
                expression=gauge(catalogue.RECEIPTS_UNREADABLE, "partition"),
                legend="{{partition}} unreadable",
            ),
        ),
    ),
)

_WORKERS = (
    Panel(
        title="Batch",
        description=f"{catalogue.BATCH_SECONDS.meaning} {catalogue.BATCH_SECONDS.remedy}",
        unit="s",
        queries=quantiles(catalogue.BATCH_SECONDS, "agent"),
    ),
    Panel(
        title="Records in a batch",
        description=f"{catalogue.BATCH_RECORDS.meaning} {catalogue.BATCH_RECORDS.remedy}",
        unit="none",
        queries=quantiles(catalogue.BATCH_RECORDS, "agent"),
    ),
    Panel(
        title="Reading one share of a batch",
        description=f"{catalogue.ANALYSIS_SECONDS.meaning} {catalogue.ANALYSIS_SECONDS.remedy}",
        unit="s",
        queries=quantiles(catalogue.ANALYSIS_SECONDS),
    ),
    Panel(
        title="Processes",
        description=f"{catalogue.POOL_BUSY.meaning} {catalogue.POOL_BUSY.remedy}",
        unit="none",
        queries=(
            Query(
                expression=gauge(catalogue.POOL_PROCESSES, "instance"), legend="all {{instance}}"
            ),
            Query(expression=gauge(catalogue.POOL_BUSY, "instance"), legend="busy {{instance}}"),
            Query(
                expression=f"sum by (instance) (increase({catalogue.POOL_RESTARTS.name}{{{ONLY}}}"
                "[$__rate_interval]))",
                legend="replaced {{instance}}",
            ),
        ),
    ),
    Panel(
        title="Since the last progress",
        description="Seconds since each agent last finished a batch, while anything waits for it "
        f"or not. {catalogue.LAST_PROGRESS_TIMESTAMP_SECONDS.remedy}",
        unit="s",
        queries=(
            Query(
                expression="time() - "
                + gauge(catalogue.LAST_PROGRESS_TIMESTAMP_SECONDS, "instance, agent", "max"),
                legend="{{instance}} {{agent}}",
            ),
            Query(
                expression=gauge(catalogue.OLDEST_UNACKNOWLEDGED_SECONDS, "instance, agent", "max"),
                legend="batch in hand {{instance}} {{agent}}",
            ),
        ),
    ),
    Panel(
        title="Deliveries tried again or refused",
        description=f"{catalogue.DELIVERY_RETRIES.meaning} {catalogue.DELIVERY_RETRIES.remedy} "
        f"Refused: {catalogue.DELIVERY_FAILURES.remedy}",
        unit="reqps",
        queries=(
            Query(expression=rate(catalogue.DELIVERY_RETRIES, "topic"), legend="again {{topic}}"),
            Query(
                expression=rate(catalogue.DELIVERY_FAILURES, "topic"), legend="refused {{topic}}"
            ),
        ),
    ),
    Panel(
        title="Partitions by worker",
        description=f"{catalogue.PARTITIONS_ASSIGNED.meaning} {catalogue.PARTITIONS_ASSIGNED.remedy}",
        unit="none",
        queries=(
            Query(
                expression=gauge(catalogue.PARTITIONS_ASSIGNED, "instance, topic"),
                legend="{{instance}} {{topic}}",
            ),
        ),
    ),
    Panel(
        title="Memory of the worker",
        description="Resident memory of each worker's main process; the processes that read "
        "articles have as much again each, mostly the entity pipeline.",
        unit="bytes",
        queries=(
            Query(expression=f"process_resident_memory_bytes{{{ONLY}}}", legend="{{instance}}"),
        ),
    ),
    Panel(
        title="What runs",
        description=f"{catalogue.BUILD_INFO.meaning} {catalogue.BUILD_INFO.remedy}",
        unit="none",
        shape=Shape.NUMBER,
        width=24,
        height=4,
        queries=(
            Query(
                expression=f"sum by (version, lexicon, model, python) "
                f"({catalogue.BUILD_INFO.name}{{{ONLY}}})",
                legend="{{version}}, lexicon {{lexicon}}, model {{model}}, Python {{python}}",
            ),
        ),
    ),
)

ROWS: Final[dict[str, tuple[Panel, ...]]] = {
    "At a glance": _GLANCE,
    "Reading: articles to signals": _READING,
    "Alerting: signals to alerts": _ALERTING,
    "The workers": _WORKERS,
}
"""The page, in the order of the data's way."""


def expressions() -> dict[str, str]:
    """Every expression of the page by `panel title / legend`, as Grafana has it."""
    return {
        f"{panel.title} / {query.legend}": query.expression
        for panels in ROWS.values()
        for panel in panels
        for query in panel.queries
    }
