"""The dead letter, version 1: the raw bytes untouched, and in headers why and where from.

Headers come in three families, so that existing consoles can show a dead letter and send it back:

* `__connect.errors.*` as Kafka Connect's DeadLetterQueueReporter writes them: all UTF-8 text;
* `kafka_dlt-*` as Spring Kafka's DeadLetterPublishingRecoverer writes them: the partition an int32,
  offset and timestamp (milliseconds since 1970) int64, all big endian, the rest UTF-8 text;
* `news-monitor-reason` and `news-monitor-stage`: ours, from closed lists.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.domain import DeadLetter, Origin, Stage
from monitor.errors import InvalidRecord, Reason
from monitor.wire import examples
from monitor.wire.codec import JSON_SCHEMA_DIALECT, schema_id
from monitor.wire.descriptions import growing

__all__ = [
    "CONNECT_PREFIX",
    "CUT_HEADER",
    "EXAMPLES",
    "HEADER_FAMILIES",
    "LETTERS",
    "MAX_MESSAGE_BYTES",
    "NAME",
    "REASON_HEADER",
    "SPRING_PREFIX",
    "STAGE_HEADER",
    "VERSION",
    "decode",
    "encode",
    "json_schema",
    "readable",
]

NAME = "dead-letter"
VERSION = 1
REASON_HEADER = "news-monitor-reason"
STAGE_HEADER = "news-monitor-stage"
CONNECT_PREFIX = "__connect.errors."
SPRING_PREFIX = "kafka_dlt-"
CUT_HEADER = "news-monitor-cut-from"
"""How many bytes the value had, digits; only on a letter whose value is cut, being too large."""
HEADER_FAMILIES: tuple[str, ...] = (
    CONNECT_PREFIX,
    SPRING_PREFIX,
    REASON_HEADER,
    STAGE_HEADER,
    CUT_HEADER,
)
"""Beginnings of the header names that a dead letter adds; every other header is the record's own."""

MAX_MESSAGE_BYTES = 2048
"""Longest error message in a header: enough to act on, small beside the topic's 64 KiB of room."""
_MAX_NAME_BYTES = 256

_INT32 = struct.Struct(">i")
_INT64 = struct.Struct(">q")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

_CONNECT_STAGES = {
    Stage.DECODE: ("VALUE_CONVERTER", "monitor.wire"),
    Stage.ANALYSE: ("TRANSFORMATION", "monitor.pipeline"),
    Stage.ALERT: ("TASK_PUT", "monitor.policy.stories"),
    Stage.SERVE: ("TASK_PUT", "monitor.policy.subscriptions.serving"),
    Stage.DELIVER: ("KAFKA_PRODUCE", "agents.delivery"),
}
"""Our stages in the words of Kafka Connect's enum Stage, and which of our modules was at work."""

Headers = Sequence[tuple[str, bytes]]


def _is_ours(name: str) -> bool:
    return name.startswith(HEADER_FAMILIES)


def _bounded(text: str, limit: int) -> bytes:
    """Cut a text to a number of UTF-8 bytes, never inside a character."""
    encoded = text.encode(errors="replace")
    return encoded[:limit].decode(errors="ignore").encode()


def encode(letter: DeadLetter) -> tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]:
    """Return key, value and headers of the record of a dead-letter topic.

    Key and value are the lost record's, byte for byte. Its own headers come first; those of an
    earlier death are replaced, so that a record that dies again tells of its last death.
    """
    origin = letter.origin
    topic = origin.topic.encode()
    stage, executing = _CONNECT_STAGES[letter.stage]
    exception = _bounded(letter.exception, _MAX_NAME_BYTES)
    message = _bounded(letter.message, MAX_MESSAGE_BYTES)
    milliseconds = (origin.timestamp - _EPOCH) // _MILLISECOND
    added = [
        (REASON_HEADER, letter.reason.value.encode()),
        (STAGE_HEADER, letter.stage.value.encode()),
        (f"{CONNECT_PREFIX}topic", topic),
        (f"{CONNECT_PREFIX}partition", str(origin.partition).encode()),
        (f"{CONNECT_PREFIX}offset", str(origin.offset).encode()),
        (f"{CONNECT_PREFIX}connector.name", b"news-monitor"),
        (f"{CONNECT_PREFIX}task.id", str(origin.partition).encode()),
        (f"{CONNECT_PREFIX}stage", stage.encode()),
        (f"{CONNECT_PREFIX}class.name", executing.encode()),
        (f"{CONNECT_PREFIX}exception.class.name", exception),
        (f"{CONNECT_PREFIX}exception.message", message),
        (f"{SPRING_PREFIX}original-topic", topic),
        (f"{SPRING_PREFIX}original-partition", _INT32.pack(origin.partition)),
        (f"{SPRING_PREFIX}original-offset", _INT64.pack(origin.offset)),
        (f"{SPRING_PREFIX}original-timestamp", _INT64.pack(milliseconds)),
        (f"{SPRING_PREFIX}original-timestamp-type", b"CreateTime"),
        (f"{SPRING_PREFIX}exception-fqcn", exception),
        (f"{SPRING_PREFIX}exception-message", message),
    ]
    kept = [(name, value) for name, value in letter.headers if not _is_ours(name)]
    return letter.key, letter.value, kept + added


def decode(key: bytes | None, value: bytes | None, headers: Headers) -> DeadLetter:
    """Read a record of a dead-letter topic back; the record's own headers come back unchanged.

    Raises:
        InvalidRecord: with WRONG_TYPE where a header of ours is missing or malformed.
    """
    found = {name: content for name, content in headers if _is_ours(name)}
    try:
        milliseconds = _INT64.unpack(found[f"{SPRING_PREFIX}original-timestamp"])[0]
        return DeadLetter(
            value=value,
            key=key,
            headers=tuple((name, content) for name, content in headers if not _is_ours(name)),
            origin=Origin(
                topic=found[f"{SPRING_PREFIX}original-topic"].decode(),
                partition=_INT32.unpack(found[f"{SPRING_PREFIX}original-partition"])[0],
                offset=_INT64.unpack(found[f"{SPRING_PREFIX}original-offset"])[0],
                timestamp=_EPOCH + milliseconds * _MILLISECOND,
            ),
            reason=Reason(found[REASON_HEADER].decode()),
            stage=Stage(found[STAGE_HEADER].decode()),
            exception=found[f"{SPRING_PREFIX}exception-fqcn"].decode(),
            message=found[f"{SPRING_PREFIX}exception-message"].decode(),
        )
    except KeyError as error:
        message = f"dead letter has no header {error.args[0]}"
        raise InvalidRecord(Reason.WRONG_TYPE, message) from error
    except (ValueError, TypeError, AttributeError, OverflowError, struct.error) as error:
        message = f"dead letter has a malformed header: {error}"
        raise InvalidRecord(Reason.WRONG_TYPE, message) from error


_NUMBERS = {
    f"{SPRING_PREFIX}original-partition": _INT32,
    f"{SPRING_PREFIX}original-offset": _INT64,
    f"{SPRING_PREFIX}original-timestamp": _INT64,
}


def readable(headers: Headers) -> dict[str, str | int]:
    """Return headers as people and JSON can read them: numbers as numbers, the rest as text.

    Of headers with the same name the last one counts; bytes that are not UTF-8 are replaced.
    """
    shown: dict[str, str | int] = {}
    for name, content in headers:
        number = _NUMBERS.get(name)
        if number is not None and len(content) == number.size:
            shown[name] = number.unpack(content)[0]
        else:
            shown[name] = content.decode(errors="replace")
    return shown


LETTERS: tuple[DeadLetter, ...] = examples.LETTERS
"""Published examples as values."""
EXAMPLES: tuple[bytes, ...] = tuple(letter.value or b"" for letter in LETTERS)
"""The values of the published examples: whatever bytes could not be read."""


def json_schema() -> dict[str, Any]:
    """Return a JSON Schema of the headers in their readable form; key and value are any bytes."""
    text = {"type": "string"}
    number = {"type": "integer"}
    properties: dict[str, dict[str, Any]] = {}
    for name in readable(encode(LETTERS[0])[2]):
        if _is_ours(name):
            properties[name] = {
                **(number if name in _NUMBERS else text),
                "description": _MEANINGS[name],
            }
    for name, choices in ((REASON_HEADER, Reason), (STAGE_HEADER, Stage)):
        listed = {**properties[name], "enum": [choice.value for choice in choices]}
        properties[name] = growing(listed)
    return {
        "$schema": JSON_SCHEMA_DIALECT,
        "$id": schema_id(NAME, VERSION),
        "title": f"News Monitor {NAME}, version {VERSION}: headers",
        "description": "Headers of a dead letter, numbers decoded; key and value are the lost "
        "record's own bytes.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": {"type": ["string", "integer"]},
        "examples": [readable(encode(letter)[2]) for letter in LETTERS],
    }


_MEANINGS = {
    REASON_HEADER: "Why the record could not be used.",
    STAGE_HEADER: "Where in the data's way it was given up.",
    f"{CONNECT_PREFIX}topic": "Topic the record was read from.",
    f"{CONNECT_PREFIX}partition": "Partition it was read from, in decimal digits.",
    f"{CONNECT_PREFIX}offset": "Its offset, in decimal digits.",
    f"{CONNECT_PREFIX}connector.name": "Always `news-monitor`.",
    f"{CONNECT_PREFIX}task.id": "The partition, in decimal digits.",
    f"{CONNECT_PREFIX}stage": "The stage, in the words of Kafka Connect.",
    f"{CONNECT_PREFIX}class.name": "Module that was at work.",
    f"{CONNECT_PREFIX}exception.class.name": "Class name of the error.",
    f"{CONNECT_PREFIX}exception.message": "What the error said; at most 2,048 bytes.",
    f"{SPRING_PREFIX}original-topic": "Topic the record was read from.",
    f"{SPRING_PREFIX}original-partition": "Partition; on the wire an int32, big endian.",
    f"{SPRING_PREFIX}original-offset": "Offset; on the wire an int64, big endian.",
    f"{SPRING_PREFIX}original-timestamp": "Record's time, milliseconds since 1970; on the wire an "
    "int64, big endian.",
    f"{SPRING_PREFIX}original-timestamp-type": "`CreateTime`.",
    f"{SPRING_PREFIX}exception-fqcn": "Class name of the error.",
    f"{SPRING_PREFIX}exception-message": "What the error said; at most 2,048 bytes.",
}
