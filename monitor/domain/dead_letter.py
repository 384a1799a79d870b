"""DeadLetter: a record that could not be used, with the reason and where it came from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.errors import Reason

__all__ = ["DeadLetter", "Origin", "Stage"]


class Stage(StrEnum):
    """Where in the data's way a record was given up."""

    DECODE = "decode"
    """Reading the bytes as a record."""
    ANALYSE = "analyse"
    """Reading the text for signals."""
    ALERT = "alert"
    """Grouping signals into stories."""
    SERVE = "serve"
    """Matching alerts with subscriptions."""
    DELIVER = "deliver"
    """Handing the result to the broker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a record lay."""

    topic: str
    partition: int
    offset: int
    timestamp: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record that could not be used: its bytes untouched, and everything known about why."""

    value: bytes | None
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    """The headers the record came with."""
    origin: Origin
    reason: Reason
    stage: Stage
    exception: str
    """Class name of the error."""
    message: str
    """What the error said: for people."""
