"""Write the Grafana dashboards: `python docker/grafana/dashboard.py [--check]`.

Edit overview.py, pipeline.py or news.py, run this file, commit both; an edit in Grafana's own editor
is lost with the next run. Needs grafana-foundation-sdk (development group) and the repository on
PYTHONPATH.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from frame import annotations, links, variables
from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import prometheus, stat, timeseries
from grafana_foundation_sdk.builders.common import (
    GraphThresholdsStyleConfig,
    ReduceDataOptions,
    StackingConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common, dashboard
from news import NEWS
from overview import OVERVIEW
from panel import DATASOURCE, Page, Panel, Shape
from pipeline import PIPELINE

__all__ = ["FOLDER", "PAGES", "expressions", "render"]

FOLDER: Final = Path(__file__).parent / "dashboards"
PAGES: Final[tuple[Page, ...]] = (OVERVIEW, PIPELINE, NEWS)


def expressions() -> dict[str, str]:
    """Every expression of every page by `page / panel / legend`, as Grafana has it."""
    return {name: text for page in PAGES for name, text in page.expressions().items()}


def _thresholds(panel: Panel) -> dashboards.ThresholdsConfig:
    steps = [dashboard.Threshold(value=None, color=panel.base)]
    steps += [dashboard.Threshold(value=value, color=step) for value, step in panel.steps]
    return dashboards.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps(steps)


def _number(panel: Panel) -> stat.Panel:
    named = panel.shape is Shape.NAME
    coloured = common.BigValueColorMode.VALUE if panel.steps else common.BigValueColorMode.NONE
    return (
        stat.Panel()
        .text_mode(common.BigValueTextMode.NAME if named else common.BigValueTextMode.AUTO)
        .color_mode(coloured)
        .graph_mode(common.BigValueGraphMode.NONE)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
    )


def _lines(panel: Panel) -> timeseries.Panel:
    legend = VizLegendOptions().show_legend(True)
    builder = (
        timeseries.Panel()
        .fill_opacity(30 if panel.shape is Shape.STACKED else 0)
        .legend(legend.display_mode(common.LegendDisplayMode.LIST))
        .tooltip(VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))
    )
    if panel.shape is Shape.STACKED:
        builder = builder.stacking(StackingConfig().mode(common.StackingMode.NORMAL))
    if panel.steps:
        dashed = GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED)
        builder = builder.thresholds_style(dashed)
    return builder if panel.least is None else builder.min(panel.least)


def _draw(panel: Panel) -> Builder[dashboard.Panel]:
    large = panel.shape in {Shape.NUMBER, Shape.NAME}
    builder: stat.Panel | timeseries.Panel = _number(panel) if large else _lines(panel)
    builder = (
        builder.title(panel.title)
        .description(panel.description)
        .unit(panel.unit)
        .thresholds(_thresholds(panel))
        .span(panel.width)
        .height(panel.height)
        .datasource(DATASOURCE)
    )
    for legend, colour in panel.colours:
        fixed = {"mode": "fixed", "fixedColor": colour}
        builder = builder.override_by_name(legend, [dashboard.DynamicConfigValue("color", fixed)])
    if panel.decimals is not None:
        builder = builder.decimals(panel.decimals)
    for number, query in enumerate(panel.queries):
        target = (
            prometheus.Dataquery()
            .expr(query.expression)
            .legend_format(query.legend)
            .ref_id(chr(ord("A") + number))
            .datasource(DATASOURCE)
        )
        if query.exemplars:
            target = target.exemplar(True)
        builder = builder.with_target(target)
    return builder


def render(page: Page) -> str:
    """A page as Grafana's JSON."""
    built = (
        dashboards.Dashboard(page.title)
        .uid(f"news-monitor-{page.name}")
        .description(page.description)
        .tags(["news-monitor", "generated"])
        .refresh("10s")
        .time("now-30m", "now")
        .timezone("browser")
        .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
        .readonly()
    )
    for variable in variables():
        built = built.with_variable(variable)
    for annotation in annotations():
        built = built.annotation(annotation)
    for link in links():
        built = built.link(link)
    for title, panels in page.rows.items():
        built = built.with_row(dashboards.Row(title))
        for panel in panels:
            built = built.with_panel(_draw(panel))
    drawn = built.build()
    for number, each in enumerate(drawn.panels or [], start=1):
        each.id_val = number
    return JSONEncoder(sort_keys=True, indent=2).encode(drawn) + "\n"


def main() -> int:
    """Write the files, or say whether they are fresh."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail when a file is stale")
    check = parser.parse_args().check
    code = 0
    for page in PAGES:
        file, text = FOLDER / f"{page.name}.json", render(page)
        if not check:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{file.name} is stale: run python docker/grafana/dashboard.py\n")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
