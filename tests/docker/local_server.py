"""A server program of this machine, from its start to its end."""

import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.real_kafka.leash import leashed

__all__ = ["LocalServer", "answers"]

_START_SECONDS = 60
_STOP_SECONDS = 20


def answers(url: str) -> bool:
    """Whether a page is there, with a status that is no error."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


class LocalServer:
    """A program that has started when a page of it answers."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        ready: str,
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare it.

        Args:
            command: the program and its arguments.
            ready: address of the page.
            log: takes all that it writes.
            environment: its whole environment; this process's own where None.
        """
        self._environment = environment
        self._command = command
        self._ready = ready
        self._log = log

    def __enter__(self) -> Self:
        """Start it and wait until it answers; fail with its log where it does not."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                leashed(*self._command), stdout=log, stderr=log, env=self._environment
            )
        deadline = time.monotonic() + _START_SECONDS
        while not answers(self._ready):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._stop()
                message = f"{self._command[0]} does not answer:\n{self._log.read_text()}"
                raise AssertionError(message)
            time.sleep(0.1)
        return self

    @property
    def process(self) -> int:
        """Its process number."""
        return self._process.pid

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
