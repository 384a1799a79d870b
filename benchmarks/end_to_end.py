"""Articles through a real Kafka: rate, memory, start time, and whether a kill changes the result.

    python benchmarks/end_to_end.py ARTICLES.jsonl[.gz] [--articles 5000] [--kills 1]

Starts an Apache Kafka of its own (Java 17, Maven), publishes with `news-monitor publish`, reads with
`news-monitor worker` twice: once left alone, once killed with SIGKILL in the middle. Prints the counts
that must add up, and whether a reader who keeps the newest revision per alert id ends up with the same.
"""

import argparse
import asyncio
import gzip
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from monitor.wire import alert_v1
from tests.real_kafka import KafkaCluster, read_to_end

READY_SECONDS = 60
STALLED_SECONDS = 120
QUIET_SECONDS = 3


class Run:
    """One deployment: its topics, its worker, its results."""

    def __init__(self, cluster: KafkaCluster, name: str, port: int) -> None:
        """Name topics and group after *name*."""
        self.cluster = cluster
        self.name = name
        self.port = port
        self.articles = f"{name}.articles"
        self.signals = f"{name}.signals"
        self.alerts = f"{name}.alerts"
        self.environment = os.environ | {
            "NEWS_MONITOR_BROKER": cluster.bootstrap,
            "NEWS_MONITOR_ARTICLE_TOPICS": self.articles,
            "NEWS_MONITOR_SIGNALS_TOPIC": self.signals,
            "NEWS_MONITOR_STORIES_TOPIC": f"{name}.stories",
            "NEWS_MONITOR_ALERTS_TOPIC": self.alerts,
            "NEWS_MONITOR_CANARY_TOPIC": f"{name}.canary",
            "NEWS_MONITOR_GROUP": name,
            "NEWS_MONITOR_HTTP_PORT": str(port),
            "NEWS_MONITOR_SESSION_TIMEOUT_SECONDS": "6",
            "NEWS_MONITOR_LOG_LEVEL": "warning",
        }

    def command(self, *words: str, quiet: bool = True) -> None:
        """Run one `news-monitor` command to its end."""
        subprocess.run(
            [sys.executable, "-m", "monitor", *words],
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL if quiet else None,
        )

    def start(self) -> "subprocess.Popen[bytes]":
        """Start a worker."""
        return subprocess.Popen([sys.executable, "-m", "monitor", "worker"], env=self.environment)

    def metric(self, name: str, **labels: str) -> float:
        """Sum a metric's series that have *labels*; 0 while nobody answers."""
        try:
            url = f"http://127.0.0.1:{self.port}/metrics"
            with urllib.request.urlopen(url, timeout=2) as answer:
                text = answer.read().decode()
        except OSError:
            return 0.0
        total = 0.0
        for line in text.splitlines():
            if line.startswith(name) and all(f'{k}="{v}"' in line for k, v in labels.items()):
                total += float(line.rsplit(" ", 1)[1])
        return total

    def read(self) -> float:
        """How many articles the worker has read since it started."""
        return self.metric("news_monitor_records_read_total", topic=self.articles)

    async def waiting(self) -> int:
        """Return how many records of articles and signals the group has not yet acknowledged."""
        client = AIOKafkaAdminClient(bootstrap_servers=self.cluster.bootstrap)
        await client.start()
        try:
            committed = await client.list_consumer_group_offsets(self.name)
        finally:
            await client.close()
        left = 0
        for topic in (self.articles, self.signals):
            ends: dict[int, int] = {}
            for record in await read_to_end(self.cluster, topic):
                ends[record.partition] = record.offset + 1
            for partition, end in ends.items():
                known = committed.get(TopicPartition(topic, partition))
                left += end - max(0, known.offset if known else 0)
        return left

    async def newest(self) -> dict[str, tuple[int, bytes]]:
        """Return what a reader who keeps the newest revision per alert id ends up with."""
        kept: dict[str, tuple[int, bytes]] = {}
        for record in await read_to_end(self.cluster, self.alerts):
            alert = alert_v1.decode(record.value)
            if alert.revision >= kept.get(alert.alert_id, (0, b""))[0]:
                kept[alert.alert_id] = (alert.revision, record.value)
        return kept


def resident_bytes(process: int) -> int:
    """Return the resident memory of a process and its children."""
    rows = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    table = [tuple(map(int, row.split())) for row in rows if row.strip()]
    family = {process}
    for _ in range(3):
        family |= {pid for pid, parent, _ in table if parent in family}
    return 1024 * sum(rss for pid, _, rss in table if pid in family)


async def first_article(run: Run) -> float:
    """Wait until a worker has read something; return how many seconds that took."""
    began = time.monotonic()
    while run.read() == 0:
        await asyncio.sleep(0.1)
        if time.monotonic() - began > READY_SECONDS:
            message = "the worker read nothing within a minute"
            raise TimeoutError(message)
    return time.monotonic() - began


async def finish(run: Run, worker: "subprocess.Popen[bytes]") -> tuple[float, int]:
    """Wait until nothing waits; return when the last article was read, and the peak memory."""
    seen, moved, peak = run.read(), time.monotonic(), 0
    while time.monotonic() - moved <= QUIET_SECONDS or await run.waiting():
        await asyncio.sleep(0.2)
        peak = max(peak, resident_bytes(worker.pid))
        now = run.read()
        if now != seen:
            seen, moved = now, time.monotonic()
        if time.monotonic() - moved > STALLED_SECONDS:
            message = f"stalled at {seen} articles"
            raise TimeoutError(message)
    return moved, peak


async def work(run: Run, articles: int, kills: int) -> dict[str, Any]:
    """Let a worker read everything; kill it *kills* times on the way."""
    worker = run.start()
    figures: dict[str, Any] = {"start_to_first_article_s": round(await first_article(run), 1)}
    first, read_before = time.monotonic(), run.read()
    for _ in range(kills):
        while run.read() < articles / (kills + 1):  # noqa: ASYNC110  another process counts
            await asyncio.sleep(0.05)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker = run.start()
    last, peak = await finish(run, worker)
    if not kills:
        figures["articles_per_s"] = round((articles - read_before) / (last - first))
    figures["peak_memory_mb"] = round(peak / 1e6)
    figures["read_by_last_worker"] = int(run.read())
    for outcome in ("signals", "no-signal", "dead-letter"):
        figures[outcome] = int(
            run.metric("news_monitor_records_total", topic=run.articles, outcome=outcome)
        )
    ended = time.monotonic()
    worker.terminate()
    figures["exit_code"] = worker.wait(30)
    figures["stop_s"] = round(time.monotonic() - ended, 1)
    figures["signal_records"] = len(await read_to_end(run.cluster, run.signals))
    figures["dead_letters"] = len(await read_to_end(run.cluster, f"{run.articles}.dead-letter"))
    return figures


async def main() -> None:
    """Run both and compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=1)
    given = parser.parse_args()
    opener = gzip.open if given.file.suffix == ".gz" else open
    with opener(given.file, "rb") as lines, tempfile.TemporaryDirectory() as folder:
        chosen = list(itertools.islice(lines, given.articles))
        sample = Path(folder) / "articles.jsonl"
        sample.write_bytes(b"".join(chosen))
        with KafkaCluster(overrides={"message.max.bytes": "8388608"}) as cluster:
            results = []
            for name, kills, port in (("calm", 0, 9571), ("killed", given.kills, 9572)):
                run = Run(cluster, name, port)
                run.command("topics", "create")
                began = time.monotonic()
                run.command("publish", str(sample), "--topic", run.articles)
                seconds = time.monotonic() - began
                published = len(await read_to_end(cluster, run.articles))
                figures = {"published": published, "publish_s": round(seconds, 1)}
                figures |= await work(run, published, kills)
                results.append(await run.newest())
                figures["alerts"] = len(results[-1])
                print(name, json.dumps(figures), flush=True)
            print("same set of (alert id, newest revision, bytes):", results[0] == results[1])


if __name__ == "__main__":
    asyncio.run(main())
