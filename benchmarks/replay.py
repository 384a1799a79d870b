"""Replays on a real Kafka: the rate at full speed, and how late records are at the recorded pace.

    python benchmarks/replay.py [--articles 100000] [--paced 2000] [--speeds 1 10 60]

Starts an Apache Kafka of its own (Java 17, Maven) with topics of eight partitions. Full speed: a
process `news-monitor replay` copies articles of about a kilobyte; beside it a plain aiokafka consumer
reads the same records, so that figures of different machines can be compared as ratios. Pace: records at random
distances go into a topic whose times the broker sets as they arrive (LogAppendTime); its clock says
how late each one is against its due time, not ours.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import time

from agents.client import create_consumer, create_producer, running
from agents.topic_reader import merged_batches, partitions_of, stretches
from monitor.settings import Settings, resolve
from tests.real_kafka import KafkaCluster, read_to_end
from tests.real_kafka.topics import create_topic

PARTITIONS = 8
SECONDS_PACED = 20
TOLERANCE_MS = 50
TOLERANCE_SHARE = 0.01
WORDS = (
    "missile ministry border troops market shares fell talks union strike workers government said on"
    " Monday after reports that officials met in the capital to discuss sanctions and the price of oil"
).split()


def article(number: int, rng: random.Random) -> bytes:
    """Return an article of about a kilobyte."""
    text = " ".join(rng.choices(WORDS, k=150))
    return json.dumps({"id": f"article-{number}", "text": text, "source": "benchmark"}).encode()


async def fill(settings: Settings, topic: str, times: list[int], *, seed: int = 1) -> None:
    """Send one article per time, in turn to all partitions."""
    rng = random.Random(seed)
    producer = create_producer(
        settings, linger_ms=20, max_batch_size=262_144, compression_type="zstd"
    )
    async with running(producer, settings):
        for number, stamp in enumerate(times):
            await producer.send(
                topic,
                article(number, rng),
                key=b"article-%d" % number,
                partition=number % PARTITIONS,
                timestamp_ms=stamp,
            )
        await producer.flush()


async def read_beside(settings: Settings, topic: str) -> float:
    """Return the records a second that are read and merged when nothing is sent."""
    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(consumer, await partitions_of(settings, topic))
    began = time.perf_counter()
    count = 0
    async for batch in merged_batches(settings, parts):
        count += len(batch)
    return count / (time.perf_counter() - began)


def replay(cluster: KafkaCluster, *words: str) -> tuple[float, float, str]:
    """Run `news-monitor replay`; return its seconds, its processor seconds, and what it said."""
    environment = os.environ | {"NEWS_MONITOR_BROKER": cluster.bootstrap}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "replay", "--yes", *words],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used, done.stdout.strip()


async def full_speed(cluster: KafkaCluster, settings: Settings, articles: int) -> None:
    """Measure the rate at full speed; the start of the process is measured by an empty replay."""
    for name in ("full", "full-copy", "empty"):
        await create_topic(cluster, name, partitions=PARTITIONS)
    await fill(settings, "full", [1_700_000_000_000 + each for each in range(articles)])
    start, start_used, _ = replay(cluster, "--from", "empty", "--to", "full-copy")
    reading = await read_beside(settings, "full")
    seconds, used, said = replay(cluster, "--from", "full", "--to", "full-copy")
    copied = len(await read_to_end(cluster, "full-copy", seconds=300))
    figures = {
        "articles": articles,
        "copied": copied,
        "articles_per_s": round(articles / (seconds - start)),
        "articles_per_cpu_s": round(articles / (used - start_used)),
        "read_and_merged_per_s": round(reading),
        "start_s": round(start, 2),
        "said": said,
    }
    print(json.dumps(figures), flush=True)


def within(errors: list[float], due: list[float]) -> float:
    """Return the share of records within 50 ms or 1 % of their due time."""
    good = [
        abs(error) <= max(TOLERANCE_MS, TOLERANCE_SHARE * moment)
        for error, moment in zip(errors, due, strict=True)
    ]
    return round(sum(good) / len(good), 4)


def percentile(errors: list[float], share: float) -> float:
    """Return a percentile of how far records are from their due time, in milliseconds."""
    distances = sorted(map(abs, errors))
    return round(distances[min(len(distances) - 1, int(len(distances) * share))], 1)


async def paced(cluster: KafkaCluster, settings: Settings, speed: float, records: int) -> None:
    """Measure how late records are, by the broker's clock."""
    source, target = f"paced-{speed:g}", f"paced-{speed:g}-copy"
    await create_topic(cluster, source, partitions=PARTITIONS)
    config = {"message.timestamp.type": "LogAppendTime"}
    await create_topic(cluster, target, partitions=PARTITIONS, config=config)
    rng = random.Random(2)
    span_ms = SECONDS_PACED * 1000 * speed
    times = sorted(1_700_000_000_000 + int(rng.random() * span_ms) for _ in range(records))
    await fill(settings, source, times)
    replay(cluster, "--from", source, "--to", target, "--speed", str(speed))
    arrived = {}
    for record in await read_to_end(cluster, target):
        arrived[record.key] = record.timestamp
    first = arrived[b"article-0"]
    due = [(stamp - times[0]) / speed for stamp in times]
    errors = [arrived[b"article-%d" % each] - first - due[each] for each in range(records)]
    # A run's zero is the arrival of its first record, known when the broker has answered: how long that
    # took delays all the others by as much. The second figure is of the distances alone.
    middle = sorted(errors)[records // 2]
    figures = {
        "speed": speed,
        "records": records,
        "within": within(errors, due),
        "within_but_for_the_answer_time": within([error - middle for error in errors], due),
        "answer_ms": round(middle, 1),
        "error_ms_p50": percentile(errors, 0.5),
        "error_ms_p99": percentile(errors, 0.99),
        "error_ms_max": percentile(errors, 1),
    }
    print(json.dumps(figures), flush=True)


async def measure(given: argparse.Namespace) -> None:
    """Measure all."""
    with KafkaCluster() as cluster:
        settings = resolve(environment={}, overrides={"broker": cluster.bootstrap}).settings
        for speed in given.speeds:
            await paced(cluster, settings, speed, given.paced)
        if given.articles:
            await full_speed(cluster, settings, given.articles)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description="Rate and pace of replays.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--paced", type=int, default=2000)
    parser.add_argument("--speeds", type=float, nargs="*", default=[1, 10, 60])
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
