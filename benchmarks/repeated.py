"""Whether a day of news, read and told twice, gives every story one alert id and nothing for nothing.

    python benchmarks/repeated.py ARTICLES.jsonl[.gz] [--articles 5000] [--hours 24]

The first articles of a file are taken for those of one day: their times are squeezed into so many hours.
They go the way of real ones, twice from the start: reading, signals, stories, alerts; then the same signals
records come once more at later offsets, as after a crash that loses the agent's place. Ends with exit code 1
if one of these is wrong:

* `same_bytes`: both times the same signals, stories and alerts were written;
* `broken_ids`: alerts whose id is not their story's, or whose revisions are not 1, 2, 3 and so on;
* `idle_revisions`: revisions that name no change, or that say what the one before said;
* `told_again`: alerts that the records which came once more led to.
"""

import argparse
import gzip
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from monitor.domain import Alert, DeskReport
from monitor.lexicon.instruments import load_instruments
from monitor.pipeline import Pipeline, RawRecord, Readable, build_pipeline
from monitor.policy.stories import StoryBook, StoryRules
from monitor.settings import Settings
from monitor.wire import alert_v1, signal_v1, story_v1

BATCH = 32


class Told(NamedTuple):
    """What one run gave."""

    records: list[bytes]
    alerts: list[Alert]
    stories: set[str]
    sha256: str
    again: int
    seconds: float


def squeezed(lines: Sequence[bytes], hours: float) -> list[bytes]:
    """Return articles with their times put into so many hours, in their order."""
    articles = [json.loads(line) for line in lines]
    times = [datetime.fromisoformat(article["published_at"]) for article in articles]
    first, length = min(times), (max(times) - min(times)) or timedelta(hours=1)
    for article, moment in zip(articles, times, strict=True):
        share = (moment - first) / length
        article["published_at"] = (first + share * timedelta(hours=hours)).isoformat()
    return [json.dumps(article).encode() for article in articles]


def reports_of(lines: Sequence[bytes], pipeline: Pipeline) -> Iterator[DeskReport]:
    """Yield what articles say to the desks."""
    now = datetime.now(UTC)
    for start in range(0, len(lines), BATCH):
        batch = [RawRecord(value=line, timestamp=now) for line in lines[start : start + BATCH]]
        for read in pipeline.read(batch):
            yield from read.reports if isinstance(read, Readable) else ()


def told(lines: Sequence[bytes], pipeline: Pipeline) -> Told:
    """Read articles and tell what they say."""
    began = time.perf_counter()
    records = [signal_v1.encode(report) for report in reports_of(lines, pipeline)]
    groups = {each.id: each.group for each in load_instruments().by_name.values()}
    book = StoryBook(StoryRules(instrument_groups=groups))
    digest = hashlib.sha256()
    alerts: list[Alert] = []
    stories: set[str] = set()
    for offset, record in enumerate(records):
        update = book.apply(signal_v1.decode(record), offset=offset)
        for value in (record, *map(story_v1.encode, update.stories)):
            digest.update(value)
        for alert in update.alerts:
            digest.update(alert_v1.encode(alert))
        alerts += update.alerts
        stories |= {story.id for story in update.stories}
    again = sum(
        len(book.apply(signal_v1.decode(record), offset=offset).alerts)
        for offset, record in enumerate(records, start=len(records))
    )
    return Told(records, alerts, stories, digest.hexdigest(), again, time.perf_counter() - began)


def broken_ids(run: Told) -> int:
    """Count alerts that are not the next revision of a story of their own id."""
    newest: dict[str, int] = {}
    broken = 0
    for alert in run.alerts:
        next_one = newest.get(alert.alert_id, 0) + 1
        broken += alert.revision != next_one or alert.alert_id not in run.stories
        newest[alert.alert_id] = alert.revision
    return broken + len(run.stories - newest.keys())


def idle_revisions(alerts: Sequence[Alert]) -> int:
    """Count revisions that say nothing new."""
    before: dict[str, Alert] = {}
    idle = 0
    for alert in alerts:
        known = before.get(alert.alert_id)
        # What is counted and timed changes with every article; a reader wants to know of the rest.
        idle += not alert.changes or (known is not None and _content(known) == _content(alert))
        before[alert.alert_id] = alert
    return idle


def _content(alert: Alert) -> Alert:
    return replace(
        alert,
        revision=0,
        changes=(),
        details=(),
        articles=0,
        copies=0,
        last_seen=alert.first_seen,
    )


def main() -> None:
    """Tell a day twice, compare and print."""
    parser = argparse.ArgumentParser(description="A day of news told twice.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--hours", type=float, default=24)
    given = parser.parse_args()
    opener = gzip.open if given.file.suffix == ".gz" else open
    with opener(given.file, "rb") as stream:
        lines = squeezed(list(islice(stream, given.articles)), given.hours)
    first, second = (told(lines, build_pipeline(Settings())) for _ in range(2))
    found = {
        "articles": len(lines),
        "signals_records": len(first.records),
        "stories": len(first.stories),
        "alerts": len(first.alerts),
        "seconds": round(first.seconds),
        "same_bytes": first.sha256 == second.sha256,
        "broken_ids": broken_ids(first),
        "idle_revisions": idle_revisions(first.alerts),
        "told_again": first.again,
    }
    print(json.dumps(found))
    right = found["same_bytes"] and not any(
        found[name] for name in ("broken_ids", "idle_revisions", "told_again")
    )
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
