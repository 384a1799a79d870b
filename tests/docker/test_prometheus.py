"""Prometheus takes our configuration and rules, and each rule fires when it must."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docker.promql import KNOWN_SERIES, series_in
from tests.docker.tools import ROOT, required, run

FOLDER = ROOT / "docker" / "prometheus"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "rules.yml").read_text())["groups"]
    for rule in group["rules"]
]


@pytest.mark.prometheus
def test_prometheus_takes_configuration_and_rules() -> None:
    """Promtool finds both files valid, with all its lints."""
    promtool = required("promtool", package="prometheus")

    run(promtool, "check", "config", "--lint=all", "--lint-fatal", FOLDER / "prometheus.yml")
    run(promtool, "check", "rules", "--lint=all", "--lint-fatal", FOLDER / "rules.yml")


@pytest.mark.prometheus
def test_every_rule_fires_when_it_must_and_only_then() -> None:
    """The unit tests of rules_test.yml hold."""
    promtool = required("promtool", package="prometheus")

    assert "SUCCESS" in run(promtool, "test", "rules", Path(__file__).with_name("rules_test.yml"))


@pytest.mark.prometheus
def test_the_rules_tests_can_fail(tmp_path: Path) -> None:
    """With a rule switched off, its test fails: the tests are not empty."""
    promtool = required("promtool", package="prometheus")
    tests = (Path(__file__).with_name("rules_test.yml")).read_text()
    for name, expression in {rule["alert"]: rule["expr"] for rule in RULES}.items():
        off = yaml.safe_load((FOLDER / "rules.yml").read_text())
        for rule in off["groups"][0]["rules"]:
            if rule["alert"] == name:
                rule["expr"] = f"({expression}) and vector(0) > 1"
        (tmp_path / "rules.yml").write_text(yaml.safe_dump(off))
        (tmp_path / "test.yml").write_text(
            tests.replace("../../docker/prometheus/rules.yml", "rules.yml")
        )
        with pytest.raises(AssertionError, match="FAILED"):
            run(promtool, "test", "rules", tmp_path / "test.yml")
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rules_say_what_and_how_urgent(rule: dict[str, Any]) -> None:
    """Each rule has a severity from the two there are, a summary, and what to do."""
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["description"].endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rules_name_series_that_workers_have(rule: dict[str, Any]) -> None:
    """No rule waits for a metric that is not in the catalogue."""
    assert series_in(rule["expr"]) <= KNOWN_SERIES


def test_workers_are_scraped_as_the_job_that_rules_and_panels_name() -> None:
    """The job is called news-monitor, and finds every container of the service `worker`."""
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}

    found = jobs["news-monitor"]["dns_sd_configs"][0]
    assert (found["names"], found["port"]) == (["worker"], 9464)
    assert config["rule_files"] == ["rules.yml"]
