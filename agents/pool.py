"""ReadingPool: articles are read in processes of their own, off the event loop.

A text that takes too long, or that ends the process which reads it, costs that process and no more:
it is replaced, and the records of its share are read again one by one to find the culprit.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress

from agents import reading
from agents.logs import get_logger
from agents.reading import DEFAULT_FACTORY, Outcome, Raw, Share, Unread
from monitor.domain import Stage, Versions
from monitor.errors import ModelUnavailable, Reason
from monitor.metrics import Recorder
from monitor.metrics.catalogue import ANALYSIS_SECONDS, POOL_BUSY, POOL_PROCESSES, POOL_RESTARTS
from monitor.settings import Settings

__all__ = ["BUILD_SECONDS", "ReadingPool"]

BUILD_SECONDS = 120.0
"""How long a process may take until it has its pipeline, on a slow disk and a busy machine."""
_ATTEMPTS = 2

_log = get_logger(__name__)


class ReadingPool:
    """Processes that read articles; for one caller at a time."""

    def __init__(
        self, settings: Settings, *, recorder: Recorder, pipeline_factory: str = DEFAULT_FACTORY
    ) -> None:
        """Prepare; no process runs before `start`.

        Args:
            settings: how many processes, the time-out, and what the pipeline is built from.
            recorder: where the pool's state goes.
            pipeline_factory: `module:function` that makes the pipeline from the settings, looked up
                in each process; the seam where tests put a quick one.
        """
        self._settings = settings
        self._recorder = recorder
        count = settings.processes or _processors()
        self._readers = [_Reader(settings, pipeline_factory) for _ in range(count)]

    async def start(self) -> Versions:
        """Start every process and wait until each has its pipeline.

        Raises:
            ModelUnavailable: a process ends or takes too long while it starts.
            InvalidLexicon, InvalidSetting: what the pipeline is built from is wrong.
        """
        try:
            built = await asyncio.gather(*(reader.open() for reader in self._readers))
        except BaseException:
            self.stop()
            raise
        self._recorder.set(POOL_PROCESSES, len(built))
        self._recorder.set(POOL_BUSY, 0)
        return built[0]

    @property
    def processes(self) -> tuple[int, ...]:
        """Numbers of the processes that run."""
        return tuple(reader.process for reader in self._readers if reader.process)

    def stop(self) -> None:
        """End every process at once, whatever it is doing; never waits."""
        for reader in self._readers:
            reader.kill()
        self._recorder.set(POOL_PROCESSES, 0)
        self._recorder.set(POOL_BUSY, 0)

    async def read(self, records: Sequence[Raw]) -> list[Outcome]:
        """Read records; one outcome for each, in order."""
        shares = _divide(records, len(self._readers))
        self._recorder.set(POOL_BUSY, len(shares))
        try:
            found = await asyncio.gather(
                *(
                    self._read_share(reader, [records[index] for index in share])
                    for reader, share in zip(self._readers, shares, strict=False)
                )
            )
        finally:
            self._recorder.set(POOL_BUSY, 0)
        outcomes = {
            index: outcome
            for share, results in zip(shares, found, strict=True)
            for index, outcome in zip(share, results, strict=True)
        }
        return [outcomes[index] for index in range(len(records))]

    async def _read_share(self, reader: "_Reader", records: Sequence[Raw]) -> Sequence[Outcome]:
        try:
            return await self._ask(reader, records)
        except (TimeoutError, BrokenProcessPool) as error:
            _log.warning("share of a batch not read", records=len(records), error=repr(error))
        return [await self._read_alone(reader, record) for record in records]

    async def _read_alone(self, reader: "_Reader", record: Raw) -> Outcome:
        """Read a record that was in a share which could not be read."""
        try:
            return (await self._ask(reader, [record]))[0]
        except TimeoutError:
            seconds = self._settings.analysis_timeout_seconds
            return Unread(
                reason=Reason.ANALYSIS_TIMED_OUT,
                stage=Stage.ANALYSE,
                exception=TimeoutError.__name__,
                message=f"reading took longer than analysis_timeout_seconds = {seconds:g}, "
                f"{_ATTEMPTS} times, the last time alone",
            )
        except BrokenProcessPool:
            return Unread(
                reason=Reason.ANALYSIS_CRASHED,
                stage=Stage.ANALYSE,
                exception=BrokenProcessPool.__name__,
                message=f"the reading process ended, {_ATTEMPTS} times, the last time alone with "
                "this record",
            )

    async def _ask(self, reader: "_Reader", records: Sequence[Raw]) -> Sequence[Outcome]:
        """Have a process read; replace it if it does not answer."""
        if not reader.process:
            await reader.open()
            self._recorder.set(POOL_PROCESSES, len(self.processes))
        try:
            share = await reader.read(records)
        except (TimeoutError, BrokenProcessPool):
            reader.kill()
            self._recorder.count(POOL_RESTARTS)
            self._recorder.set(POOL_PROCESSES, len(self.processes))
            raise
        except asyncio.CancelledError:
            # The process is still busy with what nobody waits for any longer.
            reader.kill()
            raise
        self._recorder.observe(ANALYSIS_SECONDS, share.seconds)
        return share.outcomes


class _Reader:
    """One process, behind an executor of its own: what it does concerns no other."""

    def __init__(self, settings: Settings, factory: str) -> None:
        self._settings = settings
        self._factory = factory
        self._executor: ProcessPoolExecutor | None = None
        self.process = 0

    async def open(self) -> Versions:
        """Start the process and have it build its pipeline."""
        self._executor = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=reading.lead,
            initargs=(os.getpid(),),
        )
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(BUILD_SECONDS):
                # Asked first, so that a build without end can be ended too.
                self.process = await loop.run_in_executor(self._executor, os.getpid)
                return await loop.run_in_executor(
                    self._executor, reading.build, self._factory, self._settings
                )
        except (TimeoutError, BrokenProcessPool) as error:
            self.kill()
            message = (
                f"a process that reads articles did not start ({type(error).__name__}): look at "
                "the free memory, or set `processes` (NEWS_MONITOR_PROCESSES) to fewer"
            )
            raise ModelUnavailable(message) from error
        except BaseException:
            self.kill()
            raise

    async def read(self, records: Sequence[Raw]) -> Share:
        """Read, within the time that the settings allow."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._settings.analysis_timeout_seconds):
            return await loop.run_in_executor(self._executor, reading.read, tuple(records))

    def kill(self) -> None:
        """End the process; nothing in it is worth waiting for."""
        executor, self._executor = self._executor, None
        process, self.process = self.process, 0
        if executor is None:
            return
        if process:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        executor.shutdown(wait=False, cancel_futures=True)


def _processors() -> int:
    """Return how many processors are ours; all of them where the system does not say (macOS)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _divide(records: Sequence[Raw], parts: int) -> list[list[int]]:
    """Divide the indexes of records into shares of about equal bytes, none of them empty."""
    shares: list[list[int]] = [[] for _ in range(parts)]
    sizes = [0] * parts
    order = sorted(range(len(records)), key=lambda index: -len(records[index].value or b""))
    for index in order:
        lightest = sizes.index(min(sizes))
        shares[lightest].append(index)
        # Every record costs something, also an empty one.
        sizes[lightest] += len(records[index].value or b"") + 100
    return [sorted(share) for share in shares if share]
