"""agents.serve: alerts to the topics of the subscriptions that they fit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from faust.types import TP, Message

from agents.batches import Surroundings, agent_of, headers_of
from agents.dead_letter import DeadLetters, of_refusal
from agents.delivery import Delivery, Order, Outgoing
from agents.outcome_count import count_outcomes
from agents.receipt_store import ReceiptStore
from agents.subscriptions_in_force import SubscriptionsInForce
from agents.topics import subscription_topic
from monitor.domain import Alert, Fate, Stage, Subscription, Unread
from monitor.errors import DeliveryFailed, InvalidRecord
from monitor.metrics import Agent, Outcome, Recorder
from monitor.metrics.catalogue import RECEIPTS, RECEIPTS_UNREADABLE, SUBSCRIPTION_ALERTS
from monitor.policy.rejection import Outcome as Judged
from monitor.policy.subscriptions.serving import Service
from monitor.settings import Settings
from monitor.wire import alert_v1

__all__ = ["FATE_HEADER", "SUBSCRIPTION_HEADER", "Server", "register"]

SUBSCRIPTION_HEADER = "news-monitor-subscription"
"""Header of a record on a subscription's topic: the id of the subscription."""
FATE_HEADER = "news-monitor-fate"
"""Header beside it: why it was sent; first, update, cancel or released."""


def register(
    surroundings: Surroundings,
    *,
    store: ReceiptStore,
    delivery: Delivery,
    in_force: SubscriptionsInForce,
) -> None:
    """Add the agent to the app; it reads the alerts topic."""
    settings, app = surroundings.settings, surroundings.app
    server = Server(
        settings,
        store=store,
        delivery=delivery,
        in_force=in_force,
        recorder=surroundings.recorder,
    )

    async def forget(_app: Any, /, *revoked: set[TP], **_: Any) -> None:
        for partitions in revoked:
            store.forget(
                each.partition for each in partitions if each.topic == settings.alerts_topic
            )
        surroundings.recorder.clear(RECEIPTS)
        surroundings.recorder.clear(RECEIPTS_UNREADABLE)

    app.on_partitions_revoked.connect(forget, weak=False)
    topic = app.topic(
        settings.alerts_topic, key_serializer="raw", value_serializer="raw", allow_empty=True
    )
    app.agent(topic, name=str(Agent.SERVE))(agent_of(Agent.SERVE, server.handle, surroundings))


@dataclass(slots=True)
class _Work:
    """What follows from a batch of alerts, and which of its records are unusable."""

    services: list[tuple[Message, Service]] = field(default_factory=list)
    unread: dict[tuple[int, int], tuple[Message, Unread]] = field(default_factory=dict)

    @property
    def sent(self) -> list[tuple[Message, Service]]:
        """What goes to subscriptions."""
        return [each for each in self.services if each[1].fate.is_sent]

    def give_up(self, message: Message, unread: Unread) -> None:
        """Note that a record is unusable; the first reason stands."""
        self.unread.setdefault((message.partition, message.offset), (message, unread))


class Server:
    """Handles batches of alerts."""

    def __init__(
        self,
        settings: Settings,
        *,
        store: ReceiptStore,
        delivery: Delivery,
        in_force: SubscriptionsInForce,
        recorder: Recorder,
    ) -> None:
        """Take where receipts are kept, who delivers, and what knows the subscriptions."""
        self._settings = settings
        self._store = store
        self._delivery = delivery
        self._in_force = in_force
        self._recorder = recorder
        self._dead_letters = DeadLetters(settings, delivery)
        self._last: dict[int, int] = {}

    async def handle(self, messages: Sequence[Message]) -> None:
        """Serve the subscriptions; deliver alerts, then dead letters, then receipts.

        In this order a crash can only leave receipts behind that are older than what was delivered:
        the records come again, and give the same again. The subscriptions are asked for once, so a
        file that is taken meanwhile holds from the next batch on.

        Raises:
            TooManyDeadLetters: more records are unusable than the limit allows.
            DeliveryFailed: the broker will take no record at all, or not a receipt.
            TopicMismatch: the receipts were written by a release that this one cannot follow.
        """
        subscriptions = self._in_force.current
        self._look_for_falls(messages)
        partitions = {each.partition for each in messages}
        await self._store.load(partitions, generation=messages[0].generation_id or 0)
        work = _Work()
        for message in messages:
            self._apply(message, subscriptions, work)
        self._dead_letters.foresee(_judged(messages, work))
        await self._deliver(work)
        await self._dead_letters.put(list(work.unread.values()))
        await self._keep(partitions)
        self._dead_letters.judge(_judged(messages, work))
        self._count(messages, work)

    def _look_for_falls(self, messages: Sequence[Message]) -> None:
        """Have the receipts of a partition read back where its offsets fall."""
        for message in messages:
            if message.offset <= self._last.get(message.partition, -1):
                self._store.forget([message.partition])
            self._last[message.partition] = message.offset

    def _apply(self, message: Message, subscriptions: Sequence[Subscription], work: _Work) -> None:
        """Take one record into the receipts of its partition."""
        book = self._store.book(message.partition)
        try:
            alert = alert_v1.decode(message.value)
            services = book.take(alert, offset=message.offset, subscriptions=subscriptions)
        except InvalidRecord as error:
            work.give_up(message, Unread.of_invalid(error))
        except Exception as error:  # noqa: BLE001  the defect becomes a dead letter's reason
            work.give_up(message, Unread.of_defect(error, Stage.SERVE))
        else:
            work.services += [(message, service) for service in services]

    async def _deliver(self, work: _Work) -> None:
        """Deliver to the subscriptions; a record whose result is refused is unusable."""
        sent = work.sent
        refused = await self._delivery.deliver([self._outgoing(*each) for each in sent])
        for each in refused:
            message, service = sent[each.index]
            work.give_up(message, of_refusal(each))
            self._store.book(message.partition).not_told(service)

    async def _keep(self, partitions: set[int]) -> None:
        """Deliver the receipts."""
        records = [record for each in partitions for record in self._store.records(each)]
        refused = await self._delivery.deliver(records, order=Order.STRICT)
        for each in refused:
            message = (
                f"{each.record.topic} refuses a receipt of {len(each.record.value or b'')} bytes"
                f" ({each.error}): raise the topic's max.message.bytes; the worker stops rather than"
                " forget who was told"
            )
            raise DeliveryFailed(message) from each.error

    def _outgoing(self, message: Message, service: Service) -> Outgoing:
        """Make the record for a subscription: the alert's own bytes and headers, and why it came."""
        if service.fate is Fate.RELEASED:
            value: bytes | None = alert_v1.encode(service.alert)
            headers = self._own_headers(service.alert)
        else:
            value, headers = message.value, headers_of(message)
        return Outgoing(
            topic=subscription_topic(self._settings, service.subscription),
            key=service.alert.alert_id.encode(),
            value=value,
            headers=(
                *headers,
                (SUBSCRIPTION_HEADER, service.subscription.encode()),
                (FATE_HEADER, service.fate.encode()),
            ),
        )

    def _own_headers(self, alert: Alert) -> tuple[tuple[str, bytes], ...]:
        """Return the headers that the alert agent gives: the alert was held back without them."""
        source = f"/news-monitor/{self._settings.signals_topic}"
        return tuple(alert_v1.headers(alert, source=source))

    def _count(self, messages: Sequence[Message], work: _Work) -> None:
        recorder, topic = self._recorder, self._settings.alerts_topic
        fates = Counter((each.subscription, each.fate) for _, each in work.services)
        for (subscription, fate), amount in fates.items():
            recorder.count(SUBSCRIPTION_ALERTS, amount, subscription=subscription, fate=fate)
        unread = [why for _, why in work.unread.values()]
        served = [Outcome.SERVED] * (len(messages) - len(unread))
        ends: list[Outcome | Unread] = [*served, *unread]
        count_outcomes(recorder, ((topic, fate) for fate in ends))
        for partition, book in self._store.books.items():
            recorder.set(RECEIPTS, len(book), partition=str(partition))
        for partition, unreadable in self._store.unreadable.items():
            recorder.set(RECEIPTS_UNREADABLE, unreadable, partition=str(partition))


def _judged(messages: Sequence[Message], work: _Work) -> list[Judged]:
    return [
        Judged.REJECTED if (message.partition, message.offset) in work.unread else Judged.READ
        for message in messages
    ]
