"""Replay marks: the headers by which a replayed record is known, and what a worker makes of them.

A marked record is read and its stories are kept like any other. What its alerts are worth depends on who
asked for the replay: without `AlertsWanted.PUBLISH` they are withheld from the alerts topic.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from monitor.archive import LogRecord

__all__ = [
    "REPLAY_HEADERS",
    "AlertsWanted",
    "Headers",
    "Marks",
    "RunMarks",
    "are_alerts_withheld",
    "marked",
    "passed_on",
    "replay_id_of",
]

HEADER_ID = "news-monitor-replay-id"
HEADER_TOPIC = "news-monitor-replay-source-topic"
HEADER_PARTITION = "news-monitor-replay-source-partition"
HEADER_OFFSET = "news-monitor-replay-source-offset"
HEADER_TIMESTAMP = "news-monitor-replay-source-timestamp"
HEADER_ALERTS = "news-monitor-replay-alerts"
REPLAY_HEADERS = (
    HEADER_ID,
    HEADER_TOPIC,
    HEADER_PARTITION,
    HEADER_OFFSET,
    HEADER_TIMESTAMP,
    HEADER_ALERTS,
)
"""The headers that a replay adds, in the order in which it adds them."""

_OURS = frozenset(REPLAY_HEADERS)

Headers: TypeAlias = tuple[tuple[str, bytes | None], ...]


class AlertsWanted(StrEnum):
    """What workers do with the alerts that follow from replayed records."""

    WITHHOLD = "withhold"
    """Stories are kept; subscribers are told with the next live news of a story, not before."""
    PUBLISH = "publish"
    """Alerts are published like those of live news, marked with the replay's id."""


class Marks(StrEnum):
    """Whether sent records say that they are copies."""

    ADD = "add"
    """Six headers say which run sent a record, where it lay, and whether alerts are wanted."""
    NONE = "none"
    """The records are restored byte for byte."""


class RunMarks(NamedTuple):
    """The marks that all records of a run share."""

    first: Headers
    """Those before a record's place."""
    last: Headers
    """Those after it."""

    @classmethod
    def of(cls, replay_id: str, *, topic: str, alerts: AlertsWanted) -> "RunMarks":
        """Return the marks of a run that reads *topic*."""
        return cls(
            first=((HEADER_ID, replay_id.encode()), (HEADER_TOPIC, topic.encode())),
            last=((HEADER_ALERTS, alerts.value.encode()),),
        )


def marked(record: LogRecord, run: RunMarks) -> Headers:
    """Return a record's headers with the marks; those of an earlier replay are replaced."""
    kept = record.headers
    if kept:
        kept = [pair for pair in kept if pair[0] not in _OURS]
    return (
        *kept,
        *run.first,
        (HEADER_PARTITION, b"%d" % record.partition),
        (HEADER_OFFSET, b"%d" % record.offset),
        (HEADER_TIMESTAMP, b"%d" % record.timestamp),
        *run.last,
    )


def replay_id_of(headers: Iterable[tuple[str, bytes | None]]) -> bytes | None:
    """Return the id of the replay that sent a record; None for live news."""
    return next((value for name, value in headers if name == HEADER_ID), None)


def passed_on(headers: Iterable[tuple[str, bytes | None]]) -> tuple[tuple[str, bytes], ...]:
    """Return the marks that what follows from a record carries on: the run, and its wish."""
    return tuple(
        (name, value)
        for name, value in headers
        if name in (HEADER_ID, HEADER_ALERTS) and value is not None
    )


def are_alerts_withheld(headers: Iterable[tuple[str, bytes | None]]) -> bool:
    """Whether alerts that follow from a record are kept from subscribers."""
    marks = dict(passed_on(headers))
    return HEADER_ID in marks and marks.get(HEADER_ALERTS) != AlertsWanted.PUBLISH.encode()
