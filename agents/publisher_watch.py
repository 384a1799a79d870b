"""Publisher watch: tells how much each publisher usually sends, and when it last sent."""

from collections.abc import Sequence

from faust.types import Message

from agents.batches import headers_of, record_time
from agents.canary_watch import is_canary
from agents.reading import Outcome, Read
from agents.replay_marks import replay_id_of
from monitor.metrics import Recorder
from monitor.metrics.catalogue import (
    ARRIVAL_TIMESTAMP_SECONDS,
    PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS,
    PUBLISHER_USUAL_ARTICLES,
)
from monitor.policy.sources import Sources

__all__ = ["PublisherWatch"]

_LONGEST_NAME = 80


class PublisherWatch:
    """Learns from the batches of articles of one worker."""

    def __init__(self, *, limit: int, recorder: Recorder) -> None:
        """Take how many publishers are told of, and where to tell."""
        self._sources = Sources(limit=limit)
        self._recorder = recorder
        self._partitions = 0
        self._told: frozenset[str] = frozenset()

    def arrived(self, messages: Sequence[Message], outcomes: Sequence[Outcome]) -> None:
        """Take in a batch that is handled.

        Canaries and unreadable records let arrival time go on and are nobody's. What is replayed
        arrived before: it counts for nothing.
        """
        for message, outcome in zip(messages, outcomes, strict=True):
            if replay_id_of(headers_of(message)) is not None:
                continue
            at = record_time(message).timestamp()
            if isinstance(outcome, Read) and not is_canary(message):
                self._sources.arrived(outcome.publisher[:_LONGEST_NAME], at)
            else:
                self._sources.tick(at)
        self._tell()

    def assigned(self, partitions: int) -> None:
        """Take in how many partitions of article topics are assigned now: the share of the articles."""
        if partitions and self._partitions:
            self._sources.shared(partitions / self._partitions)
        self._partitions = partitions or self._partitions

    def _tell(self) -> None:
        if self._sources.now is None:
            return
        self._recorder.set(ARRIVAL_TIMESTAMP_SECONDS, self._sources.now)
        told = self._sources.told()
        # Only then: a scrape between the clearing and the telling would see gaps.
        if self._told - told.keys():
            for metric in (PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS, PUBLISHER_USUAL_ARTICLES):
                self._recorder.clear(metric)
        self._told = frozenset(told)
        for name, source in told.items():
            self._recorder.set(PUBLISHER_USUAL_ARTICLES, source.usual, publisher=name)
            self._recorder.set(
                PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS, source.last, publisher=name
            )
