"""Backtests of quick news: read by the stand-in pipeline whose texts are orders."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from agents.reading import Raw
from monitor.backtest.deciding import Decider
from monitor.backtest.readers import Outcome, Reader, Reading
from monitor.backtest.records import StoredNews, StoredRecord
from monitor.backtest.run import Texts, Totals, Track, run_backtest
from monitor.backtest.store import ResultStore, Side
from monitor.domain import SignalKind, Unread
from monitor.pipeline import RawRecord
from monitor.policy.stories import StoryRules
from tests.agents.quick_pipeline import QuickPipeline
from tests.builders import NOON

__all__ = ["PARTITIONS", "news", "quick_reader", "record", "run", "some_news"]

PARTITIONS = 3


def record(number: int, text: str, **members: Any) -> StoredRecord:
    """An article of a file: an hour of story time for each number."""
    content = {
        "id": f"a-{number}",
        "text": text,
        "source": f"publisher-{number % 3}",
        "published_at": (NOON + timedelta(hours=number)).isoformat(),
    } | members
    stated = {name: value for name, value in content.items() if value is not None}
    return StoredRecord(value=json.dumps(stated).encode(), place=f"news.jsonl:{number + 1}")


_NAMES = ("Atlantis", "Borduria", "Costaguana", "Drimmelen", "Elbonia", "Freedonia", "Genovia")


def some_news(count: int) -> list[StoredRecord]:
    """Articles about a handful of conflicts, market moves, and nothing at all."""
    texts = (
        lambda n: f"strike {_NAMES[n % 7]} {_NAMES[(n // 7 + 1) % 7]}",
        lambda n: f"both {_NAMES[n % 5]} {_NAMES[n % 3 + 3]}",
        lambda n: f"market {_NAMES[n % 4]}",
        lambda n: f"all is quiet on day {n}",
    )
    return [record(number, texts[number % 4](number)) for number in range(count)]


async def news(records: Iterable[StoredRecord], *, at_hand: int = 7) -> StoredNews:
    """Records as a store gives them: a few at a time."""
    rows = list(records)
    for start in range(0, len(rows), at_hand):
        yield rows[start : start + at_hand]


def quick_reader(*, without: SignalKind | None = None) -> Reader:
    """A reader that knows no signals of one kind."""
    pipeline = QuickPipeline()

    async def read(records: Sequence[RawRecord]) -> Sequence[Outcome]:
        await asyncio.sleep(0)
        found = pipeline.read([Raw(value=each.value, timestamp=each.timestamp) for each in records])
        outcomes: list[Outcome] = []
        for each in found:
            if isinstance(each, Unread):
                outcomes.append(each)
                continue
            reports = tuple(
                report
                for report in each.reports
                if not any(signal.kind is without for signal in report.signals)
            )
            outcomes.append(Reading(reports=reports, published_at=each.article.published_at))
        return outcomes

    return read


def run(
    store: ResultStore,
    records: Iterable[StoredRecord],
    *,
    before: Reader | None = None,
    after: Reader | None = None,
    texts: Texts | None = None,
) -> Totals:
    """Run one or two readers over records."""
    sides = [(Side.BEFORE, before), (Side.AFTER, after or quick_reader())]
    readers = [
        (reader, [Track(side=side, decider=Decider(StoryRules(), partitions=PARTITIONS))])
        for side, reader in sides
        if reader is not None
    ]
    return asyncio.run(run_backtest(news(records), readers, store, texts=texts))
