"""DeadLetters: records that could not be used, put away with reason and origin, up to a limit."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from faust.types import Message

from agents.batches import headers_of, record_time
from agents.delivery import Delivery, Outgoing, Refused
from agents.logs import get_logger
from agents.topics import dead_letter_topic
from monitor.domain import DeadLetter, Origin, Stage, Unread
from monitor.errors import DeliveryFailed, Reason
from monitor.policy.rejection import Outcome, RejectionLimit
from monitor.settings import Settings
from monitor.wire import dead_letter_v1

__all__ = ["CUT_BYTES", "DeadLetters", "dead_letter", "of_refusal"]

CUT_BYTES = 65_536
"""Bytes that are kept of a value that the dead-letter topic does not take whole."""
_LONGEST_TRACEBACK = 20_000
_LONGEST_KEY = 200
_PLACES = ("Traceback (most recent call last)", '  File "', "  [Previous line repeated")
_EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(?=:|$)")

# Each has cost reading processes; whoever sees these replaced looks for the texts that did it.
_COSTLY = (Reason.ANALYSIS_CRASHED, Reason.ANALYSIS_TIMED_OUT)

_log = get_logger(__name__)


def dead_letter(message: Message, unread: Unread) -> Outgoing:
    """Make the record for the dead-letter topic: the record's own bytes, and why, in headers."""
    letter = DeadLetter(
        value=message.value,
        key=message.key,
        headers=headers_of(message),
        origin=Origin(
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            timestamp=record_time(message),
        ),
        reason=unread.reason,
        stage=unread.stage,
        exception=unread.exception,
        message=unread.message,
    )
    key, value, headers = dead_letter_v1.encode(letter)
    return Outgoing(
        topic=dead_letter_topic(message.topic), key=key, value=value, headers=tuple(headers)
    )


def of_refusal(refused: Refused) -> Unread:
    """Say why a record is unusable whose result the broker refused."""
    record = refused.record
    size = len(record.value or b"")
    return Unread(
        reason=Reason.RESULT_REFUSED,
        stage=Stage.DELIVER,
        exception=type(refused.error).__name__,
        message=f"{record.topic} refuses the result of {size} bytes: {refused.error}",
    )


class DeadLetters:
    """Puts records away, and says when they are too many."""

    def __init__(self, settings: Settings, delivery: Delivery) -> None:
        """Take the limit's numbers, and what delivers."""
        self._limit = RejectionLimit(
            share=settings.dead_letter_share, window=settings.dead_letter_window
        )
        self._delivery = delivery

    def foresee(self, outcomes: Iterable[Outcome]) -> None:
        """Look at what is known of a batch before anything of it is delivered; note nothing.

        Raises:
            TooManyDeadLetters: the share of unusable records would be above the limit.
        """
        self._limit.check(outcomes)

    def judge(self, outcomes: Iterable[Outcome]) -> None:
        """Note what became of the records of a batch, deliveries that were refused included.

        Raises:
            TooManyDeadLetters: the share of unusable records is above the limit.
        """
        self._limit.record(outcomes)

    async def put(self, unread: Sequence[tuple[Message, Unread]]) -> None:
        """Deliver dead letters; returns when the broker has them all.

        A defect of ours goes into the log with its traceback, which no header has room for, and the
        place of a text that its reading process did not survive.

        Raises:
            DeliveryFailed: the dead-letter topic itself refuses one: the record is nowhere safe.
        """
        for message, why in unread:
            if why.traceback:
                _tell(message, why)
            elif why.reason in _COSTLY:
                _log.warning("text given up", reason=why.reason, **_place(message))
        letters = [dead_letter(message, why) for message, why in unread]
        refused = await self._delivery.deliver(letters)
        # The broker counts bytes as they were packed by whoever sent them; packed by us, a record
        # may be too large. What is known of it and its beginning are kept then, and its origin says
        # where the whole of it lies.
        again = await self._delivery.deliver([_cut(one.record) for one in refused])
        for one in again:
            message = unread[refused[one.index].index][0]
            text = (
                f"{one.record.topic} refuses record {message.offset} of {message.topic} "
                f"partition {message.partition} ({one.error}): raise the topic's "
                "max.message.bytes; the worker stops rather than lose the record"
            )
            raise DeliveryFailed(text) from one.error


def _tell(message: Message, why: Unread) -> None:
    """Write a defect of ours into the log, with the place of the record that shows it.

    What the exceptions say may quote the article and so stands in the dead letter's headers alone.
    """
    _log.error(
        "record put away for a defect of ours",
        **_place(message),
        reason=why.reason,
        stage=why.stage,
        error=why.exception,
        exception=_without_messages(why.traceback)[:_LONGEST_TRACEBACK],
    )
    _log.debug("what the exception says", error=why.message)


def _place(message: Message) -> dict[str, Any]:
    """Where a record lies, and its key."""
    return {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "key": (message.key or b"")[:_LONGEST_KEY].decode(errors="backslashreplace"),
    }


def _without_messages(traceback: str) -> str:
    """Return the places of a traceback and the names of its exceptions, and no word of what they say."""
    kept = []
    code = 0
    for line in traceback.splitlines():
        if line.startswith(_PLACES):
            kept.append(line)
            # Below a place stand a line of our code and, at most, the marks below it.
            code = 2
        elif code and line.startswith("    "):
            kept.append(line)
            code -= 1
        elif code and (named := _EXCEPTION.match(line)):
            kept.append(named[0])
            code = 0
        else:
            code = 0
    return "\n".join(kept)


def _cut(record: Outgoing) -> Outgoing:
    """Keep the beginning of a dead letter's value, and say how long it was."""
    value = record.value or b""
    length = (dead_letter_v1.CUT_HEADER, str(len(value)).encode())
    return replace(record, value=value[:CUT_BYTES], headers=(*record.headers, length))
