"""Programs that tests run and that Python's registry does not have."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["ROOT", "required", "run"]

ROOT = Path(__file__).parents[2]


def required(program: str, *, package: str) -> str:
    """Where *program* is; without it the test is skipped, and in CI it fails."""
    path = shutil.which(program)
    if path is None:
        reason = f"no `{program}`: apt-get install -y {package}"
        if os.environ.get("CI") == "true" or os.environ.get("NEWS_MONITOR_REQUIRE_KAFKA") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return path


def run(*command: str | Path, given: str = "") -> str:
    """Run a program to its good end and return what it wrote; fail with it otherwise."""
    done = subprocess.run(
        [str(part) for part in command],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout
