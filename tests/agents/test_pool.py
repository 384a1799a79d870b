"""ReadingPool: one bad text costs itself and nothing else."""

import asyncio
import inspect
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from agents.pool import BUILD_SECONDS, ReadingPool
from agents.reading import Raw, Read
from agents.worker_process import WorkerProcess
from monitor.domain import Unread
from monitor.errors import ModelUnavailable, Reason
from monitor.metrics import MemoryRecorder
from monitor.metrics.catalogue import POOL_PROCESSES, POOL_RESTARTS
from monitor.settings import Settings
from tests.agents.fakes import NOW
from tests.agents.quick_pipeline import FACTORY


def raw(*texts: str) -> list[Raw]:
    """Make records of texts."""
    return [Raw(value=text.encode(), timestamp=NOW) for text in texts]


@pytest.fixture
def recorder() -> MemoryRecorder:
    """Remember what is measured."""
    return MemoryRecorder()


@pytest.fixture
async def pool(recorder: MemoryRecorder) -> AsyncIterator[ReadingPool]:
    """Two processes with a short time-out."""
    settings = Settings(processes=2, analysis_timeout_seconds=1)
    made = ReadingPool(settings, recorder=recorder, pipeline_factory=FACTORY)
    versions = await made.start()
    assert versions.lexicon == "quick"
    yield made
    made.stop()


async def test_without_affinity_there_is_a_process_per_processor(
    monkeypatch: pytest.MonkeyPatch, recorder: MemoryRecorder
) -> None:
    """Where the system does not say which processors are ours (macOS), all of them count."""
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    pool = ReadingPool(Settings(), recorder=recorder, pipeline_factory=FACTORY)
    try:
        await pool.start()
        assert len(pool.processes) == 2
    finally:
        pool.stop()


async def test_outcomes_come_in_the_order_of_the_records(pool: ReadingPool) -> None:
    """However a batch is divided over processes, outcome and record stay together."""
    texts = [f"strike Atlantis Borduria {number}" + " x" * (number % 7) for number in range(40)]
    outcomes = await pool.read(raw(*texts))
    for text, outcome in zip(texts, outcomes, strict=True):
        assert isinstance(outcome, Read)
        assert text.encode() in outcome.reports[0].value
    assert await pool.read([]) == []


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("crash", Reason.ANALYSIS_CRASHED),
        ("sleep 60", Reason.ANALYSIS_TIMED_OUT),
        ("raise", Reason.ANALYSIS_FAILED),
    ],
)
async def test_a_bad_text_becomes_unreadable_and_its_neighbours_are_read(
    pool: ReadingPool, recorder: MemoryRecorder, order: str, reason: Reason
) -> None:
    """Of a batch with one text that breaks its process, exactly that one is given up."""
    outcomes = await pool.read(raw("quiet", "strike A B", order, "quiet", "strike A B"))
    assert [type(outcome) for outcome in outcomes] == [Read, Read, Unread, Read, Read]
    assert isinstance(outcomes[2], Unread)
    assert outcomes[2].reason is reason
    restarts = 0 if order == "raise" else 2
    assert recorder.value(POOL_RESTARTS) == restarts
    assert len(await pool.read(raw(*["quiet"] * 4))) == 4
    assert recorder.value(POOL_PROCESSES) == 2


async def test_a_backlog_of_long_texts_is_read_without_a_restart(recorder: MemoryRecorder) -> None:
    """What takes long because it is much has the time it needs; no process is replaced for it."""
    settings = Settings(processes=1, analysis_timeout_seconds=1, analysis_seconds_per_10k_chars=10)
    pool = ReadingPool(settings, recorder=recorder, pipeline_factory=FACTORY)
    await pool.start()
    try:
        outcomes = await pool.read(raw(*["sleep 0.3 " + "x" * 2000] * 10))
    finally:
        pool.stop()
    assert all(isinstance(outcome, Read) for outcome in outcomes)
    assert recorder.value(POOL_RESTARTS) == 0


async def test_a_share_that_cannot_be_read_is_halved_first(recorder: MemoryRecorder) -> None:
    """One bad text among sixteen costs three processes: with all, with half of them, and alone."""
    pool = ReadingPool(Settings(processes=1), recorder=recorder, pipeline_factory=FACTORY)
    await pool.start()
    try:
        outcomes = await pool.read(raw(*["quiet"] * 8, "crash", *["quiet"] * 7))
    finally:
        pool.stop()
    (bad,) = [outcome for outcome in outcomes if isinstance(outcome, Unread)]
    assert outcomes.index(bad) == 8
    assert "3 times" in bad.message
    assert recorder.value(POOL_RESTARTS) == 3


async def test_the_pool_says_whether_it_is_at_work(pool: ReadingPool) -> None:
    """At work is who reads and has finished a share of late, or may still take longer for one."""
    assert not pool.is_at_work(patience=60)
    reading = asyncio.ensure_future(pool.read(raw("sleep 0.6")))
    await asyncio.sleep(0.3)
    assert pool.is_at_work(patience=0.1), "a share in hand has a second"
    await reading
    assert not pool.is_at_work(patience=60)


async def test_a_process_does_its_sums_in_one_thread(
    monkeypatch: pytest.MonkeyPatch, recorder: MemoryRecorder
) -> None:
    """Whoever wants more says so in the environment, which is left as it was."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    before = dict(os.environ)
    pool = ReadingPool(Settings(processes=1), recorder=recorder, pipeline_factory=FACTORY)
    try:
        await pool.start()
        executor = pool._readers[0]._executor
        assert executor is not None
        assert executor.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
        assert executor.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() == "3"
    finally:
        pool.stop()
    assert dict(os.environ) == before


async def test_a_free_process_reads_for_the_next_caller(pool: ReadingPool) -> None:
    """While one process reads the last share of a batch, another begins with the next batch."""
    last = asyncio.ensure_future(pool.read(raw("sleep 60")))
    await asyncio.sleep(0.1)
    (found,) = await pool.read(raw("strike A B"))
    assert isinstance(found, Read)
    assert not last.done()
    last.cancel()
    with suppress(asyncio.CancelledError):
        await last


async def test_a_pool_that_gives_up_on_its_texts_is_at_work(
    pool: ReadingPool, recorder: MemoryRecorder
) -> None:
    """Tries are bounded: a worker that started again in their midst would never be done with them."""
    begun = time.monotonic()
    reading = asyncio.ensure_future(pool.read(raw(*["sleep 60"] * 8)))
    try:
        while (recorder.value(POOL_RESTARTS) or 0) < 4:  # noqa: ASYNC110  the recorder has no event
            await asyncio.sleep(0.01)
        assert pool.is_at_work(patience=(time.monotonic() - begun) / 2)
    finally:
        reading.cancel()


async def test_a_process_that_is_killed_is_replaced(pool: ReadingPool) -> None:
    """A process that somebody kills between batches costs no record."""
    os.kill(pool.processes[0], signal.SIGKILL)
    outcomes = await pool.read(raw(*["strike A B"] * 10))
    assert all(isinstance(outcome, Read) for outcome in outcomes)


async def test_stop_does_not_wait_for_what_is_read(pool: ReadingPool) -> None:
    """Processes end at once, also in the middle of a long text."""
    processes = pool.processes
    reading = asyncio.ensure_future(pool.read(raw("sleep 60")))
    await asyncio.sleep(0.2)
    begun = time.monotonic()
    reading.cancel()
    pool.stop()
    while any(Path(f"/proc/{each}").exists() for each in processes):  # noqa: ASYNC240  procfs does not block
        assert time.monotonic() - begun < 20
        await asyncio.sleep(0.01)


async def test_children_leave_signals_to_their_parent(pool: ReadingPool) -> None:
    """SIGINT and SIGTERM, as a terminal sends them to the whole group, end no reading process."""
    for process in pool.processes:
        os.kill(process, signal.SIGINT)
        os.kill(process, signal.SIGTERM)
    processes = pool.processes
    assert len(await pool.read(raw(*["quiet"] * 4))) == 4
    assert pool.processes == processes


def test_whoever_starts_a_worker_waits_for_its_slowest_part() -> None:
    """On a slow machine the demo's patience ends no start that the worker's own would let go on."""
    patience = inspect.signature(WorkerProcess.start).parameters["seconds"].default
    assert patience > BUILD_SECONDS


INTERRUPTED_START = """
import asyncio, os, signal, threading, time
from agents.pool import ReadingPool
from monitor.metrics import MemoryRecorder
from monitor.settings import Settings
from tests.agents.quick_pipeline import FACTORY

async def main():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    started = False
    def tell_the_group():
        while not started:
            os.killpg(0, signal.SIGINT)
            os.killpg(0, signal.SIGTERM)
            time.sleep(0.02)
    telling = threading.Thread(target=tell_the_group)
    telling.start()
    pool = ReadingPool(Settings(processes=1), recorder=MemoryRecorder(), pipeline_factory=FACTORY)
    try:
        print((await pool.start()).lexicon)
    finally:
        started = True
        telling.join()
        pool.stop()

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_children_leave_signals_to_their_parent_from_their_first_moment(tmp_path: Path) -> None:
    """Ctrl-C while the worker starts, as it goes to the whole group, breaks no reading process."""
    script = tmp_path / "start.py"
    script.write_text(INTERRUPTED_START, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=150,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "quick\n", "")


async def test_a_pipeline_that_cannot_be_built_is_said(recorder: MemoryRecorder) -> None:
    """What keeps a pipeline from being built reaches the parent as it is."""
    pool = ReadingPool(
        Settings(processes=1), recorder=recorder, pipeline_factory="tests.agents.fakes:nothing"
    )
    with pytest.raises(AttributeError, match="nothing"):
        await pool.start()
    assert pool.processes == ()


async def test_a_process_that_ends_while_starting_is_said(recorder: MemoryRecorder) -> None:
    """A pipeline whose building ends the process is reported as a model that is not available."""
    factory = "tests.agents.quick_pipeline:end_the_process"
    pool = ReadingPool(Settings(processes=1), recorder=recorder, pipeline_factory=factory)
    with pytest.raises(ModelUnavailable, match="processes"):
        await pool.start()
    assert pool.processes == ()


def _lives(process: int) -> bool:
    return Path(f"/proc/{process}").exists()
