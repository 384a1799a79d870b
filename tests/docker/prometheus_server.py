"""A real Prometheus on this machine that scrapes what a test runs, by the shipped configuration."""

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.docker.compose import SERVICES
from tests.docker.local_server import LocalServer
from tests.docker.tools import ROOT
from tests.real_kafka.ports import LOOPBACK, PortReservation

__all__ = ["PrometheusServer"]


class PrometheusServer:
    """Prometheus with docker/prometheus' files and the container's arguments.

    Only the targets and the intervals are other.
    """

    def __init__(
        self,
        program: str,
        *,
        target: str | Path,
        folder: Path,
        alertmanager: str = "",
        as_shipped: bool = False,
    ) -> None:
        """Prepare the files.

        Args:
            program: the `prometheus` program.
            target: the worker's `host:port`, or a file of targets (JSON, as `file_sd_configs` has
                it) that may change while it runs.
            folder: for its data.
            alertmanager: `host:port` of the Alertmanager that is told of alerts, if any.
            as_shipped: scrape and evaluate as rarely as the shipped files say, and not each second.
        """
        self._program = program
        self._folder = folder
        self._reservation = PortReservation(free=1)
        self._address = f"{LOOPBACK}:{self._reservation.ports[0]}"
        shipped = ROOT / "docker" / "prometheus"
        config = yaml.safe_load((shipped / "prometheus.yml").read_text())
        if not as_shipped:
            config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        if alertmanager:
            (manager,) = config["alerting"]["alertmanagers"]
            manager["static_configs"] = [{"targets": [alertmanager]}]
        else:
            del config["alerting"]
        for name in config["rule_files"]:
            rules = yaml.safe_load((shipped / name).read_text())
            for group in rules["groups"]:
                if not as_shipped:
                    group.pop("interval", None)
            (folder / name).write_text(yaml.safe_dump(rules))
        (job,) = [job for job in config["scrape_configs"] if job["job_name"] == "news-monitor"]
        del job["dns_sd_configs"]
        if isinstance(target, Path):
            job["file_sd_configs"] = [{"files": [str(target)], "refresh_interval": "10s"}]
        else:
            job["static_configs"] = [{"targets": [target]}]
        config["scrape_configs"] = [job]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))

    def __enter__(self) -> Self:
        """Start it and wait until it is ready."""
        self._server = LocalServer(
            [self._program, *self._arguments(), f"--web.listen-address={self._address}"],
            ready=f"http://{self._address}/-/ready",
            log=self._folder / "prometheus.log",
        )
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
        self._reservation.release()

    def _arguments(self) -> Iterator[str]:
        """The container's own, with the folders of this machine."""
        places = {
            "/etc/prometheus/prometheus.yml": self._folder / "prometheus.yml",
            "/prometheus": self._folder / "data",
        }
        for argument in SERVICES["prometheus"]["command"]:
            name, _, value = argument.partition("=")
            yield f"{name}={places.pop(value, value)}"
        assert not places, "compose names other folders"

    def fetch(self, path: str, **parameters: str) -> str:
        """A page of its web server."""
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"http://{self._address}/{path}?{query}", timeout=10) as answer:
            return bytes(answer.read()).decode()

    def ask(self, path: str, parameters: dict[str, str]) -> Any:
        """What a path of its API says under `data`."""
        answer = json.loads(self.fetch(f"api/v1/{path}", **parameters))
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What an expression gives now: one entry per series."""
        result: list[dict[str, Any]] = self.ask("query", {"query": expression})["result"]
        return result

    def value(self, expression: str) -> float | None:
        """The number that an expression with a single series gives, or None."""
        result = self.query(expression)
        return float(result[0]["value"][1]) if result else None

    def rules(self) -> list[dict[str, Any]]:
        """The rules with their health, as Prometheus evaluates them."""
        groups = self.ask("rules", {})["groups"]
        return [rule for group in groups for rule in group["rules"]]
