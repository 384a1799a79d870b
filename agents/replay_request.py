"""Replay request: what a replay is to do, in the words of whoever asks for it."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from agents.pace import Pace
from agents.replay_marks import AlertsWanted, Marks
from agents.selection import Selection
from monitor.archive.reader import is_archive

__all__ = [
    "Compression",
    "LiveTopics",
    "MissingTarget",
    "Origin",
    "ReplayRequest",
    "Timestamps",
    "origin_of",
]


class Origin(StrEnum):
    """Where records come from."""

    TOPIC = "topic"
    """A topic of the cluster."""
    ARCHIVE = "archive"
    """An archive (`.jsonl.zst`, `.parquet`): records as they lay in a topic."""
    FILE = "file"
    """A file of articles, as `publish` reads them; each has the time at which it was published."""


class MissingTarget(StrEnum):
    """What to do when the target topic does not exist."""

    REFUSE = "refuse"
    """Say so and stop."""
    CREATE = "create"
    """Create it with the source's partitions; it keeps its records for ever."""


class LiveTopics(StrEnum):
    """What to do when running workers read the target topic."""

    REFUSE = "refuse"
    """Say so and stop: workers would take old news for new."""
    ALLOW = "allow"
    """Go on: the operator asks for just that."""


class Timestamps(StrEnum):
    """Which time a sent record gets."""

    KEEP = "keep"
    """That of the record it is a copy of."""
    NOW = "now"
    """The moment at which it is due: the first one's is now, at the pace of the replay."""


class Compression(StrEnum):
    """How batches are compressed on their way and on the broker's disk."""

    ZSTD = "zstd"
    """Small and quick; every current client reads it, some with an extra library."""
    LZ4 = "lz4"
    """Quicker and larger."""
    GZIP = "gzip"
    """Read by every client there is; too slow for more than some 10,000 articles a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What to send again, where to, and how."""

    source: str
    """A topic, or the path of an archive or of a file of articles."""
    origin: Origin = Origin.TOPIC
    target: str
    replay_id: str
    selection: Selection = field(default_factory=Selection)
    pace: Pace = field(default_factory=Pace)
    timestamps: Timestamps = Timestamps.KEEP
    marks: Marks = Marks.ADD
    alerts: AlertsWanted = AlertsWanted.WITHHOLD
    compression: Compression = Compression.ZSTD
    missing_target: MissingTarget = MissingTarget.REFUSE
    live_topics: LiveTopics = LiveTopics.REFUSE
    checkpoint: Path | None = None
    """Where the run notes how far it is, to go on from there."""

    @property
    def identity(self) -> dict[str, str]:
        """What must be the same for a run to go on with what another one began."""
        return {
            "source": self.source,
            "target": self.target,
            "selection": self.selection.words,
            "timestamps": self.timestamps.value,
            "marks": self.marks.value,
            "alerts": self.alerts.value,
        }


def origin_of(source: str) -> Origin:
    """Tell what a source is: a path has a slash or is a file that exists, all else is a topic."""
    if is_archive(source):
        return Origin.ARCHIVE
    if "/" in source or Path(source).is_file():
        return Origin.FILE
    return Origin.TOPIC
