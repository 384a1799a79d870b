"""Prometheus takes our configuration and rules, and each rule fires when it must."""

import re
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.health import HealthServer, Readiness, ReadyState
from monitor.metrics import PrometheusRecorder, catalogue
from tests.docker.prometheus_server import PrometheusServer
from tests.docker.promql import KNOWN_SERIES, recorded_in, series_in
from tests.docker.rules import ALERTS, FOLDER, RECORDED, RULE_FILES, as_question, groups_of
from tests.docker.tools import ROOT, required, run

HERE = Path(__file__).parent
RUNBOOKS = ROOT / "docs" / "runbooks"
UNIT_TESTS = ("rules_test.yml", "objectives_test.yml", "hour_test.yml", "day_test.yml")

every_alert = pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])


@pytest.mark.prometheus
def test_prometheus_takes_configuration_and_rules() -> None:
    """Promtool finds all files valid, with all its lints."""
    promtool = required("promtool", package="prometheus")

    run(promtool, "check", "config", "--lint=all", "--lint-fatal", FOLDER / "prometheus.yml")
    for file in RULE_FILES:
        run(promtool, "check", "rules", "--lint=all", "--lint-fatal", FOLDER / file)


@pytest.mark.prometheus
@pytest.mark.parametrize("tests", UNIT_TESTS)
def test_every_rule_fires_when_it_must_and_only_then(tests: str) -> None:
    """The unit tests hold; among them is a healthy day, on which nothing fires."""
    promtool = required("promtool", package="prometheus")

    assert "SUCCESS" in run(promtool, "test", "rules", HERE / tests)


@pytest.mark.prometheus
@every_alert
def test_the_rules_tests_can_fail(rule: dict[str, Any], tmp_path: Path) -> None:
    """With a rule switched off, the tests that name it fail: they are not empty."""
    promtool = required("promtool", package="prometheus")
    _write_rules(tmp_path, {rule["alert"]: f"({rule['expr']}) and vector(0) > 1"})
    _write_tests(tmp_path, naming=rule["alert"])

    with pytest.raises(AssertionError, match="FAILED"):
        run(promtool, "test", "rules", tmp_path / "test.yml")


@pytest.mark.prometheus
@pytest.mark.parametrize("healthy", ["a healthy hour", "a healthy day"])
def test_what_is_healthy_can_fail(healthy: str, tmp_path: Path) -> None:
    """An alert that a good time would set off is found by the test of the good time."""
    promtool = required("promtool", package="prometheus")
    _write_rules(
        tmp_path, {"NewsMonitorCanaryMissing": "cluster:news_monitor_canary:silence_seconds >= 0"}
    )
    _write_tests(tmp_path, naming=healthy)

    with pytest.raises(AssertionError, match="NewsMonitorCanaryMissing"):
        run(promtool, "test", "rules", tmp_path / "test.yml")


@pytest.mark.prometheus
def test_the_article_behind_a_latency_is_kept(tmp_path: Path) -> None:
    """Started as its container is, Prometheus keeps the exemplars that a worker shows."""
    program = required("prometheus", package="prometheus")
    recorder = PrometheusRecorder()
    recorder.observe(catalogue.ARTICLE_TO_ALERT_SECONDS, 0.3, article_id="a-1")
    probe = Readiness(state=ReadyState.READY)
    with HealthServer(
        host="127.0.0.1", port=0, exposition=recorder.exposition, probe=lambda: probe
    ) as worker:
        target = worker.url.removeprefix("http://")
        with PrometheusServer(program, target=target, folder=tmp_path) as prometheus:
            asked = {
                "query": f"{catalogue.ARTICLE_TO_ALERT_SECONDS.name}_bucket",
                "start": str(time.time() - 60),
                "end": str(time.time() + 60),
            }
            deadline = time.monotonic() + 60
            while not (kept := prometheus.ask("query_exemplars", asked)):
                assert time.monotonic() < deadline
                time.sleep(0.2)

    labels = {str(each["labels"]) for series in kept for each in series["exemplars"]}
    assert labels == {str({"article_id": "a-1"})}


@every_alert
def test_rules_say_what_how_urgent_and_where_to_read_on(rule: dict[str, Any]) -> None:
    """Each rule has a severity from the two there are, a summary, a description and a runbook."""
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["description"].endswith(".")
    assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{rule['alert']}.md"


@every_alert
def test_every_alert_has_its_runbook(rule: dict[str, Any]) -> None:
    """The runbook is there, and says what it means, how to look and how to mend."""
    text = (ROOT / rule["annotations"]["runbook_url"]).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ .*$", text, re.MULTILINE)
    parts = re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]

    assert headings == [
        f"# {rule['alert']}",
        "## What it means",
        "## How to look",
        "## How to mend",
    ]
    assert all(part.strip() for part in parts)


def test_no_runbook_is_left_over() -> None:
    """Every page in docs/runbooks belongs to an alert."""
    pages = {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"}

    assert pages == {rule["alert"] for rule in ALERTS}


@pytest.mark.parametrize(
    "rule", [*ALERTS, *RECORDED], ids=lambda rule: rule.get("alert") or rule["record"]
)
def test_rules_name_series_that_are_there(rule: dict[str, Any]) -> None:
    """No rule waits for a metric that is not in the catalogue, nor for a record that nobody makes."""
    assert recorded_in(rule["expr"]) <= {each["record"] for each in RECORDED}
    assert series_in(rule["expr"]) <= KNOWN_SERIES


def test_an_alert_as_a_question_keeps_its_matchers() -> None:
    """Comparisons become questions; what stands in braces is left alone."""
    asked = as_question('a{b!="c",d=~"e"} > 3 and on (f) rate(g[5m]) == 0')

    assert asked == 'a{b!="c",d=~"e"} > bool  3 and on (f) rate(g[5m]) == bool  0'


def test_workers_are_scraped_as_the_job_that_rules_and_panels_name() -> None:
    """The job is called news-monitor, and finds every container of the service `worker`."""
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}

    found = jobs["news-monitor"]["dns_sd_configs"][0]
    assert (found["names"], found["port"]) == (["worker"], 9464)
    files = {path.name for path in FOLDER.glob("*.yml")} - {"prometheus.yml"}
    assert set(config["rule_files"]) <= files


def _write_rules(folder: Path, changed: dict[str, str]) -> None:
    """Write the rule files with the expressions of some alerts changed."""
    for file in RULE_FILES:
        groups = deepcopy(groups_of(file))
        for rule in (rule for group in groups for rule in group["rules"]):
            rule["expr"] = changed.get(rule.get("alert", ""), rule["expr"])
        (folder / file).write_text(yaml.safe_dump({"groups": groups}), encoding="utf-8")


def _write_tests(folder: Path, *, naming: str) -> None:
    """Write the tests that name something, from the first file that has any."""
    for name in UNIT_TESTS:
        content = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
        tests = [test for test in content["tests"] if naming in yaml.safe_dump(test, width=9999)]
        if tests:
            files = [Path(path).name for path in content["rule_files"]]
            content |= {"rule_files": files, "tests": tests}
            (folder / "test.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
            return
    pytest.fail(f"no unit test names {naming}")


def test_a_question_leaves_what_is_taken_away() -> None:
    """The condition of an `unless` stays one; everything else answers 0 or 1."""
    assert as_question("a > 1 unless on (c) max(b) > 2") == "a > bool  1 unless on (c) max(b) > 2"
    assert as_question("max(a unless b == 1) > 3") == "max(a unless b == 1) > bool  3"
    assert as_question("a > 1 unless b > 2 or c > 3") == "a > bool  1 unless b > 2 or c > bool  3"
