"""Batches: the loop that every agent runs, and the order of work in it.

Take a batch; handle it, every delivery awaited; write it into the ledger as handled; only then go
on, which acknowledges it. Whatever goes wrong ends the worker without acknowledging the batch.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from faust import Stream
from faust.types import Message

from agents.app import MonitorApp
from agents.logs import get_logger
from agents.record_times import believed_moment
from agents.shutdown import BatchAbandoned, Shutdown
from agents.tracing import UNTRACED, Tracer
from monitor.metrics import Agent, Recorder
from monitor.metrics.catalogue import BATCH_RECORDS, BATCH_SECONDS, LAST_PROGRESS_TIMESTAMP_SECONDS
from monitor.settings import Settings

__all__ = [
    "ARTICLE_TIMESTAMP",
    "Handle",
    "Progress",
    "StreamEnded",
    "Surroundings",
    "agent_of",
    "headers_of",
    "record_time",
]

Handle = Callable[[Sequence[Message]], Coroutine[Any, Any, None]]
"""Does all that follows from a batch; when it returns, the batch may be acknowledged."""

ARTICLE_TIMESTAMP = "article-timestamp"
"""Header of a signals record: the time of the article's record, milliseconds since 1970, digits."""

_FOR_EVER_SECONDS = 3600.0

_log = get_logger(__name__)


class StreamEnded(Exception):
    """Faust ended a stream by itself: its records would wait without anybody noticing."""


@dataclass(slots=True)
class Progress:
    """How an agent gets on; written by its loop, read by whoever watches."""

    in_hand_since: float | None = None
    """Since when a batch is in hand, by `time.monotonic()`; None between batches."""
    finished: float = field(default_factory=time.monotonic)
    """When the last batch was finished, by `time.monotonic()`; at first, the start."""
    batches: int = 0
    """How many batches were finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every agent of a worker needs besides its own work."""

    app: MonitorApp
    settings: Settings
    recorder: Recorder
    shutdown: Shutdown
    progress: dict[Agent, Progress]
    tracer: Tracer = UNTRACED


def agent_of(
    agent: Agent, handle: Handle, surroundings: Surroundings
) -> Callable[[Any], Awaitable[None]]:
    """Return the function of a Faust agent that handles batches of a stream."""
    app, settings = surroundings.app, surroundings.settings
    progress = surroundings.progress.setdefault(agent, Progress())
    surroundings.recorder.set(LAST_PROGRESS_TIMESTAMP_SECONDS, time.time(), agent=agent)

    async def loop(stream: Stream[bytes]) -> None:
        async for events in stream.take_events(
            settings.batch_size, within=settings.batch_wait_seconds
        ):
            messages = [event.message for event in events]
            begun = progress.in_hand_since = time.monotonic()
            try:
                app.ledger.taken(messages)
                await surroundings.shutdown.bound(handle(messages))
            except BatchAbandoned:
                # Faust will take these for acknowledged now; the ledger knows better.
                _log.warning("batch left for later", agent=agent, records=len(messages))
                return
            except Exception as error:  # noqa: BLE001  whatever it is, it must not acknowledge
                await app.crash(error)
                await asyncio.sleep(_FOR_EVER_SECONDS)
                return
            app.ledger.handled(messages)
            _note(surroundings.recorder, agent, progress, begun, len(messages))
        if not app.should_stop:
            message = f"the stream of the agent {agent} ended by itself"
            await app.crash(StreamEnded(message))

    loop.__name__ = loop.__qualname__ = str(agent)
    return loop


def headers_of(message: Message) -> tuple[tuple[str, bytes], ...]:
    """Return a record's headers as they stand on the topic: in order, names may repeat."""
    headers = message.headers or ()
    return tuple(headers.items() if isinstance(headers, Mapping) else headers)


def record_time(message: Message) -> datetime:
    """Return a record's time in UTC; now for one that is absent or absurd.

    A time more than a day ahead is not believed: it would close every open story. Nor is 1970 put
    in the place of none: beside it, no time that an article states would be believed.
    """
    now = datetime.now(UTC)
    if message.timestamp is None:
        return now
    return believed_moment(round(message.timestamp * 1000), now=now) or now


def _note(recorder: Recorder, agent: Agent, progress: Progress, begun: float, records: int) -> None:
    progress.in_hand_since = None
    progress.finished = time.monotonic()
    progress.batches += 1
    recorder.observe(BATCH_SECONDS, progress.finished - begun, agent=agent)
    recorder.observe(BATCH_RECORDS, records, agent=agent)
    recorder.set(LAST_PROGRESS_TIMESTAMP_SECONDS, time.time(), agent=agent)
