"""The alert record, version 1: one revision of a story, as a CloudEvent in binary mode.

The headers follow the CloudEvents 1.0 Kafka protocol binding, section 3.2 (binary content mode):
each attribute is a header `ce_<name>`, and `content-type` says what the value is.
"""

from datetime import datetime
from typing import Any

from pydantic import RootModel

from monitor.domain import Alert, SignalKind
from monitor.wire import examples
from monitor.wire.codec import (
    RECORD_CONFIG,
    Codec,
    altered_where_new,
    ladder_in_utc,
    schema_id,
    utc,
)

__all__ = [
    "CONTENT_TYPE",
    "EVENT_TYPE",
    "EXAMPLES",
    "NAME",
    "VERSION",
    "decode",
    "encode",
    "headers",
    "headers_schema",
    "json_schema",
]

NAME = "alert"
VERSION = 1
EVENT_TYPE = f"news.monitor.alert.v{VERSION}"
CONTENT_TYPE = "application/json"


class _Record(RootModel[Alert]):
    model_config = RECORD_CONFIG


def _in_utc(alert: Alert) -> Alert:
    return altered_where_new(
        alert,
        ladder=ladder_in_utc(alert.ladder),
        first_seen=utc(alert.first_seen),
        last_seen=utc(alert.last_seen),
    )


_CODEC = Codec(name=NAME, version=VERSION, record=_Record, in_utc=_in_utc)


def encode(alert: Alert) -> bytes:
    """Write an alert as the value of a record on an alerts topic; equal alerts, equal bytes."""
    return _CODEC.encode(alert)


def decode(value: bytes | None) -> Alert:
    """Read the value of a record of an alerts topic; unknown members are ignored.

    Raises:
        InvalidRecord: with NULL_VALUE, NOT_UTF8, NOT_JSON, UNKNOWN_VERSION or WRONG_TYPE.
    """
    return _CODEC.decode(value)


def headers(alert: Alert, *, source: str) -> list[tuple[str, bytes]]:
    """Return the CloudEvents headers of an alert's record.

    `ce_id` is `<alert_id>/<revision>`: with `ce_source` it is the same for the same revision,
    however often it is sent, so any CloudEvents consumer can drop repeats.

    Args:
        alert: the alert that is the record's value.
        source: URI reference of who sends it, such as `/news-monitor/alerts`.
    """
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": f"{alert.alert_id}/{alert.revision}",
        "ce_type": EVENT_TYPE,
        "ce_source": source,
        "ce_time": _rfc3339(alert.last_seen),
        "ce_subject": alert.kind.value,
        "ce_dataschema": schema_id(NAME, VERSION),
        "content-type": CONTENT_TYPE,
    }
    return [(name, value.encode()) for name, value in attributes.items()]


def headers_schema() -> dict[str, Any]:
    """Return a JSON Schema of the headers of an alert's record, as text."""
    constant = {
        "ce_specversion": "1.0",
        "ce_type": EVENT_TYPE,
        "ce_dataschema": schema_id(NAME, VERSION),
        "content-type": CONTENT_TYPE,
    }
    free: dict[str, dict[str, Any]] = {
        "ce_id": {"description": "`<alert_id>/<revision>`: the same whenever it is sent."},
        "ce_source": {"description": "`/news-monitor/<signals topic>`.", "format": "uri-reference"},
        "ce_time": {"description": "Time of the newest article.", "format": "date-time"},
        "ce_subject": {"description": "The kind.", "enum": [kind.value for kind in SignalKind]},
    }
    fixed: dict[str, dict[str, Any]] = {name: {"const": value} for name, value in constant.items()}
    properties = fixed | free
    return {
        "type": "object",
        "description": "Attributes of CloudEvents 1.0, in the binary mode of its Kafka binding.",
        "properties": {name: {"type": "string", **each} for name, each in properties.items()},
        "required": list(properties),
    }


def _rfc3339(moment: datetime) -> str:
    return utc(moment).isoformat().replace("+00:00", "Z")


EXAMPLES: tuple[bytes, ...] = tuple(encode(alert) for alert in examples.ALERTS)
"""Published examples: one per kind, an update and a cancellation."""


def json_schema() -> dict[str, Any]:
    """Return the record's JSON Schema (draft 2020-12)."""
    return _CODEC.json_schema(examples=EXAMPLES)
