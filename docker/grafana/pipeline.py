"""Pipeline: each agent, partition, pool and delivery, and what could not be read."""

from typing import Final

from delivery import DELIVERY
from panel import ONLY, Page, Panel, Query, Shape, Step, gauge, quantiles, recorded, said, selected

from monitor.metrics import Metric, catalogue

__all__ = ["PIPELINE"]

_OVERDUE = "cluster_topic_partition:news_monitor_records_overdue:count1m"


def _by_partition(title: str, metric: Metric, unit: str, *steps: tuple[float, Step]) -> Panel:
    """A line per partition of a gauge that each worker tells of its own."""
    expression = gauge(metric, "topic, partition", "max")
    return Panel(
        title=title,
        description=said(metric),
        unit=unit,
        steps=steps,
        queries=(Query(expression=expression, legend="{{topic}} {{partition}}"),),
    )


_PARTITIONS = (
    _by_partition("Lag in records", catalogue.LAG_RECORDS, "none"),
    _by_partition("Lag in seconds", catalogue.LAG_SECONDS, "s", (300, Step.BAD)),
    Panel(
        title="Overdue records",
        description="Records that came more than ten minutes ago and are not done, of each minute's "
        "arrivals. One partition: it stands still. All: too slow, or the broker is away.",
        unit="none",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=f"sum by (topic, partition) ({recorded(_OVERDUE, topic=True)})",
                legend="{{topic}} {{partition}}",
            ),
        ),
    ),
    Panel(
        title="Committed records",
        description=f"Records committed a second. {catalogue.COMMITTED_OFFSET.remedy}",
        unit="recps",
        queries=(
            Query(
                expression="max by (topic, partition) (clamp_min(deriv("
                f"{selected(catalogue.COMMITTED_OFFSET)}[$__rate_interval]), 0))",
                legend="{{topic}} {{partition}}",
            ),
        ),
    ),
    _by_partition("Commit age", catalogue.COMMIT_AGE_SECONDS, "s", (300, Step.BAD)),
    Panel(
        title="Rebalances",
        description=said(catalogue.REBALANCES),
        unit="none",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression="sum by (instance) "
                f"(increase({selected(catalogue.REBALANCES)}[$__rate_interval]))",
                legend="{{instance}}",
            ),
        ),
    ),
    Panel(
        title="Partitions by worker",
        description=said(catalogue.PARTITIONS_ASSIGNED),
        unit="none",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=gauge(catalogue.PARTITIONS_ASSIGNED, "instance, topic"),
                legend="{{instance}} {{topic}}",
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
                expression=f"{gauge(catalogue.RECORDS_READ, 'topic')} - "
                f"{gauge(catalogue.RECORDS, 'topic')}",
                legend="{{topic}}",
            ),
        ),
    ),
)

_AGENTS = (
    Panel(
        title="Batch",
        description=said(catalogue.BATCH_SECONDS),
        unit="s",
        queries=quantiles(catalogue.BATCH_SECONDS, "agent"),
    ),
    Panel(
        title="Records in a batch",
        description=said(catalogue.BATCH_RECORDS),
        unit="none",
        queries=quantiles(catalogue.BATCH_RECORDS, "agent"),
    ),
    Panel(
        title="Batch in hand",
        description=said(catalogue.OLDEST_UNACKNOWLEDGED_SECONDS),
        unit="s",
        steps=((60, Step.BAD),),
        queries=(
            Query(
                expression=gauge(catalogue.OLDEST_UNACKNOWLEDGED_SECONDS, "instance, agent", "max"),
                legend="{{instance}} {{agent}}",
            ),
        ),
    ),
    Panel(
        title="Since the last progress",
        description="Seconds since each agent last finished a batch, or had nothing waiting for it. "
        f"{catalogue.LAST_PROGRESS_TIMESTAMP_SECONDS.remedy}",
        unit="s",
        queries=(
            Query(
                expression="time() - "
                + gauge(catalogue.LAST_PROGRESS_TIMESTAMP_SECONDS, "instance, agent", "max"),
                legend="{{instance}} {{agent}}",
            ),
        ),
    ),
)

_POOL = (
    Panel(
        title="Reading one share of a batch",
        description=said(catalogue.ANALYSIS_SECONDS),
        unit="s",
        queries=quantiles(catalogue.ANALYSIS_SECONDS),
    ),
    Panel(
        title="Reading processes",
        description=said(catalogue.POOL_PROCESSES, catalogue.POOL_BUSY),
        unit="none",
        queries=(
            Query(
                expression=gauge(catalogue.POOL_PROCESSES, "instance"), legend="all {{instance}}"
            ),
            Query(expression=gauge(catalogue.POOL_BUSY, "instance"), legend="busy {{instance}}"),
        ),
    ),
    Panel(
        title="Processes replaced",
        description=said(catalogue.POOL_RESTARTS),
        unit="none",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=f"sum by (instance) (increase({selected(catalogue.POOL_RESTARTS)}"
                "[$__rate_interval]))",
                legend="{{instance}}",
            ),
        ),
    ),
    Panel(
        title="Delay of the event loop",
        description=said(catalogue.EVENT_LOOP_DELAY_SECONDS),
        unit="s",
        steps=((1, Step.BAD),),
        queries=quantiles(catalogue.EVENT_LOOP_DELAY_SECONDS),
    ),
    Panel(
        title="Memory of the worker",
        description="Resident memory of each worker's main process, which holds the stories.",
        unit="bytes",
        queries=(
            Query(expression=f"process_resident_memory_bytes{{{ONLY}}}", legend="{{instance}}"),
        ),
    ),
    Panel(
        title="Memory of the reading processes",
        description=said(catalogue.POOL_MEMORY_BYTES),
        unit="bytes",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=gauge(catalogue.POOL_MEMORY_BYTES, "instance, process"),
                legend="{{instance}} {{process}}",
            ),
        ),
    ),
)

PIPELINE: Final = Page(
    name="pipeline",
    title="News Monitor: pipeline",
    description="Where records wait or get lost: partitions, agents, processes, delivery.",
    rows={
        "Do the partitions move?": _PARTITIONS,
        "How do the agents get on?": _AGENTS,
        "Do the reading processes keep up?": _POOL,
        "Does the broker take what we send, and what could not be read?": DELIVERY,
    },
)
