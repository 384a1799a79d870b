"""The pictures of dashboards show what Grafana would show."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.docker.picture import DASHBOARDS, draw, legend_of, readable


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "s", "0 s"),
        (0.0125, "s", "12.5 ms"),
        (90.0, "s", "1.5 min"),
        (-7200.0, "s", "-2 h"),
        (172800.0, "s", "2 d"),
        (math.inf, "s", "for ever"),
        (math.nan, "none", "no number"),
        (0.0144, "percentunit", "1.44 %"),
        (2.5, "recps", "2.5 rec/s"),
        (2.5, "eps", "2.5 evt/s"),
        (3 * 2**20, "bytes", "3 MiB"),
        (12.0, "none", "12"),
    ],
)
def test_values_are_readable(value: float, unit: str, text: str) -> None:
    """Each unit of our panels is printed as a person would say it."""
    assert readable(value, unit) == text


def test_legends_are_filled_in() -> None:
    """The labels of a series stand where the legend names them."""
    target = {"legendFormat": "{{topic}} {{outcome}}"}

    assert legend_of(target, {"topic": "t", "outcome": "signals"}) == "t signals"


@pytest.mark.parametrize("found", [[], [{"metric": {}, "value": [0, "7"], "values": [[99, "7"]]}]])
def test_every_expression_is_asked(found: list[Any], tmp_path: Path) -> None:
    """Each panel of each page asks for all it shows, and is drawn with and without data."""
    for file in sorted(DASHBOARDS.glob("*.json")):
        page = json.loads(file.read_text(encoding="utf-8"))
        asked: list[str] = []

        def ask(_path: str, parameters: dict[str, str], asked: list[str] = asked) -> Any:
            asked.append(parameters["query"])
            return {"result": found}

        draw(page, tmp_path / "page.png", ask=ask, seconds=60, end=100)

        assert len(asked) == sum(len(panel.get("targets", ())) for panel in page["panels"])
        assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
