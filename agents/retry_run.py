"""RetryRun: claims, sends and marks shares of dead letters; each step waits for the broker.

A run that dies between two steps leaves claims. The next one looks in the topics whether their
records arrived (`agents.retry_doubts`), and sends those that did not.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Self, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from agents.client import create_consumer, running
from agents.delivery import Outgoing
from agents.letters import Letter, Selection
from agents.retry_judge import Destination, Judge, PassedOver, RetryRules
from agents.retry_marks import RetryMarks
from agents.retry_plan import judge_for
from agents.sending import Sending
from monitor.domain import LetterPlace, MarkKind, RetryMark
from monitor.errors import DeliveryFailed
from monitor.policy.retries import LEASE_MS
from monitor.settings import Settings
from monitor.wire.dead_letter_headers import retry_headers

__all__ = ["Going", "RetryReport", "RetryRun", "now_ms"]

_PATIENCE_SECONDS = LEASE_MS / 2000
"""How long a share may take to be sent: well before others may take its letters for left behind."""

Going = tuple[Letter, Destination]
"""A letter, and where it goes."""


@dataclass(slots=True, kw_only=True)
class RetryReport:
    """What a run has done."""

    sent: int = 0
    discarded: int = 0
    refused: list[str] = field(default_factory=list)
    """Letters that their topic does not take, and why; they stay open."""
    staying: Counter[PassedOver] = field(default_factory=Counter)
    made_good: int = 0
    """Letters of a run that was broken off whose records were found: marked, not sent again."""
    duplicates: int = 0
    """Records found beyond the first of a letter."""


def now_ms() -> int:
    """Return the time, milliseconds since 1970 UTC."""
    return int(time.time() * 1000)


class RetryRun:
    """Claims, sends and marks shares of letters, as a context."""

    def __init__(self, settings: Settings, rules: RetryRules) -> None:
        """Take what the run may do; nothing is connected yet."""
        self._settings = settings
        self._rules = rules
        self._stack = AsyncExitStack()
        self._sending: Sending | None = None
        self._consumer: AIOKafkaConsumer = create_consumer(settings)
        self._ends: Mapping[TopicPartition, int] = {}
        self.starts: Mapping[TopicPartition, int] = {}
        """Where each partition ended before this run sent anything to it."""
        self.marks = RetryMarks(settings)
        """What was decided, as far as it was read."""
        self.report = RetryReport()
        """What was done so far."""

    async def __aenter__(self) -> Self:
        """Connect, and read what was decided.

        Raises:
            BrokerUnavailable: no broker answers.
            TopicMismatch: the topic of marks is missing.
        """
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.marks)
            await stack.enter_async_context(running(self._consumer, self._settings))
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Disconnect."""
        await self._stack.aclose()

    async def begin(self, selection: Selection) -> Judge:
        """Make good what runs that were broken off had sent, and return the judge."""
        judge = await judge_for(
            self._settings, selection, self._rules, marks=self.marks, now_ms=now_ms()
        )
        found = {letter: count for letter, count in judge.copies.items() if count}
        claims = [claim for letter in found if (claim := self.marks.book.claim(letter))]
        if claims:
            await self.marks.write(replace(claim, kind=MarkKind.RETRIED) for claim in claims)
        self.report.made_good = len(found)
        self.report.duplicates = sum(found.values()) - len(found)
        return judge

    async def send(self, share: Sequence[Going]) -> None:
        """Send those letters of a share that this run gets.

        Raises:
            DeliveryFailed: claiming and sending took so long that others may take over.
        """
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                mine = await self._claim(share)
                refused = await self._deliver(mine)
        except TimeoutError as error:
            message = (
                f"the broker took no letters for {_PATIENCE_SECONDS:g} s, after {self.report.sent:,}"
                " were sent. Check the broker (`news-monitor doctor`) and run the command again: it"
                " looks what arrived before it sends anything"
            )
            raise DeliveryFailed(message) from error
        await self.marks.write(
            self._mark(going, MarkKind.RELEASED if index in refused else MarkKind.RETRIED)
            for index, going in enumerate(mine)
        )
        self.report.sent += len(mine) - len(refused)
        self.report.refused += [
            f"{mine[index][0].place}: {mine[index][1].topic} does not take it: {error}"
            for index, error in refused.items()
        ]

    async def discard(self, places: Sequence[LetterPlace]) -> None:
        """Mark letters as discarded."""
        run, kind = self._rules.run, MarkKind.DISCARDED
        await self.marks.write(RetryMark(letter=place, run=run, kind=kind) for place in places)
        self.report.discarded += len(places)

    async def _deliver(self, mine: Sequence[Going]) -> dict[int, KafkaError]:
        """Send claimed letters; return what was refused, by their number in the list."""
        records = [_outgoing(letter, to) for letter, to in mine]
        if self._sending is None:
            topics = ", ".join(sorted({record.topic for record in records}))
            self._sending = await self._stack.enter_async_context(Sending(self._settings, topics))
        return {each.index: each.error for each in await self._sending.send(records)}

    async def _claim(self, share: Sequence[Going]) -> list[Going]:
        """Claim letters; return those that no other run claimed first."""
        places = {TopicPartition(to.topic, to.partition) for _, to in share}
        self._ends = await self._consumer.end_offsets(list(places))
        self.starts = {**self._ends, **self.starts}
        await self.marks.write(self._mark(going, MarkKind.CLAIMED) for going in share)
        mine = []
        for going in share:
            claim = self.marks.book.claim(going[0].place)
            if claim is not None and claim.run == self._rules.run:
                mine.append(going)
            else:
                self.report.staying[PassedOver.IN_HAND] += 1
        return mine

    def _mark(self, going: Going, kind: MarkKind) -> RetryMark:
        letter, to = going
        return RetryMark(
            letter=letter.place,
            run=self._rules.run,
            kind=kind,
            attempt=to.attempt,
            topic=to.topic,
            partition=to.partition,
            from_offset=self._ends[TopicPartition(to.topic, to.partition)],
            again=self._rules.again,
        )


def _outgoing(letter: Letter, to: Destination) -> Outgoing:
    return Outgoing(
        topic=to.topic,
        key=letter.key,
        value=letter.value,
        headers=cast(
            "tuple[tuple[str, bytes], ...]", retry_headers(letter.facts, letter.place, to.attempt)
        ),
        partition=to.partition,
        timestamp_ms=to.timestamp_ms,
    )
