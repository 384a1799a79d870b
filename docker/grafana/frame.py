"""What is round the panels of every page: variables, marks in time, links to the other pages."""

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class _Mark:
    """A kind of mark: the series that are marks while above 0, and the words for each by its labels.

    A label that a series does not have would stand in `title` by its name; among `tags` it is left out.
    """

    name: str
    colour: str
    expression: str
    title: str
    tags: str


class _Spoken(dashboard.AnnotationQuery):
    """An annotation with words of its own, which Grafana's Prometheus reads and the SDK does not know."""

    title_format: str
    tag_keys: str

    def to_json(self) -> dict[str, object]:
        return {
            **super().to_json(),
            "titleFormat": self.title_format,
            "tagKeys": self.tag_keys,
        }


class _Speaking(dashboards.AnnotationQuery):
    """Builds one."""

    def __init__(self, mark: _Mark) -> None:
        super().__init__()
        self._internal = _Spoken()
        self._internal.title_format = mark.title
        self._internal.tag_keys = mark.tags


def annotations() -> Iterator[dashboards.AnnotationQuery]:
    """Marks on every panel: a release that begins to run, a worker that starts, an alert that fires."""
    running = f"news_monitor_build_info{{{ONLY}}}"
    by = "count by (version, lexicon, model)"
    for mark in (
        _Mark(
            name="Deploys",
            colour="blue",
            expression=f"{by} ({running}) unless {by} ({running} offset 5m)",
            title="{{version}}, lexicon {{lexicon}}, model {{model}}",
            tags="",
        ),
        _Mark(
            name="Starts of workers",
            colour="purple",
            expression=f"changes(process_start_time_seconds{{{ONLY}}}[$__interval]) > 0",
            title="{{instance}} starts",
            tags="cluster",
        ),
        _Mark(
            name="Alerts",
            colour="red",
            expression='ALERTS{alertname=~"NewsMonitor.*",alertstate="firing"}',
            title="{{alertname}}",
            tags="severity,cluster,instance,topic,partition,publisher",
        ),
    ):
        yield (
            _Speaking(mark)
            .name(mark.name)
            .datasource(DATASOURCE)
            .enable(True)
            .icon_color(mark.colour)
            .expr(mark.expression)
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
