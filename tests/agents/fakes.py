"""Fakes of our own for what agents talk to: a broker behind a producer, and records."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiokafka.errors import KafkaError
from faust.types import TP, Message

from agents.delivery import Outgoing

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class FakeBroker:
    """Keeps what it accepts; *refuse* says which records it does not take, and why."""

    def __init__(self, refuse: Callable[[Outgoing], KafkaError | None] = lambda _: None) -> None:
        """Begin empty."""
        self.records: list[Outgoing] = []
        self.refuse = refuse
        self.producers = 0

    def producer(self) -> Any:
        """Make a producer for this broker, as `agents.client.create_producer` would."""
        self.producers += 1
        return _FakeProducer(self)

    def topic(self, name: str) -> list[Outgoing]:
        """Return what a topic holds."""
        return [record for record in self.records if record.topic == name]


class _FakeProducer:
    """Sends batches as aiokafka does: the broker takes a batch whole or not at all."""

    def __init__(self, broker: FakeBroker) -> None:
        self._broker = broker
        self._waiting: list[tuple[Outgoing, asyncio.Future[object]]] = []
        self.broken = False

    async def start(self) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    async def send(self, topic: str, **parts: Any) -> asyncio.Future[object]:
        """Keep a record for the batch that is sent when the loop comes round."""
        parts["headers"] = tuple(parts["headers"])
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._send)
        self._waiting.append((Outgoing(topic=topic, **parts), future))
        return future

    def create_batch(self) -> "_FakeBatch":
        """Make an empty batch."""
        return _FakeBatch()

    async def send_batch(
        self, batch: "_FakeBatch", topic: str, *, partition: int
    ) -> asyncio.Future[object]:
        """Send a batch at once."""
        records = [Outgoing(topic=topic, partition=partition, **each) for each in batch.parts]
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._answer(records, [future])
        return future

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._answer([record for record, _ in waiting], [future for _, future in waiting])

    def _answer(self, records: list[Outgoing], futures: list[asyncio.Future[object]]) -> None:
        errors = [error for error in map(self._broker.refuse, records) if error is not None]
        error = errors[0] if errors else None
        if self.broken:
            error = KafkaError("out of order sequence number")
        if error is None:
            self._broker.records += records
        # As aiokafka's idempotent producer after a refusal: nothing goes through any more.
        self.broken = error is not None
        for future in futures:
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)


class _FakeBatch:
    """Holds up to three records."""

    def __init__(self) -> None:
        self.parts: list[dict[str, Any]] = []

    def append(
        self,
        *,
        timestamp: int,
        key: bytes | None,
        value: bytes | None,
        headers: list[tuple[str, bytes]],
    ) -> object | None:
        """Add a record, or refuse it when the batch is full."""
        if len(self.parts) == 3:
            return None
        self.parts.append({"key": key, "value": value, "headers": tuple(headers)})
        return object()


def a_message(value: bytes | None, *, offset: int = 0, **changes: Any) -> Message:
    """Make a record as Faust hands it to an agent."""
    parts: dict[str, Any] = {
        "topic": "articles",
        "partition": 0,
        "timestamp": NOW.timestamp(),
        "headers": (("trace", b"1"),),
        "key": b"key",
        "generation_id": 1,
        **changes,
    }
    return Message(
        parts["topic"],
        parts["partition"],
        offset,
        timestamp=parts["timestamp"],
        timestamp_type=0,
        headers=parts["headers"],
        key=parts["key"],
        value=value,
        checksum=None,
        tp=TP(parts["topic"], parts["partition"]),
        generation_id=parts["generation_id"],
    )
