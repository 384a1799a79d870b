"""Alertmanager takes our configuration, starts with the container's arguments, and tells the right one."""

import contextlib
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.docker.compose import SERVICES
from tests.docker.tools import ROOT, required, run

CONFIG = ROOT / "docker" / "alertmanager" / "alertmanager.yml"
PACKAGE = "prometheus-alertmanager"

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


def test_it_starts_with_the_arguments_of_the_container(tmp_path: Path) -> None:
    """The very command of compose, with folders of this machine, until it is ready."""
    program = required("prometheus-alertmanager", package=PACKAGE)
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {"/etc/alertmanager/alertmanager.yml": str(CONFIG), "/alertmanager": str(tmp_path)}
    arguments = []
    for argument in SERVICES["alertmanager"]["command"]:
        name, _, value = argument.partition("=")
        arguments.append(f"{name}={places.get(value, value)}")
    assert {argument.partition("=")[2] for argument in arguments} >= set(places.values())

    process = subprocess.Popen([program, *arguments, f"--web.listen-address=127.0.0.1:{port}"])
    try:
        deadline = time.monotonic() + 60
        while not _ready(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        process.terminate()
        process.wait(30)


def _ready(port: int) -> bool:
    check = SERVICES["alertmanager"]["healthcheck"]["test"][-1]
    with contextlib.suppress(OSError):
        page = check.replace("localhost:9093", f"127.0.0.1:{port}")
        with urllib.request.urlopen(page, timeout=5):
            return True
    return False
