"""The receipt record, version 1: what subscriptions know of one alert."""

from dataclasses import replace
from typing import Any

from pydantic import RootModel

from monitor.domain import Receipt
from monitor.wire import examples
from monitor.wire.codec import RECORD_CONFIG, Codec, utc

__all__ = ["EXAMPLES", "NAME", "VERSION", "decode", "encode", "json_schema"]

NAME = "receipt"
VERSION = 1


class _Record(RootModel[Receipt]):
    model_config = RECORD_CONFIG


def _in_utc(receipt: Receipt) -> Receipt:
    alert = receipt.alert
    if alert is not None:
        alert = replace(alert, first_seen=utc(alert.first_seen), last_seen=utc(alert.last_seen))
    held = tuple(replace(each, until=utc(each.until)) for each in receipt.held)
    return replace(receipt, held=held, alert=alert)


_CODEC = Codec(name=NAME, version=VERSION, record=_Record, in_utc=_in_utc)


def encode(receipt: Receipt) -> bytes:
    """Write a receipt as the value of a record on the receipts topic; equal ones, equal bytes."""
    return _CODEC.encode(receipt)


def decode(value: bytes | None) -> Receipt:
    """Read the value of a record of the receipts topic; unknown members are ignored.

    A tombstone (null value) ends a receipt: whoever reads the topic drops the key before decoding.

    Raises:
        InvalidRecord: with NULL_VALUE, NOT_UTF8, NOT_JSON, UNKNOWN_VERSION or WRONG_TYPE.
    """
    return _CODEC.decode(value)


EXAMPLES: tuple[bytes, ...] = tuple(encode(receipt) for receipt in examples.RECEIPTS)
"""Published examples."""


def json_schema() -> dict[str, Any]:
    """Return the record's JSON Schema (draft 2020-12)."""
    return _CODEC.json_schema(examples=EXAMPLES)
