"""How fast a backtest reads, beside the analyser on one core, and whether its memory stays flat.

    PYTHONPATH=. python benchmarks/backtest.py rate ARTICLES.jsonl[.gz] [--articles 2000] [--processes 2]
    PYTHONPATH=. python benchmarks/backtest.py memory [--articles 100000]

`rate` reads the same articles with one analyser in a process held to one processor, then with a
backtest on several processes, without the start of either, and prints the ratio of articles a second to
that of one core times the processes: 1 is perfect. `analysers_at_once_articles_per_s` is what as many analysers
read that know nothing of one another, each on a processor of its own: what the machine has to give, for
processors share caches, memory and heat; `ratio_to_them` is the backtest's rate to theirs. `processor_ratio` is that of the processor's seconds, all
processes together: the most that `ratio` can be, and what can be measured on a machine that does other
things as well (Linux). `memory` reads short articles by the stand-in pipeline of the tests, so many and ten times
as many, and prints the most memory that the backtest's own process held in each.
"""

import argparse
import asyncio
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from string import ascii_uppercase

from agents.pool import THREADS
from agents.pool_reader import pool_reader
from agents.stored_news import stored_news, stretch_of
from benchmarks.processor_time import processor_seconds
from monitor.backtest.deciding import Decider
from monitor.backtest.records import UNTIMED, StoredNews, StoredRecord
from monitor.backtest.run import Track, run_backtest
from monitor.backtest.store import ResultStore, Side
from monitor.pipeline import RawRecord, build_pipeline, story_rules
from monitor.settings import Settings
from tests.agents.quick_pipeline import FACTORY

BATCH = 100
"""Records that a worker reads together."""


async def records_of(file: str, count: int) -> list[StoredRecord]:
    """Return the first records of a file."""
    news = stretch_of(stored_news([file], Settings()), count=count)
    return [record async for batch in news for record in batch]


async def at_hand(records: Sequence[StoredRecord]) -> StoredNews:
    """Yield records a thousand at a time."""
    for start in range(0, len(records), 1000):
        yield records[start : start + 1000]


def alone(records: Sequence[StoredRecord]) -> tuple[float, float]:
    """Read with one analyser; return seconds by the clock, and of the processor."""
    pipeline = build_pipeline(Settings())
    pipeline.read([RawRecord(value=records[0].value, timestamp=UNTIMED)])
    began, used = time.perf_counter(), time.process_time()
    for start in range(0, len(records), BATCH):
        pipeline.read([record.raw for record in records[start : start + BATCH]])
    return time.perf_counter() - began, time.process_time() - used


async def together(records: Sequence[StoredRecord], processes: int) -> tuple[float, float, int]:
    """Run a backtest; return seconds by the clock and of the processor, and how many alerts came."""
    settings = Settings(processes=processes)
    decider = Decider(story_rules(settings), partitions=settings.signals_partitions)
    with ResultStore() as store:
        async with pool_reader(settings) as (reader, _):
            began, used = time.perf_counter(), processor_seconds(os.getpid())
            track = Track(side=Side.AFTER, decider=decider)
            await run_backtest(at_hand(records), [(reader, [track])], store)
            took, used = time.perf_counter() - began, processor_seconds(os.getpid()) - used
        return took, used, sum(1 for _ in store.revisions(Side.AFTER))


def read_alone(file: str, count: int, processors: Sequence[int]) -> list[tuple[float, float]]:
    """Measure `alone` on each of the processors at once, each time in one thread of its own process."""
    command = [sys.executable, __file__, "alone", file, "--articles", str(count)]
    environment = os.environ | dict.fromkeys(THREADS, "1")
    running = [
        subprocess.Popen(
            [*command, "--processor", str(processor)], stdout=subprocess.PIPE, env=environment
        )
        for processor in processors
    ]
    told = [process.communicate()[0] for process in running]
    for process in running:
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
    return [tuple(json.loads(figures)) for figures in told]


def rate(file: str, count: int, processes: int) -> dict[str, object]:
    """Measure all three ways, one after the other."""
    records = asyncio.run(records_of(file, count))
    processors = sorted(os.sched_getaffinity(0))[:processes]
    if len(processors) < processes:
        message = f"--processes {processes}: only {len(processors)} processors are ours"
        raise SystemExit(message)
    [(one, one_used)] = read_alone(file, count, processors[:1])
    at_once = sum(len(records) / each for each, _ in read_alone(file, count, processors))
    many, many_used, alerts = asyncio.run(together(records, processes))
    backtest = len(records) / many
    return {
        "articles": len(records),
        "analyser_articles_per_s": round(len(records) / one, 1),
        "analyser_processor_s": round(one_used, 1),
        "analysers_at_once_articles_per_s": round(at_once, 1),
        "backtest_articles_per_s": round(backtest, 1),
        "backtest_processor_s": round(many_used, 1),
        "processor_ratio": round(one_used / many_used, 3),
        "ratio": round(one / many / processes, 3),
        "ratio_to_them": round(backtest / at_once, 3),
        "alerts": alerts,
    }


async def invented(count: int) -> StoredNews:
    """Yield short articles, a hundred for an hour of story time.

    Every tenth tells of a strike between one of many pairs: stories open and end all the time.
    """
    names = ["".join(pair) + "land" for pair in itertools.permutations(ascii_uppercase, 2)]
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    pairs = itertools.cycle(zip(names, names[7:], strict=False))
    for start in range(0, count, 1000):
        batch = []
        for number, (one, other) in zip(
            range(start, min(count, start + 1000)), pairs, strict=False
        ):
            row = {
                "id": f"a-{number}",
                "text": f"strike {one} {other}" if number % 10 == 0 else f"quiet {one} {number}",
                "published_at": (begin + timedelta(hours=number / 100)).isoformat(),
            }
            batch.append(StoredRecord(value=json.dumps(row).encode(), place=str(number)))
        yield batch


async def read_invented(count: int) -> dict[str, int]:
    """Run a backtest of invented articles; return its most memory, in MiB."""
    settings = Settings(processes=1)
    decider = Decider(story_rules(settings), partitions=settings.signals_partitions)
    with ResultStore() as store:
        async with pool_reader(settings, pipeline_factory=FACTORY) as (reader, _):
            track = Track(side=Side.AFTER, decider=decider)
            await run_backtest(invented(count), [(reader, [track])], store)
        alerts = sum(1 for _ in store.revisions(Side.AFTER))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"articles": count, "alerts": alerts, "most_memory_mib": most}


def memory(count: int) -> list[object]:
    """Run each size in a process of its own: the most memory of a process never falls."""
    rows = []
    for articles in (count, 10 * count):
        command = [sys.executable, __file__, "memory-of", "--articles", str(articles)]
        done = subprocess.run(command, capture_output=True, check=True)
        rows.append(json.loads(done.stdout))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Rate and memory of a backtest.")
    parser.add_argument("what", choices=["rate", "alone", "memory", "memory-of"])
    parser.add_argument("file", nargs="?", default="agents/demo/news.jsonl")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    first = min(os.sched_getaffinity(0))
    parser.add_argument("--processor", type=int, default=first, help="which one `alone` is held to")
    given = parser.parse_args()
    if given.what == "rate":
        figures: object = rate(given.file, given.articles, given.processes)
    elif given.what == "alone":
        os.sched_setaffinity(0, {given.processor})
        figures = alone(asyncio.run(records_of(given.file, given.articles)))
    elif given.what == "memory":
        figures = memory(given.articles)
    else:
        figures = asyncio.run(read_invented(given.articles))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
