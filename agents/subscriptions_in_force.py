"""Subscriptions in force: those of the file, read again when it changes, their topics made first.

A file is taken whole or not at all. One that is wrong, that is gone, or whose topics cannot be had
changes nothing: what was in force stays in force, and a metric and the log say so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from aiokafka.errors import KafkaError

from agents.admin import Gravity, check_topics, create_topics
from agents.logs import get_logger
from agents.subscriptions_file import parse_subscriptions, read_file
from agents.topics import TopicSpec, subscription_topics
from monitor.domain import Fate, Subscription
from monitor.errors import NewsMonitorError, TopicMismatch
from monitor.lexicon.watchlists import watchlist_ids
from monitor.metrics import Recorder
from monitor.metrics.catalogue import (
    DELIVERY_FAILURES,
    DELIVERY_RETRIES,
    SUBSCRIPTION_ALERTS,
    SUBSCRIPTION_MUTES,
    SUBSCRIPTIONS,
    SUBSCRIPTIONS_FILE_REFUSED,
    SUBSCRIPTIONS_RELOADS,
    Reload,
)
from monitor.settings import Settings

__all__ = ["LOOK_SECONDS", "MakeTopics", "SubscriptionsInForce", "make_topics"]

LOOK_SECONDS = 2.0
"""How often the file is looked at."""

_log = get_logger(__name__)


MakeTopics = Callable[[Sequence[TopicSpec]], Awaitable[None]]
"""Makes the topics that are missing, and raises an error of ours where they cannot be had."""


async def make_topics(settings: Settings, specs: Sequence[TopicSpec]) -> None:
    """Make the topics of subscriptions that are missing, and look whether those there are fit.

    Raises:
        TopicMismatch: the cluster refuses a topic, or one of them does not fit.
        BrokerUnavailable: no broker answers.
    """
    for topic in await create_topics(settings, specs):
        _log.info("topic of a subscription", topic=topic.spec.name, outcome=topic.outcome)
    for problem in await check_topics(settings, specs):
        if problem.gravity is Gravity.BLOCKING:
            raise TopicMismatch(str(problem))
        _log.warning("topic differs from the settings", topic=problem.topic, advice=str(problem))


class SubscriptionsInForce:
    """The subscriptions of one worker; whoever serves them asks for `current` once per batch."""

    def __init__(
        self, settings: Settings, file: Path, *, recorder: Recorder, make_topics: MakeTopics
    ) -> None:
        """Take the file, and what makes topics; nothing is read before `start`."""
        self._make_topics = make_topics
        self._settings = settings
        self._file = file
        self._recorder = recorder
        self._watched: tuple[str, ...] = ()
        self._written: bytes | None = None
        """What the file held when it was taken."""
        self._refused = ""
        """Why what it holds now was refused; empty where it was not."""
        self.current: tuple[Subscription, ...] = ()

    async def start(self) -> None:
        """Read the file and make the topics that are missing.

        Raises:
            InvalidSubscriptions: the file cannot be read, or something in it is wrong.
            InvalidWatchlist: a watchlist cannot be read.
            TopicMismatch: the cluster refuses a topic, or one of them does not fit.
            BrokerUnavailable: no broker answers.
        """
        for outcome in Reload:
            self._recorder.count(SUBSCRIPTIONS_RELOADS, 0, outcome=outcome)
        self._recorder.set(SUBSCRIPTIONS_FILE_REFUSED, 0)
        # Once, as the worker that finds their items reads them.
        self._watched = await asyncio.to_thread(watchlist_ids, self._settings.watchlists)
        written = await asyncio.to_thread(read_file, self._file)
        await self._take(written)

    async def watch(self) -> None:
        """Look at the file again and again until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception:  # noqa: BLE001  a look that fails must never end the worker
                _log.exception("a look at the subscriptions file failed")

    async def look(self) -> None:
        """Take the file if it has changed and is right; else keep what is in force."""
        try:
            written = await asyncio.to_thread(read_file, self._file)
            if written == self._written:
                self._refuse("")
                return
            await self._take(written)
        except (NewsMonitorError, KafkaError, OSError) as error:
            self._refuse(str(error))
            return
        self._refuse("")
        self._recorder.count(SUBSCRIPTIONS_RELOADS, outcome=Reload.TAKEN)

    async def _take(self, written: bytes) -> None:
        """Put the subscriptions of a file in force, once all their topics are there and fit."""
        subscriptions = await asyncio.to_thread(
            parse_subscriptions, written, file=self._file, watched=self._watched
        )
        specs = subscription_topics(self._settings, [each.id for each in subscriptions])
        await self._make_topics(specs)
        self._start_at_zero(subscriptions)
        self.current = subscriptions
        self._written = written
        self._recorder.set(SUBSCRIPTIONS, len(subscriptions))
        self._tell_mutes(subscriptions)
        _log.info("subscriptions in force", subscriptions=[each.id for each in subscriptions])

    def _refuse(self, why: str) -> None:
        """Say once why the file is not in force; empty for: it is."""
        self._recorder.set(SUBSCRIPTIONS_FILE_REFUSED, int(bool(why)))
        if why and why != self._refused:
            self._recorder.count(SUBSCRIPTIONS_RELOADS, outcome=Reload.REFUSED)
            _log.error(
                "subscriptions file refused",
                file=str(self._file),
                problems=why.splitlines(),
                in_force=[each.id for each in self.current],
            )
        self._refused = why

    def _tell_mutes(self, subscriptions: Sequence[Subscription]) -> None:
        """Tell what is muted, also where nothing is; a subscription that is gone has none."""
        self._recorder.clear(SUBSCRIPTION_MUTES)
        for each in subscriptions:
            stories = sum(mute.story is not None for mute in each.mutes)
            muted = {"story": stories, "publisher": len(each.mutes) - stories}
            for what, number in muted.items():
                self._recorder.set(SUBSCRIPTION_MUTES, number, subscription=each.id, muted=what)

    def _start_at_zero(self, subscriptions: Sequence[Subscription]) -> None:
        """Make the counters of new subscriptions exist before their first alert."""
        specs = subscription_topics(self._settings, [each.id for each in subscriptions])
        for spec in specs:
            self._recorder.count(DELIVERY_RETRIES, 0, topic=spec.name)
            self._recorder.count(DELIVERY_FAILURES, 0, topic=spec.name)
        for subscription in subscriptions:
            for fate in Fate:
                self._recorder.count(
                    SUBSCRIPTION_ALERTS, 0, subscription=subscription.id, fate=fate
                )
