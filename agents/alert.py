"""agents.alert: signals to stories, stories to alerts."""

from collections.abc import Sequence
from typing import Any

from faust.types import TP, Message

from agents.alert_count import AlertCount
from agents.alert_work import AlertWork, outgoing, report_of
from agents.batches import Surroundings, agent_of, headers_of
from agents.canary_watch import CanaryWatch, is_canary
from agents.dead_letter import DeadLetters, of_refusal
from agents.delivery import Delivery, Order
from agents.logs import get_logger
from agents.replay_marks import are_alerts_withheld
from agents.story_store import StoryStore
from agents.tracing import UNTRACED, Tracer, Traces
from monitor.domain import Alert, Stage, Unread
from monitor.metrics import Agent
from monitor.policy.rejection import Outcome as Judged

__all__ = ["Alerter", "register"]

_log = get_logger(__name__)


def register(
    surroundings: Surroundings,
    *,
    store: StoryStore,
    delivery: Delivery,
    canaries: CanaryWatch | None = None,
) -> None:
    """Add the agent to the app; it reads the signals topic, and hands canaries to who watches them."""
    settings, app = surroundings.settings, surroundings.app
    count = AlertCount(surroundings.recorder, store=store)
    alerter = Alerter(
        store=store,
        delivery=delivery,
        dead_letters=DeadLetters(settings, delivery),
        count=count,
        alerts_topic=settings.alerts_topic,
        canaries=canaries,
        tracer=surroundings.tracer,
    )

    async def forget(_app: Any, /, *revoked: set[TP], **_: Any) -> None:
        for partitions in revoked:
            store.forget(
                each.partition for each in partitions if each.topic == settings.signals_topic
            )
        count.revoked()

    app.on_partitions_revoked.connect(forget, weak=False)
    topic = app.topic(
        settings.signals_topic, key_serializer="raw", value_serializer="raw", allow_empty=True
    )
    app.agent(topic, name=str(Agent.ALERT))(agent_of(Agent.ALERT, alerter.handle, surroundings))


class Alerter:
    """Handles batches of signals records."""

    def __init__(
        self,
        *,
        store: StoryStore,
        delivery: Delivery,
        dead_letters: DeadLetters,
        count: AlertCount,
        alerts_topic: str,
        canaries: CanaryWatch | None = None,
        tracer: Tracer = UNTRACED,
    ) -> None:
        """Take where stories are kept, who delivers and counts, where alerts go, who watches and traces."""
        self._store = store
        self._delivery = delivery
        self._dead_letters = dead_letters
        self._count = count
        self._alerts_topic = alerts_topic
        self._canaries = canaries
        self._tracer = tracer
        self._last: dict[int, int] = {}

    async def handle(self, messages: Sequence[Message]) -> None:
        """Bring the signals into the stories; deliver alerts, then dead letters, then stories.

        In this order a crash can only leave stories behind that are older than the alerts sent: the
        records come again, and give the same alerts again. A record that stands in the stories is
        passed over when it comes again, so its dead letter goes before.

        Canaries are no news: they change nothing, and are back when all that came with them is done.

        Raises:
            TooManyDeadLetters: more records are unusable than the limit allows.
            DeliveryFailed: the broker will take no record at all.
            TopicMismatch: the stories were written by a release that this one cannot follow, or
                come from another signals topic.
        """
        with self._tracer.batch(Agent.ALERT, messages) as traces:
            await self._handle(messages, traces)

    async def _handle(self, messages: Sequence[Message], traces: Traces) -> None:
        generation = messages[0].generation_id or 0
        self._look_for_falls(messages)
        news = [message for message in messages if not is_canary(message)]
        waiting = list(news)
        alerts: list[tuple[Message, Alert]] = []
        works: list[AlertWork] = []
        while waiting:
            await self._store.load({each.partition for each in waiting}, generation=generation)
            work, later = self._apply(waiting)
            stretch, waiting = waiting[: len(waiting) - len(later)], later
            alerts += await self._tell(work, traces)
            self._dead_letters.foresee(_judged(stretch, work))
            await self._dead_letters.put(list(work.unread.values()))
            await self._dead_letters.put(await self._keep(work))
            self._dead_letters.judge(_judged(stretch, work))
            works.append(work)
        self._count.batch(news, works, alerts)
        if self._canaries is not None and len(news) < len(messages):
            self._canaries.returned(messages)

    def _look_for_falls(self, messages: Sequence[Message]) -> None:
        """Have the stories of a partition read back where its offsets fall.

        The consumer was set back, or the topic was made again under our eyes: loading tells.
        """
        for message in messages:
            if message.offset <= self._last.get(message.partition, -1):
                self._store.forget([message.partition])
            self._last[message.partition] = message.offset

    def _apply(self, messages: Sequence[Message]) -> tuple[AlertWork, list[Message]]:
        """Apply records to the stories, up to the first one that breaks a book.

        Returns:
            What follows from them, and the records that are still to be applied.
        """
        work = AlertWork()
        # All are read before any is applied: a processor's caches hold what one of the two touches.
        reports = [report_of(message) for message in messages]
        for number, (message, report) in enumerate(zip(messages, reports, strict=True)):
            if isinstance(report, Unread):
                work.give_up(message, report)
                continue
            book = self._store.book(message.partition)
            try:
                update = book.apply(report, offset=message.offset)
            except Exception as error:  # noqa: BLE001  the defect becomes a dead letter's reason
                work.give_up(message, Unread.of_defect(error, Stage.ALERT))
                # Half applied: read this partition's stories back before going on.
                self._store.forget([message.partition])
                return work, list(messages[number + 1 :])
            work.took(message, report, update)
            _log.debug(
                "report taken in",
                article_id=report.article.id,
                desk=report.desk,
                partition=message.partition,
                offset=message.offset,
                story_ids=[story.id for story in update.stories],
                alerts=[f"{alert.alert_id}/{alert.revision}" for alert in update.alerts],
            )
        return work, []

    async def _tell(self, work: AlertWork, traces: Traces) -> list[tuple[Message, Alert]]:
        """Deliver the alerts, and note what is owed where one is refused by the broker or withheld.

        Alerts that follow from a replay are withheld unless whoever replays wants them: the next live
        report of the story tells what they would have told.

        Returns:
            Those that the broker took.
        """
        alerts = work.alerts
        withheld = {
            index
            for index, (message, _) in enumerate(alerts)
            if are_alerts_withheld(headers_of(message))
        }
        told = [index for index in range(len(alerts)) if index not in withheld]
        refused = await self._delivery.deliver(
            [
                outgoing(
                    *alerts[index],
                    topic=self._alerts_topic,
                    traced=traces.headers(alerts[index][0]),
                )
                for index in told
            ]
        )
        for each in refused:
            work.give_up(alerts[told[each.index]][0], of_refusal(each))
        missing = withheld | {told[each.index] for each in refused}
        owed = work.owed(missing)
        work.owe(owed)
        books = self._store.books
        for place, debt in owed.items():
            if place.partition in books:
                books[place.partition].owe(place.story_id, debt.changes)
        if withheld:
            _log.info("alerts of a replay withheld", alerts=len(withheld))
        return [alert for index, alert in enumerate(alerts) if index not in missing]

    async def _keep(self, work: AlertWork) -> list[tuple[Message, Unread]]:
        """Deliver the stories; return the records that only now are known to be unusable."""
        records = [
            (message, record)
            for message, update in work.updates
            for record in self._store.records(update, partition=message.partition)
        ]
        refused = await self._delivery.deliver(
            [record for _, record in records], order=Order.STRICT
        )
        missing = {each.index for each in refused}
        newest = {
            (record.partition, record.key): index for index, (_, record) in enumerate(records)
        }
        books = self._store.books
        for (partition, key), index in newest.items():
            if index in missing and partition in books:
                books[partition].not_kept((key or b"").decode())
        late = [(records[each.index][0], of_refusal(each)) for each in refused]
        return [(message, why) for message, why in late if work.give_up(message, why)]


def _judged(messages: Sequence[Message], work: AlertWork) -> list[Judged]:
    return [
        Judged.REJECTED if (message.partition, message.offset) in work.unread else Judged.READ
        for message in messages
    ]
