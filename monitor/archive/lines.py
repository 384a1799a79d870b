"""Lines: a record as one line of JSON, every byte of it kept.

Bytes that are UTF-8 stand as text, others as `{"base64": "..."}`, and null stays null: UTF-8 is one to
one, so that both ways give the bytes back. The members have the names of `StoredRecord`.
"""

import base64
import binascii
import json
from typing import Any, TypeAlias

from monitor.archive.record import ArchiveHeader, LogRecord, Range, StoredRecord
from monitor.errors import InvalidArchive

__all__ = [
    "decode_end",
    "decode_header",
    "decode_record",
    "encode_end",
    "encode_header",
    "encode_record",
]

VERSION = 1
"""Of the form; a reader refuses those it does not know."""

_MARK = "news-monitor-archive"
_LARGEST = 2**63
_Json: TypeAlias = "str | dict[str, str] | None"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def encode_record(record: LogRecord) -> bytes:
    """Return a record's line, with its end."""
    members: dict[str, object] = {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": _text(record.key),
        "value": _text(record.value),
    }
    if record.timestamp_type:
        members["timestamp_type"] = record.timestamp_type
    if record.headers:
        members["headers"] = [[name, _text(value)] for name, value in record.headers]
    return _encode(members).encode() + b"\n"


def decode_record(line: bytes) -> StoredRecord:
    """Read a record's line.

    Raises:
        InvalidArchive: it is none; says what is wrong with it.
    """
    members = _object(line)
    return StoredRecord(
        partition=_number(members, "partition", least=0),
        offset=_number(members, "offset", least=0),
        timestamp=_number(members, "timestamp", least=-_LARGEST),
        timestamp_type=_number(members, "timestamp_type", least=0, default=0),
        key=_bytes(members.get("key"), "key"),
        value=_bytes(members.get("value"), "value"),
        headers=_headers(members.get("headers", [])),
    )


def encode_header(header: ArchiveHeader) -> bytes:
    """Return the first line of an archive."""
    members = {
        _MARK: VERSION,
        "topic": header.topic,
        "partitions": header.partitions,
        "ranges": [[each.partition, each.start, each.end] for each in header.ranges],
        "selection": header.selection,
        "created_at": header.created_at,
    }
    return _encode(members).encode() + b"\n"


def decode_header(line: bytes) -> ArchiveHeader:
    """Read the first line of an archive.

    Raises:
        InvalidArchive: it is none, or of a version that this release does not read.
    """
    members = _object(line)
    version = members.get(_MARK)
    if version is None:
        message = f"the first line has no {_MARK!r}: not an archive of ours"
        raise InvalidArchive(message)
    if version != VERSION:
        message = f"an archive of version {version!r}; this release reads version {VERSION}"
        raise InvalidArchive(message)
    try:
        ranges = tuple(
            Range(partition=int(partition), start=int(start), end=int(end))
            for partition, start, end in members["ranges"]
        )
        return ArchiveHeader(
            topic=str(members["topic"]),
            partitions=int(members["partitions"]),
            ranges=ranges,
            selection=str(members.get("selection", "")),
            created_at=str(members["created_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"the first line is no archive's: {error!r}"
        raise InvalidArchive(message) from error


def encode_end(records: int) -> bytes:
    """Return the last line of an archive that is whole."""
    return _encode({"end": True, "records": records}).encode() + b"\n"


def decode_end(line: bytes) -> int | None:
    """Return how many records the archive must have; None where this is not its last line."""
    if not line.startswith(b'{"end":'):
        return None
    return _number(_object(line), "records", least=0)


def _text(data: bytes | None) -> _Json:
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _bytes(value: object, name: str) -> bytes | None:
    if value is None:
        return None
    try:
        if isinstance(value, str):
            return value.encode()
        if isinstance(value, dict) and set(value) == {"base64"}:
            return base64.b64decode(value["base64"], validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        message = f"{name!r} is broken: {error}"
        raise InvalidArchive(message) from error
    message = f"""{name!r} must be text, null or {{"base64": text}}"""
    raise InvalidArchive(message)


def _headers(value: object) -> tuple[tuple[str, bytes | None], ...]:
    if not isinstance(value, list):
        message = "'headers' must be a list of pairs of name and value"
        raise InvalidArchive(message)
    found = []
    for pair in value:
        match pair:
            case [str(name), content]:
                found.append((name, _bytes(content, f"headers: {name}")))
            case _:
                message = "'headers' must be a list of pairs of name and value"
                raise InvalidArchive(message)
    return tuple(found)


def _object(line: bytes) -> dict[str, Any]:
    try:
        members = json.loads(line)
    except (ValueError, RecursionError) as error:
        message = f"a line is not JSON: {error}"
        raise InvalidArchive(message) from error
    if not isinstance(members, dict):
        message = "a line is not a JSON object"
        raise InvalidArchive(message)
    return members


def _number(members: dict[str, Any], name: str, *, least: int, default: int | None = None) -> int:
    value = members.get(name, default)
    if type(value) is not int or not least <= value < _LARGEST:
        message = f"{name!r} must be a whole number from {least}, not {value!r}"
        raise InvalidArchive(message)
    return value
