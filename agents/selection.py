"""Selection: which records of a topic, archive or file are meant."""

from dataclasses import dataclass
from datetime import datetime

from agents.topic_reader import milliseconds
from monitor.archive import LogRecord
from monitor.wire import canary_v1

__all__ = ["Selection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Ranges of offsets and times are half open; None and empty mean no border.

    Canaries are never meant: they were sent to measure one moment, which is over.
    """

    from_offset: int | None = None
    """First offset, of every partition."""
    until_offset: int | None = None
    from_time: datetime | None = None
    """Least timestamp."""
    until_time: datetime | None = None
    keys: frozenset[bytes] = frozenset()
    partitions: frozenset[int] = frozenset()

    @property
    def words(self) -> str:
        """The same in words; empty where everything is meant."""
        borders = {
            "offsets from": self.from_offset,
            "offsets before": self.until_offset,
            "times from": self.from_time and self.from_time.isoformat(),
            "times before": self.until_time and self.until_time.isoformat(),
            "keys": ", ".join(sorted(key.decode(errors="backslashreplace") for key in self.keys)),
            "partitions": ", ".join(map(str, sorted(self.partitions))),
        }
        given = (f"{name} {value}" for name, value in borders.items() if value not in (None, ""))
        return "; ".join(given)

    def milliseconds(self) -> tuple[int | None, int | None]:
        """Return the borders of time as Kafka counts it."""
        return (
            None if self.from_time is None else milliseconds(self.from_time),
            None if self.until_time is None else milliseconds(self.until_time),
        )

    def chosen(self) -> "Chosen":
        """Return what decides record by record."""
        return Chosen(self)


class Chosen:
    """Tells of each record whether it is meant."""

    def __init__(self, selection: Selection) -> None:
        """Work out the borders once."""
        self._from_ms, self._until_ms = selection.milliseconds()
        self._selection = selection
        self.is_everything = selection == Selection()
        """Whether no record is left out but canaries."""

    def __call__(self, record: LogRecord) -> bool:
        """Tell whether a record is meant."""
        if canary_v1.is_canary(record.headers):
            return False
        if self.is_everything:
            return True
        wanted = self._selection
        return not (
            (self._from_ms is not None and record.timestamp < self._from_ms)
            or (self._until_ms is not None and record.timestamp >= self._until_ms)
            or (wanted.from_offset is not None and record.offset < wanted.from_offset)
            or (wanted.until_offset is not None and record.offset >= wanted.until_offset)
            or (wanted.keys and record.key not in wanted.keys)
            or (wanted.partitions and record.partition not in wanted.partitions)
        )
