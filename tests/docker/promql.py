"""The dashboard's expressions as Prometheus can take them, and what they name."""

import importlib
import re
import sys
from collections.abc import Mapping
from types import ModuleType

from monitor.metrics import CATALOGUE, Kind
from tests.docker.tools import ROOT

__all__ = ["KNOWN_SERIES", "dashboard", "plain", "recorded_in", "selectors_in", "series_in"]

KNOWN_SERIES: frozenset[str] = frozenset(
    name
    for metric in CATALOGUE
    for name in (
        [f"{metric.name}{suffix}" for suffix in ("_bucket", "_count", "_sum")]
        if metric.kind is Kind.HISTOGRAM
        else [metric.name]
    )
)
"""Every series name that a worker's own metrics have."""


def dashboard(module: str) -> ModuleType:
    """A module of docker/grafana, which is no package."""
    folder = str(ROOT / "docker" / "grafana")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(folder)


def plain(expression: str, *, variables: Mapping[str, str] | None = None) -> str:
    """An expression with Grafana's variables filled in."""
    filled = {
        "__rate_interval": "1m",
        "__range": "30m",
        "__interval": "1m",
        "job": ".+",
        "cluster": ".*",
        "instance": ".+",
        "topic": ".+",
    } | dict(variables or {})
    for name, value in filled.items():
        expression = expression.replace(f"${name}", value)
    assert "$" not in expression, f"unknown variable in {expression}"
    return expression


def series_in(expression: str) -> set[str]:
    """The names of the series of workers that an expression reads."""
    return set(re.findall(r"(?<!:)\bnews_monitor_\w+\b(?!:)", expression))


def recorded_in(expression: str) -> set[str]:
    """The names of the series recorded by rules that an expression reads."""
    return set(re.findall(r"\b\w+:news_monitor_\w+:\w+", expression))


def selectors_in(expression: str) -> dict[str, str]:
    """What an expression selects: the text in braces by the series' name."""
    return dict(re.findall(r"([a-zA-Z_:][\w:]*)\{([^}]*)\}", expression))
