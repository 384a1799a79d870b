"""Watch: the colours of the panels and the states of the rules, as they are now."""

import json
import math
from dataclasses import dataclass
from typing import Any, Final

from tests.docker.picture import DASHBOARDS
from tests.docker.prometheus_server import PrometheusServer
from tests.docker.promql import plain

__all__ = ["PAGES", "Colour", "colours", "is_worse", "states_of_rules"]

PAGES: Final = ("overview", "pipeline", "news")
_RANKS: Final = {"green": 0, "orange": 1, "red": 2}
# It repeats what the rules say, and is no sight of its own.
_ALERTS: Final = "Alerts of Prometheus"
Colour = str


@dataclass(frozen=True, slots=True)
class _Coloured:
    """A panel with thresholds."""

    name: str
    queries: tuple[str, ...]
    steps: tuple[tuple[float, str], ...]

    def colour_of(self, values: list[float]) -> Colour | None:
        """The worst colour that any of its values has; None where it shows nothing."""
        reached = [
            [colour for least, colour in self.steps if value >= least][-1]
            for value in values
            if not math.isnan(value)
        ]
        return max(reached, key=_RANKS.__getitem__, default=None)


def _coloured_panels() -> tuple[_Coloured, ...]:
    found = []
    for name in PAGES:
        page = json.loads((DASHBOARDS / f"{name}.json").read_text(encoding="utf-8"))
        for panel in page["panels"]:
            steps = panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {})
            levels = tuple(
                (-math.inf if step["value"] is None else step["value"], step["color"])
                for step in steps.get("steps", ())
            )
            if len(levels) > 1 and panel["title"] != _ALERTS:
                queries = tuple(plain(target["expr"]) for target in panel["targets"])
                found.append(_Coloured(f"{panel['title']} ({name})", queries, levels))
    return tuple(found)


_COLOURED: Final = _coloured_panels()


def colours(prometheus: PrometheusServer) -> dict[str, tuple[Colour, float]]:
    """The colour and the largest value of every panel that has thresholds, by its name."""
    seen = {}
    for panel in _COLOURED:
        values = [
            float(series["value"][1])
            for query in panel.queries
            for series in prometheus.query(query)
        ]
        colour = panel.colour_of(values)
        if colour is not None:
            seen[panel.name] = (colour, max(value for value in values if not math.isnan(value)))
    return seen


def is_worse(colour: Colour, than: Colour) -> bool:
    """Whether a colour says more trouble than another."""
    return _RANKS[colour] > _RANKS[than]


def states_of_rules(prometheus: PrometheusServer) -> dict[str, str]:
    """The rules that are pending or firing, with that state."""
    alerts: list[dict[str, Any]] = prometheus.ask("alerts", {})["alerts"]
    states: dict[str, str] = {}
    for alert in alerts:
        name = alert["labels"]["alertname"]
        if states.get(name) != "firing":
            states[name] = alert["state"]
    return states
