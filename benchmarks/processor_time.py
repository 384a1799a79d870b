"""Processor time of a process and all that it started, for benchmarks (Linux)."""

import os
from pathlib import Path

__all__ = ["processor_seconds"]

_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(process: int) -> float:
    """Return what a process and its children, and theirs, have used so far; see proc(5)."""
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    children = " ".join(task.read_text() for task in tasks).split()
    own = (int(stat[11]) + int(stat[12])) / _TICKS  # utime and stime
    return own + sum(processor_seconds(int(child)) for child in children)
