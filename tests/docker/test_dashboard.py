"""The dashboard shows every metric, says what each panel means, and asks what Prometheus knows."""

import json
import re
from itertools import combinations
from typing import Any

import pytest
import yaml

from monitor.metrics import CATALOGUE, Metric
from tests.docker.promql import KNOWN_SERIES, dashboard, plain, series_in
from tests.docker.tools import ROOT, required, run

panels = dashboard("panels")
drawing = dashboard("dashboard")
PAGE: dict[str, Any] = json.loads(drawing.FILE.read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = [panel for panel in PAGE["panels"] if panel["type"] != "row"]

# Grafana's own names; a wrong one shows bare numbers.
UNITS = {"s", "none", "reqps", "percentunit", "bytes"}
# Read by an alert rule only.
NOT_SHOWN = {
    "news_monitor_committed_offset",
    *("news_monitor_canary_sent_total", "news_monitor_canary_seen_total"),
    *("news_monitor_canary_missed_total", "news_monitor_canary_seconds"),
    "news_monitor_canary_last_seen_timestamp_seconds",
    "news_monitor_arrival_timestamp_seconds",
    "news_monitor_publisher_last_article_timestamp_seconds",
    "news_monitor_publisher_usual_articles",
}

every_panel = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])


def test_the_file_is_what_the_code_draws() -> None:
    """Nobody edits the JSON by hand: `python docker/grafana/dashboard.py` writes it."""
    assert drawing.FILE.read_text(encoding="utf-8") == drawing.render()


@every_panel
def test_panels_explain_themselves(panel: dict[str, Any]) -> None:
    """Title, description, unit, data source and legend are there for every panel."""
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert panel["datasource"] == {"type": "prometheus", "uid": "prometheus"}
    assert panel["targets"]
    for target in panel["targets"]:
        assert target["legendFormat"]
        assert target["datasource"]["uid"] == "prometheus"


@every_panel
def test_counters_are_looked_at_as_rates(panel: dict[str, Any]) -> None:
    """A counter is shown by rate or increase over Grafana's own interval, or compared with another."""
    for target in panel["targets"]:
        expression = target["expr"]
        for name in re.findall(r"news_monitor_\w+_(?:total|bucket)\b", expression):
            if panel["title"] == "Read minus outcomes":
                continue
            assert re.search(rf"(rate|increase)\({name}\{{[^}}]*\}}\[\$__r", expression)


def test_panels_have_numbers_of_their_own_and_do_not_overlap() -> None:
    """The page lies flat: 24 columns wide, no panel over another."""
    assert len({panel["id"] for panel in PAGE["panels"]}) == len(PAGE["panels"])
    boxes = [panel["gridPos"] for panel in PAGE["panels"]]
    assert all(box["x"] + box["w"] <= 24 for box in boxes)
    for one, two in combinations(boxes, 2):
        assert (
            one["x"] + one["w"] <= two["x"]
            or two["x"] + two["w"] <= one["x"]
            or one["y"] + one["h"] <= two["y"]
            or two["y"] + two["h"] <= one["y"]
        )


def test_expressions_name_series_that_workers_have() -> None:
    """No expression asks for a metric that is not in the catalogue."""
    asked = set().union(*map(series_in, panels.expressions().values()))

    assert asked <= KNOWN_SERIES


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_is_on_the_page(metric: Metric) -> None:
    """What is measured is shown."""
    shown = " ".join(panels.expressions().values())

    assert (metric.name in shown) != (metric.name in NOT_SHOWN)


def test_the_page_is_provisioned_where_compose_puts_it() -> None:
    """Data source and folder in Grafana's provisioning are those of the page and the compose file."""
    folder = ROOT / "docker" / "grafana" / "provisioning"
    sources = yaml.safe_load((folder / "datasources" / "prometheus.yml").read_text())
    providers = yaml.safe_load((folder / "dashboards" / "news-monitor.yml").read_text())
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())

    assert [source["uid"] for source in sources["datasources"]] == ["prometheus"]
    path = providers["providers"][0]["options"]["path"]
    mounts = dict(volume.split(":")[:2] for volume in compose["services"]["grafana"]["volumes"])
    assert mounts["./grafana/dashboards"] == path
    home = compose["services"]["grafana"]["environment"][
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"
    ]
    assert home == f"{path}/{drawing.FILE.name}"


@pytest.mark.prometheus
def test_prometheus_can_parse_every_expression(tmp_path: Any) -> None:
    """Every expression of every panel is PromQL, by Prometheus' own parser."""
    promtool = required("promtool", package="prometheus")
    rules = [
        {"record": f"panel:{number}", "expr": plain(expression)}
        for number, expression in enumerate(panels.expressions().values())
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))

    assert f"SUCCESS: {len(rules)} rules found" in run(promtool, "check", "rules", file)
