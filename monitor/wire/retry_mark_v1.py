"""The retry mark, version 1: what was decided about one dead letter.

Key: the letter's exact place and the run, so that compaction keeps the last mark of each run. The
value is a JSON record like all of ours.
"""

from typing import Any

from pydantic import RootModel

from monitor.domain import RetryMark
from monitor.wire import examples
from monitor.wire.codec import RECORD_CONFIG, Codec

__all__ = ["EXAMPLES", "NAME", "VERSION", "decode", "encode", "json_schema", "key"]

NAME = "retry-mark"
VERSION = 1


class _Record(RootModel[RetryMark]):
    model_config = RECORD_CONFIG


_CODEC = Codec(name=NAME, version=VERSION, record=_Record, in_utc=lambda mark: mark)


def key(mark: RetryMark) -> bytes:
    """Return the record's key."""
    return f"{mark.letter.exact} {mark.run}".encode()


def encode(mark: RetryMark) -> bytes:
    """Write a mark as the value of a record; equal marks, equal bytes."""
    return _CODEC.encode(mark)


def decode(value: bytes | None) -> RetryMark:
    """Read the value of a record of the retries topic; unknown members are ignored.

    Raises:
        InvalidRecord: with NULL_VALUE, NOT_UTF8, NOT_JSON, UNKNOWN_VERSION or WRONG_TYPE.
    """
    return _CODEC.decode(value)


EXAMPLES: tuple[bytes, ...] = tuple(encode(mark) for mark in examples.RETRY_MARKS)
"""Published examples."""


def json_schema() -> dict[str, Any]:
    """Return the record's JSON Schema (draft 2020-12)."""
    return _CODEC.json_schema(examples=EXAMPLES)
