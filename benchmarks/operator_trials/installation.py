"""Installation: what docker/compose.yaml starts, without containers, on this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.operator_trials.pager import Pager
from benchmarks.operator_trials.publisher import Publisher
from tests.docker.compose import SERVICES, environment_of
from tests.docker.local_server import answers
from tests.docker.prometheus_server import PrometheusServer
from tests.docker.tools import required
from tests.real_kafka import KafkaCluster
from tests.real_kafka.leash import leashed
from tests.real_kafka.ports import LOOPBACK, PortReservation

__all__ = ["Installation", "WorkerContainer"]

_WORKERS = 2
_READY_SECONDS = 180
_MOST_RESTARTS = int(SERVICES["worker"]["restart"].partition(":")[2])
_KAFKA_SETTINGS = ("AUTO_CREATE_TOPICS_ENABLE", "GROUP_INITIAL_REBALANCE_DELAY_MS")


class WorkerContainer:
    """A worker with the compose file's environment and its restart policy, `on-failure`."""

    def __init__(self, environment: dict[str, str], address: str, log: Path) -> None:
        """Take its whole environment, its `host:port`, and a file for its log."""
        self.address = address
        self.log = log
        self.restarts = 0
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process."""
        command = (sys.executable, "-m", "monitor", *SERVICES["worker"]["command"])
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                leashed(*command),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        """Stop it as `docker stop` does."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        self._process.send_signal(signal.SIGCONT)
        try:
            self._process.wait(int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Let it stand still, with all its connections open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def supervise(self) -> None:
        """Start it again where it failed, as often as the policy allows."""
        failed = self._process is not None and self._process.poll() not in {None, 0}
        if failed and self.restarts < _MOST_RESTARTS:
            self.restarts += 1
            self.start()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        return answers(f"http://{self.address}/readyz")


class Installation:
    """Kafka, topics, two workers, Prometheus, Alertmanager and a publisher, from entry to exit."""

    def __init__(self, folder: Path, *, articles_per_second: float) -> None:
        """Take a folder for logs and data, and the pace of the news."""
        self._folder = folder
        self._pace = articles_per_second
        self._stack = ExitStack()
        self._targets = folder / "targets.json"

    def __enter__(self) -> Self:
        """Start everything and wait until both workers are ready."""
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End everything."""
        self._stack.close()

    def look_after(self) -> None:
        """Do what Docker does: restart what failed, and name to Prometheus what runs.

        Docker's name service, which Prometheus finds workers by, knows running containers only: one
        that is stopped for good is no longer a target, and not a target that does not answer.
        """
        for worker in self.workers:
            worker.supervise()
        running = [worker.address for worker in self.workers if worker.is_running]
        text = json.dumps([{"targets": running}])
        if not self._targets.exists() or self._targets.read_text() != text:
            fresh = self._targets.with_suffix(".new")
            fresh.write_text(text)
            fresh.replace(self._targets)

    def wait_ready(self) -> None:
        """Wait until every worker is ready."""
        deadline = time.monotonic() + _READY_SECONDS
        while not all(worker.is_ready() for worker in self.workers):
            self.look_after()
            if time.monotonic() > deadline:
                message = f"the workers were not ready; see {self._folder}"
                raise TimeoutError(message)
            time.sleep(1)

    def _start(self) -> None:
        given = SERVICES["kafka"]["environment"]
        overrides = {
            name.lower().replace("_", "."): str(given[f"KAFKA_{name}"]) for name in _KAFKA_SETTINGS
        }
        self.kafka = self._stack.enter_context(KafkaCluster(overrides=overrides))
        ports = PortReservation(free=_WORKERS)
        self._stack.callback(ports.release)
        self.workers: list[WorkerContainer] = []
        for number, port in enumerate(ports.ports):
            log = self._folder / f"worker-{number}.log"
            worker = WorkerContainer(self._environment(port), f"{LOOPBACK}:{port}", log)
            self._stack.callback(worker.stop)
            self.workers.append(worker)
        subprocess.run(
            [sys.executable, "-m", "monitor", *SERVICES["topics"]["command"]],
            env=self._environment(0),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        for worker in self.workers:
            worker.start()
        self.look_after()
        alertmanager = required("prometheus-alertmanager", package="prometheus-alertmanager")
        self.pager = self._stack.enter_context(Pager(alertmanager, self._folder))
        prometheus = PrometheusServer(
            required("prometheus", package="prometheus"),
            target=self._targets,
            folder=self._folder,
            alertmanager=self.pager.address,
            as_shipped=True,
        )
        self.began = time.time()
        self.prometheus = self._stack.enter_context(prometheus)
        self.wait_ready()
        self.publisher = Publisher(self.kafka.bootstrap, articles_per_second=self._pace)
        self.publisher.start()
        self._stack.callback(self.publisher.close)

    def _environment(self, port: int) -> dict[str, str]:
        """What compose gives a worker; only what is another machine's there is changed."""
        changed = {
            "NEWS_MONITOR_BROKER": self.kafka.bootstrap,
            "NEWS_MONITOR_HTTP_HOST": LOOPBACK,
            "NEWS_MONITOR_HTTP_PORT": str(port),
            "NEWS_MONITOR_PROCESSES": "1",
        }
        return {**os.environ, **environment_of("worker"), **changed}
