"""agents.alert: signals to stories, stories to alerts."""

import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from faust.types import TP, Message

from agents.batches import ARTICLE_TIMESTAMP, Surroundings, agent_of, headers_of
from agents.dead_letter import DeadLetters, of_refusal
from agents.delivery import Delivery, Order, Outgoing
from agents.reading import Unread
from agents.story_store import StoryStore
from monitor.domain import Alert, Stage
from monitor.errors import InvalidRecord, Reason
from monitor.metrics import Agent, Outcome, Recorder
from monitor.metrics.catalogue import (
    ALERTS,
    ARTICLE_TO_ALERT_SECONDS,
    DEAD_LETTERS,
    RECORDS,
    RECORDS_READ,
    STORIES_OPEN,
    STORIES_UNREADABLE,
)
from monitor.policy.rejection import Outcome as Judged
from monitor.wire import alert_v1, signal_v1

__all__ = ["Alerter", "register"]


def register(surroundings: Surroundings, *, store: StoryStore, delivery: Delivery) -> None:
    """Add the agent to the app; it reads the signals topic."""
    settings, app = surroundings.settings, surroundings.app
    alerter = Alerter(
        store=store,
        delivery=delivery,
        dead_letters=DeadLetters(settings, delivery),
        recorder=surroundings.recorder,
        alerts_topic=settings.alerts_topic,
    )

    async def forget(_app: Any, /, *revoked: set[TP], **_: Any) -> None:
        for partitions in revoked:
            store.forget(
                each.partition for each in partitions if each.topic == settings.signals_topic
            )
        surroundings.recorder.clear(STORIES_OPEN)
        surroundings.recorder.clear(STORIES_UNREADABLE)

    app.on_partitions_revoked.connect(forget, weak=False)
    topic = app.topic(
        settings.signals_topic, key_serializer="raw", value_serializer="raw", allow_empty=True
    )
    app.agent(topic, name=str(Agent.ALERT))(agent_of(Agent.ALERT, alerter.handle, surroundings))


@dataclass(slots=True)
class _Work:
    """What follows from a stretch of a batch, and from which of its records each thing comes."""

    alerts: list[tuple[Message, Alert]] = field(default_factory=list)
    stories: list[tuple[Message, Outgoing]] = field(default_factory=list)
    unread: dict[tuple[int, int], tuple[Message, Unread]] = field(default_factory=dict)

    def give_up(self, message: Message, unread: Unread) -> None:
        self.unread.setdefault((message.partition, message.offset), (message, unread))


class Alerter:
    """Handles batches of signals records."""

    def __init__(
        self,
        *,
        store: StoryStore,
        delivery: Delivery,
        dead_letters: DeadLetters,
        recorder: Recorder,
        alerts_topic: str,
    ) -> None:
        """Take where stories are kept, who delivers, and where alerts go."""
        self._store = store
        self._delivery = delivery
        self._dead_letters = dead_letters
        self._recorder = recorder
        self._alerts_topic = alerts_topic
        self._last: dict[int, int] = {}

    async def handle(self, messages: Sequence[Message]) -> None:
        """Bring the signals into the stories; deliver alerts, then stories, then dead letters.

        In this order a crash can only leave stories behind that are older than the alerts sent: the
        records come again, and give the same alerts again.

        Raises:
            TooManyDeadLetters: more records are unusable than the limit allows.
            DeliveryFailed: the broker will take no record at all.
            TopicMismatch: the stories were written by a release that this one cannot follow, or
                come from another signals topic.
        """
        generation = messages[0].generation_id or 0
        self._look_for_falls(messages)
        waiting = list(messages)
        unread: dict[tuple[int, int], tuple[Message, Unread]] = {}
        alerts: list[tuple[Message, Alert]] = []
        while waiting:
            await self._store.load({each.partition for each in waiting}, generation=generation)
            work, waiting = self._apply(waiting)
            await self._deliver(work)
            unread |= work.unread
            alerts += work.alerts
        self._dead_letters.judge(
            Judged.REJECTED if (message.partition, message.offset) in unread else Judged.READ
            for message in messages
        )
        await self._dead_letters.put(list(unread.values()))
        self._count(messages, alerts, [why for _, why in unread.values()])

    def _look_for_falls(self, messages: Sequence[Message]) -> None:
        """Have the stories of a partition read back where its offsets fall.

        The consumer was set back, or the topic was made again under our eyes: loading tells.
        """
        for message in messages:
            if message.offset <= self._last.get(message.partition, -1):
                self._store.forget([message.partition])
            self._last[message.partition] = message.offset

    def _apply(self, messages: Sequence[Message]) -> tuple[_Work, list[Message]]:
        """Apply records to the stories, up to the first one that breaks a book.

        Returns:
            What follows from them, and the records that are still to be applied.
        """
        work = _Work()
        for number, message in enumerate(messages):
            try:
                report = signal_v1.decode(message.value)
            except InvalidRecord as error:
                why = Unread(
                    reason=error.reason,
                    stage=Stage.DECODE,
                    exception=type(error).__name__,
                    message=str(error),
                )
                work.give_up(message, why)
                continue
            book = self._store.book(message.partition)
            try:
                update = book.apply(report, offset=message.offset)
            except Exception as error:  # noqa: BLE001  the defect becomes a dead letter's reason
                why = Unread(
                    reason=Reason.ANALYSIS_FAILED,
                    stage=Stage.ALERT,
                    exception=type(error).__name__,
                    message=str(error),
                    traceback="".join(traceback.format_exception(error)),
                )
                work.give_up(message, why)
                # Half applied: read this partition's stories back before going on.
                self._store.forget([message.partition])
                return work, list(messages[number + 1 :])
            work.alerts += [(message, alert) for alert in update.alerts]
            records = self._store.records(update, partition=message.partition)
            work.stories += [(message, record) for record in records]
        return work, []

    async def _deliver(self, work: _Work) -> None:
        alerts = [
            Outgoing(
                topic=self._alerts_topic,
                key=alert.alert_id.encode(),
                value=alert_v1.encode(alert),
                headers=tuple(alert_v1.headers(alert, source=_source(message))),
            )
            for message, alert in work.alerts
        ]
        for refused in await self._delivery.deliver(alerts):
            work.give_up(work.alerts[refused.index][0], of_refusal(refused))
        stories = [record for _, record in work.stories]
        for refused in await self._delivery.deliver(stories, order=Order.STRICT):
            work.give_up(work.stories[refused.index][0], of_refusal(refused))

    def _count(
        self,
        messages: Sequence[Message],
        alerts: Sequence[tuple[Message, Alert]],
        unread: Sequence[Unread],
    ) -> None:
        now = time.time()
        for message, alert in alerts:
            self._recorder.count(
                ALERTS, kind=alert.kind, severity=alert.severity, lifecycle=alert.lifecycle
            )
            begun = _article_time(message)
            if begun is not None:
                self._recorder.observe(ARTICLE_TO_ALERT_SECONDS, max(0.0, now - begun))
        topic = messages[0].topic
        for why in unread:
            self._recorder.count(DEAD_LETTERS, topic=topic, reason=why.reason, stage=why.stage)
        fates = Counter({Outcome.STORIES: len(messages) - len(unread)})
        fates[Outcome.DEAD_LETTER] = len(unread)
        self._recorder.count(RECORDS_READ, len(messages), topic=topic)
        for outcome, amount in fates.items():
            self._recorder.count(RECORDS, amount, topic=topic, outcome=outcome)
        for partition, book in self._store.books.items():
            self._recorder.set(STORIES_OPEN, len(book), partition=str(partition))
        for partition, unreadable in self._store.unreadable.items():
            self._recorder.set(STORIES_UNREADABLE, unreadable, partition=str(partition))


def _source(message: Message) -> str:
    """Name what an alert comes from, as CloudEvents wants it: a URI reference."""
    return f"/news-monitor/{message.topic}"


def _article_time(message: Message) -> float | None:
    """Return the time of the article's record, in seconds since 1970, where the header says it."""
    for name, value in headers_of(message):
        if name == ARTICLE_TIMESTAMP and value and value.isdigit():
            return int(value) / 1000
    return None
