"""What a metric is: its kind, its unit, its labels, and how far those may reach."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["PREFIX", "Kind", "Label", "Metric", "Unit"]

PREFIX: Final = "news_monitor_"
"""How the name of every metric of ours begins."""


class Kind(StrEnum):
    """How a metric behaves."""

    COUNTER = "counter"
    """Only grows, and starts at 0 with the process."""
    GAUGE = "gauge"
    """Goes up and down: what is so now."""
    HISTOGRAM = "histogram"
    """Counts of observations by size."""


class Unit(StrEnum):
    """What a metric's number counts."""

    RECORDS = "records"
    """Kafka records."""
    ARTICLES = "articles"
    """Articles."""
    SIGNALS = "signals"
    """Signals."""
    ALERTS = "alerts"
    """Revisions of alerts."""
    STORIES = "stories"
    """Open stories."""
    MUTES = "mutes"
    """Entries of a subscription that silence a story or a publisher."""
    SUBSCRIPTIONS = "subscriptions"
    """Subscriptions."""
    FILES = "files"
    """Files read."""
    BYTES = "bytes"
    """Bytes of memory."""
    SECONDS = "seconds"
    """Seconds; Unix time where the name says timestamp."""
    PARTITIONS = "partitions"
    """Partitions of a topic."""
    PROCESSES = "processes"
    """Operating system processes."""
    OFFSET = "offset"
    """A position in a partition."""
    ATTEMPTS = "attempts"
    """Tries at handing a record to the broker."""
    TIMES = "times"
    """How often something happened."""
    BOOLEAN = "boolean"
    """1 for yes, 0 for no."""
    NONE = "none"
    """The value is always 1; the labels carry the information."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One dimension of a metric, with the values it may take.

    `values` is the closed list; where it is empty, `bound` says how many there can be and why.
    """

    name: str
    meaning: str
    values: tuple[str, ...] = ()
    bound: str = ""

    def __post_init__(self) -> None:
        """Refuse a label that could grow without limit.

        Raises:
            ValueError: if neither a closed list nor a bound is given.
        """
        if not self.values and not self.bound:
            message = f"label {self.name}: give its values, or say what bounds them"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric: its name, what it says, and what to do when it looks wrong."""

    name: str
    kind: Kind
    unit: Unit
    meaning: str
    remedy: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def label_names(self) -> tuple[str, ...]:
        """The labels' names, in the order they are written."""
        return tuple(label.name for label in self.labels)
