"""Replay count: what a replay would send, counted by reading it."""

from contextlib import aclosing
from dataclasses import dataclass, field

from agents.replay_plan import ReplayPlan
from agents.replay_request import ReplayRequest

__all__ = ["Count", "count"]


@dataclass(slots=True, kw_only=True)
class Count:
    """What a dry run has counted."""

    records: int = 0
    value_bytes: int = 0
    passed_over: int = 0
    """Records read that the selection leaves out."""
    partitions: dict[int, int] = field(default_factory=dict)
    first_ms: int | None = None
    last_ms: int | None = None


async def count(request: ReplayRequest, plan: ReplayPlan) -> Count:
    """Read everything that a run would send, and count it.

    Raises:
        BrokerUnavailable: the broker went away.
        NewsMonitorError: the archive or file is damaged.
    """
    found = Count()
    chosen = request.selection.chosen()
    async with aclosing(plan.source.batches({})) as batches:
        async for batch in batches:
            for record in batch:
                if not chosen(record):
                    found.passed_over += 1
                    continue
                found.records += 1
                found.value_bytes += len(record.value or b"")
                found.partitions[record.partition] = found.partitions.get(record.partition, 0) + 1
                time = record.timestamp
                found.first_ms = time if found.first_ms is None else min(found.first_ms, time)
                found.last_ms = time if found.last_ms is None else max(found.last_ms, time)
    return found
