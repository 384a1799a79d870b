"""Write the Grafana dashboard: `python docker/grafana/dashboard.py [--check]`.

Edit panels.py, run this file, commit both; an edit in Grafana's own editor is lost with the next
run. Needs grafana-foundation-sdk (development group) and the repository on PYTHONPATH.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import prometheus, stat, timeseries
from grafana_foundation_sdk.builders.common import (
    ReduceDataOptions,
    StackingConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common, dashboard
from panels import ROWS, Panel, Shape

__all__ = ["FILE", "render"]

FILE: Final = Path(__file__).parent / "dashboards" / "news-monitor.json"
DATASOURCE: Final = dashboard.DataSourceRef(type_val="prometheus", uid="prometheus")


def _draw(panel: Panel) -> Builder[dashboard.Panel]:
    builder: stat.Panel | timeseries.Panel
    if panel.shape is Shape.NUMBER:
        text = common.BigValueTextMode.AUTO
        if panel.title == "What runs":
            text = common.BigValueTextMode.NAME
        builder = (
            stat.Panel()
            .text_mode(text)
            .graph_mode(common.BigValueGraphMode.NONE)
            .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        )
    else:
        legend = VizLegendOptions().show_legend(True)
        builder = (
            timeseries.Panel()
            .fill_opacity(30 if panel.shape is Shape.STACKED else 0)
            .legend(legend.display_mode(common.LegendDisplayMode.LIST))
            .tooltip(VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))
        )
        if panel.shape is Shape.STACKED:
            builder = builder.stacking(StackingConfig().mode(common.StackingMode.NORMAL))
        if panel.least is not None:
            builder = builder.min(panel.least)
    builder = (
        builder.title(panel.title)
        .description(panel.description)
        .unit(panel.unit)
        .span(panel.width)
        .height(panel.height)
        .datasource(DATASOURCE)
    )
    for number, query in enumerate(panel.queries):
        target = (
            prometheus.Dataquery()
            .expr(query.expression)
            .legend_format(query.legend)
            .ref_id(chr(ord("A") + number))
            .datasource(DATASOURCE)
        )
        builder = builder.with_target(target)
    return builder


def render() -> str:
    """The dashboard as Grafana's JSON."""
    page = (
        dashboards.Dashboard("News Monitor")
        .uid("news-monitor")
        .description("Articles in, alerts out: what flows, how far behind, what could not be read.")
        .tags(["news-monitor", "generated"])
        .refresh("10s")
        .time("now-30m", "now")
        .timezone("browser")
        .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .with_variable(
            dashboards.QueryVariable("instance")
            .label("Worker")
            .description("Which workers to look at.")
            .datasource(DATASOURCE)
            .query('label_values(up{job="news-monitor"}, instance)')
            .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .multi(True)
            .include_all(True)
            .all_value(".+")
        )
    )
    for title, panels in ROWS.items():
        page = page.with_row(dashboards.Row(title))
        for panel in panels:
            page = page.with_panel(_draw(panel))
    built = page.build()
    for number, drawn in enumerate(built.panels or [], start=1):
        drawn.id_val = number
    return JSONEncoder(sort_keys=True, indent=2).encode(built) + "\n"


def main() -> int:
    """Write the file, or say whether it is fresh."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail when the file is stale")
    page = render()
    if not parser.parse_args().check:
        FILE.write_text(page, encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == page:
        return 0
    sys.stderr.write(f"{FILE.name} is stale: run python docker/grafana/dashboard.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
