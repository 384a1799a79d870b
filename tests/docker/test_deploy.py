"""The Kubernetes example of docs/deploy.md says what the program, the image and the metrics say."""

import re
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from monitor.cli import main
from monitor.settings import Settings, resolve
from tests.docker.compose import SERVICES, arguments
from tests.docker.promql import KNOWN_SERIES, series_in
from tests.docker.tools import ROOT

PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
TEXT = PAGE.partition("```yaml\n")[2].partition("```")[0]


OBJECTS: dict[str, dict[str, Any]] = {each["kind"]: each for each in yaml.safe_load_all(TEXT)}
POD = OBJECTS["Deployment"]["spec"]["template"]["spec"]
WORKER = POD["containers"][0]
TOPICS = OBJECTS["Job"]["spec"]["template"]["spec"]["containers"][0]

each_container = pytest.mark.parametrize("container", [WORKER, TOPICS], ids=["worker", "topics"])


@each_container
def test_image_command_and_settings_are_ours(container: dict[str, Any]) -> None:
    """The image of compose, commands that there are, settings that are allowed."""
    assert container["image"] == SERVICES["worker"]["image"]
    assert CliRunner().invoke(main, [*container["args"], "--help"]).exit_code == 0
    environment = {each["name"]: each["value"] for each in container["env"]}
    assert resolve(environment=environment).settings.broker == ("kafka:9092",)


@each_container
def test_containers_have_no_rights_and_a_place_for_scratch(container: dict[str, Any]) -> None:
    """As in compose: no root, nothing to write on but /tmp, no capabilities."""
    context = container["securityContext"]
    assert context["runAsNonRoot"] is context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert [each["mountPath"] for each in container["volumeMounts"]] == ["/tmp"]


def test_probes_ask_pages_that_there_are_at_the_port_of_the_image() -> None:
    """Liveness never asks for readiness: a broker that is away must restart nobody."""
    assert WORKER["ports"] == [{"name": "http", "containerPort": int(arguments("EXPOSE")[0])}]
    pages = {
        name: WORKER[name]["httpGet"]["path"]
        for name in ("startupProbe", "readinessProbe", "livenessProbe")
    }
    assert pages == {
        "startupProbe": "/readyz",
        "readinessProbe": "/readyz",
        "livenessProbe": "/healthz",
    }
    annotations = OBJECTS["Deployment"]["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == arguments("EXPOSE")[0]


def test_a_worker_has_time_to_finish_its_batch() -> None:
    """As in compose."""
    assert POD["terminationGracePeriodSeconds"] >= Settings().shutdown_grace_seconds + 5


def test_scaling_asks_for_a_series_that_workers_have_and_ends_at_the_partitions() -> None:
    """More workers than partitions would have nothing to read."""
    scaling = OBJECTS["ScaledObject"]["spec"]
    (trigger,) = scaling["triggers"]
    assert series_in(trigger["metadata"]["query"]) <= KNOWN_SERIES
    assert f'topic="{Settings().article_topics[0]}"' in trigger["metadata"]["query"]
    assert scaling["maxReplicaCount"] == Settings().article_partitions
    assert scaling["scaleTargetRef"]["name"] == OBJECTS["Deployment"]["metadata"]["name"]


def test_every_variable_that_the_page_names_is_a_setting() -> None:
    """Nobody copies a name that is refused."""
    named = set(re.findall(r"NEWS_MONITOR_([A-Z_]+)", PAGE))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)
