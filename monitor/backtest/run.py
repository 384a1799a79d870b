"""Run: stored news through readers and deciders into a store, in bounded memory.

A batch is read, on all cores, while the end of the batch before it is read, too, and the one before
that is decided: no core waits for the last shares of a batch. Results are decided and kept in the order
of the input, and no more than three batches are held.
"""

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from monitor.backtest.deciding import Decider
from monitor.backtest.readers import Outcome, Reader, Reading
from monitor.backtest.records import StoredNews, StoredRecord
from monitor.backtest.store import ResultStore, Side
from monitor.domain import Unread
from monitor.errors import InvalidRecord, Reason
from monitor.pipeline import RawRecord
from monitor.wire import article_v1

__all__ = ["BATCH_BYTES", "BATCH_RECORDS", "Texts", "Totals", "Track", "run_backtest"]

BATCH_RECORDS = 600
"""Most records that are read together: few enough to hold three times as many."""
BATCH_BYTES = 3_000_000
"""Above so many bytes a batch is closed; one record may be larger."""
_IN_HAND = 2
"""How many batches are read at a time."""
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One of the runs: whose alerts they are, and how they are decided."""

    side: Side
    decider: Decider


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Whether the texts of the articles that stories rest on are kept, and how long they may be."""

    max_chars: int


@dataclass(slots=True, kw_only=True)
class Totals:
    """What was read; of two runs, in the one that is tried."""

    records: int = 0
    unreadable: Counter[Reason] = field(default_factory=Counter)
    examples: list[tuple[str, Unread]] = field(default_factory=list)
    """The first ones that cannot be read, with their places."""
    digest: str = ""
    """Names the input: equal for the same records in the same order."""


async def run_backtest(
    news: StoredNews,
    readers: Sequence[tuple[Reader, Sequence[Track]]],
    store: ResultStore,
    *,
    texts: Texts | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Totals:
    """Read all news and keep what comes of it.

    Args:
        news: what is read, in order.
        readers: what reads, and the runs that are decided from its readings.
        store: takes the alerts of every run.
        texts: keep the articles' texts; None for none.
        advance: is told how many records have been decided since it was last told.

    Returns:
        The totals of the last reader.
    """
    run = _Run(readers, store, texts, advance)
    reading: deque[asyncio.Task[_Read]] = deque()
    try:
        async for batch in _batches(news):
            reading.append(asyncio.create_task(_read(batch, [reader for reader, _ in readers])))
            if len(reading) == _IN_HAND:
                await run.decide(await reading.popleft())
        while reading:
            await run.decide(await reading.popleft())
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    return run.totals


@dataclass(frozen=True, slots=True)
class _Read:
    """A batch, and what each reader says of it."""

    records: Sequence[StoredRecord]
    outcomes: Sequence[Sequence[Outcome]]


class _Run:
    """What is known of a run so far."""

    def __init__(
        self,
        readers: Sequence[tuple[Reader, Sequence[Track]]],
        store: ResultStore,
        texts: Texts | None,
        advance: Callable[[int], None],
    ) -> None:
        self.totals = Totals()
        self._readers = readers
        self._store = store
        self._texts = texts
        self._advance = advance
        self._digest = hashlib.blake2b(digest_size=16)

    async def decide(self, read: _Read) -> None:
        """Decide a batch that was read, off the event loop."""
        await asyncio.to_thread(self._decide, read)
        self._advance(len(read.records))

    def _decide(self, read: _Read) -> None:
        first = self.totals.records
        for (_, tracks), outcomes in zip(self._readers, read.outcomes, strict=True):
            for track in tracks:
                _decide(track, outcomes, self._store, first=first)
        _count(read.records, read.outcomes[-1], self.totals)
        for record in read.records:
            value = record.value or b""
            self._digest.update(len(value).to_bytes(8) + value)
        self.totals.digest = self._digest.hexdigest()
        if self._texts is not None:
            _keep_texts(read.records, self._store, self._texts)


async def _batches(news: StoredNews) -> AsyncIterator[list[StoredRecord]]:
    """Gather what comes to batches of a size."""
    batch: list[StoredRecord] = []
    size = 0
    async for at_hand in news:
        for record in at_hand:
            batch.append(record)
            size += len(record.value or b"")
            if len(batch) == BATCH_RECORDS or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


async def _read(batch: Sequence[StoredRecord], readers: Sequence[Reader]) -> _Read:
    """Read a batch with every reader; what the store refused is read by none."""
    raw: list[RawRecord] = [record.raw for record in batch if record.refused is None]
    found = await asyncio.gather(*(reader(raw) for reader in readers))
    results = []
    for outcomes in found:
        rest = iter(outcomes)
        results.append([record.refused or next(rest) for record in batch])
    return _Read(batch, results)


def _decide(track: Track, outcomes: Sequence[Outcome], store: ResultStore, *, first: int) -> None:
    """Decide a batch, whose first record has the number *first*."""
    store.database.execute("BEGIN")
    for number, outcome in enumerate(outcomes, start=first):
        if isinstance(outcome, Reading):
            store.add(track.side, track.decider.take_in(outcome, record=number))
    store.database.execute("COMMIT")


def _count(records: Sequence[StoredRecord], outcomes: Sequence[Outcome], totals: Totals) -> None:
    totals.records += len(records)
    for record, outcome in zip(records, outcomes, strict=True):
        if isinstance(outcome, Unread):
            totals.unreadable[outcome.reason] += 1
            if len(totals.examples) < _SHOWN:
                totals.examples.append((record.place, outcome))


def _keep_texts(records: Sequence[StoredRecord], store: ResultStore, texts: Texts) -> None:
    """Keep the texts that stories of any run rest on."""
    store.database.execute("BEGIN")
    for record in records:
        if record.refused is not None:
            continue
        try:
            article = article_v1.decode(
                record.value, timestamp=record.raw.timestamp, max_text_chars=texts.max_chars
            )
        except InvalidRecord:
            continue
        if store.rests_on(article.ref.id):
            store.add_article(article)
    store.database.execute("COMMIT")
