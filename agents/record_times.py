"""Record times: what the timestamp of a record is worth, to a worker, a backtest and a replay alike.

Producers set them: -1 stands for none, and who writes microseconds is in the year 58136.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

__all__ = ["AHEAD", "believed_moment", "moment_of", "oldest_moment"]

AHEAD = timedelta(days=1)
"""A time further ahead than this is not believed: it would close every open story."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(timestamp_ms: int) -> datetime | None:
    """Return a timestamp as a time in UTC.

    Args:
        timestamp_ms: milliseconds since 1970 UTC.

    Returns:
        None where it is negative, or past the year 9999.
    """
    if timestamp_ms < 0:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=timestamp_ms)
    except OverflowError:
        return None


def believed_moment(timestamp_ms: int, *, now: datetime) -> datetime | None:
    """Return a timestamp as a time in UTC; None also where it lies more than a day after *now*."""
    moment = moment_of(timestamp_ms)
    return None if moment is None or moment > now + AHEAD else moment


def oldest_moment(timestamps_ms: Iterable[int]) -> datetime | None:
    """Return the least of those timestamps that are times; None where none is."""
    moments = [moment for each in timestamps_ms if (moment := moment_of(each)) is not None]
    return min(moments, default=None)
