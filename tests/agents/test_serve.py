"""The agent of subscriptions, from alert to delivery, without a broker; and its receipts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from faust.types import Message

from agents.delivery import Delivery, Outgoing
from agents.receipt_store import ReceiptStore
from agents.serve import FATE_HEADER, SUBSCRIPTION_HEADER, Server
from monitor.domain import Alert, Fate, Lifecycle, QuietHours, Severity, Subscription
from monitor.errors import DeliveryFailed, Reason, TopicMismatch
from monitor.metrics import MemoryRecorder, Outcome
from monitor.metrics.catalogue import (
    DEAD_LETTERS,
    RECEIPTS,
    RECEIPTS_UNREADABLE,
    RECORDS,
    RECORDS_READ,
    SUBSCRIPTION_ALERTS,
)
from monitor.settings import Settings
from monitor.wire import alert_v1, examples, receipt_v1
from tests.agents.fakes import FakeBroker, a_message

SETTINGS = Settings(
    alerts_topic="alerts.v1", receipts_topic="receipts", dead_letter_window=10, dead_letter_share=1
)
FIRST, UPDATE, CANCEL = examples.ALERTS[0], examples.ALERTS[-2], examples.ALERTS[-1]
OTHER = examples.ALERTS[1]
ALL = Subscription(id="all")
NOBODY = Subscription(id="nobody", words=frozenset({"no such word"}))
SLEEPER = Subscription(
    id="sleeper",
    quiet=QuietHours(start=time(22), end=time(6), zone=UTC, unless=Severity.EXTREME),
)


@dataclass
class FakeConsumer:
    """Reads what a fake broker holds, one partition of each topic."""

    broker: FakeBroker
    alerts: Sequence[tuple[bytes, bytes]]
    at: dict[TopicPartition, int] = field(default_factory=dict)

    async def start(self) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    def records(self, topic: str) -> list[tuple[bytes | None, bytes | None]]:
        """Return keys and values of a topic."""
        if topic == SETTINGS.alerts_topic:
            return list(self.alerts)
        return [(record.key, record.value) for record in self.broker.topic(topic)]

    async def beginning_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Begin everywhere at 0."""
        return dict.fromkeys(places, 0)

    async def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Say where partitions end."""
        return {place: len(self.records(place.topic)) for place in places}

    def assign(self, places: list[TopicPartition]) -> None:
        """Begin with these anew."""
        self.at = dict.fromkeys(places, 0)

    def seek(self, place: TopicPartition, offset: int) -> None:
        """Stand at an offset."""
        self.at[place] = offset

    async def position(self, place: TopicPartition) -> int:
        """Say where we stand."""
        return self.at[place]

    async def getmany(
        self, *places: TopicPartition, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Any]]:
        """Give the next record of each partition."""
        found = {}
        for place in places:
            key, value = self.records(place.topic)[self.at[place]]
            record = _Record(place.topic, place.partition, self.at[place], key, value)
            found[place] = [record]
            self.at[place] += 1
        return found


@dataclass
class _Record:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


@dataclass
class _InForce:
    """Shaped as SubscriptionsInForce."""

    current: tuple[Subscription, ...]


class World:
    """A broker, the alerts on it, and a worker that may be started anew."""

    def __init__(self, *wanted: Subscription) -> None:
        """Take the subscriptions in force."""
        self.broker = FakeBroker()
        self.alerts: list[tuple[bytes, bytes]] = []
        self.in_force: Any = _InForce(wanted)
        self.restart()

    def restart(self) -> None:
        """Begin anew with what the broker holds."""
        self.recorder = MemoryRecorder()
        self.store = ReceiptStore(
            SETTINGS.receipts_topic,
            alerts_topic=SETTINGS.alerts_topic,
            make_consumer=lambda: FakeConsumer(self.broker, self.alerts),
        )
        self.delivery = Delivery(
            self.broker.producer, recorder=self.recorder, first_pause_seconds=0.001
        )
        self.server = Server(
            SETTINGS,
            store=self.store,
            delivery=self.delivery,
            in_force=self.in_force,
            recorder=self.recorder,
        )

    def messages(self, *values: Alert | bytes) -> list[Message]:
        """Put alerts on their topic; return them as the agent gets them."""
        begin = len(self.alerts)
        made = []
        for number, each in enumerate(values):
            key = each.alert_id.encode() if isinstance(each, Alert) else b"broken"
            value = alert_v1.encode(each) if isinstance(each, Alert) else each
            self.alerts.append((key, value))
            made.append(
                a_message(value, offset=begin + number, topic=SETTINGS.alerts_topic, key=key)
            )
        return made

    async def serve(self, *values: Alert | bytes) -> None:
        """Put alerts on their topic and have them served in one batch."""
        await self.handle(self.messages(*values))

    async def handle(self, messages: list[Message]) -> None:
        """Have records served in one batch."""
        await self.delivery.start()
        await self.server.handle(messages)

    def got(self, subscription: str) -> list[tuple[str, int, str]]:
        """Return what a subscriber has: alert id, revision and fate of each record."""
        found = []
        for record in self.broker.topic(f"alerts.{subscription}.v1"):
            alert = alert_v1.decode(record.value)
            headers = dict(record.headers)
            assert record.key == alert.alert_id.encode()
            assert headers[SUBSCRIPTION_HEADER] == subscription.encode()
            found.append((alert.alert_id, alert.revision, headers[FATE_HEADER].decode()))
        return found


async def test_a_subscriber_receives_what_fits_as_it_is() -> None:
    """Value, key and headers are the alert's own; other topics receive nothing; all is counted."""
    world = World(ALL, NOBODY)
    await world.serve(FIRST, UPDATE, CANCEL, OTHER)

    assert world.got("all") == [
        (FIRST.alert_id, 1, "first"),
        (FIRST.alert_id, 2, "update"),
        (FIRST.alert_id, 3, "cancel"),
        (OTHER.alert_id, 1, "first"),
    ]
    assert world.got("nobody") == []
    record = world.broker.topic("alerts.all.v1")[0]
    assert record.value == world.alerts[0][1]
    assert dict(record.headers)["trace"] == b"1"
    value = world.recorder.value
    assert value(SUBSCRIPTION_ALERTS, subscription="all", fate=Fate.FIRST) == 2
    assert value(SUBSCRIPTION_ALERTS, subscription="nobody", fate=Fate.UNFIT) == 4
    assert value(RECORDS_READ, topic="alerts.v1") == 4
    assert value(RECORDS, topic="alerts.v1", outcome=Outcome.SERVED) == 4
    assert value(RECEIPTS, partition="0") == 1


async def test_receipts_go_last() -> None:
    """A crash before the last delivery leaves receipts that are older than what was delivered."""
    world = World(ALL)
    await world.serve(FIRST, b"not json", OTHER)

    topics = [record.topic for record in world.broker.records]
    assert topics == ["alerts.all.v1"] * 2 + ["alerts.v1.dead-letter"] + ["receipts"] * 2


async def test_a_worker_that_takes_over_knows_who_was_told() -> None:
    """Receipts are read back: records that come again give nothing, the withdrawal arrives."""
    world = World(ALL)
    messages = world.messages(FIRST, UPDATE)
    await world.handle(messages)
    world.in_force.current = (replace(ALL, words=frozenset({"no such word"})),)
    world.restart()
    await world.handle(messages)
    await world.serve(CANCEL)

    assert [fate for _, _, fate in world.got("all")] == ["first", "update", "cancel"]
    assert receipt_tombstones(world) == [FIRST.alert_id.encode()]


def receipt_tombstones(world: World) -> list[bytes | None]:
    """Return the keys that were deleted from the receipts topic."""
    return [record.key for record in world.broker.topic("receipts") if record.value is None]


async def test_a_crash_before_the_receipts_sends_the_same_again() -> None:
    """What was delivered and not kept is delivered once more, with the same bytes."""
    world = World(ALL)
    messages = world.messages(FIRST, UPDATE)
    world.broker.refuse = lambda record: (
        MessageSizeTooLargeError() if record.topic == "receipts" else None
    )
    with pytest.raises(DeliveryFailed, match="refuses a receipt"):
        await world.handle(messages)
    world.broker.refuse = lambda _: None
    world.restart()
    await world.handle(messages)

    once = [(FIRST.alert_id, 1, "first"), (FIRST.alert_id, 2, "update")]
    assert world.got("all") == once + once


async def test_held_alerts_survive_a_restart() -> None:
    """What quiet hours held back is released by whoever has the partition then, byte for byte."""
    world = World(SLEEPER)
    night = replace(FIRST, severity=Severity.SEVERE, last_seen=datetime(2026, 3, 2, 23, tzinfo=UTC))
    day = replace(OTHER, last_seen=datetime(2026, 3, 3, 7, tzinfo=UTC))
    await world.serve(night)
    assert world.got("sleeper") == []
    world.restart()
    await world.serve(day)

    assert world.got("sleeper") == [(FIRST.alert_id, 1, "released"), (OTHER.alert_id, 1, "first")]
    released = world.broker.topic("alerts.sleeper.v1")[0]
    assert released.value == world.alerts[0][1]
    assert dict(released.headers)["ce_id"] == f"{FIRST.alert_id}/1".encode()


async def test_an_unreadable_alert_is_a_dead_letter_and_the_rest_goes_on() -> None:
    """The record is put away with its reason; both records are counted."""
    world = World(ALL)
    await world.serve(b"{not json", FIRST)

    assert len(world.got("all")) == 1
    (letter,) = world.broker.topic("alerts.v1.dead-letter")
    assert letter.value == b"{not json"
    value = world.recorder.value
    assert value(DEAD_LETTERS, topic="alerts.v1", reason=Reason.NOT_JSON) == 1
    assert value(RECORDS, topic="alerts.v1", outcome=Outcome.DEAD_LETTER) == 1
    assert value(RECORDS, topic="alerts.v1", outcome=Outcome.SERVED) == 1


async def test_a_refused_alert_was_not_told() -> None:
    """It becomes a dead letter of the alert; the next revision is a first word."""
    world = World(ALL)

    def refuse(record: Outgoing) -> KafkaError | None:
        large = record.topic == "alerts.all.v1" and record.value == world.alerts[0][1]
        return MessageSizeTooLargeError() if large else None

    world.broker.refuse = refuse
    await world.serve(FIRST, OTHER)
    await world.serve(UPDATE)

    assert world.got("all") == [(OTHER.alert_id, 1, "first"), (FIRST.alert_id, 2, "first")]
    assert len(world.broker.topic("alerts.v1.dead-letter")) == 1


async def test_another_alerts_topic_is_not_taken_for_old_news() -> None:
    """Where the topic was made again, offsets begin anew, and nothing counts as done."""
    world = World(ALL)
    await world.serve(OTHER, FIRST)
    world.alerts.clear()
    world.restart()
    await world.serve(UPDATE)

    assert world.got("all")[-1] == (FIRST.alert_id, 2, "update")


async def test_a_broken_receipt_is_passed_over_and_counted() -> None:
    """One record that nobody understands does not keep a partition without alerts."""
    world = World(ALL)
    world.broker.records.append(Outgoing(topic="receipts", key=b"x", value=b"{}", partition=0))
    await world.serve(FIRST)

    assert len(world.got("all")) == 1
    assert world.recorder.value(RECEIPTS_UNREADABLE, partition="0") == 1


async def test_a_receipt_of_a_newer_release_stops_the_worker() -> None:
    """A release that cannot read who was told must not go on as if nobody was."""
    world = World(ALL)
    newer = receipt_v1.EXAMPLES[0].replace(b"receipt/1", b"receipt/2")
    world.broker.records.append(Outgoing(topic="receipts", key=b"x", value=newer, partition=0))

    with pytest.raises(TopicMismatch, match="of another version"):
        await world.serve(FIRST)
    assert world.got("all") == []


async def test_new_subscriptions_hold_from_the_next_batch_on() -> None:
    """What is in force is asked for once per batch; who was told stays told."""
    world = World(ALL)
    await world.serve(FIRST)
    world.in_force.current = (ALL, Subscription(id="late"))
    await world.serve(UPDATE, OTHER)

    assert FIRST.lifecycle is Lifecycle.ALERT
    assert [fate for _, _, fate in world.got("all")] == ["first", "update", "first"]
    assert [fate for _, _, fate in world.got("late")] == ["first", "first"]
