"""PoolMemory: the memory of each place in the pool, and of none that is empty."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.pool_memory import PoolMemory, resident_bytes
from monitor.metrics import MemoryRecorder
from monitor.metrics.catalogue import POOL_MEMORY_BYTES

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux' /proc")

_LARGE = 64 * 2**20


def test_a_process_that_holds_much_is_told_to_hold_much() -> None:
    """What a process has taken and touched is in its number, and not in ours."""
    program = f"held = b'x' * {_LARGE}; print(flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        resident = resident_bytes(process.pid)
        process.communicate(b"\n")

    assert resident is not None
    assert _LARGE < resident < 3 * _LARGE


def test_no_process_has_no_memory() -> None:
    """A number beyond all processes gives nothing, as one that has just ended does."""
    assert resident_bytes(2**31 - 1) is None


def test_places_without_a_process_are_not_shown() -> None:
    """A process that is gone leaves its place, not its last number; the others stay in theirs."""
    recorder = MemoryRecorder()
    memory = PoolMemory(recorder)
    memory.look([os.getpid(), os.getpid()])
    assert len(recorder.values(POOL_MEMORY_BYTES)) == 2

    memory.look([0, os.getpid()])
    assert recorder.values(POOL_MEMORY_BYTES, process="1") == []
    assert recorder.value(POOL_MEMORY_BYTES, process="2") > 2**20
