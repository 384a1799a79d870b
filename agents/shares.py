"""Shares: how a batch is divided over processes, and how long a share of it may take.

Knows no process: sizes in, indexes and seconds out.
"""

from collections.abc import Sequence

from agents.reading import Raw
from monitor.settings import Settings

__all__ = ["SHARE_CHARS", "SHARE_RECORDS", "chars_of", "divide", "seconds_for", "smaller"]

SHARE_CHARS = 50_000
"""Most characters of a share of several records, about four seconds' reading; a longer text is a
share of its own. So no process is busy for long before it can say how far it is, and one that
must be replaced costs little."""
SHARE_RECORDS = 25
"""Most records of a share: all of them are read again if one of them ends its process."""
_RECORD_CHARS = 100
"""What a record costs besides its text, as characters; also an empty one costs something."""
_RATE_CHARS = 10_000
_WORTH_HALVING = 3


def chars_of(record: Raw, settings: Settings) -> int:
    """Return how many characters of a record are read, at most.

    Bytes stand for characters: there are never fewer of them, and the record is not decoded here.
    Nothing longer than `max_text_chars` is read at all.
    """
    return min(len(record.value or b""), settings.max_text_chars)


def seconds_for(chars: int, settings: Settings) -> float:
    """Return how long reading so many characters may take, in seconds."""
    growth = settings.analysis_seconds_per_10k_chars * chars / _RATE_CHARS
    return settings.analysis_timeout_seconds + growth


def divide(sizes: Sequence[int], parts: int) -> list[list[int]]:
    """Divide the records of a batch into shares: indexes, in order within a share.

    Args:
        sizes: characters of each record.
        parts: how many shares are read at a time; there are as many as this if there are records
            enough, and more where the limits ask for it.

    Returns:
        Shares of about equal size, the largest first, none of them empty.
    """
    shares: list[list[int]] = [[] for _ in range(parts)]
    loads = [0] * parts
    for index in sorted(range(len(sizes)), key=lambda index: -sizes[index]):
        size = sizes[index] + _RECORD_CHARS
        open_ = [each for each, share in enumerate(shares) if len(share) < SHARE_RECORDS]
        lightest = min(open_, key=loads.__getitem__, default=None)
        if lightest is None or (shares[lightest] and loads[lightest] + size > SHARE_CHARS):
            lightest = len(shares)
            shares.append([])
            loads.append(0)
        shares[lightest].append(index)
        loads[lightest] += size
    order = sorted(range(len(shares)), key=lambda each: -loads[each])
    return [sorted(shares[each]) for each in order if shares[each]]


def smaller(records: Sequence[Raw], *, failures: int) -> Sequence[Sequence[Raw]]:
    """Divide a share that could not be read: in halves at first, then record by record.

    Args:
        records: the share.
        failures: how often these records could not be read before.
    """
    if failures or len(records) < _WORTH_HALVING:
        return [[record] for record in records]
    middle = len(records) // 2
    return [records[:middle], records[middle:]]
