"""Overview: is news flowing, how late, what was alerted, can it be trusted; a row per question."""

from typing import Final

from canaries import CANARIES
from panel import (
    ONLY,
    Page,
    Panel,
    Query,
    Shape,
    Step,
    quantiles,
    rate,
    recorded,
    said,
    selected,
    total,
)

from monitor.metrics import catalogue

__all__ = ["OVERVIEW"]

_LATE = "cluster:news_monitor_alerts_late:ratio_rate"
_OVERDUE = "cluster:news_monitor_records_overdue:ratio"
_WORKERS = "cluster:news_monitor_workers:count"
_WORKERS_USUAL = "cluster:news_monitor_workers_usual:max1h"
_MISSING = "cluster:news_monitor_articles_missing:sum"
_DRAIN = "cluster_topic:news_monitor_lag:drain_seconds"


def _number(
    title: str,
    description: str,
    unit: str,
    expression: str,
    *steps: tuple[float, Step],
    width: int = 6,
) -> Panel:
    return Panel(
        title=title,
        description=description,
        unit=unit,
        shape=Shape.NUMBER,
        decimals=0 if unit == "none" else None,
        steps=steps,
        width=width,
        height=4,
        queries=(Query(expression=expression, legend=title.lower()),),
    )


_FLOWING = (
    Panel(
        title="Workers up",
        description="Workers that answer Prometheus. Fewer than you run: one is down; 0: see the "
        "runbook NewsMonitorNoWorker.",
        unit="none",
        shape=Shape.NUMBER,
        base=Step.BAD,
        steps=((1, Step.FINE),),
        width=3,
        height=4,
        queries=(Query(expression=f"sum(up{{{ONLY}}}) or vector(0)", legend="workers"),),
    ),
    _number(
        "Workers gone",
        "How many fewer workers answer than there were in the last hour, also those whose name is "
        "gone with them. Whoever was stopped on purpose is forgotten within an hour; see the "
        "runbook NewsMonitorFewerWorkers.",
        "none",
        # In each cluster for itself, and nobody is gone where there are more than usual.
        f"sum(clamp_min({recorded(_WORKERS_USUAL)} - on (cluster) ({recorded(_WORKERS)}"
        f" or on (cluster) 0 * {recorded(_WORKERS_USUAL)}), 0)) or vector(0)",
        (1, Step.LOOK),
        width=3,
    ),
    _number(
        "Records read",
        "Records read a second, over all topics and the last minutes. 0 without lag: nothing is "
        "published.",
        "recps",
        rate(catalogue.RECORDS_READ),
        width=3,
    ),
    _number(
        "Articles missing",
        "How many articles would usually have come since the last one of any publisher. It counts "
        "while canaries come through, so it is nobody's lag: nothing is published. See the runbook "
        "NewsMonitorFeedSilent.",
        "none",
        f"max({recorded(_MISSING)})",
        (20, Step.LOOK),
        (60, Step.BAD),
        width=3,
    ),
    _number(
        "Kafka last answered",
        f"How long ago, to any worker of the cluster where it is longest. {catalogue.BROKER_ANSWERED_TIMESTAMP_SECONDS.meaning} "
        f"{catalogue.BROKER_ANSWERED_TIMESTAMP_SECONDS.remedy}",
        "s",
        f"max(time() - max by (cluster) ({selected(catalogue.BROKER_ANSWERED_TIMESTAMP_SECONDS)}))",
        (20, Step.LOOK),
        (60, Step.BAD),
        width=4,
    ),
    _number(
        "Since the last progress",
        "Of the agent that has had records waiting for longest without finishing a batch; seconds, "
        f"also on a quiet day. {catalogue.LAST_PROGRESS_TIMESTAMP_SECONDS.remedy}",
        "s",
        f"time() - min({selected(catalogue.LAST_PROGRESS_TIMESTAMP_SECONDS)})",
        (300, Step.LOOK),
        width=4,
    ),
    _number(
        "Alerts of Prometheus",
        "Alert rules of News Monitor that fire now: each has a runbook in docs/runbooks under its "
        "name, and stands as a mark on every panel.",
        "none",
        'count(ALERTS{alertname=~"NewsMonitor.*",alertstate="firing"}) or vector(0)',
        (1, Step.BAD),
        width=4,
    ),
    *CANARIES,
    Panel(
        title="Records by outcome",
        description=said(catalogue.RECORDS),
        unit="recps",
        shape=Shape.STACKED,
        width=24,
        queries=(
            Query(
                expression=rate(catalogue.RECORDS, "topic, outcome"), legend="{{topic}} {{outcome}}"
            ),
        ),
    ),
)

_LATENESS = (
    _number(
        "Oldest record waiting",
        f"Over all partitions. {catalogue.LAG_SECONDS.meaning} {catalogue.LAG_SECONDS.remedy}",
        "s",
        f"max({selected(catalogue.LAG_SECONDS)})",
        (60, Step.LOOK),
        (300, Step.BAD),
    ),
    _number(
        "How long until it is read",
        "The backlog of the slowest topic over the pace at which it shrank in the last ten minutes; "
        "infinite while it grows, 0 where nothing has waited for a minute.",
        "s",
        f"max({recorded(_DRAIN, topic=True)})",
        (600, Step.LOOK),
        (3600, Step.BAD),
    ),
    _number(
        "Late alerts",
        "Share of the alerts of the last hour that came more than 60 s after their article. The "
        "objective is 1 % over 30 days; from 14 % on it pages.",
        "percentunit",
        f"max({recorded(_LATE + '1h')})",
        (0.01, Step.LOOK),
        (0.144, Step.BAD),
    ),
    _number(
        "Overdue records",
        "Share of the records of the last hour that were neither read nor put away ten minutes "
        "after they came. The objective is 0.1 % over 30 days; from 1.4 % on it pages.",
        "percentunit",
        f"max({recorded(_OVERDUE + '1h')})",
        (0.001, Step.LOOK),
        (0.0144, Step.BAD),
    ),
    Panel(
        title="Article to alert",
        description=said(catalogue.ARTICLE_TO_ALERT_SECONDS),
        unit="s",
        steps=((60, Step.BAD),),
        queries=quantiles(catalogue.ARTICLE_TO_ALERT_SECONDS, exemplars=True),
    ),
    Panel(
        title="Waiting by topic",
        description=f"The oldest record of each topic. {catalogue.LAG_SECONDS.meaning} "
        "The first topic on the way that grows is where it stops.",
        unit="s",
        steps=((300, Step.BAD),),
        queries=(
            Query(
                expression=f"max by (topic) ({selected(catalogue.LAG_SECONDS)})", legend="{{topic}}"
            ),
        ),
    ),
)

_ALERTED = (
    _number(
        "Alerts in this time",
        "Alerts raised in the time range shown: first revisions, without updates.",
        "none",
        total(catalogue.ALERTS, labels=',lifecycle="alert"'),
    ),
    _number(
        "Extreme and severe",
        "Of these the alerts of the two highest severities of CAP 1.2.",
        "none",
        total(catalogue.ALERTS, labels=',lifecycle="alert",severity=~"Extreme|Severe"'),
    ),
    _number(
        "Updates and cancels",
        "Further revisions of alerts in the time range shown. Far more than alerts is normal for a "
        "large event.",
        "none",
        total(catalogue.ALERTS, labels=',lifecycle!="alert"'),
    ),
    _number(
        "Open stories",
        said(catalogue.STORIES_OPEN),
        "none",
        f"sum({selected(catalogue.STORIES_OPEN)})",
        (50_000, Step.BAD),
    ),
    Panel(
        title="Alerts by severity",
        description="Revisions of alerts a second by severity (CAP 1.2), updates and cancels among "
        "them. The dashboard News has them by kind.",
        unit="eps",
        colours=(
            ("Extreme", "red"),
            ("Severe", "orange"),
            ("Moderate", "yellow"),
            ("Minor", "blue"),
            ("Unknown", "text"),
        ),
        shape=Shape.STACKED,
        width=24,
        queries=(Query(expression=rate(catalogue.ALERTS, "severity"), legend="{{severity}}"),),
    ),
)

_TRUST = (
    _number(
        "Unreadable",
        "Share of the records of the last minutes that became dead letters; the worker stops above "
        "dead_letter_share. The dashboard Pipeline has them by reason.",
        "percentunit",
        rate(catalogue.RECORDS, labels=',outcome="dead-letter"')
        + f" / ({rate(catalogue.RECORDS)} > 0) or vector(0)",
        (0.01, Step.LOOK),
        (0.05, Step.BAD),
    ),
    Panel(
        title="What runs",
        description=said(catalogue.BUILD_INFO),
        unit="none",
        shape=Shape.NAME,
        width=18,
        height=4,
        queries=(
            Query(
                expression="sum by (version, lexicon, model, python) "
                f"({selected(catalogue.BUILD_INFO)})",
                legend="{{version}}, lexicon {{lexicon}}, model {{model}}, Python {{python}}",
            ),
        ),
    ),
)

OVERVIEW: Final = Page(
    name="overview",
    title="News Monitor: overview",
    description="Is news flowing, how late is it, what was alerted, can it be trusted.",
    rows={
        "Is news flowing?": _FLOWING,
        "How late is it?": _LATENESS,
        "What was alerted?": _ALERTED,
        "Can it be trusted?": _TRUST,
    },
)
