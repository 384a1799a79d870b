"""The dashboards show every metric, say what each panel means, and ask what Prometheus knows.

Grafana's dashboard-linter cannot be installed from Python's registry; its rules are kept here.
"""

import json
import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.metrics import CATALOGUE, Metric
from tests.docker.promql import KNOWN_SERIES, dashboard, plain, recorded_in, selectors_in, series_in
from tests.docker.rules import RECORDED
from tests.docker.tools import ROOT, required, run

drawing = dashboard("dashboard")
EXPRESSIONS: dict[str, str] = drawing.expressions()
PAGES: dict[str, dict[str, Any]] = {
    page.name: json.loads((drawing.FOLDER / f"{page.name}.json").read_text(encoding="utf-8"))
    for page in drawing.PAGES
}
PANELS: list[tuple[str, dict[str, Any]]] = [
    (f"{name}-{panel['title']}", panel)
    for name, page in PAGES.items()
    for panel in page["panels"]
    if panel["type"] != "row"
]

# Grafana's own names; a wrong one shows bare numbers. Requests a second are none of ours.
UNITS = {"s", "none", "recps", "eps", "percentunit", "bytes"}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
# Compared as they stand: two counters of one worker, scraped at once, must be equal.
COMPARED = "Read minus outcomes"

every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
every_panel = pytest.mark.parametrize(
    "panel", [panel for _, panel in PANELS], ids=[name for name, _ in PANELS]
)


@pytest.mark.parametrize("page", drawing.PAGES, ids=lambda page: page.name)
def test_the_files_are_what_the_code_draws(page: Any) -> None:
    """Nobody edits the JSON by hand: `python docker/grafana/dashboard.py` writes it."""
    file = drawing.FOLDER / f"{page.name}.json"

    assert file.read_text(encoding="utf-8") == drawing.render(page)


def test_no_file_is_left_over() -> None:
    """Grafana shows what lies in the folder: the three pages and nothing else."""
    assert {file.stem for file in drawing.FOLDER.iterdir()} == {"overview", "pipeline", "news"}


@every_page
def test_pages_can_be_told_apart_and_lead_to_each_other(page: dict[str, Any]) -> None:
    """Each page has its own uid and title, cannot be edited, and links keep time and variables."""
    assert len({each["uid"] for each in PAGES.values()}) == len(PAGES)
    assert len({each["title"] for each in PAGES.values()}) == len(PAGES)
    assert page["editable"] is False
    (link,) = page["links"]
    assert link["type"] == "dashboards"
    assert set(link["tags"]) <= set(page["tags"])
    assert (link["keepTime"], link["includeVars"]) == (True, True)


@every_page
def test_variables_are_as_the_linter_wants_them(page: dict[str, Any]) -> None:
    """A data source to choose; job, cluster, instance and topic of many values, asked anew each time."""
    source, *others = page["templating"]["list"]

    assert (source["name"], source["type"], source["query"]) == (
        "datasource",
        "datasource",
        "prometheus",
    )
    assert [each["name"] for each in others] == ["job", "cluster", "instance", "topic"]
    for each in others:
        assert each["label"] == each["name"].title()
        assert each["description"].endswith(".")
        assert each["datasource"] == SOURCE
        assert (each["multi"], each["includeAll"], each["refresh"]) == (True, True, 2)
        assert each["allValue"] == (".*" if each["name"] == "cluster" else ".+")
        assert re.fullmatch(r"label_values\(.+, \w+\)", each["query"])


@every_page
def test_marks_tell_of_deploys_and_alerts(page: dict[str, Any]) -> None:
    """On every page stand marks of releases, starts and alerts."""
    marks = page["annotations"]["list"]

    assert [mark["name"] for mark in marks] == ["Deploys", "Starts of workers", "Alerts"]
    assert all(mark["datasource"] == SOURCE and mark["enable"] for mark in marks)
    # Without words of its own a mark is a line that says nothing to whoever points at it.
    assert [mark["titleFormat"] for mark in marks] == [
        "{{version}}, lexicon {{lexicon}}, model {{model}}",
        "{{instance}} starts",
        "{{alertname}}",
    ]
    assert set(marks[-1]["tagKeys"].split(",")) >= {"severity", "cluster", "instance", "topic"}


@every_panel
def test_panels_explain_themselves(panel: dict[str, Any]) -> None:
    """Title, description, unit, thresholds, data source and legend are there for every panel."""
    defaults = panel["fieldConfig"]["defaults"]
    steps = [step["value"] for step in defaults["thresholds"]["steps"]]

    assert panel["title"]
    assert panel["description"].endswith(".")
    assert defaults["unit"] in UNITS
    assert steps[0] is None
    assert all(one < two for one, two in pairwise(steps[1:]))
    assert panel["datasource"] == SOURCE
    assert panel["targets"]
    for target in panel["targets"]:
        assert target["legendFormat"]
        assert target["datasource"] == SOURCE


@every_panel
def test_counters_are_looked_at_as_rates(panel: dict[str, Any]) -> None:
    """A counter is shown by rate or increase over Grafana's own interval, or compared with another."""
    for target in panel["targets"]:
        expression = target["expr"]
        for name in re.findall(r"news_monitor_\w+_(?:total|bucket)\b", expression):
            if panel["title"] == COMPARED:
                continue
            assert re.search(rf"(rate|increase)\({name}\{{[^}}]*\}}\[\$__r", expression)


@every_panel
def test_panels_keep_to_what_the_variables_choose(panel: dict[str, Any]) -> None:
    """Series of workers are chosen by job, cluster and instance; recorded ones have only a cluster."""
    for target in panel["targets"]:
        expression = target["expr"]
        names = series_in(expression) | recorded_in(expression)
        assert names <= selectors_in(expression).keys()
        for name, matchers in selectors_in(expression).items():
            wanted = {"cluster"} if ":" in name else {"job", "cluster", "instance"}
            if name == "ALERTS":  # an alert need not come from one job, cluster or instance
                continue
            for variable in wanted:
                assert f'{variable}=~"${variable}"' in matchers.split(",")


@every_page
def test_panels_have_numbers_of_their_own_and_do_not_overlap(page: dict[str, Any]) -> None:
    """The page lies flat: 24 columns wide, no panel over another."""
    assert len({panel["id"] for panel in page["panels"]}) == len(page["panels"])
    boxes = [panel["gridPos"] for panel in page["panels"]]
    assert all(box["x"] + box["w"] <= 24 for box in boxes)
    for one, two in combinations(boxes, 2):
        assert (
            one["x"] + one["w"] <= two["x"]
            or two["x"] + two["w"] <= one["x"]
            or one["y"] + one["h"] <= two["y"]
            or two["y"] + two["h"] <= one["y"]
        )


def test_expressions_name_series_that_are_there() -> None:
    """No expression asks for a metric that is not in the catalogue, nor for what no rule records."""
    for expression in EXPRESSIONS.values():
        assert series_in(expression) <= KNOWN_SERIES
        assert recorded_in(expression) <= {rule["record"] for rule in RECORDED}


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_is_on_a_page(metric: Metric) -> None:
    """What is measured is shown."""
    assert any(metric.name in expression for expression in EXPRESSIONS.values())


def test_panels_named_in_runbooks_are_there() -> None:
    """Whoever is woken and told to look at a panel finds it, on the dashboard that is named."""
    titles = {name: {panel["title"] for panel in page["panels"]} for name, page in PAGES.items()}
    for file in (ROOT / "docs" / "runbooks").glob("*.md"):
        text = " ".join(file.read_text(encoding="utf-8").split())
        for group, page in re.findall(
            r'[Pp]anels? ((?:"[^"]+"(?:, | and )?)+)(?: \(dashboard (\w+)\))?', text
        ):
            known = titles[page.lower()] if page else set().union(*titles.values())
            assert set(re.findall(r'"([^"]+)"', group)) <= known, file.name


def test_the_pages_are_provisioned_where_compose_puts_them() -> None:
    """Data source and folder in Grafana's provisioning are those of the pages and the compose file."""
    folder = ROOT / "docker" / "grafana" / "provisioning"
    sources = yaml.safe_load((folder / "datasources" / "prometheus.yml").read_text())
    providers = yaml.safe_load((folder / "dashboards" / "news-monitor.yml").read_text())
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())

    chosen = PAGES["overview"]["templating"]["list"][0]["current"]["value"]
    assert [source["uid"] for source in sources["datasources"]] == [chosen]
    path = providers["providers"][0]["options"]["path"]
    mounts = dict(volume.split(":")[:2] for volume in compose["services"]["grafana"]["volumes"])
    assert mounts["./grafana/dashboards"] == path
    home = compose["services"]["grafana"]["environment"][
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"
    ]
    assert home == f"{path}/overview.json"


@pytest.mark.prometheus
def test_prometheus_can_parse_every_expression(tmp_path: Path) -> None:
    """Every expression of every panel and mark is PromQL, by Prometheus' own parser."""
    promtool = required("promtool", package="prometheus")
    marks = [mark["expr"] for mark in PAGES["overview"]["annotations"]["list"]]
    rules = [
        {"record": f"panel:{number}", "expr": plain(expression)}
        for number, expression in enumerate([*EXPRESSIONS.values(), *marks])
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))

    assert f"SUCCESS: {len(rules)} rules found" in run(promtool, "check", "rules", file)
