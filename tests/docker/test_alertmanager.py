"""Alertmanager takes our configuration, starts with the container's arguments, and tells the right one."""

import contextlib
import json
import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docker.compose import SERVICES
from tests.docker.local_server import LocalServer
from tests.docker.rules import ALERTS
from tests.docker.tools import ROOT, required, run
from tests.real_kafka.ports import LOOPBACK, PortReservation

CONFIG = ROOT / "docker" / "alertmanager" / "alertmanager.yml"
PACKAGE = "prometheus-alertmanager"
# What each says for all of its cluster, so that nobody is called for it again.
HELD_BACK = {
    "BrokerAway": (
        *("NoProgress", "PartitionStandsStill", "Behind", "LagGrows"),
        *("CanaryMissing", "CanariesLate", "RecordsOverdue"),
    ),
    "AlertsLate": ("AlertsOftenLate",),
    "RecordsOverdue": ("RecordsOftenOverdue",),
    "FeedSilent": ("SourceSilent",),
    "WorkerDown": ("FewerWorkers",),
}

pytestmark = pytest.mark.prometheus


def test_amtool_takes_the_configuration() -> None:
    """Its own checker finds nothing wrong."""
    assert "SUCCESS" in run(required("amtool", package=PACKAGE), "check-config", CONFIG)


@pytest.mark.parametrize("severity", ["page", "ticket"])
def test_each_severity_has_its_receiver(severity: str) -> None:
    """What must wake somebody goes another way than what can wait."""
    amtool = required("amtool", package=PACKAGE)
    found = run(
        amtool, "config", "routes", "test", f"--config.file={CONFIG}", f"severity={severity}"
    )

    assert found.split()[-1] == severity


def test_only_alerts_that_there_are_hold_back_and_are_held_back() -> None:
    """No name of a rule that was renamed is left."""
    rules = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["inhibit_rules"]
    matchers = str([(rule["source_matchers"], rule["target_matchers"]) for rule in rules])
    named = set(re.findall(r"NewsMonitor(\w+)", matchers))
    for group in re.findall(r"NewsMonitor\(([^)]+)\)", matchers):
        named |= set(group.split("|"))

    assert named == set(HELD_BACK).union(*HELD_BACK.values())
    assert {f"NewsMonitor{name}" for name in named} <= {rule["alert"] for rule in ALERTS}


def test_what_follows_from_a_call_is_held_back_in_its_cluster_alone(tmp_path: Path) -> None:
    """Alertmanager itself, started with the container's arguments, is told of it all at once."""
    expected = {(source, name) for source, names in HELD_BACK.items() for name in names}
    told = expected | {(source, source) for source in HELD_BACK}
    told |= {("elsewhere", name) for _, name in expected if name not in HELD_BACK}
    labels = [{"alertname": f"NewsMonitor{name}", "cluster": cluster} for cluster, name in told]
    with _alertmanager(tmp_path) as address:
        _ask(address, [{"labels": each} for each in labels])
        deadline = time.monotonic() + 30
        while not (held := _held_back(address)) >= expected:
            assert time.monotonic() < deadline, expected - held
            time.sleep(0.1)

    assert held == expected


def test_it_starts_with_the_arguments_of_the_container(tmp_path: Path) -> None:
    """The very command of compose, with folders of this machine, until it is ready."""
    with _alertmanager(tmp_path) as address:
        assert _ask(address) == []


@contextlib.contextmanager
def _alertmanager(folder: Path) -> Iterator[str]:
    """Run it until the block ends; gives its `host:port`."""
    program = required("prometheus-alertmanager", package=PACKAGE)
    places = {"/etc/alertmanager/alertmanager.yml": str(CONFIG), "/alertmanager": str(folder)}
    arguments = []
    for argument in SERVICES["alertmanager"]["command"]:
        name, _, value = argument.partition("=")
        arguments.append(f"{name}={places.get(value, value)}")
    assert {argument.partition("=")[2] for argument in arguments} >= set(places.values())

    reservation = PortReservation(free=1)
    address = f"{LOOPBACK}:{reservation.ports[0]}"
    check = SERVICES["alertmanager"]["healthcheck"]["test"][-1]
    server = LocalServer(
        [program, *arguments, f"--web.listen-address={address}"],
        ready=check.replace("localhost:9093", address),
        log=folder / "alertmanager.log",
    )
    try:
        with server:
            yield address
    finally:
        reservation.release()


def _held_back(address: str) -> set[tuple[str, str]]:
    """Cluster and name of the alerts that nobody is told of because of another."""
    return {
        (alert["labels"]["cluster"], alert["labels"]["alertname"].removeprefix("NewsMonitor"))
        for alert in _ask(address)
        if alert["status"]["inhibitedBy"]
    }


def _ask(address: str, alerts: list[dict[str, Any]] | None = None) -> Any:
    """What Alertmanager knows of alerts, or nothing where it is told of some."""
    request = urllib.request.Request(
        f"http://{address}/api/v2/alerts",
        data=None if alerts is None else json.dumps(alerts).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None
