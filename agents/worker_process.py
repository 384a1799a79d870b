"""Worker process: a worker in a process of its own, which ends when its parent does.

`python -m agents.worker_process` is `news-monitor worker`, set by the environment, plus a leash:
when its standard input ends, it is told to stop.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from agents.logs import clean
from agents.pool import BUILD_SECONDS
from monitor.errors import NewsMonitorError
from monitor.settings import ENVIRONMENT_PREFIX

__all__ = ["WorkerProcess"]

# A reading process may take as long as that by itself; a worker that dies is noticed at once.
_START_SECONDS = BUILD_SECONDS + 60.0
_STOP_SECONDS = 15.0
_LOOK_SECONDS = 0.05
_ANSWER_SECONDS = 2.0
_LOG_LINES = 15
_READY = 200


class WorkerProcess:
    """A worker from `start` to `stop`, with its log in a file."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        """Take all its settings as variables NEWS_MONITOR_<NAME>, and a folder for the log."""
        inherited = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith(ENVIRONMENT_PREFIX)
        }
        self._environment = {**inherited, **environment, "NEWS_MONITOR_LOG_FORMAT": "json"}
        self.log = folder / "worker.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where /metrics, /healthz and /readyz are; empty before the start."""
        return self._url

    def start(self, *, seconds: float = _START_SECONDS) -> None:
        """Start the worker and wait until it is ready to read, so many seconds at most.

        Raises:
            NewsMonitorError: it died or did not get ready; shows the last lines of its log.
        """
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "agents.worker_process"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment,
                # Ctrl-C goes to a whole terminal group; we stop the worker ourselves.
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while not self._is_ready():
            self.check()
            if time.monotonic() > deadline:
                message = f"the worker was not ready after {seconds:g} s"
                raise NewsMonitorError(self._with_log(message))
            time.sleep(_LOOK_SECONDS)

    def check(self) -> None:
        """Make sure that the worker lives.

        Raises:
            NewsMonitorError: it does not; shows the last lines of its log.
        """
        code = self._process.poll() if self._process else None
        if code is not None:
            raise NewsMonitorError(self._with_log(f"the worker ended with exit code {code}"))

    def stop(self) -> None:
        """Tell the worker to finish what it has in hand and leave; end it if it does not."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def fetch(self, page: str) -> str:
        """Return a page of the worker's own web server, such as `metrics`.

        Raises:
            OSError: it does not answer.
        """
        with urllib.request.urlopen(f"{self._url}/{page}", timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - our own http URL
            return bytes(answer.read()).decode()

    def log_tail(self) -> str:
        """Return the last lines of the log, safe for a terminal."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(clean(line) for line in lines[-_LOG_LINES:])

    def _is_ready(self) -> bool:
        self._url = self._url or _address_in(self.log)
        if not self._url:
            return False
        try:
            self.fetch("readyz")
        except OSError:
            return False
        return True

    def _with_log(self, message: str) -> str:
        return f"{message}; the end of its log:\n{self.log_tail()}"


def _address_in(log: Path) -> str:
    """Find the address that the worker says its web server has."""
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and isinstance(event.get("metrics"), str):
            return str(event["metrics"]).removesuffix("/metrics")
    return ""


def _stop_at_end_of_input() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    """Be the worker's process."""
    from agents.worker import run_worker  # noqa: PLC0415 - the parent needs none of it
    from monitor.settings import resolve  # noqa: PLC0415

    settings = resolve().settings
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    return int(run_worker(settings))


if __name__ == "__main__":
    sys.exit(main())
