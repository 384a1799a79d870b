"""`news-monitor` as people run it: a process of its own, set by the environment."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from monitor.settings import ENVIRONMENT_PREFIX, Settings

__all__ = ["CommandLine", "Done", "environment_of"]

ROOT = Path(__file__).parents[1]
SECONDS = 90

Done = subprocess.CompletedProcess[str]


class CommandLine:
    """Runs commands with these settings; nothing of the caller's own settings reaches them."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take settings by name, as text."""
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(ENVIRONMENT_PREFIX)
        } | {f"{ENVIRONMENT_PREFIX}{name.upper()}": value for name, value in settings.items()}

    def __call__(self, *words: str, stdin: bytes = b"") -> Done:
        """Run `news-monitor WORDS...`; returns what it printed and its exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *words],
            input=stdin,
            capture_output=True,
            cwd=ROOT,
            env=self.environment,
            timeout=SECONDS,
            check=False,
        )
        return Done(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command that is spoken with while it runs."""
        return subprocess.Popen(
            [sys.executable, "-m", "monitor", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=self.environment,
        )


def environment_of(settings: Settings) -> dict[str, str]:
    """Return settings by name, as text: those that differ from their defaults."""
    values = settings.model_dump(mode="json", exclude_defaults=True)
    return {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }
