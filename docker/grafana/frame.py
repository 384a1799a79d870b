"""What is round the panels of every page: variables, marks in time, links to the other pages."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.models import dashboard
from panel import DATASOURCE, ONLY

__all__ = ["annotations", "links", "variables"]

_JOB = 'job=~"$job"'
_CLUSTER = f'{_JOB},cluster=~"$cluster"'


def variables() -> Iterator[dashboards.DatasourceVariable | dashboards.QueryVariable]:
    """Data source, job, cluster, worker and topic; each narrows those behind it."""
    yield (
        dashboards.DatasourceVariable("datasource")
        .label("Data source")
        .description("Which Prometheus to ask.")
        .type("prometheus")
        .current(dashboard.VariableOption(selected=True, text="Prometheus", value="prometheus"))
    )
    for name, label, description, query, everything in (
        # No worker has an empty job or topic, but a cluster need not have a name.
        ("job", "Job", "Which scrape jobs.", "label_values(news_monitor_build_info, job)", ".+"),
        (
            "cluster",
            "Cluster",
            "Which installations of News Monitor.",
            f"label_values(news_monitor_build_info{{{_JOB}}}, cluster)",
            ".*",
        ),
        (
            "instance",
            "Instance",
            "Which workers.",
            f"label_values(up{{{_CLUSTER}}}, instance)",
            ".+",
        ),
        (
            "topic",
            "Topic",
            "Which topics, where a panel has them.",
            f"label_values(news_monitor_records_read_total{{{ONLY}}}, topic)",
            ".+",
        ),
    ):
        yield (
            dashboards.QueryVariable(name)
            .label(label)
            .description(description)
            .datasource(DATASOURCE)
            .query(query)
            .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .current(dashboard.VariableOption(selected=True, text="All", value="$__all"))
            .multi(True)
            .include_all(True)
            .all_value(everything)
        )


def annotations() -> Iterator[dashboards.AnnotationQuery]:
    """Marks on every panel: a release that begins to run, a worker that starts, an alert that fires."""
    running = f"news_monitor_build_info{{{ONLY}}}"
    by = "count by (version, lexicon, model)"
    for name, colour, expression in (
        (
            "Deploys",
            "blue",
            f"{by} ({running}) unless {by} ({running} offset 5m)",
        ),
        (
            "Starts of workers",
            "purple",
            f"changes(process_start_time_seconds{{{ONLY}}}[$__interval]) > 0",
        ),
        (
            "Alerts",
            "red",
            'ALERTS{alertname=~"NewsMonitor.*",alertstate="firing"}',
        ),
    ):
        yield (
            dashboards.AnnotationQuery()
            .name(name)
            .datasource(DATASOURCE)
            .enable(True)
            .icon_color(colour)
            .expr(expression)
        )


def links() -> Iterator[dashboards.DashboardLink]:
    """The other pages, with the same time and the same variables."""
    yield (
        dashboards.DashboardLink("News Monitor")
        .type(dashboard.DashboardLinkType.DASHBOARDS)
        .tags(["news-monitor"])
        .as_dropdown(False)
        .keep_time(True)
        .include_vars(True)
    )
