"""The canary, version 1: its mark, the article that carries it, and the record of its return.

The mark is a header, so that whoever reads an article or signals record knows a canary before
looking at its value. The article reports nothing and states that it was updated: read like any
other it gives a report without signals to every desk, which changes no story, whoever reads it.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import RootModel

from monitor.domain import Canary, CanaryReturn
from monitor.wire import examples
from monitor.wire.codec import RECORD_CONFIG, Codec, utc

__all__ = [
    "EXAMPLES",
    "HEADER",
    "NAME",
    "VERSION",
    "article",
    "canary_of",
    "decode",
    "encode",
    "header",
    "is_canary",
    "json_schema",
    "key",
    "passed_on",
]

NAME = "canary"
VERSION = 1

HEADER = "news-monitor-canary"
"""Header of a canary's records: milliseconds since 1970, a space, and the consumer group."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DIGITS = 14  # of milliseconds, up to the year 5138: what datetime can hold
_TITLE = "This is a test"
_TEXT = "News Monitor has sent this text to itself to see whether it is read. It is no news."


class _Record(RootModel[CanaryReturn]):
    model_config = RECORD_CONFIG


def _in_utc(back: CanaryReturn) -> CanaryReturn:
    return replace(back, sent_at=utc(back.sent_at), returned_at=utc(back.returned_at))


_CODEC = Codec(name=NAME, version=VERSION, record=_Record, in_utc=_in_utc)


def header(canary: Canary) -> tuple[str, bytes]:
    """Return the header that marks a canary's records."""
    return HEADER, f"{_milliseconds(canary)} {canary.group}".encode()


def canary_of(headers: Iterable[tuple[str, bytes | None]]) -> Canary | None:
    """Return the canary that a record belongs to; None for what is none, also where the mark is broken.

    A record with a mark that nobody of ours can have written is treated as news: rather a test too
    many among the news than a piece of news taken for a test.
    """
    for name, value in headers:
        if name == HEADER and value is not None:
            return _canary(value)
    return None


def is_canary(headers: Iterable[tuple[str, bytes | None]]) -> bool:
    """Whether a record is a canary's: no news, for nobody."""
    return canary_of(headers) is not None


def passed_on(headers: Iterable[tuple[str, bytes | None]]) -> tuple[tuple[str, bytes], ...]:
    """Return the mark that what follows from a record carries on; nothing for what is no canary."""
    canary = canary_of(headers)
    return () if canary is None else (header(canary),)


def _canary(mark: bytes) -> Canary | None:
    digits, _, group = mark.partition(b" ")
    if not (digits.isdigit() and len(digits) <= _MOST_DIGITS and group.isascii() and group):
        return None
    return Canary(group=group.decode(), sent_at=_EPOCH + timedelta(milliseconds=int(digits)))


def article(canary: Canary) -> tuple[bytes, bytes]:
    """Return key and value of the article record that carries a canary."""
    number = f"news-monitor-canary-{_milliseconds(canary)}"
    moment = canary.sent_at.isoformat().replace("+00:00", "Z")
    content = {
        "id": number,
        "title": _TITLE,
        "text": _TEXT,
        "source": "News Monitor",
        "language": "en",
        "published_at": moment,
        "updated_at": moment,
    }
    return number.encode(), json.dumps(content).encode()


def key(back: CanaryReturn) -> bytes:
    """Return the key of a return's record: compaction keeps each desk's newest."""
    return f"{back.group} {back.desk}".encode()


def encode(back: CanaryReturn) -> bytes:
    """Write a return as the value of a record of the canary topic; equal returns, equal bytes."""
    return _CODEC.encode(back)


def decode(value: bytes | None) -> CanaryReturn:
    """Read the value of a record of the canary topic; unknown members are ignored.

    Raises:
        InvalidRecord: with NULL_VALUE, NOT_UTF8, NOT_JSON, UNKNOWN_VERSION or WRONG_TYPE.
    """
    return _CODEC.decode(value)


def _milliseconds(canary: Canary) -> int:
    return (canary.sent_at - _EPOCH) // timedelta(milliseconds=1)


EXAMPLES: tuple[bytes, ...] = tuple(encode(back) for back in examples.CANARY_RETURNS)
"""Published examples."""


def json_schema() -> dict[str, Any]:
    """Return the record's JSON Schema (draft 2020-12)."""
    return _CODEC.json_schema(examples=EXAMPLES)
