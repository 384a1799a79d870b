"""Judge: where one dead letter goes back to, or why it stays where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from aiokafka.partitioner import DefaultPartitioner

from agents.letters import Letter
from agents.retry_doubts import Copies
from agents.topic_state import TopicState
from agents.topics import dead_letter_topic
from monitor.domain import LetterState
from monitor.policy.retries import RetryBook

__all__ = ["Destination", "Judge", "PassedOver", "RetryRules"]

_partition_of = DefaultPartitioner()


class PassedOver(StrEnum):
    """Why a letter stays where it is."""

    RETRIED = "was sent back before (--again sends it once more)"
    """Its mark says so."""
    DELIVERED = "was sent back by a run that was broken off: found in its topic"
    """Its record was found; the mark is made good."""
    DISCARDED = "was discarded (--again sends it all the same)"
    """Its mark says so."""
    IN_HAND = "is in hand of another run, or of one that was killed just now: try again soon"
    """A claim is younger than the lease."""
    UNDECIDABLE = (
        "may have been sent back by a run that was broken off, and its topic no longer holds what"
        " would tell (--again sends it all the same)"
    )
    """Sent at most once: what cannot be known is not sent."""
    CUT = "holds only the beginning of its record: send the whole one from where it lay (show)"
    """Its dead-letter topic did not take it whole."""
    NO_ORIGIN = "does not say where it came from: name the topic with --to"
    """Kafka Connect writes headers only when it is told to."""
    FOREIGN = "names a topic that this is not the dead-letter topic of: allow it with --source"
    """Whoever can write a letter could have it sent anywhere."""
    NO_TOPIC = "came from a topic that does not exist"
    """Nothing is created."""
    ATTEMPTS = "died again after each of --max-attempts"
    """A record that always dies goes round only so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRules:
    """What a run may do."""

    run: str
    """Identity of the run."""
    fallback: str | None = None
    """Where letters go that name no origin."""
    max_attempts: int = 3
    again: bool = False
    """Whether what is settled is sent all the same."""
    letters_per_second: float = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a letter goes, and as what."""

    topic: str
    partition: int
    timestamp_ms: int
    attempt: int
    is_retimed: bool
    """Whether it gets the present time, being too old for what its topic keeps."""


class Judge:
    """Decides about one letter at a time."""

    def __init__(
        self,
        rules: RetryRules,
        *,
        book: RetryBook,
        topics: Mapping[str, TopicState],
        allowed: frozenset[str],
        copies: Copies,
    ) -> None:
        """Take what is known: marks, topics that exist, those allowed, doubts that were resolved."""
        self._rules = rules
        self._book = book
        self._topics = topics
        self._allowed = allowed
        self.copies = copies
        """What was found of claims that their runs never settled."""

    def judge(self, letter: Letter, now_ms: int) -> Destination | PassedOver:
        """Say where a letter goes, or why it stays."""
        stays = self._settled(letter, now_ms)
        topic = letter.facts.topic or self._rules.fallback
        if stays is None:
            stays = self._unsendable(letter, topic)
        if stays is not None or topic is None:
            return stays or PassedOver.NO_ORIGIN
        facts = letter.facts
        attempt = self._attempt(letter)
        if attempt > self._rules.max_attempts and not self._rules.again:
            return PassedOver.ATTEMPTS
        kept = facts.timestamp_ms if facts.timestamp_ms is not None else letter.place.timestamp_ms
        too_old = _is_too_old(kept, now_ms, self._topics[topic])
        return Destination(
            topic=topic,
            partition=self._partition(letter, topic),
            timestamp_ms=now_ms if too_old else kept,
            attempt=attempt,
            is_retimed=too_old,
        )

    def _unsendable(self, letter: Letter, topic: str | None) -> PassedOver | None:
        """Look whether the letter can go anywhere at all."""
        if letter.facts.cut_from is not None:
            return PassedOver.CUT
        if topic is None:
            return PassedOver.NO_ORIGIN
        if letter.facts.topic and not self._is_allowed(letter):
            return PassedOver.FOREIGN
        return None if topic in self._topics else PassedOver.NO_TOPIC

    def _attempt(self, letter: Letter) -> int:
        """Count this sending back, with those that the letter tells of and those that marks do."""
        before = self._book.settled(letter.place)
        return max(letter.facts.attempts, before.attempt if before else 0) + 1

    def _settled(self, letter: Letter, now_ms: int) -> PassedOver | None:
        """Look whether somebody has decided about the letter, or is about to."""
        match self._book.state(letter.place, now_ms):
            case LetterState.IN_HAND:
                return PassedOver.IN_HAND
            case LetterState.RETRIED if not self._rules.again:
                return PassedOver.RETRIED
            case LetterState.DISCARDED if not self._rules.again:
                return PassedOver.DISCARDED
            case LetterState.DOUBTFUL if not self._rules.again:
                copies = self.copies.get(letter.place)
                if copies is None:
                    return PassedOver.UNDECIDABLE
                return PassedOver.DELIVERED if copies else None
        return None

    def _is_allowed(self, letter: Letter) -> bool:
        topic = letter.facts.topic or ""
        return topic in self._allowed or dead_letter_topic(topic) == letter.place.topic

    def _partition(self, letter: Letter, topic: str) -> int:
        """Keep the record's partition, or take the one that its key has everywhere in Kafka."""
        count = self._topics[topic].partitions
        known = letter.facts.partition
        if known is not None and topic == letter.facts.topic and known < count:
            return known
        if letter.key is None:
            return letter.place.offset % count
        numbers = list(range(count))
        return int(_partition_of(letter.key, numbers, numbers))


def _is_too_old(kept_ms: int, now_ms: int, topic: TopicState) -> bool:
    """Whether a record of that time might be deleted before anybody reads it.

    A broker deletes by the time that a record states. Half of what the topic keeps leaves readers as
    much again.
    """
    retention_ms = int(topic.config.get("retention.ms", -1))
    expires = "delete" in topic.config.get("cleanup.policy", "delete") and retention_ms >= 0
    return expires and now_ms - kept_ms > retention_ms / 2
