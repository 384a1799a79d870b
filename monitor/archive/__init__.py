"""Archives: a topic's records in a file, exactly as they lay on the broker, for years.

Knows no broker: `agents.archive` fills archives from topics, `agents.replay` sends them back.

* `record`   a record as Kafka keeps it, and what an archive says of itself
* `lines`    a record as one line of JSON, and back
* `frames`   lines in compressed frames, each with an index in front of it
* `writer`   records into a file that a crash can interrupt at any byte
* `durable`  a draft gets its name once the disk has it
* `reader`   records out of a file, the damaged and cut-off ones told in words
* `parquet`  the same records as a Parquet table, by the extra `parquet`
"""

from monitor.archive.reader import is_archive, open_archive
from monitor.archive.record import ArchiveHeader, LogRecord, Range, StoredRecord
from monitor.archive.writer import ArchiveWriter

__all__ = [
    "ArchiveHeader",
    "ArchiveWriter",
    "LogRecord",
    "Range",
    "StoredRecord",
    "is_archive",
    "open_archive",
]
