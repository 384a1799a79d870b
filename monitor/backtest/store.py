"""ResultStore: what one or two runs gave, in a database on disk, so that memory stays flat.

SQLite in a temporary file: nothing of it outlives the store, and nothing else reads it. Results
that are kept are JSON lines (`monitor.backtest.results`).
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.backtest.deciding import Decided, Resting, Revision
from monitor.backtest.records import UNTIMED
from monitor.domain import Article
from monitor.wire import alert_v1, article_v1

__all__ = ["ResultStore", "Side"]

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
CREATE TABLE revision (
    side INTEGER, story TEXT, number INTEGER, record INTEGER, article TEXT, keywords TEXT, alert BLOB
);
CREATE INDEX of_story ON revision (side, story, number);
CREATE TABLE story (
    side INTEGER, id TEXT, desk TEXT, record INTEGER, PRIMARY KEY (side, id)
) WITHOUT ROWID;
CREATE TABLE resting (
    side INTEGER, article TEXT, story TEXT, PRIMARY KEY (side, article, story)
) WITHOUT ROWID;
CREATE TABLE served (
    side INTEGER, story TEXT, subscription TEXT, revision INTEGER, fate TEXT, unmet TEXT, at TEXT
);
CREATE INDEX served_of_story ON served (side, story);
CREATE TABLE article (id TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
"""


class Side(IntEnum):
    """Which of the two runs that are compared."""

    BEFORE = 0
    """What is compared with: the rules as they are, or an older result."""
    AFTER = 1
    """The rules that are tried."""


class ResultStore:
    """Holds the alerts of one or two runs, as a context; one thread at a time."""

    def __init__(self) -> None:
        """Make an empty store."""
        self._folder = tempfile.TemporaryDirectory(prefix="news-monitor-backtest-")
        path = Path(self._folder.name) / "results.sqlite"
        self.database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        """For `monitor.backtest.comparison`, which asks what only a database answers."""
        self.database.executescript(_SCHEMA)
        self.is_paired = False
        """Whether the comparison has found which stories belong together, of all that is held."""

    def __enter__(self) -> Self:
        """Hand out the store."""
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove everything."""
        self.database.close()
        self._folder.cleanup()

    def add(self, side: Side, decided: Decided) -> None:
        """Keep what came of an article."""
        for revision in decided.revisions:
            self.add_revision(side, revision)
        for resting in decided.resting:
            self.add_resting(side, resting)

    def add_revision(self, side: Side, revision: Revision) -> None:
        """Keep an alert."""
        self.is_paired = False
        alert = revision.alert
        self.database.execute(
            "INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                side,
                alert.alert_id,
                alert.revision,
                revision.record,
                revision.article,
                json.dumps(revision.keywords),
                alert_v1.encode(alert),
            ),
        )
        self.database.execute(
            "INSERT OR IGNORE INTO story VALUES (?, ?, ?, ?)",
            (side, alert.alert_id, alert.desk.value, revision.record),
        )

    def add_resting(self, side: Side, resting: Resting) -> None:
        """Keep that an article touched a story."""
        self.is_paired = False
        self.database.execute(
            "INSERT OR IGNORE INTO resting VALUES (?, ?, ?)", (side, resting.article, resting.story)
        )

    def rests_on(self, article_id: str) -> bool:
        """Whether any story was touched by an article."""
        query = "SELECT 1 FROM resting WHERE side IN (0, 1) AND article = ? LIMIT 1"
        return self.database.execute(query, (article_id,)).fetchone() is not None

    def add_article(self, article: Article) -> None:
        """Keep an article's text; the newest version of it."""
        self.database.execute(
            "INSERT OR REPLACE INTO article VALUES (?, ?)",
            (article.ref.id, article_v1.encode(article)),
        )

    def article(self, article_id: str, *, max_text_chars: int) -> Article | None:
        """Return an article whose text was kept."""
        query = "SELECT value FROM article WHERE id = ?"
        row = self.database.execute(query, (article_id,)).fetchone()
        if row is None:
            return None
        return article_v1.decode(row[0], timestamp=UNTIMED, max_text_chars=max_text_chars)

    def revisions(self, side: Side) -> Iterator[Revision]:
        """Yield the alerts of a run in the order in which they were raised."""
        query = (
            "SELECT record, article, keywords, alert FROM revision WHERE side = ? ORDER BY rowid"
        )
        yield from map(_revision, self.database.execute(query, (side,)))

    def revisions_of(self, side: Side, story: str) -> Sequence[Revision]:
        """Return the alerts of one story, the first one first."""
        query = """SELECT record, article, keywords, alert FROM revision
            WHERE side = ? AND story = ? ORDER BY number, rowid"""
        return list(map(_revision, self.database.execute(query, (side, story))))

    def restings(self, side: Side) -> Iterator[Resting]:
        """Yield which articles touched which stories."""
        query = "SELECT story, article FROM resting WHERE side = ? ORDER BY article, story"
        for story, article in self.database.execute(query, (side,)):
            yield Resting(story, article)


def _revision(row: tuple[int, str, str, bytes]) -> Revision:
    record, article, keywords, alert = row
    return Revision(
        alert=alert_v1.decode(alert),
        record=record,
        article=article,
        keywords=tuple(json.loads(keywords)),
    )
