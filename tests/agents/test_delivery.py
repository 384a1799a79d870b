"""Delivery: every record is accepted, refused for good, or the caller hears why not."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    NotEnoughReplicasError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from agents.delivery import Delivery, Order, Outgoing
from monitor.errors import DeliveryFailed
from monitor.metrics import MemoryRecorder
from monitor.metrics.catalogue import DELIVERY_FAILURES, DELIVERY_RETRIES
from tests.agents.fakes import FakeBroker

Refuse = Callable[[Outgoing], KafkaError | None]


def records(count: int, *, partition: int | None = 0) -> list[Outgoing]:
    """Make records whose values count from 0."""
    return [
        Outgoing(topic="out", key=b"k", value=str(number).encode(), partition=partition)
        for number in range(count)
    ]


async def a_delivery(broker: FakeBroker, recorder: MemoryRecorder | None = None) -> Delivery:
    """Start a delivery that hardly pauses."""
    delivery = Delivery(
        broker.producer, recorder=recorder or MemoryRecorder(), first_pause_seconds=0.001
    )
    await delivery.start()
    return delivery


def failing(times: int, error: KafkaError, value: bytes = b"1") -> Refuse:
    """Refuse a record so many times."""
    left = Counter({value: times})

    def refuse(record: Outgoing) -> KafkaError | None:
        if record.value is not None and left[record.value] > 0:
            left[record.value] -= 1
            return error
        return None

    return refuse


def too_large(record: Outgoing) -> KafkaError | None:
    """Refuse the record `1` for good."""
    return MessageSizeTooLargeError() if record.value == b"1" else None


@pytest.mark.parametrize("order", Order)
async def test_records_arrive_in_order(order: Order) -> None:
    """Without trouble each record is accepted once, in the order given."""
    broker = FakeBroker()
    delivery = await a_delivery(broker)
    assert await delivery.deliver(records(10), order=order) == ()
    assert broker.records == records(10)


@pytest.mark.parametrize("order", Order)
async def test_what_may_pass_is_tried_again(order: Order) -> None:
    """A record that fails twice is accepted in the end, with a new producer, and counted."""
    broker = FakeBroker(failing(2, NotEnoughReplicasError()))
    recorder = MemoryRecorder()
    delivery = await a_delivery(broker, recorder)
    assert await delivery.deliver(records(5), order=order) == ()
    assert {record.value for record in broker.records} == {record.value for record in records(5)}
    assert broker.producers == 3
    assert recorder.value(DELIVERY_RETRIES, topic="out") >= 2


@pytest.mark.parametrize("order", Order)
async def test_a_record_refused_for_good_is_named_and_the_rest_arrives(order: Order) -> None:
    """The broker refuses a whole batch for one record; that one is found, the others go through."""
    broker = FakeBroker(too_large)
    recorder = MemoryRecorder()
    delivery = await a_delivery(broker, recorder)
    (refused,) = await delivery.deliver(records(7), order=order)
    assert (refused.index, refused.record.value) == (1, b"1")
    assert isinstance(refused.error, MessageSizeTooLargeError)
    expected = {record.value for record in records(7)} - {b"1"}
    assert {record.value for record in broker.records} == expected
    assert recorder.value(DELIVERY_FAILURES, topic="out") == 1


async def test_strict_order_holds_through_trouble() -> None:
    """In strict order, failures leave no record of a partition before an earlier one."""
    for fails in (failing(2, KafkaConnectionError()), too_large):
        broker = FakeBroker(fails)
        delivery = await a_delivery(broker)
        await delivery.deliver(records(10), order=Order.STRICT)
        values = [int(record.value or b"") for record in broker.records]
        assert values == sorted(values)


async def test_strict_order_needs_partitions() -> None:
    """A record without a partition cannot be sent in strict order."""
    delivery = await a_delivery(FakeBroker())
    with pytest.raises(ValueError, match="partition"):
        await delivery.deliver(records(1, partition=None), order=Order.STRICT)


@pytest.mark.parametrize("error", [TopicAuthorizationFailedError, UnknownTopicOrPartitionError])
@pytest.mark.parametrize("order", Order)
async def test_what_will_not_pass_is_raised(error: type[KafkaError], order: Order) -> None:
    """Where no record will ever be accepted, the topic is named and nothing is tried for ever."""
    delivery = await a_delivery(FakeBroker(lambda _: error()))
    with pytest.raises(DeliveryFailed, match="out takes no records"):
        await delivery.deliver(records(2), order=order)


@pytest.mark.parametrize("order", Order)
async def test_a_caller_that_gives_up_is_let_go(order: Order) -> None:
    """While the broker takes nothing, a cancelled delivery ends at once."""
    delivery = await a_delivery(FakeBroker(lambda _: KafkaConnectionError()))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await delivery.deliver(records(2), order=order)


async def test_a_record_without_key_and_value_is_delivered() -> None:
    """The dead letter of a bare tombstone goes through, although producers refuse such records."""
    broker = FakeBroker()
    bare = Outgoing(topic="out", key=None, value=None, headers=(("reason", b"null-value"),))
    assert await (await a_delivery(broker)).deliver([bare]) == ()
    assert [(record.key, record.value) for record in broker.records] == [(None, None)]
