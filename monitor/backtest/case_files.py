"""Files of a regression case: records byte for byte, and rows of JSON."""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from monitor.backtest.records import StoredNews, StoredRecord
from monitor.domain import Unread
from monitor.errors import InvalidRecord, InvalidResult, Reason

__all__ = ["BATCH", "Row", "json_rows", "json_text", "kept_json", "stored_records"]

BATCH: Final = 200
"""Records that are read together."""

Row = dict[str, Any]


def kept_json(record: StoredRecord) -> Row:
    """Return a record as JSON: as text where its bytes are UTF-8, else in base 64."""
    row: Row = {"place": record.place}
    if record.timestamp is not None:
        row["timestamp"] = record.timestamp.isoformat()
    if record.refused is not None:
        return row | {"refused": record.refused.reason.value}
    if record.value is None:
        return row | {"value": None}
    try:
        return row | {"value": record.value.decode()}
    except UnicodeDecodeError:
        return row | {"base64": base64.b64encode(record.value).decode()}


async def stored_records(file: Path) -> StoredNews:
    """Yield the records that `kept_json` wrote.

    Raises:
        InvalidResult: a line is none.
    """
    batch: list[StoredRecord] = []
    for row in json_rows(file):
        try:
            batch.append(_stored(row))
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            message = f"{file}: no record of a case ({type(error).__name__}: {error})"
            raise InvalidResult(message) from error
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _stored(row: Row) -> StoredRecord:
    stated = row.get("timestamp")
    timestamp = None if stated is None else datetime.fromisoformat(stated)
    place = str(row["place"])
    if "refused" in row:
        refused = Unread.of_invalid(InvalidRecord(Reason(row["refused"]), ""))
        return StoredRecord(value=b"", timestamp=timestamp, place=place, refused=refused)
    if "base64" in row:
        value = base64.b64decode(row["base64"], validate=True)
        return StoredRecord(value=value, timestamp=timestamp, place=place)
    text = row["value"]
    return StoredRecord(
        value=None if text is None else text.encode(), timestamp=timestamp, place=place
    )


def json_rows(file: Path) -> Iterator[Row]:
    """Yield the lines of a file of JSON objects.

    Raises:
        InvalidResult: it cannot be read; names the line.
    """
    number = 0
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                row = json.loads(line)
                if not isinstance(row, dict):
                    message = f"{file}:{number}: no JSON object"
                    raise InvalidResult(message)
                yield row
    except (OSError, ValueError, RecursionError) as error:
        message = f"{file}:{number}: cannot be read: {error}"
        raise InvalidResult(message) from error


def json_text(row: Row) -> str:
    """Return a row as a line, in ASCII."""
    return json.dumps(row, separators=(",", ":")) + "\n"
