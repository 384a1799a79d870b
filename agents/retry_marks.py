"""RetryMarks: the log of what was decided about dead letters, read to its end and written to."""

from collections.abc import Iterable
from contextlib import AsyncExitStack, aclosing
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.client import create_consumer, running
from agents.delivery import Outgoing
from agents.sending import Sending
from agents.topic_reader import Stretch, drained, partitions_of
from monitor.domain import RetryMark
from monitor.errors import DeliveryFailed, InvalidRecord
from monitor.policy.retries import RetryBook
from monitor.settings import Settings
from monitor.wire import retry_mark_v1

__all__ = ["RetryMarks"]


class RetryMarks:
    """The marks of a cluster, as a context."""

    def __init__(self, settings: Settings) -> None:
        """Take where they lie."""
        self._settings = settings
        self._partition = TopicPartition(settings.retries_topic, 0)
        self._stack = AsyncExitStack()
        self._consumer: AIOKafkaConsumer | None = None
        self._sending: Sending | None = None
        self._position = 0
        self.book = RetryBook()
        """How each letter stands, as far as the log was read."""

    async def __aenter__(self) -> Self:
        """Connect, and read the log to its end.

        Raises:
            BrokerUnavailable: no broker answers.
            TopicMismatch: the topic of marks is missing.
            InvalidRecord: it holds something else, or marks of a later release.
        """
        await partitions_of(self._settings, self._partition.topic)
        async with AsyncExitStack() as stack:
            consumer = create_consumer(self._settings)
            self._consumer = await stack.enter_async_context(running(consumer, self._settings))
            self._position = (await consumer.beginning_offsets([self._partition]))[self._partition]
            await self.refresh()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Disconnect."""
        await self._stack.aclose()

    async def refresh(self) -> None:
        """Read what was written since."""
        assert self._consumer is not None
        end = (await self._consumer.end_offsets([self._partition]))[self._partition]
        part = Stretch(partition=self._partition, start=self._position, end=end)
        async with aclosing(drained(self._consumer, [part])) as records:
            async for record in records:
                if record.value is None:  # somebody took a mark away; compaction does the rest
                    continue
                try:
                    mark = retry_mark_v1.decode(record.value)
                except InvalidRecord as error:
                    # To pass over a mark might be to send a record twice.
                    place = f"{self._partition.topic} offset {record.offset}"
                    message = f"{place} is no mark that this release can read: {error}"
                    raise InvalidRecord(error.reason, message) from error
                self.book.note(mark, record.timestamp)
        self._position = max(self._position, end)

    async def write(self, marks: Iterable[RetryMark]) -> None:
        """Write marks, and read the log up to them: what others wrote before them counts first.

        Raises:
            DeliveryFailed: the broker does not take them.
        """
        if self._sending is None:
            sending = Sending(self._settings, self._partition.topic)
            self._sending = await self._stack.enter_async_context(sending)
        records = [
            Outgoing(
                topic=self._partition.topic,
                key=retry_mark_v1.key(mark),
                value=retry_mark_v1.encode(mark),
                partition=self._partition.partition,
            )
            for mark in marks
        ]
        for refused in await self._sending.send(records):
            message = f"{self._partition.topic} does not take a mark: {refused.error}"
            raise DeliveryFailed(message) from refused.error
        await self.refresh()
