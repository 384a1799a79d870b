"""A subscriber from docs/examples, run as its README says, and what it must print."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from monitor.domain import Alert
from tests.docker.tools import required as required_program
from tests.toolchains import required
from tests.toolchains.needed import EXAMPLES, NEEDED

__all__ = ["NAMES", "Subscriber", "command_of", "line_of"]

NAMES = ("python-aiokafka", "python-confluent", "java", "node", "kcat")
SECONDS = 120.0


def line_of(alert: Alert, *, replaces: int | None = None) -> str:
    """What every example prints of a revision that is news."""
    replaced = f" replaces {replaces}" if replaces else ""
    return (
        f"{alert.lifecycle} {alert.alert_id} revision {alert.revision}{replaced}:"
        f" {alert.severity}, {alert.certainty}, {alert.kind}: {alert.headline}"
    )


def command_of(name: str) -> tuple[list[str], dict[str, str]]:
    """The command of an example and what it needs in the environment; may skip the test."""
    if name == "kcat":
        for program in ("kcat", "jq"):
            required_program(program, package=program)
        return [str(EXAMPLES / name / "alerts.sh")], {}
    folder = required(NEEDED[name])
    if name == "java":
        classpath = f"{folder}/target/classes:{folder}/target/dependency/*"
        return [shutil.which("java") or "java", "-cp", classpath, "Alerts"], {}
    if name == "node":
        return [shutil.which("node") or "node", str(folder / "alerts.js")], {}
    # Not the tests' own environment: the example has what its requirements name, and no more.
    interpreter = getattr(sys, "_base_executable", sys.executable)
    return [interpreter, str(EXAMPLES / name / "alerts.py")], {"PYTHONPATH": str(folder)}


class Subscriber:
    """A running example: a process, the lines that it prints, and its end."""

    def __init__(self, name: str, settings: dict[str, str], folder: Path) -> None:
        """Start the example in an empty folder of its own, with settings from the environment."""
        command, environment = command_of(name)
        self._remarks = (folder / "remarks").open("ab")
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environment | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._remarks,
            start_new_session=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def remarks(self) -> str:
        """What it has said on standard error."""
        return Path(str(self._remarks.name)).read_text(encoding="utf-8")

    def __enter__(self) -> Self:
        """Hand it out."""
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it and whatever it has started."""
        self.kill()
        self._reader.join(SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._remarks.close()

    def lines(self, count: int) -> list[str]:
        """Wait for so many lines and return them."""
        deadline = time.monotonic() + SECONDS
        found: list[str] = []
        while len(found) < count:
            try:
                found.append(self._lines.get(timeout=max(0.1, deadline - time.monotonic())))
            except queue.Empty:
                pytest.fail(f"only {found}\nand it said: {self.remarks}")
        return found

    def stop(self) -> Sequence[str]:
        """Ask it to stop, wait for its end with exit code 0, and return what it printed till then."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        # Java and the like say by which signal they ended; that is a good end too.
        assert status in (0, 128 + signal.SIGTERM, -signal.SIGTERM), self.remarks
        return list(self._rest())

    def kill(self) -> None:
        """End it as a power cut would, with all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.decode().rstrip("\n"))

    def _rest(self) -> Iterable[str]:
        with suppress(queue.Empty):
            while True:
                yield self._lines.get_nowait()
