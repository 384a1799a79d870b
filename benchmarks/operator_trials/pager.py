"""Pager: a real Alertmanager with the shipped routes, whose receivers ring here."""

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.docker.local_server import LocalServer
from tests.docker.tools import ROOT
from tests.real_kafka.ports import LOOPBACK, PortReservation

__all__ = ["Call", "Pager"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An alert as it reached a receiver."""

    at: float
    """When the message arrived, by `time.monotonic`."""
    receiver: str
    """`page` or `ticket`, by the shipped routes."""
    rule: str
    summary: str
    runbook: str


class Pager:
    """Alertmanager, and the receivers that the shipped configuration leaves empty."""

    def __init__(self, program: str, folder: Path) -> None:
        """Take the `prometheus-alertmanager` program and a folder for its data."""
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._receivers = _receivers(self._ring)
        self._reservation = PortReservation(free=1)
        self.address = f"{LOOPBACK}:{self._reservation.ports[0]}"
        config = yaml.safe_load((ROOT / "docker" / "alertmanager" / "alertmanager.yml").read_text())
        url = f"http://{LOOPBACK}:{self._receivers.server_port}/"
        for receiver in config["receivers"]:
            receiver["webhook_configs"] = [{"url": url, "send_resolved": False}]
        (folder / "alertmanager.yml").write_text(yaml.safe_dump(config))
        self._server = LocalServer(
            [
                program,
                f"--config.file={folder / 'alertmanager.yml'}",
                f"--storage.path={folder / 'alertmanager'}",
                f"--web.listen-address={self.address}",
                "--cluster.listen-address=",
            ],
            ready=f"http://{self.address}/-/ready",
            log=folder / "alertmanager.log",
        )

    def __enter__(self) -> Self:
        """Start it, and wait until it is ready."""
        threading.Thread(target=self._receivers.serve_forever, daemon=True).start()
        self._server.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        self._server.__exit__(kind, error, traceback)
        self._receivers.shutdown()
        self._reservation.release()

    def calls(self) -> list[Call]:
        """Every first call for a rule, in order."""
        with self._lock:
            return list(self._calls)

    def _ring(self, message: dict[str, Any]) -> None:
        with self._lock:
            known = {call.rule for call in self._calls}
            for alert in message["alerts"]:
                rule = alert["labels"]["alertname"]
                if alert["status"] == "firing" and rule not in known:
                    known.add(rule)
                    self._calls.append(
                        Call(
                            at=time.monotonic(),
                            receiver=message["receiver"],
                            rule=rule,
                            summary=alert["annotations"]["summary"],
                            runbook=alert["annotations"]["runbook_url"],
                        )
                    )


def _receivers(ring: Any) -> ThreadingHTTPServer:
    """A web server that hands every message of Alertmanager on."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ring(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            """Say nothing."""

    return ThreadingHTTPServer((LOOPBACK, 0), Handler)
