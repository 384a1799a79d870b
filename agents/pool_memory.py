"""PoolMemory: how much memory each reading process has, as the system tells it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from monitor.metrics import Recorder
from monitor.metrics.catalogue import POOL_MEMORY_BYTES

__all__ = ["PoolMemory", "resident_bytes"]


def resident_bytes(process: int) -> int | None:
    """Return a process' resident memory; None for one that has ended, and where there is no /proc."""
    with suppress(OSError, ValueError, IndexError):
        # proc_pid_statm(5): the second number is the resident set, in pages.
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return None


class PoolMemory:
    """Tells the memory of a pool's processes."""

    def __init__(self, recorder: Recorder) -> None:
        """Take where it is told."""
        self._recorder = recorder
        self._shown: frozenset[str] = frozenset()

    def look(self, processes: Sequence[int]) -> None:
        """Tell how much each process has now.

        Args:
            processes: the process of each place in the pool; 0 for none.
        """
        found = {
            str(place): resident
            for place, process in enumerate(processes, start=1)
            if process and (resident := resident_bytes(process))
        }
        if not self._shown <= found.keys():
            self._recorder.clear(POOL_MEMORY_BYTES)
        self._shown = frozenset(found)
        for place, resident in found.items():
            self._recorder.set(POOL_MEMORY_BYTES, resident, process=place)
