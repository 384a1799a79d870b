"""Pipeline: records in, signals out; the whole reading of an article in one call.

It knows nothing of Kafka: agents, the command line and backtests share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.domain import (
    Analysis,
    Article,
    ArticleRef,
    DeskReport,
    Signal,
    SignalKind,
    Stage,
    Status,
    Unread,
    Versions,
)
from monitor.errors import InvalidRecord
from monitor.lexicon.instruments import load_instruments
from monitor.policy.signals import reports_of, signals_of
from monitor.policy.stories import StoryRules
from monitor.settings import Settings
from monitor.text.analyser import Analyser, build_analyser
from monitor.text.tagger import Tagging
from monitor.wire import article_v1

__all__ = [
    "READING_SETTINGS",
    "STORY_SETTINGS",
    "Pipeline",
    "RawRecord",
    "Readable",
    "build_pipeline",
    "story_rules",
]

READING_SETTINGS: Final = frozenset({"model", "lexicon_overlays", "watchlists", "max_text_chars"})
"""All settings that what an article says depends on."""
STORY_SETTINGS: Final = frozenset({"story_idle_hours", "story_quiet_minutes", "signals_partitions"})
"""All settings that the stories and alerts of the same signals depend on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A record of an article topic: its bytes and its time."""

    value: bytes | None
    timestamp: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """An article that was read: what it says to each desk."""

    article: ArticleRef
    reports: tuple[DeskReport, ...]
    """One per desk with something to say or to take back; see `monitor.policy.signals`."""
    background: tuple[tuple[SignalKind, Status], ...] = ()
    """Kinds that the article only recalls, denies or supposes."""


class Pipeline:
    """Reads articles: bytes to signals."""

    def __init__(self, analyser: Analyser, *, max_text_chars: int) -> None:
        """Take an analyser and the length of the longest text that is read, in characters."""
        self._analyser = analyser
        self._max_text_chars = max_text_chars

    @property
    def versions(self) -> Versions:
        """Which lexicon and model read the articles."""
        return self._analyser.versions

    def analyse(
        self, articles: Sequence[Article], *, tagging: Tagging = Tagging.ALL
    ) -> list[tuple[Analysis, tuple[Signal, ...]]]:
        """Return per article, in order, what was found in it and the signals it gives.

        Args:
            articles: what to read.
            tagging: whose names are looked for; signals are the same either way.
        """
        return [
            (analysis, signals_of(analysis))
            for analysis in self._analyser.pipe(articles, tagging=tagging)
        ]

    def decode(self, record: RawRecord) -> Article:
        """Read a record's bytes as an article.

        Raises:
            InvalidRecord: with the reason that its dead letter will state.
        """
        return article_v1.decode(
            record.value, timestamp=record.timestamp, max_text_chars=self._max_text_chars
        )

    def read(self, records: Sequence[RawRecord]) -> list[Readable | Unread]:
        """Read records; each gives exactly one result, in order.

        It never raises for what a record holds: an article whose reading raises is read again
        alone, and if it raises again is unreadable.
        """
        results: list[Readable | Unread | None] = [None] * len(records)
        articles: dict[int, Article] = {}
        for place, record in enumerate(records):
            try:
                articles[place] = self.decode(record)
            except InvalidRecord as error:
                results[place] = Unread.of_invalid(error)
        try:
            readings = self.analyse(list(articles.values()), tagging=Tagging.WHERE_ACTIVE)
        except Exception:  # noqa: BLE001  (one bad text must not cost the others their reading)
            for place, article in articles.items():
                results[place] = self._read_alone(article)
        else:
            for place, (analysis, signals) in zip(articles, readings, strict=True):
                results[place] = _readable(analysis, signals)
        return [result for result in results if result is not None]

    def _read_alone(self, article: Article) -> Readable | Unread:
        """Read one article of a batch that raised."""
        try:
            ((analysis, signals),) = self.analyse([article], tagging=Tagging.WHERE_ACTIVE)
        except Exception as error:  # noqa: BLE001  (kept in a dead letter, for us to mend)
            return Unread.of_defect(error, Stage.ANALYSE)
        return _readable(analysis, signals)


def build_pipeline(settings: Settings) -> Pipeline:
    """Load lexicon and model and put the pipeline together; takes a second or two.

    Raises:
        InvalidLexicon: if a lexicon file breaks its schema.
        InvalidWatchlist: if a watchlist file cannot be read or breaks its form.
        ModelUnavailable: if the model cannot be loaded.
    """
    analyser = build_analyser(
        model=settings.model,
        overlays=settings.lexicon_overlays,
        watchlists=settings.watchlists,
    )
    return Pipeline(analyser, max_text_chars=settings.max_text_chars)


def story_rules(settings: Settings) -> StoryRules:
    """Return by which rules stories are told apart and end, with these settings."""
    return StoryRules(
        idle=timedelta(hours=settings.story_idle_hours),
        quiet=timedelta(minutes=settings.story_quiet_minutes),
        instrument_groups={each.id: each.group for each in load_instruments().by_name.values()},
    )


def _readable(analysis: Analysis, signals: Sequence[Signal]) -> Readable:
    """Put together what an article says."""
    return Readable(
        article=analysis.article.ref,
        reports=reports_of(analysis, signals),
        background=tuple(
            (signal.kind, signal.status) for signal in signals if not signal.status.is_active
        ),
    )
