"""Parquet: an archive as a table, for tools that read tables; by the extra `parquet` (pyarrow).

One row per record, in the order of the archive; key, value and the headers' values are binary. What the
archive says of itself stands in the schema's metadata.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from monitor.archive.durable import put_in_place
from monitor.archive.lines import decode_header, encode_header
from monitor.archive.record import ArchiveHeader, StoredRecord
from monitor.errors import InvalidArchive, NewsMonitorError

__all__ = ["ParquetArchive", "write_parquet"]

_METADATA = b"news-monitor-archive"
_ROWS = 5000


def write_parquet(path: Path, header: ArchiveHeader, records: Iterable[StoredRecord]) -> int:
    """Write records as a table, as a whole or not at all; return how many there are.

    It has its name when the disk has it: what it was made of may be removed then.

    Raises:
        NewsMonitorError: the file cannot be written, or pyarrow is not installed.
    """
    arrow, parquet = _arrow()
    schema = _schema(arrow).with_metadata({_METADATA: encode_header(header)})
    draft = path.with_name(f"{path.name}.part")
    remaining = iter(records)
    written = 0
    try:
        with parquet.ParquetWriter(
            draft, schema, compression="zstd", compression_level=9
        ) as writer:
            while rows := [_row(each) for each in islice(remaining, _ROWS)]:
                writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
                written += len(rows)
        put_in_place(draft, path)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise NewsMonitorError(message) from error
    return written


class ParquetArchive:
    """An archive as a Parquet table."""

    def __init__(self, path: Path) -> None:
        """Read what it says of itself.

        Raises:
            InvalidArchive: it is no Parquet file, or none that is an archive.
            NewsMonitorError: it cannot be read, or pyarrow is not installed.
        """
        arrow, parquet = _arrow()
        self._path = path
        try:
            self._file = parquet.ParquetFile(path)
        except arrow.ArrowInvalid as error:
            message = f"{path}: not a Parquet file, or cut off: {error}"
            raise InvalidArchive(message) from error
        except OSError as error:
            message = f"{path}: cannot be read: {error.strerror or error}"
            raise NewsMonitorError(message) from error
        metadata = self._file.schema_arrow.metadata or {}
        if _METADATA not in metadata or not self._file.schema_arrow.equals(_schema(arrow)):
            message = f"{path}: a Parquet file, but not an archive of ours"
            raise InvalidArchive(message)
        self.header = decode_header(metadata[_METADATA])
        """What it says of itself."""
        self.size = int(self._file.metadata.num_rows)
        """How many records it holds."""

    def records(
        self, *, from_ms: int | None = None, until_ms: int | None = None
    ) -> Iterator[StoredRecord]:
        """Read the records with timestamps from *from_ms* on and before *until_ms*, in order.

        Raises:
            InvalidArchive: a part of it is damaged.
        """
        arrow, _ = _arrow()
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS):
                for row in batch.to_pylist():
                    record = _record(row)
                    if (from_ms is None or record.timestamp >= from_ms) and (
                        until_ms is None or record.timestamp < until_ms
                    ):
                        yield record
        except (arrow.ArrowException, OSError) as error:
            message = f"{self._path}: is damaged: {error}"
            raise InvalidArchive(message) from error


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
        import pyarrow.parquet as table  # noqa: PLC0415  an extra
    except ImportError as error:
        message = "Parquet needs pyarrow: pip install 'news-monitor[parquet]'"
        raise NewsMonitorError(message) from error
    return pa, table


def _schema(arrow: Any) -> Any:
    header = arrow.struct(
        [arrow.field("name", arrow.string(), nullable=False), arrow.field("value", arrow.binary())]
    )
    return arrow.schema(
        [
            arrow.field("partition", arrow.int32(), nullable=False),
            arrow.field("offset", arrow.int64(), nullable=False),
            arrow.field("timestamp", arrow.int64(), nullable=False),
            arrow.field("timestamp_type", arrow.int8(), nullable=False),
            arrow.field("key", arrow.binary()),
            arrow.field("value", arrow.binary()),
            arrow.field("headers", arrow.list_(header), nullable=False),
        ]
    )


def _row(record: StoredRecord) -> dict[str, object]:
    return {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "timestamp_type": record.timestamp_type,
        "key": record.key,
        "value": record.value,
        "headers": [{"name": name, "value": value} for name, value in record.headers],
    }


def _record(row: dict[str, Any]) -> StoredRecord:
    headers = tuple((each["name"], each["value"]) for each in row.pop("headers"))
    return StoredRecord(**row, headers=headers)
