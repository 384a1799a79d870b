"""Worker: the agents of one process, from the first check to the last farewell."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial
from typing import Any

from aiokafka.errors import KafkaError

from agents import alert, analyse, serve
from agents.admin import require_topics
from agents.app import create_app
from agents.batches import Progress, Surroundings
from agents.canary_watch import CanaryWatch
from agents.client import addresses, create_consumer, create_producer, in_words, translated
from agents.delivery import BATCH_BYTES, Delivery
from agents.health import HealthServer
from agents.ledger import Ledger
from agents.log_levels import LogLevels
from agents.logs import configure, get_logger
from agents.pool import ReadingPool
from agents.reading import DEFAULT_FACTORY
from agents.receipt_store import ReceiptStore
from agents.shutdown import Shutdown
from agents.story_store import StoryStore
from agents.subscriptions_in_force import SubscriptionsInForce, make_topics
from agents.telemetry import Telemetry
from agents.topics import dead_letter_topic
from agents.tracing import Tracer
from agents.tracing_choice import tracing_for
from agents.watchdog import Watchdog
from monitor.domain import Versions
from monitor.errors import NewsMonitorError, WorkerStuck
from monitor.lexicon.places import country_codes
from monitor.metrics import Agent, PrometheusRecorder, Recorder, start_at_zero
from monitor.metrics.catalogue import SUBSCRIPTIONS
from monitor.pipeline import story_rules
from monitor.settings import Settings

__all__ = ["ExitCode", "Ready", "run_worker"]

FAREWELL_SECONDS = 1.8
"""How long the farewell to the broker may take, after the grace time where that is used."""

_HURRY_SECONDS = 3.0
_POLL_SECONDS = 0.05
_TIDY_SECONDS = 0.5
_NO_FAREWELL = "left without a farewell to the broker: what was in hand will be delivered again"

_log = get_logger(__name__)


class ExitCode(IntEnum):
    """How a worker ended."""

    STOPPED = 0
    """It was told to stop, and did."""
    FAILED = 1
    """It could not start or go on; the last line of the log says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A worker that has joined its group and waits for records."""

    url: str
    """Where /metrics, /healthz and /readyz are."""
    versions: Versions
    seconds: float
    """How long the start took."""


OnReady = Callable[[Ready], None]


def run_worker(
    settings: Settings,
    *,
    pipeline_factory: str = DEFAULT_FACTORY,
    on_ready: OnReady | None = None,
) -> ExitCode:
    """Run a worker until it is told to stop (SIGTERM, SIGINT) or cannot go on.

    Owns its process: arranges the logging, catches signals, and ends the process itself where a
    library does not come to its end in time because the broker is away.

    Args:
        settings: everything that can be set.
        pipeline_factory: `module:function` that makes the pipeline; a seam for tests.
        on_ready: called once, when the worker has joined its group.

    Returns:
        The exit code for the process.
    """
    configure(settings)
    # Above information it only tells of the crash of the app, which we tell ourselves.
    logging.getLogger("faust.app").setLevel(logging.CRITICAL)
    worker = _Worker(settings, pipeline_factory, on_ready)
    code = _run(worker.run())
    worker.leash.let_go(code)
    return code


def _run(main: Coroutine[Any, Any, ExitCode]) -> ExitCode:
    """Run a coroutine on a loop of its own, and leave without waiting for what does not end.

    `asyncio.run` waits for every task: after a crash of the app, Faust leaves some that swallow
    their cancellation.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        code = loop.run_until_complete(main)
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=_TIDY_SECONDS))
        # From here on the loop only complains of what is still left.
        loop.set_exception_handler(lambda _loop, _context: None)
        return code
    finally:
        asyncio.set_event_loop(None)
        loop.close()


class _Leash:
    """Ends the process when it does not come to its end by itself."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def tighten(self, seconds: float, code: ExitCode, last_words: str = "") -> None:
        """Give the process so many seconds to end by itself; the newest call counts."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._end, (code, last_words))
        self._timer.daemon = True
        self._timer.start()

    def let_go(self, code: ExitCode) -> None:
        """Let the process live, unless a thread that is left would keep it from ending."""
        left = any(not each.daemon for each in threading.enumerate()[1:])
        self.tighten(_TIDY_SECONDS, code)
        if not left and self._timer is not None:
            self._timer.cancel()

    def _end(self, code: ExitCode, last_words: str) -> None:
        if last_words:
            _log.warning(last_words)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class _Worker:
    """One run of a worker."""

    def __init__(self, settings: Settings, factory: str, on_ready: OnReady | None) -> None:
        self._settings = settings
        self._on_ready = on_ready
        self._begun = time.monotonic()
        self._recorder = PrometheusRecorder()
        self._pool = ReadingPool(settings, recorder=self._recorder, pipeline_factory=factory)
        self.leash = _Leash()
        self._stuck: asyncio.Future[str]

    async def run(self) -> ExitCode:
        """Run to the end; say in the log how it came."""
        shutdown = Shutdown(grace_seconds=self._settings.shutdown_grace_seconds)
        with self._signals(shutdown):
            try:
                await self._work(shutdown)
            except NewsMonitorError as error:
                _log.error(f"worker stopped: {_explained(error)}")
            except KafkaError as error:
                _log.debug("what the client library raised", exc_info=error)
                _log.error(f"worker stopped: {await in_words(error, self._settings)}")
            except Exception as error:  # noqa: BLE001  the process ends, and says why
                _log.error(f"worker stopped: {_explained(error)}", exc_info=error)
            else:
                _log.info("worker stopped, as told")
                return ExitCode.STOPPED
        return ExitCode.FAILED

    @contextmanager
    def _signals(self, shutdown: Shutdown) -> Iterator[None]:
        """Take SIGTERM and SIGINT as the request to stop."""
        loop = asyncio.get_running_loop()

        def stop(number: signal.Signals) -> None:
            _log.info("told to stop", signal=number.name)
            seconds = shutdown.grace_seconds + FAREWELL_SECONDS
            self.leash.tighten(seconds, ExitCode.STOPPED, _NO_FAREWELL)
            shutdown.request()

        caught = (signal.SIGTERM, signal.SIGINT)
        for each in caught:
            loop.add_signal_handler(each, stop, each)
        try:
            yield
        finally:
            for each in caught:
                loop.remove_signal_handler(each)

    async def _work(self, shutdown: Shutdown) -> None:
        """Start everything, run until told to stop or broken, stop everything."""
        settings = self._settings
        with tracing_for(settings) as tracer:
            await self._work_traced(shutdown, tracer)

    async def _work_traced(self, shutdown: Shutdown, tracer: Tracer) -> None:
        settings = self._settings
        app = create_app(settings, ledger=Ledger())
        around = Surroundings(
            tracer=tracer,
            app=app,
            settings=settings,
            recorder=self._recorder,
            shutdown=shutdown,
            progress={agent: Progress() for agent in _agents(settings)},
        )
        telemetry = Telemetry(around, pool=self._pool)
        watchdog = Watchdog(
            seconds=settings.stuck_exit_seconds,
            standing=telemetry.standing,
            tell=self._stuck_teller(),
        )
        health = HealthServer(
            host=settings.http_host,
            port=settings.http_port,
            exposition=self._recorder.exposition,
            probe=telemetry.readiness,
            stuck=watchdog.reason,
        )
        async with AsyncExitStack() as stack:
            stack.enter_context(health)
            stack.callback(self._pool.stop)
            stack.push_async_callback(_cancel, asyncio.ensure_future(watchdog.beat()))
            if settings.log_levels_file is not None:
                levels = LogLevels(settings.log_levels_file)
                stack.push_async_callback(_cancel, asyncio.ensure_future(levels.watch()))
            _log.info("worker starts", broker=addresses(settings), metrics=f"{health.url}/metrics")
            versions = await shutdown.before(self._prepare(around, telemetry, stack))
            if versions is None:
                return
            stack.push_async_callback(_cancel, asyncio.ensure_future(telemetry.run()))
            stack.enter_context(watchdog)
            await self._run_app(around, Ready(url=health.url, versions=versions, seconds=0.0))

    def _stuck_teller(self) -> Callable[[str], None]:
        """Return what ends a worker that is stuck, also one whose event loop no longer turns."""
        loop = asyncio.get_running_loop()
        self._stuck = loop.create_future()

        def tell(reason: str) -> None:
            seconds = _HURRY_SECONDS + FAREWELL_SECONDS
            self.leash.tighten(seconds, ExitCode.FAILED, f"worker stopped: {reason}")
            loop.call_soon_threadsafe(self._stuck.set_result, reason)

        return tell

    async def _prepare(
        self, around: Surroundings, telemetry: Telemetry, stack: AsyncExitStack
    ) -> Versions:
        """Check the topics, start processes and producers, register the agents."""
        settings, recorder = self._settings, self._recorder
        sent = [
            *(settings.signals_topic, settings.alerts_topic, settings.stories_topic),
            *map(dead_letter_topic, (*settings.article_topics, settings.signals_topic)),
        ]
        in_force = _subscriptions(settings, recorder)
        if in_force is not None:
            sent += [settings.receipts_topic, dead_letter_topic(settings.alerts_topic)]
        start_at_zero(
            recorder,
            article_topics=settings.article_topics,
            signals_topic=settings.signals_topic,
            sent_topics=sent,
            served_topic=None if in_force is None else settings.alerts_topic,
            countries=country_codes(),
        )
        if in_force is not None:
            await in_force.start()
        for problem in await require_topics(settings):
            _log.warning(
                "topic differs from the settings", topic=problem.topic, advice=str(problem)
            )
        versions = await self._pool.start()
        deliveries = {}
        for agent in _agents(settings):
            deliveries[agent] = Delivery(
                lambda: create_producer(settings, max_batch_size=BATCH_BYTES), recorder=recorder
            )
            stack.push_async_callback(deliveries[agent].stop)
            async with translated(settings):
                await deliveries[agent].start()
        store = StoryStore(
            settings.stories_topic,
            signals_topic=settings.signals_topic,
            rules=story_rules(settings),
            make_consumer=lambda: create_consumer(settings),
        )
        analyse.register(around, pool=self._pool, delivery=deliveries[Agent.ANALYSE])
        canaries = _canary_watch(settings, recorder, telemetry)
        alert.register(around, store=store, delivery=deliveries[Agent.ALERT], canaries=canaries)
        if canaries is not None:
            stack.push_async_callback(_cancel, asyncio.ensure_future(canaries.run()))
        if in_force is not None:
            receipts = ReceiptStore(
                settings.receipts_topic,
                alerts_topic=settings.alerts_topic,
                make_consumer=lambda: create_consumer(settings),
            )
            delivery = deliveries[Agent.SERVE]
            serve.register(around, store=receipts, delivery=delivery, in_force=in_force)
            watching = asyncio.ensure_future(in_force.watch())
            stack.push_async_callback(_cancel, watching)
        telemetry.connect()
        telemetry.describe(versions)
        return versions

    async def _run_app(self, around: Surroundings, ready: Ready) -> None:
        """Run the Faust app until told to stop.

        Raises:
            BaseException: whatever broke the app.
        """
        app, shutdown = around.app, around.shutdown
        started = asyncio.ensure_future(app.start())
        ended = asyncio.ensure_future(app.wait_until_stopped())
        told = asyncio.ensure_future(shutdown.wait())
        try:
            ends: set[asyncio.Future[Any]] = {ended, told, self._stuck}
            await asyncio.wait({started, *ends}, return_when=asyncio.FIRST_COMPLETED)
            if started.done() and not ended.done() and not told.done():
                started.result()
                self._tell(ready)
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._leave(around)
            for task in (started, ended, told):
                await _cancel(task)
        if shutdown.requested:
            return
        if self._stuck.done():
            raise WorkerStuck(self._stuck.result())
        if app.crash_reason is not None:
            raise app.crash_reason

    async def _leave(self, around: Surroundings) -> None:
        """Stop the app: in peace when told to, in a hurry when it is broken."""
        app, told = around.app, around.shutdown.requested
        if not told:
            reason = self._stuck.result() if self._stuck.done() else _explained(app.crash_reason)
            words = f"worker stopped: {reason}"
            self.leash.tighten(_HURRY_SECONDS + FAREWELL_SECONDS, ExitCode.FAILED, words)
        # What breaks now breaks because we leave; the reason for leaving must be the last word.
        for library in ("aiokafka", "asyncio", "faust", "mode"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
        # A task, for Faust may end it with a cancellation that was not meant for us.
        stopping = asyncio.ensure_future(app.stop())
        if told:
            await self._batches_in_hand(around, stopping)
            self.leash.tighten(FAREWELL_SECONDS, ExitCode.STOPPED, _NO_FAREWELL)
        await asyncio.wait({stopping}, timeout=_HURRY_SECONDS)
        await _cancel(stopping)

    async def _batches_in_hand(
        self, around: Surroundings, stopping: "asyncio.Future[None]"
    ) -> None:
        """Wait until the agents have no batch in hand; the grace time bounds it."""
        while any(each.in_hand_since is not None for each in around.progress.values()):
            if stopping.done() or around.shutdown.over:
                return
            await asyncio.sleep(_POLL_SECONDS)

    def _tell(self, ready: Ready) -> None:
        seconds = round(time.monotonic() - self._begun, 2)
        _log.info(
            "worker is ready",
            seconds=seconds,
            processes=len(self._pool.processes),
            lexicon=ready.versions.lexicon,
            model=ready.versions.model,
        )
        if self._on_ready is not None:
            self._on_ready(replace(ready, seconds=seconds))


def _agents(settings: Settings) -> list[Agent]:
    """Return the agents that run: subscriptions are served only where there are any."""
    served = settings.subscriptions_file is not None
    return [agent for agent in Agent if served or agent is not Agent.SERVE]


def _canary_watch(
    settings: Settings, recorder: Recorder, telemetry: Telemetry
) -> CanaryWatch | None:
    """Return what sends canaries and measures them; None where there are none.

    Whoever holds the first partition of all leads: Kafka gives it to one worker of the group.
    """
    if not settings.canary_seconds:
        return None
    leads = partial(telemetry.holds, settings.article_topics[0], 0)
    return CanaryWatch(settings, recorder=recorder, leads=leads)


def _subscriptions(settings: Settings, recorder: Recorder) -> SubscriptionsInForce | None:
    """Return what knows the subscriptions, not yet started; None where there is no file."""
    if settings.subscriptions_file is None:
        recorder.set(SUBSCRIPTIONS, 0)
        return None
    return SubscriptionsInForce(
        settings,
        settings.subscriptions_file,
        recorder=recorder,
        make_topics=partial(make_topics, settings),
    )


def _explained(error: BaseException | None) -> str:
    """Say in words what ended the worker; our own errors already are words."""
    return str(error) if isinstance(error, NewsMonitorError) else repr(error)


async def _cancel(task: "asyncio.Future[Any]") -> None:
    """End a task whose result nobody needs."""
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
