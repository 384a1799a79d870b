"""Ledger: which records were handled, so that nothing else is ever committed.

Faust commits whatever its streams acknowledged, and a stream acknowledges records that no agent
saw: when an agent raises or is cancelled, when its generator is closed, when a record meets a
rebalance on its way (FAUST.md, section 1). So the ledger keeps books of its own, between the
consumer and the agents: what was fetched, what an agent took, what it finished. A commit is cut
down to what was finished, and a record that was fetched but never arrived is noticed.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

__all__ = ["Ledger", "Partition", "RecordsSkipped"]


class Partition(NamedTuple):
    """A partition of a topic; equal to Faust's and aiokafka's own pairs."""

    topic: str
    partition: int


class Message(Protocol):
    """What the ledger looks at in a record."""

    topic: str
    partition: int
    offset: int


class RecordsSkipped(Exception):
    """Records were fetched and never reached their agent: the worker must start again."""


class Ledger:
    """Books of one worker over the partitions it reads.

    Records of a partition pass in order: `fetched`, `taken`, `handled`. All calls that note
    something come from one event loop.
    """

    def __init__(self) -> None:
        """Begin with empty books."""
        self._under_way: dict[Partition, deque[int]] = defaultdict(deque)
        self._next: dict[Partition, int] = {}
        self._last: dict[Partition, int] = {}

    def fetched(self, partition: Partition, offset: int) -> None:
        """Note that a record came from the broker."""
        offsets = self._under_way[partition]
        if offsets and offset <= offsets[-1]:
            # The consumer was set back: it reads these again, and the earlier copies are void.
            offsets.clear()
        offsets.append(offset)
        self._last[partition] = offset

    def sought(self) -> None:
        """Note that the consumer was set to its committed offsets: what was under way is void."""
        self._under_way.clear()
        self._last.clear()

    def taken(self, messages: Iterable[Message]) -> None:
        """Note that an agent has these records in hand.

        Raises:
            RecordsSkipped: an earlier record of one of the partitions was fetched and is missing.
        """
        for message in messages:
            partition = Partition(message.topic, message.partition)
            offsets = self._under_way[partition]
            while offsets and offsets[0] < message.offset:
                missing = offsets.popleft()
                if missing >= self._next.get(partition, 0):
                    text = (
                        f"record {missing} of {message.topic} partition {message.partition} was "
                        f"fetched but never arrived; {message.offset} came in its place"
                    )
                    raise RecordsSkipped(text)
            if offsets and offsets[0] == message.offset:
                offsets.popleft()

    def handled(self, messages: Iterable[Message]) -> None:
        """Note that all that follows from these records is delivered: they may be committed."""
        for message in messages:
            partition = Partition(message.topic, message.partition)
            following = message.offset + 1
            self._next[partition] = max(following, self._next.get(partition, 0))

    def forget(self, partitions: Iterable[tuple[str, int]]) -> None:
        """Close the books of partitions that were revoked."""
        for topic, number in partitions:
            self._next.pop(Partition(topic, number), None)
            self._last.pop(Partition(topic, number), None)
            self._under_way.pop(Partition(topic, number), None)

    def has_handled(self, partition: tuple[str, int]) -> bool:
        """Whether anything of this partition is finished since it was assigned."""
        return Partition(*partition) in self._next

    def is_under_way(self, partition: tuple[str, int], offset: int) -> bool:
        """Whether a record was fetched and is not handled yet; may be called from any thread."""
        key = Partition(*partition)
        return self._next.get(key, 0) <= offset <= self._last.get(key, -1)

    def committable(self, offsets: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
        """Cut offsets that are about to be committed down to what was handled."""
        allowed = {}
        for partition, offset in offsets.items():
            following = self._next.get(Partition(*partition))
            if following is not None:
                allowed[partition] = min(offset, following)
        return allowed
