"""How small an archive is beside the JSON that it keeps, and how fast it is written and read.

    python benchmarks/archive.py ARTICLES.jsonl[.gz] [--partitions 8]

Writes the articles as the records of a topic, key and time as `publish` gives them, reads them back, and
compares every byte. gzip of the same file is run beside it. With pyarrow, Parquet as well.
"""

import argparse
import gzip
import importlib.util
import json
import tempfile
import time
from datetime import datetime
from pathlib import Path

from monitor.archive import ArchiveHeader, ArchiveWriter, StoredRecord, open_archive
from monitor.archive.parquet import write_parquet


def records_of(file: Path, partitions: int) -> list[StoredRecord]:
    """Return the lines of a file as records of a topic."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rb") as stream:
        lines = stream.read().splitlines()
    found = []
    for number, line in enumerate(lines):
        article = json.loads(line)
        moment = datetime.fromisoformat(article["published_at"])
        found.append(
            StoredRecord(
                partition=number % partitions,
                offset=number // partitions,
                timestamp=int(moment.timestamp() * 1000),
                key=article["id"].encode(),
                value=line,
            )
        )
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Size and speed of archives.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--partitions", type=int, default=8)
    given = parser.parse_args()
    records = records_of(given.file, given.partitions)
    raw = sum(len(record.value or b"") for record in records)
    header = ArchiveHeader(
        topic="benchmark", partitions=given.partitions, ranges=(), created_at="1987-01-01"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl.zst"
        began = time.process_time()
        with ArchiveWriter(path, header) as writer:
            for record in records:
                writer.add(record)
            writer.finish()
        wrote = time.process_time() - began
        began = time.process_time()
        same = list(open_archive(path).records()) == records
        read = time.process_time() - began
        figures: dict[str, object] = {
            "records": len(records),
            "raw_json_bytes": raw,
            "archive_share": round(path.stat().st_size / raw, 4),
            "gzip_share": round(
                len(gzip.compress(b"\n".join(record.value or b"" for record in records))) / raw, 4
            ),
            "same": same,
            "written_per_cpu_s": round(len(records) / wrote),
            "read_per_cpu_s": round(len(records) / read),
        }
        if importlib.util.find_spec("pyarrow"):
            table = Path(folder) / "a.parquet"
            write_parquet(table, header, records)
            figures["parquet_share"] = round(table.stat().st_size / raw, 4)
            figures["parquet_same"] = list(open_archive(table).records()) == records
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
