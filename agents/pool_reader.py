"""Pool readers: the worker's pool of processes as what reads for a backtest."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from agents.pool import ReadingPool
from agents.reading import DEFAULT_FACTORY, Outcome, Raw
from monitor.backtest.readers import Outcome as Found
from monitor.backtest.readers import Reader, Reading
from monitor.domain import Unread, Versions
from monitor.metrics import NullRecorder
from monitor.pipeline import RawRecord
from monitor.settings import Settings
from monitor.wire import signal_v1

__all__ = ["pool_reader"]


@asynccontextmanager
async def pool_reader(
    settings: Settings, *, pipeline_factory: str = DEFAULT_FACTORY
) -> AsyncIterator[tuple[Reader, Versions]]:
    """Run a pool, as a context: what reads, and which lexicon and model it reads with.

    Raises:
        ModelUnavailable, InvalidLexicon: what the pipeline is built from is wrong.
    """
    pool = ReadingPool(settings, recorder=NullRecorder(), pipeline_factory=pipeline_factory)
    versions = await pool.start()

    async def read(records: Sequence[RawRecord]) -> Sequence[Found]:
        found = await pool.read(
            [Raw(value=record.value, timestamp=record.timestamp) for record in records]
        )
        # Off the loop, which the other pool's processes wait for.
        return await asyncio.to_thread(lambda: [_found(outcome) for outcome in found])

    try:
        yield read, versions
    finally:
        pool.stop()


def _found(outcome: Outcome) -> Found:
    """Return what the pool says as the backtest takes it: decoded, as the alert agent would."""
    if isinstance(outcome, Unread):
        return outcome
    return Reading(
        reports=tuple(signal_v1.decode(report.value) for report in outcome.reports),
        published_at=outcome.published_at,
    )
