"""agents.analyse: articles to signals, keyed by desk."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from faust.types import TP, Message

from agents.batches import ARTICLE_TIMESTAMP, Surroundings, agent_of, headers_of, record_time
from agents.canary_watch import is_canary
from agents.dead_letter import DeadLetters, of_refusal
from agents.delivery import Delivery, Outgoing
from agents.logs import get_logger
from agents.outcome_count import count_outcomes
from agents.pool import ReadingPool
from agents.publisher_watch import PublisherWatch
from agents.reading import Outcome as ReadingOutcome
from agents.reading import Raw, Read
from agents.replay_marks import passed_on
from agents.tracing import UNTRACED, Tracer, Traces
from monitor.domain import Unread
from monitor.lexicon.places import country_codes
from monitor.metrics import Agent, Outcome, Recorder
from monitor.metrics.catalogue import (
    ARTICLE_AGE_SECONDS,
    ARTICLE_TO_SIGNAL_SECONDS,
    COUNTRY_SIGNALS,
    NO_COUNTRY,
    OTHER_COUNTRY,
    SIGNALS,
)
from monitor.policy.rejection import Outcome as Judged
from monitor.wire import canary_v1

__all__ = ["Analyser", "Reader", "register"]

_log = get_logger(__name__)


def register(surroundings: Surroundings, *, pool: ReadingPool, delivery: Delivery) -> None:
    """Add the agent to the app; it reads all article topics."""
    settings = surroundings.settings
    publishers = PublisherWatch(limit=settings.publishers_followed, recorder=surroundings.recorder)
    analyser = Analyser(
        pool=pool,
        delivery=delivery,
        dead_letters=DeadLetters(settings, delivery),
        recorder=surroundings.recorder,
        signals_topic=settings.signals_topic,
        publishers=publishers,
        tracer=surroundings.tracer,
    )
    app = surroundings.app

    async def share(_app: Any, /, *assigned: set[TP], **_: Any) -> None:
        places = {place for each in assigned for place in each}
        publishers.assigned(sum(place.topic in settings.article_topics for place in places))

    app.on_partitions_assigned.connect(share, weak=False)
    topic = app.topic(
        *settings.article_topics, key_serializer="raw", value_serializer="raw", allow_empty=True
    )
    app.agent(topic, name=str(Agent.ANALYSE))(
        agent_of(Agent.ANALYSE, analyser.handle, surroundings)
    )


class Reader(Protocol):
    """What reads records: the pool."""

    async def read(self, records: Sequence[Raw]) -> list[ReadingOutcome]:
        """Read records; one outcome for each, in order."""


class Analyser:
    """Handles batches of article records."""

    def __init__(
        self,
        *,
        pool: Reader,
        delivery: Delivery,
        dead_letters: DeadLetters,
        recorder: Recorder,
        signals_topic: str,
        publishers: PublisherWatch | None = None,
        tracer: Tracer = UNTRACED,
    ) -> None:
        """Take who reads, who delivers, where signals go, who watches publishers, and who traces."""
        self._pool = pool
        self._delivery = delivery
        self._dead_letters = dead_letters
        self._recorder = recorder
        self._signals_topic = signals_topic
        self._publishers = publishers
        self._tracer = tracer

    async def handle(self, messages: Sequence[Message]) -> None:
        """Read the articles; deliver their signals, and the dead letters of those unreadable.

        Canaries are read and passed on like all others, but never counted, judged or put away.

        Raises:
            TooManyDeadLetters: more are unusable than the limit allows. No dead letter is
                delivered, and nothing at all where it is known before the delivery.
            DeliveryFailed: the broker will take no record at all.
        """
        with self._tracer.batch(Agent.ANALYSE, messages) as traces:
            await self._handle(messages, traces)

    async def _handle(self, messages: Sequence[Message], traces: Traces) -> None:
        outcomes = await self._pool.read(
            [Raw(value=message.value, timestamp=record_time(message)) for message in messages]
        )
        self._dead_letters.foresee(_judged(outcome) for _, outcome in _news(messages, outcomes))
        outcomes = await self._deliver(messages, outcomes, traces)
        news = _news(messages, outcomes)
        self._dead_letters.judge(_judged(outcome) for _, outcome in news)
        unread = [(message, outcome) for message, outcome in news if isinstance(outcome, Unread)]
        await self._dead_letters.put(unread)
        self._count(news)
        if self._publishers is not None:
            self._publishers.arrived(messages, outcomes)

    async def _deliver(
        self, messages: Sequence[Message], outcomes: Sequence[ReadingOutcome], traces: Traces
    ) -> list[ReadingOutcome]:
        """Deliver all signals; an article whose signals are refused becomes unreadable."""
        results = list(outcomes)
        owners: list[int] = []
        records: list[Outgoing] = []
        for index, (message, outcome) in enumerate(zip(messages, outcomes, strict=True)):
            if isinstance(outcome, Read):
                for report in outcome.reports:
                    owners.append(index)
                    records.append(
                        Outgoing(
                            topic=self._signals_topic,
                            key=report.desk.encode(),
                            value=report.value,
                            headers=(
                                (ARTICLE_TIMESTAMP, _milliseconds(message)),
                                *passed_on(headers_of(message)),
                                *canary_v1.passed_on(headers_of(message)),
                                *traces.headers(message),
                            ),
                        )
                    )
        for refused in await self._delivery.deliver(records):
            results[owners[refused.index]] = of_refusal(refused)
        return results

    def _count(self, news: Sequence[tuple[Message, ReadingOutcome]]) -> None:
        now = datetime.now(UTC)
        for message, outcome in news:
            if isinstance(outcome, Unread):
                continue
            _log.debug(
                "article read",
                article_id=outcome.article_id,
                topic=message.topic,
                partition=message.partition,
                offset=message.offset,
                signals=len(outcome.signals),
            )
            age = (now - outcome.published_at).total_seconds()
            self._recorder.observe(ARTICLE_AGE_SECONDS, max(0.0, age))
            if outcome.news:
                waited = max(0.0, time.time() - record_time(message).timestamp())
                self._recorder.observe(ARTICLE_TO_SIGNAL_SECONDS, waited)
            for kind, status in outcome.signals:
                self._recorder.count(SIGNALS, kind=kind, status=status)
            for codes in outcome.countries:
                for country in _bounded(codes):
                    self._recorder.count(COUNTRY_SIGNALS, country=country)
        fates = ((message.topic, _fate(outcome)) for message, outcome in news)
        count_outcomes(self._recorder, fates)


def _news(
    messages: Sequence[Message], outcomes: Sequence[ReadingOutcome]
) -> list[tuple[Message, ReadingOutcome]]:
    """Return the records that are no canaries, each with its outcome."""
    return [
        (message, outcome)
        for message, outcome in zip(messages, outcomes, strict=True)
        if not is_canary(message)
    ]


def _judged(outcome: ReadingOutcome) -> Judged:
    return Judged.READ if isinstance(outcome, Read) else Judged.REJECTED


def _fate(outcome: ReadingOutcome) -> Outcome | Unread:
    if isinstance(outcome, Unread):
        return outcome
    return Outcome.SIGNALS if outcome.news else Outcome.NO_SIGNAL


def _bounded(codes: frozenset[str]) -> frozenset[str]:
    """Return the countries that a signal counts for, whatever codes it has."""
    known = codes & country_codes()
    others = {OTHER_COUNTRY} if codes - known else set()
    return frozenset(known | others) or frozenset({NO_COUNTRY})


def _milliseconds(message: Message) -> bytes:
    return str(int(record_time(message).timestamp() * 1000)).encode()
