"""What watching costs a worker that has nothing to read: telemetry, canaries and scrapes.

    PYTHONPATH=. python benchmarks/idle_worker.py [--seconds 60] [--rounds 3]

A worker on a real Kafka of one broker, with the topics and partitions of the settings' defaults, is watched
as in production: its telemetry asks the broker every two seconds, a canary goes through every minute, and the
page is scraped every five seconds. It takes turns with one whose telemetry never looks again, without canaries and
scrapes. Shares are processor time of the worker, its reading process included, per second; their difference
is what watching takes away from reading, whatever the load. Needs Java 17, as the tests do.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processor_time import processor_seconds
from tests.docker.local_server import LocalServer
from tests.real_kafka import KafkaCluster
from tests.real_kafka.ports import LOOPBACK, PortReservation

SCRAPE_SECONDS = 5
SETTLE_SECONDS = 10
UNWATCHED = (
    "import runpy, agents.telemetry as t; t.LOOK_SECONDS = 3600.0;"
    " runpy.run_module('monitor', run_name='__main__')"
)


@contextmanager
def a_worker(broker: str, group: str, *, watched: bool) -> Iterator[tuple[int, str]]:
    """Run a worker; gives its process and where its pages are."""
    reservation = PortReservation(free=1)
    (port,) = reservation.ports
    environment = {
        "NEWS_MONITOR_BROKER": broker,
        "NEWS_MONITOR_GROUP": group,
        "NEWS_MONITOR_HTTP_PORT": str(port),
        "NEWS_MONITOR_PROCESSES": "1",
        "NEWS_MONITOR_CANARY_SECONDS": "60" if watched else "0",
    }
    start = ("-m", "monitor") if watched else ("-c", UNWATCHED)
    url = f"http://{LOOPBACK}:{port}"
    with tempfile.TemporaryDirectory() as folder:
        server = LocalServer(
            [sys.executable, *start, "worker"],
            ready=f"{url}/{'readyz' if watched else 'healthz'}",
            log=Path(folder) / "worker.log",
            environment={**os.environ, **environment},
        )
        try:
            with server:
                yield server.process, url
        finally:
            reservation.release()


def share(broker: str, group: str, seconds: float, *, watched: bool) -> float:
    """Return how much of a processor a worker takes that has nothing to read."""
    with a_worker(broker, group, watched=watched) as (process, url):
        time.sleep(3 * SETTLE_SECONDS)
        began, used = time.monotonic(), processor_seconds(process)
        while time.monotonic() < began + seconds:
            if watched:
                with urllib.request.urlopen(f"{url}/metrics", timeout=10) as page:
                    page.read()
            time.sleep(SCRAPE_SECONDS)
        return (processor_seconds(process) - used) / (time.monotonic() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What watching costs a worker that reads nothing.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    shares: dict[bool, list[float]] = {True: [], False: []}
    with KafkaCluster() as kafka:
        subprocess.run(
            [sys.executable, "-m", "monitor", "topics", "create", "--broker", kafka.bootstrap],
            stdout=subprocess.DEVNULL,
            check=True,
        )
        for number in range(given.rounds):
            for watched in (True, False):
                group = f"idle-{number}-{watched}"
                used = share(kafka.bootstrap, group, given.seconds, watched=watched)
                shares[watched].append(used)
    watched, unwatched = (statistics.median(shares[each]) for each in (True, False))
    figures = {
        "watched_share": round(watched, 4),
        "unwatched_share": round(unwatched, 4),
        "watching": round(watched - unwatched, 4),
        "watched_shares": [round(each, 4) for each in shares[True]],
        "unwatched_shares": [round(each, 4) for each in shares[False]],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
