"""AlertCount: what the alert agent tells in metrics of a batch and of the stories it holds."""

import time
from collections import ChainMap
from collections.abc import Mapping, Sequence
from heapq import nsmallest

from faust.types import Message

from agents.alert_work import AlertWork, Place
from agents.batches import ARTICLE_TIMESTAMP, headers_of
from agents.outcome_count import count_outcomes
from agents.story_store import StoryStore
from monitor.domain import Alert, SignalKind, Unread
from monitor.metrics import Outcome, Recorder
from monitor.metrics.catalogue import (
    ALERTS,
    ARTICLE_TO_ALERT_SECONDS,
    COPIES_FOLDED,
    STORIES_OPEN,
    STORIES_UNREADABLE,
    TOP_STORIES,
    TOP_STORY_ARTICLES,
)
from monitor.policy.stories import largest_first

__all__ = ["AlertCount"]

_TOP_SECONDS = 5.0
"""Least time between two looks through all stories: 50,000 take some ten milliseconds."""


class AlertCount:
    """Counts for the alert agent."""

    def __init__(self, recorder: Recorder, *, store: StoryStore) -> None:
        """Take where measurements go, and where the stories are kept."""
        self._recorder = recorder
        self._store = store
        self._looked = -_TOP_SECONDS
        self._ranks: tuple[SignalKind, ...] = ()

    def revoked(self) -> None:
        """Forget what was told of the stories: another worker tells it."""
        for metric in (STORIES_OPEN, STORIES_UNREADABLE, TOP_STORY_ARTICLES):
            self._recorder.clear(metric)
        self._looked, self._ranks = -_TOP_SECONDS, ()

    def batch(
        self,
        messages: Sequence[Message],
        works: Sequence[AlertWork],
        alerts: Sequence[tuple[Message, Alert]],
    ) -> None:
        """Count a batch that is done.

        Args:
            messages: its records, without canaries.
            works: what followed from each stretch of them.
            alerts: those that the broker took, each with the record it comes from.
        """
        self._told(alerts, ChainMap(*(work.articles for work in works)))
        self._stories()
        if not messages:
            return
        for work in works:
            for desk in work.copies.values():
                self._recorder.count(COPIES_FOLDED, desk=desk)
        self._outcomes(messages, works)

    def _told(self, alerts: Sequence[tuple[Message, Alert]], articles: Mapping[Place, str]) -> None:
        now = time.time()
        for message, alert in alerts:
            self._recorder.count(
                ALERTS, kind=alert.kind, severity=alert.severity, lifecycle=alert.lifecycle
            )
            begun = _article_time(message)
            if begun is not None:
                self._recorder.observe(
                    ARTICLE_TO_ALERT_SECONDS,
                    max(0.0, now - begun),
                    article_id=articles.get(Place.of(message), ""),
                )

    def _stories(self) -> None:
        for partition, book in self._store.books.items():
            self._recorder.set(STORIES_OPEN, len(book), partition=str(partition))
        for partition, unreadable in self._store.unreadable.items():
            self._recorder.set(STORIES_UNREADABLE, unreadable, partition=str(partition))

        now = time.monotonic()
        if now - self._looked >= _TOP_SECONDS:
            self._looked = now
            self._top()

    def _top(self) -> None:
        """Tell of the largest stories, by their rank."""
        books = self._store.books.values()
        largest = (story for book in books for story in book.largest(TOP_STORIES))
        top = nsmallest(TOP_STORIES, largest, key=largest_first)
        ranks = tuple(story.kinds[0] for story in top)
        if ranks != self._ranks:
            self._recorder.clear(TOP_STORY_ARTICLES)  # what stood at a rank may be of another kind
            self._ranks = ranks
        for rank, story in enumerate(top, start=1):
            articles = story.articles_total
            self._recorder.set(TOP_STORY_ARTICLES, articles, rank=str(rank), kind=story.kinds[0])

    def _outcomes(self, messages: Sequence[Message], works: Sequence[AlertWork]) -> None:
        topic = messages[0].topic
        unread = [why for work in works for _, why in work.unread.values()]
        used = [Outcome.STORIES] * (len(messages) - len(unread))
        fates: list[Outcome | Unread] = [*used, *unread]
        count_outcomes(self._recorder, ((topic, fate) for fate in fates))


def _article_time(message: Message) -> float | None:
    """Return the time of the article's record, in seconds since 1970, where the header says it."""
    for name, value in headers_of(message):
        if name == ARTICLE_TIMESTAMP and value and value.isdigit():
            return int(value) / 1000
    return None
