"""Pictures of the dashboards, drawn from a Prometheus where no Grafana can be started.

    python -m tests.docker.picture http://127.0.0.1:9090 --minutes 30 --to pictures

Not Grafana's looks, but what it shows: the same panels in the same places, the same expressions,
units, thresholds and legends. For people's eyes, in tests and in trouble that is tried out.
"""

import argparse
import json
import math
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.docker.promql import plain
from tests.docker.tools import ROOT

__all__ = ["DASHBOARDS", "draw", "legend_of", "readable"]

DASHBOARDS = ROOT / "docker" / "grafana" / "dashboards"
Ask = Callable[[str, dict[str, str]], Any]
"""Asks a path of Prometheus' API with parameters, and returns what it says under `data`."""

_COLUMN_INCHES = 0.75
_ROW_INCHES = 0.32
_POINTS = 120
_MOST_LEGENDS = 12
_SPANS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (0.001, "ms"))
_PACES = {"recps": " rec/s", "eps": " evt/s"}
_COLOURS = {"green": "#2a8f3c", "orange": "#d97a00", "red": "#c9252d"}


def draw(page: dict[str, Any], file: Path, *, ask: Ask, seconds: float, end: float) -> None:
    """Draw a dashboard over the last *seconds* before *end* (Unix time) into a PNG file."""
    panels = page["panels"]
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    figure = Figure(figsize=(24 * _COLUMN_INCHES, rows * _ROW_INCHES + 1))
    top = rows * _ROW_INCHES / (rows * _ROW_INCHES + 1)
    figure.suptitle(f"{page['title']}: {page['description']}", y=1 - 0.3 * (1 - top))
    for panel in panels:
        box = panel["gridPos"]
        left, width = box["x"] / 24, box["w"] / 24
        bottom, height = top * (1 - (box["y"] + box["h"]) / rows), top * box["h"] / rows
        if panel["type"] == "row":
            figure.text(left + 0.005, bottom + height / 4, panel["title"], weight="bold")
            continue
        axes = figure.add_axes((left + 0.04, bottom + 0.22 * height, width - 0.06, height * 0.62))
        axes.set_title(panel["title"], fontsize=9, loc="left")
        if panel["type"] == "stat":
            _numbers(axes, panel, ask=ask, seconds=seconds, end=end)
        else:
            _lines(axes, panel, ask=ask, seconds=seconds, end=end)
    figure.savefig(file, dpi=80)


def readable(value: float, unit: str) -> str:
    """A value in one of the units that our panels have, as Grafana would print it."""
    if not math.isfinite(value):
        return "no number" if math.isnan(value) else "for ever"
    match unit:
        case "percentunit":
            return f"{100 * value:.3g} %"
        case "bytes":
            return f"{value / 2**20:.4g} MiB"
        case "s":
            fitting = [each for each in _SPANS if abs(value) >= each[0]]
            size, name = fitting[0] if fitting else (1.0, "s")
            return f"{value / size:.3g} {name}"
        case _:
            return f"{value:.4g}{_PACES.get(unit, '')}"


def legend_of(target: dict[str, Any], labels: dict[str, str]) -> str:
    """A target's legend with its labels filled in."""
    text: str = target["legendFormat"]
    return re.sub(r"\{\{(\w+)\}\}", lambda found: labels.get(found[1], ""), text)


def _asked(target: dict[str, Any], seconds: float) -> str:
    return plain(target["expr"], variables={"__range": f"{max(1, round(seconds))}s"})


def _numbers(axes: Axes, panel: dict[str, Any], *, ask: Ask, seconds: float, end: float) -> None:
    axes.set_axis_off()
    found = [
        (legend_of(target, series["metric"]), float(series["value"][1]))
        for target in panel["targets"]
        for series in ask("query", {"query": _asked(target, seconds), "time": str(end)})["result"]
    ]
    unit = panel["fieldConfig"]["defaults"]["unit"]
    for place, (legend, value) in enumerate(found):
        x = (place + 0.5) / len(found)
        name = panel["options"]["textMode"] == "name"
        decimals = panel["fieldConfig"]["defaults"].get("decimals")
        shown = value if decimals is None else round(value, decimals)
        text = legend if name else readable(shown, unit)
        size = 10 if name or len(found) > 4 else 18
        axes.text(x, 0.55, text, size=size, color=_colour(panel, value), ha="center", va="center")
        if len(found) > 1 and not name:
            axes.text(x, 0.05, legend, size=7, ha="center")
    if not found:
        axes.text(0.5, 0.5, "No data", ha="center", color="red")


def _colour(panel: dict[str, Any], value: float) -> str:
    if panel["options"]["colorMode"] == "none":
        return "black"
    reached = [
        step["color"]
        for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        if step["value"] is None or value >= step["value"]
    ]
    return _COLOURS[reached[-1]]


def _lines(axes: Axes, panel: dict[str, Any], *, ask: Ask, seconds: float, end: float) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    unit, custom = defaults["unit"], defaults.get("custom", {})
    series = list(_series(panel, ask=ask, seconds=seconds, end=end))
    series.sort(key=lambda each: -sum(y for y in each[2] if not math.isnan(y)))
    if custom.get("stacking", {}).get("mode") == "normal":
        times = sorted({time for _, xs, _ in series for time in xs})
        known = [dict(zip(xs, ys, strict=True)) for _, xs, ys in series]
        heights = [[one.get(time, 0.0) for time in times] for one in known]
        names = [name for name, _, _ in series]
        if heights:
            fixed = _fixed_colours(panel)
            colours = [fixed.get(name, f"C{place % 10}") for place, name in enumerate(names)]
            axes.stackplot(times, heights, labels=names, colors=colours, alpha=0.7)
    else:
        for name, xs, ys in series:
            axes.plot(xs, ys, label=name)
    for step in defaults["thresholds"]["steps"][1:]:
        if step["value"] <= axes.get_ylim()[1]:
            axes.axhline(step["value"], color=_COLOURS[step["color"]], linestyle="--", linewidth=1)
    if "min" in defaults:
        top = axes.get_ylim()[1]
        axes.set_ylim(defaults["min"], top + 0.1 * (top - defaults["min"]))
    axes.set_xlim(-seconds, 0)
    axes.xaxis.set_major_formatter(lambda value, _: readable(value, "s"))
    axes.yaxis.set_major_formatter(lambda value, _: readable(value, unit))
    axes.tick_params(labelsize=7)
    if series:
        handles, names = axes.get_legend_handles_labels()
        axes.legend(handles[:_MOST_LEGENDS], names[:_MOST_LEGENDS], fontsize=6, loc="upper left")
    else:
        axes.text(0.5, 0.5, "No data", ha="center", color="red", transform=axes.transAxes)


def _fixed_colours(panel: dict[str, Any]) -> dict[str, str]:
    """Colours that a panel gives to series by their legends."""
    given = {
        override["matcher"]["options"]: override["properties"][0]["value"]["fixedColor"]
        for override in panel["fieldConfig"]["overrides"]
    }
    return {name: "gray" if colour == "text" else colour for name, colour in given.items()}


def _series(
    panel: dict[str, Any], *, ask: Ask, seconds: float, end: float
) -> Iterator[tuple[str, list[float], list[float]]]:
    step = max(1.0, seconds / _POINTS)
    for target in panel["targets"]:
        asked = {
            "query": _asked(target, seconds),
            "start": str(end - seconds),
            "end": str(end),
            "step": str(step),
        }
        for series in ask("query_range", asked)["result"]:
            times = [point[0] - end for point in series["values"]]
            values = [float(point[1]) for point in series["values"]]
            yield (
                legend_of(target, series["metric"]),
                times,
                [value if math.isfinite(value) else math.nan for value in values],
            )


def main() -> None:
    """Draw the three dashboards from a Prometheus that runs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("address", help="http://HOST:PORT of Prometheus")
    parser.add_argument("--minutes", type=float, default=30.0, help="how far back")
    parser.add_argument("--to", type=Path, default=Path(), help="folder for the pictures")
    options = parser.parse_args()

    def ask(path: str, parameters: dict[str, str]) -> Any:
        url = f"{options.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["data"]

    options.to.mkdir(parents=True, exist_ok=True)
    for file in sorted(DASHBOARDS.glob("*.json")):
        page = json.loads(file.read_text(encoding="utf-8"))
        picture = options.to / f"{file.stem}.png"
        draw(page, picture, ask=ask, seconds=60 * options.minutes, end=time.time())


if __name__ == "__main__":
    main()
