"""ReadingPool: articles are read in processes of their own, off the event loop.

A text that takes too long, or that ends the process which reads it, costs that process and no more:
it is replaced, and the records of its share are read again, first in halves, then one by one, to
find the culprit.
"""

import asyncio
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager, contextmanager, suppress
from multiprocessing import resource_tracker

from agents import reading
from agents.logs import get_logger
from agents.reading import DEFAULT_FACTORY, Outcome, Raw, Share
from agents.shares import chars_of, divide, seconds_for, smaller
from monitor.domain import Stage, Unread, Versions
from monitor.errors import ModelUnavailable, Reason
from monitor.metrics import Agent, Recorder
from monitor.metrics.catalogue import (
    ANALYSIS_SECONDS,
    LAST_PROGRESS_TIMESTAMP_SECONDS,
    POOL_BUSY,
    POOL_PROCESSES,
    POOL_RESTARTS,
)
from monitor.settings import Settings

__all__ = ["BUILD_SECONDS", "THREADS", "ReadingPool"]

BUILD_SECONDS = 120.0
"""How long a process may take until it has its pipeline, on a slow disk and a busy machine."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What the libraries under numpy read when they are loaded, each its own."""

_log = get_logger(__name__)


class ReadingPool:
    """Processes that read articles.

    A second caller may ask while the first one waits: whichever process is free takes a share of
    either, and none is idle while the last shares of a batch are read.
    """

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
        self._asked = 0
        """How many callers wait."""
        self._moved = 0.0

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
        return tuple(filter(None, self.places))

    @property
    def places(self) -> tuple[int, ...]:
        """Number of the process of each place in the pool; 0 where none runs at the moment."""
        return tuple(reader.process for reader in self._readers)

    def stop(self) -> None:
        """End every process at once, whatever it is doing; never waits."""
        for reader in self._readers:
            reader.kill()
        self._recorder.set(POOL_PROCESSES, 0)
        self._recorder.set(POOL_BUSY, 0)

    def is_at_work(self, *, patience: float) -> bool:
        """Whether shares are being read and come to an end in time; may be called from any thread.

        A share whose time is over has come to an end too: how often its records are tried is
        bounded, and a new start would only begin the trying again.

        Args:
            patience: seconds that may pass since a share last came to an end; where one in hand may
                take longer, that time counts.
        """
        allowed = max(reader.allowed for reader in self._readers)
        return bool(self._asked) and time.monotonic() - self._moved <= max(patience, allowed)

    async def read(self, records: Sequence[Raw]) -> list[Outcome]:
        """Read records; one outcome for each, in order."""
        sizes = [chars_of(record, self._settings) for record in records]
        waiting = deque(divide(sizes, len(self._readers)))
        outcomes: dict[int, Outcome] = {}
        if not self._asked:
            self._moved = time.monotonic()
        self._asked += 1

        async def work(reader: _Reader) -> None:
            while waiting:
                async with self._turn(reader):
                    if waiting:
                        share = waiting.popleft()
                        found = await self._read_share(reader, [records[index] for index in share])
                        outcomes.update(zip(share, found, strict=True))

        working = [asyncio.ensure_future(work(reader)) for reader in self._readers]
        try:
            for finished in asyncio.as_completed(working):
                await finished
                if len(outcomes) == len(records):
                    break  # who still waits for a turn has nothing left to read
        finally:
            self._asked -= 1
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
        return [outcomes[index] for index in range(len(records))]

    @asynccontextmanager
    async def _turn(self, reader: "_Reader") -> AsyncIterator[None]:
        """Have a process to oneself."""
        try:
            async with reader.turn:
                self._tell_busy()
                yield
        finally:
            self._tell_busy()

    def _tell_busy(self) -> None:
        self._recorder.set(POOL_BUSY, sum(reader.turn.locked() for reader in self._readers))

    async def _read_share(
        self, reader: "_Reader", records: Sequence[Raw], *, failures: int = 0
    ) -> list[Outcome]:
        """Read a share; what cannot be read together is read in parts, at last one by one.

        Args:
            reader: who reads.
            records: what to read.
            failures: how often these records were in a share that could not be read.
        """
        try:
            return list(await self._ask(reader, records))
        except (TimeoutError, BrokenProcessPool) as error:
            _log.warning("share of a batch not read", records=len(records), error=repr(error))
            if failures and len(records) == 1:
                return [self._given_up(records[0], error, failures + 1)]
        return [
            outcome
            for part in smaller(records, failures=failures)
            for outcome in await self._read_share(reader, part, failures=failures + 1)
        ]

    def _given_up(self, record: Raw, error: Exception, failures: int) -> Unread:
        """Say why a record is not read that could not be read alone either."""
        if isinstance(error, TimeoutError):
            seconds = seconds_for(chars_of(record, self._settings), self._settings)
            return Unread(
                reason=Reason.ANALYSIS_TIMED_OUT,
                stage=Stage.ANALYSE,
                exception=TimeoutError.__name__,
                message=f"reading took too long {failures} times, the last time alone: longer than "
                f"{seconds:.4g} s, which analysis_timeout_seconds and "
                "analysis_seconds_per_10k_chars allow for its size",
            )
        return Unread(
            reason=Reason.ANALYSIS_CRASHED,
            stage=Stage.ANALYSE,
            exception=BrokenProcessPool.__name__,
            message=f"the reading process ended, {failures} times, the last time alone with "
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
            self._note_progress()
            reader.kill()
            self._recorder.count(POOL_RESTARTS)
            self._recorder.set(POOL_PROCESSES, len(self.processes))
            raise
        except asyncio.CancelledError:
            # The process is still busy with what nobody waits for any longer.
            reader.kill()
            raise
        self._note_progress()
        self._recorder.observe(ANALYSIS_SECONDS, share.seconds)
        return share.outcomes

    def _note_progress(self) -> None:
        """Note that a share has come to an end, also one that is to be read again in parts."""
        self._moved = time.monotonic()
        self._recorder.set(LAST_PROGRESS_TIMESTAMP_SECONDS, time.time(), agent=Agent.ANALYSE)


class _Reader:
    """One process, behind an executor of its own: what it does concerns no other."""

    def __init__(self, settings: Settings, factory: str) -> None:
        self._settings = settings
        self._factory = factory
        self._executor: ProcessPoolExecutor | None = None
        self.process = 0
        self.turn = asyncio.Lock()
        self.allowed = 0.0
        """Seconds that the share in hand may take; 0 while there is none."""

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
                with _signals_held_back(), _one_thread_each():
                    asked = loop.run_in_executor(self._executor, os.getpid)
                self.process = await asked
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
        """Read, within the time that the settings allow for so many characters."""
        loop = asyncio.get_running_loop()
        chars = sum(chars_of(record, self._settings) for record in records)
        self.allowed = seconds_for(chars, self._settings)
        try:
            async with asyncio.timeout(self.allowed):
                return await loop.run_in_executor(self._executor, reading.read, tuple(records))
        finally:
            self.allowed = 0.0

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


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Have a process that is started here begin with SIGINT and SIGTERM blocked.

    Ctrl-C and a supervisor's SIGTERM go to the whole group. Until it ignores them (`reading.lead`) a
    child would die of one while it starts, with a traceback, and the start would be called failed.
    Ours are not lost: they are delivered when the block ends.
    """
    # Its own start would lift the block.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Have a process that is started here do its sums in one thread, unless the environment says more.

    There is a process for each processor. With as many threads in each they wait for one another more
    than they add up: two processes on two processors then read a quarter less.
    """
    added = [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def _processors() -> int:
    """Return how many processors are ours; all of them where the system does not say (macOS)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
