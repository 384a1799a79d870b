"""Time order: records of several partitions, as they come from the broker, oldest first.

Stories depend on the order of the signals, and that on the order in which articles are read. Faust
takes partitions in turn, so that the order would depend on which partition was ahead. Here what has
been fetched is merged by the records' times: a backlog is read as the news came, whatever crashed
before, and the same backlog is read in the same order again.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from faust.types import TP
from faust.types.transports import SchedulingStrategyT

__all__ = ["TimeOrder"]

_Head = tuple[tuple[int, str, int, int], TP, Any]


class TimeOrder(SchedulingStrategyT):
    """Faust's scheduling strategy: by time, then topic, partition and offset.

    Within a partition the order of the offsets is kept, also where times go back.
    """

    def __init__(self) -> None:
        """Keep nothing between two fetches."""

    @classmethod
    def map_from_records(cls, records: Mapping[TP, list[Any]]) -> Mapping[TP, list[Any]]:
        """Return the records as they are: there is nothing to prepare."""
        return records

    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
        """Yield every record with its partition, oldest first."""
        heads = [_heads(partition, rows) for partition, rows in records.items()]
        for _, partition, record in heapq.merge(*heads, key=lambda head: head[0]):
            yield partition, record


def _heads(partition: TP, records: Sequence[Any]) -> Iterator[_Head]:
    """Yield the records of one partition with what they are ordered by."""
    latest = 0
    for record in records:
        latest = max(latest, record.timestamp)
        yield (latest, partition.topic, partition.partition, record.offset), partition, record
