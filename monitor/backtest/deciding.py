"""Deciding: stories and alerts of what was read, report by report, as the alert agent does it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from monitor.backtest.partitions import partition_of
from monitor.backtest.readers import Reading
from monitor.backtest.records import EPOCH, UNTIMED
from monitor.domain import Alert, DeskReport, Field, Quotation, SignalKind, Story
from monitor.policy.stories import StoryBook, StoryRules

__all__ = ["Decided", "Decider", "Resting", "Revision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """An alert, and what it came of."""

    alert: Alert
    record: int
    """Which record of the input raised it, counted from 0."""
    article: str
    """Id of the article in it."""
    keywords: tuple[str, ...]
    """Id of the lexicon entry behind each piece of the alert's evidence, in its order; empty where
    it is no longer known."""


class Resting(NamedTuple):
    """A story, and an article that touched it."""

    story: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What came of one article."""

    revisions: tuple[Revision, ...] = ()
    resting: tuple[Resting, ...] = ()


class _Proof(NamedTuple):
    """What tells a piece of evidence from all others."""

    article: str
    kind: SignalKind
    field: Field
    start_char: int


_Keywords = dict[_Proof, str]


class Decider:
    """Makes alerts of articles, in order; holds the open stories and nothing else."""

    def __init__(self, rules: StoryRules, *, partitions: int) -> None:
        """Take the rules of grouping, and how many partitions the signals topic has."""
        self._books = [StoryBook(rules) for _ in range(partitions)]
        self._keywords: dict[str, _Keywords] = {}
        self._offset = 0
        self._latest = EPOCH

    def take_in(self, reading: Reading, *, record: int) -> Decided:
        """Bring what an article says into the stories.

        An article that states no time, from a store that keeps none, has the time of the one
        before it.

        Args:
            reading: what the next article says.
            record: which record it stood in.
        """
        if reading.published_at != UNTIMED:
            self._latest = reading.published_at
        revisions: list[Revision] = []
        resting: list[Resting] = []
        for report in reading.reports:
            timed = _at(report, self._latest)
            book = self._books[partition_of(report.desk, len(self._books))]
            update = book.apply(timed, offset=self._offset)
            self._offset += 1
            resting += [Resting(story.id, report.article.id) for story in update.stories]
            self._remember(timed, update.stories)
            revisions += [self._revision(alert, timed, record) for alert in update.alerts]
            for story_id in update.closed:
                self._keywords.pop(story_id, None)
        return Decided(revisions=tuple(revisions), resting=tuple(resting))

    def _remember(self, report: DeskReport, stories: Iterable[Story]) -> None:
        """Keep the entries behind the evidence that the stories keep."""
        told = _keywords_of(report)
        for story in stories:
            known: Mapping[_Proof, str] = self._keywords.get(story.id, {})
            proofs = [_proof(quotation) for quotation in story.evidence]
            self._keywords[story.id] = {
                proof: told.get(proof) or known.get(proof, "") for proof in proofs
            }

    def _revision(self, alert: Alert, report: DeskReport, record: int) -> Revision:
        known = self._keywords.get(alert.alert_id, {})
        return Revision(
            alert=alert,
            record=record,
            article=report.article.id,
            keywords=tuple(known.get(_proof(quotation), "") for quotation in alert.evidence),
        )


def _at(report: DeskReport, latest: datetime) -> DeskReport:
    """Return a report whose article has a time."""
    if report.article.published_at != UNTIMED:
        return report
    return replace(report, article=replace(report.article, published_at=latest))


def _keywords_of(report: DeskReport) -> _Keywords:
    """Return the entries that fired, by the evidence that they fired in."""
    return {
        _Proof(report.article.id, signal.kind, span.field, span.trigger.start_char): keyword
        for signal in report.signals
        for span, keyword in zip(signal.evidence, signal.keywords, strict=False)
    }


def _proof(quotation: Quotation) -> _Proof:
    trigger = quotation.trigger
    return _Proof(quotation.article_id, quotation.kind, quotation.field, trigger.start_char)
