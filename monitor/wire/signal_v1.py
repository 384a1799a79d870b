"""The signal record, version 1: all active signals of one article for one desk."""

from typing import Any

from pydantic import RootModel

from monitor.domain import ArticleRef, DeskReport, altered
from monitor.wire import examples
from monitor.wire.codec import RECORD_CONFIG, Codec, utc

__all__ = ["EXAMPLES", "NAME", "VERSION", "decode", "encode", "json_schema"]

NAME = "signal"
VERSION = 1


class _Record(RootModel[DeskReport]):
    model_config = RECORD_CONFIG


def _ref_in_utc(ref: ArticleRef) -> ArticleRef:
    updated_at = None if ref.updated_at is None else utc(ref.updated_at)
    return altered(ref, published_at=utc(ref.published_at), updated_at=updated_at)


def _in_utc(report: DeskReport) -> DeskReport:
    return altered(report, article=_ref_in_utc(report.article))


_CODEC = Codec(name=NAME, version=VERSION, record=_Record, in_utc=_in_utc)


def encode(report: DeskReport) -> bytes:
    """Write a report as the value of a record on the signals topic; equal reports, equal bytes."""
    return _CODEC.encode(report)


def decode(value: bytes | None) -> DeskReport:
    """Read the value of a record of the signals topic; unknown members are ignored.

    Raises:
        InvalidRecord: with NULL_VALUE, NOT_UTF8, NOT_JSON, UNKNOWN_VERSION or WRONG_TYPE.
    """
    return _CODEC.decode(value)


EXAMPLES: tuple[bytes, ...] = tuple(encode(report) for report in examples.REPORTS)
"""Published examples: one per kind of report, and a withdrawal."""


def json_schema() -> dict[str, Any]:
    """Return the record's JSON Schema (draft 2020-12)."""
    return _CODEC.json_schema(examples=EXAMPLES)
