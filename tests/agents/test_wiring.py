"""The loop of an agent on Faust's own streams: what is acknowledged, and what ends the worker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from unittest.mock import AsyncMock

import pytest
from faust.app.base import BootStrategy
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP, Message

from agents.app import LedgerConsumer, LedgerTransport, MonitorApp, create_app
from agents.batches import Handle, Progress, Surroundings, agent_of
from agents.ledger import Ledger, Partition
from agents.shutdown import BatchAbandoned, Shutdown
from monitor.metrics import Agent, MemoryRecorder
from monitor.metrics.catalogue import BATCH_RECORDS
from monitor.settings import Settings
from tests.agents.fakes import a_message


@pytest.fixture
async def around() -> AsyncIterator[Surroundings]:
    """Give what an agent needs, around an app that never connects."""
    settings = Settings(batch_size=10, batch_wait_seconds=0.01)
    app = create_app(settings, ledger=Ledger())
    app.loop = asyncio.get_running_loop()
    app.finalize()
    app.flow_control.resume()
    made = Surroundings(
        app=app,
        settings=settings,
        recorder=MemoryRecorder(),
        shutdown=Shutdown(grace_seconds=0.05),
        progress={},
    )
    yield made
    # Faust's consumer makes a loop for its thread as soon as anybody looks at it.
    assert isinstance(app.consumer, LedgerConsumer)
    app.consumer._thread.thread_loop.close()


def agent(around: Surroundings, handle: Handle) -> Any:
    """Register an agent that reads two topics."""
    topic = around.app.topic("a", "b", key_serializer="raw", value_serializer="raw")
    return around.app.agent(topic, name="analyse")(agent_of(Agent.ANALYSE, handle, around))


async def until(condition: Any) -> None:
    """Wait until a condition holds, two seconds at most."""
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110  the condition has no event
            await asyncio.sleep(0.005)


async def test_a_batch_is_handled_then_entered_into_the_ledger(around: Surroundings) -> None:
    """Values arrive as raw bytes, null included, and count as handled only afterwards."""
    seen: list[bytes | None] = []
    entered: list[bool] = []

    async def handle(messages: Sequence[Message]) -> None:
        entered.append(around.app.ledger.has_handled(Partition("a", 0)))
        seen.extend(message.value for message in messages)

    async with agent(around, handle).test_context() as context:
        await context.put(b"\xff one", key=b"k")
        await context.put(None, key=b"k")
        await until(lambda: len(seen) == 2)
        await until(lambda: around.progress[Agent.ANALYSE].batches)
    assert seen == [b"\xff one", None]
    assert entered[0] is False
    assert around.recorder.value(BATCH_RECORDS, agent="analyse") == 2  # type: ignore[attr-defined]


async def test_an_error_crashes_the_app_and_enters_nothing(around: Surroundings) -> None:
    """Whatever a handler raises ends the worker, and its batch is not handled."""
    crash = AsyncMock()
    around.app.crash = crash  # type: ignore[method-assign]
    error = RuntimeError("broken")

    async def handle(messages: Sequence[Message]) -> None:
        raise error

    async with agent(around, handle).test_context() as context:
        await context.put(b"x")
        await until(lambda: crash.await_count)
        crash.assert_awaited_once_with(error)
        assert around.progress[Agent.ANALYSE].batches == 0
        assert around.progress[Agent.ANALYSE].in_hand_since is not None


async def test_a_batch_beyond_the_grace_is_left(around: Surroundings) -> None:
    """When the grace time ends, the batch is cancelled and not entered; nothing crashes."""
    crash = AsyncMock()
    around.app.crash = crash  # type: ignore[method-assign]
    begun = asyncio.Event()
    ended = asyncio.Event()

    async def handle(messages: Sequence[Message]) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async with agent(around, handle).test_context() as context:
        await context.put(b"x")
        await begun.wait()
        around.shutdown.request()
        async with asyncio.timeout(2):
            await ended.wait()
        await asyncio.sleep(0.05)
    assert around.progress[Agent.ANALYSE].batches == 0
    crash.assert_not_awaited()


async def test_work_is_bounded_only_after_the_request_to_stop() -> None:
    """Before the request work may take as long as it takes; its result or error comes through."""
    shutdown = Shutdown(grace_seconds=0.01)
    await shutdown.bound(asyncio.sleep(0.05))
    shutdown.request()
    with pytest.raises(BatchAbandoned):
        await shutdown.bound(asyncio.sleep(1))
    assert await shutdown.before(asyncio.sleep(1, "result")) is None
    assert await Shutdown(grace_seconds=1).before(asyncio.sleep(0, "result")) == "result"


async def test_commits_go_through_the_ledger(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust's own commit is called with what was handled; this also pins the hook we rely on."""
    committed: list[dict[TP, int]] = []

    async def commit(_self: Consumer, offsets: dict[TP, int], *_: object) -> bool:
        committed.append(offsets)
        return True

    consumer = around.app.consumer
    assert isinstance(consumer, LedgerConsumer)
    monkeypatch.setattr(Consumer, "_commit_offsets", commit)
    around.app.ledger.handled([a_message(b"", offset=4)])
    consumer._acked[TP("articles", 0)] = [3, 4, 5, 6]
    consumer._acked[TP("articles", 1)] = [3]
    assert await consumer.force_commit()
    assert committed == [{TP("articles", 0): 5}]


async def test_what_is_fetched_is_known_to_the_ledger(around: Surroundings) -> None:
    """The consumer tells the ledger of each record, and of each time it is set back."""
    consumer = around.app.consumer
    assert isinstance(consumer, LedgerConsumer)
    consumer._to_message(TP("articles", 0), a_record(4))
    consumer._to_message(TP("articles", 0), a_record(5))
    with pytest.raises(Exception, match="record 4"):
        around.app.ledger.taken([a_message(b"", offset=5)])


async def test_the_app_leaves_nothing_behind(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No port is opened, no producer started, no folder made, no topic declared."""
    app: MonitorApp = around.app
    assert app.conf.web_enabled is False
    strategy = app.boot_strategy
    assert isinstance(strategy, BootStrategy)
    assert not list(strategy.web_server())
    assert not list(strategy.kafka_producer())
    assert app.conf.topic_allow_declare is False
    assert app.conf.topic_disable_leader is True
    monkeypatch.setattr("pathlib.Path.mkdir", AsyncMock(side_effect=AssertionError))
    app._create_directories()


async def test_the_broker_may_not_hold_back_records_for_long(around: Surroundings) -> None:
    """The consumer that is really made asks with our waiting time; this pins the way in."""
    consumer = around.app.consumer
    assert isinstance(consumer, LedgerConsumer)
    transport = around.app.transport
    assert isinstance(transport, LedgerTransport)
    made = consumer._thread._create_worker_consumer(transport)
    assert made._fetch_max_wait_ms == 100
    await made.stop()


def test_progress_begins_now() -> None:
    """A worker that has just started has not stood still since 1970."""
    assert Progress().finished > 0
    assert Progress().in_hand_since is None


def a_record(offset: int) -> Any:
    """Make a record as aiokafka gives it."""
    from aiokafka import ConsumerRecord

    return ConsumerRecord(
        topic="articles",
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=None,
        value=b"",
        checksum=None,
        serialized_key_size=-1,
        serialized_value_size=0,
        headers=(),
    )
