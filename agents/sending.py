"""Sending: many records to one topic in shares, each share delivered before the next is read."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from agents.client import create_producer, translated
from agents.delivery import BATCH_BYTES, Delivery, Order, Outgoing, Refused
from monitor.errors import DeliveryFailed
from monitor.metrics import NullRecorder
from monitor.settings import Settings

__all__ = ["Sending", "Share"]

_PATIENCE_SECONDS = 30.0
_SHARE_RECORDS = 5000
_SHARE_BYTES = 8 * 1024 * 1024


class Sending:
    """Sends records, as a context, and gives up when the broker takes none for half a minute.

    A worker waits for its broker as long as it lives; a command that somebody waits for does not.
    """

    def __init__(
        self,
        settings: Settings,
        topic: str,
        *,
        order: Order = Order.USUAL,
        compression: str = "gzip",
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        """Take where and how to send, and how long to wait for a share to be delivered."""
        self._settings = settings
        self._order = order
        self.topic = topic
        """Where the records go."""
        self._patience = patience_seconds
        self._delivery = Delivery(
            lambda: create_producer(
                settings, max_batch_size=BATCH_BYTES, compression_type=compression
            ),
            recorder=NullRecorder(),
        )
        self._stack = AsyncExitStack()
        self.delivered = 0
        """How many records the broker has."""

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            BrokerUnavailable: no broker answers, or it does not let us in.
        """
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._delivery.stop)
            async with translated(self._settings):
                await self._delivery.start()
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

    async def send(self, share: Sequence[Outgoing]) -> tuple[Refused, ...]:
        """Deliver a share, in order; return the records that the topic does not take.

        Raises:
            DeliveryFailed: the broker went away; says how many records it has.
        """
        if not share:
            return ()
        try:
            async with asyncio.timeout(self._patience):
                refused = await self._delivery.deliver(share, order=self._order)
        except TimeoutError as error:
            message = (
                f"the broker stopped taking records: at least {self.delivered:,} were delivered to"
                f" {self.topic}, then none for {self._patience:g} s. Check the broker"
                " (`news-monitor doctor`) and run the command again: records that come twice are"
                " recognised by their ids"
            )
            raise DeliveryFailed(message) from error
        self.delivered += len(share) - len(refused)
        return refused


class Share:
    """Records gathered until they are worth a journey; memory stays bounded."""

    def __init__(self) -> None:
        """Begin empty."""
        self.records: list[Outgoing] = []
        self._bytes = 0

    def add(self, record: Outgoing) -> None:
        """Add a record."""
        self.records.append(record)
        self._bytes += len(record.value or b"") + len(record.key or b"")

    @property
    def is_full(self) -> bool:
        """Whether it should go now."""
        return len(self.records) >= _SHARE_RECORDS or self._bytes >= _SHARE_BYTES
