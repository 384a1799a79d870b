"""Headers of dead letters, whoever wrote them: ours, Kafka Connect's, Spring Kafka's.

* Kafka Connect (`DeadLetterQueueReporter`, with `errors.deadletterqueue.context.headers.enable`):
  UTF-8 text, numbers in decimal digits. It never replaces a header that is there already, and gives
  the letter the record's own time.
* Spring Kafka (`DeadLetterPublishingRecoverer`): partition int32, offset and timestamp int64, big
  endian, the rest UTF-8. It appends: of several headers of a name the last tells of the last death.
* Spring Kafka's non-blocking retries: the same under `kafka_original-*`, written once, at the first
  failure; `retry_topic-attempts` and its companions steer its retries and are no part of the record.
"""

import re
import struct
from collections.abc import Iterable, Mapping

from monitor.domain import HeaderFamily, LetterFacts, LetterPlace
from monitor.wire.dead_letter_v1 import (
    CONNECT_PREFIX,
    CUT_HEADER,
    HEADER_FAMILIES,
    REASON_HEADER,
    SPRING_PREFIX,
    STAGE_HEADER,
)

__all__ = ["ATTEMPT_HEADER", "RETRY_OF_HEADER", "read", "retry_headers"]

ATTEMPT_HEADER = "news-monitor-retry-attempt"
"""Which sending back this is, from 1: decimal digits."""
RETRY_OF_HEADER = "news-monitor-retry-of"
"""The exact place of the dead letter that was sent back."""
_RETRY_HEADERS = (ATTEMPT_HEADER, RETRY_OF_HEADER)

_ORIGINAL_PREFIX = "kafka_original-"
_STRIPPED = (
    *HEADER_FAMILIES,
    _ORIGINAL_PREFIX,
    "kafka_exception-",
    "kafka_key-exception-",
    "kafka_dlt-",
    "retry_topic-",
)
"""Beginnings of names that tell of a death. All go before a record is sent back: Kafka Connect would
keep the old ones at its next death, and Spring Kafka would take its attempts for used up."""

_DIGITS = re.compile("[0-9]{1,18}")
_INT32 = struct.Struct(">i")
_INT64 = struct.Struct(">q")

Headers = Iterable[tuple[str, bytes | None]]


def read(headers: Headers) -> LetterFacts:
    """Return what the headers tell; what is malformed counts as not told."""
    kept = tuple(headers)
    told = {name: value for name, value in kept if value is not None}
    origin = _origin(told)
    exception = _first(
        told,
        f"{SPRING_PREFIX}exception-cause-fqcn",
        f"{SPRING_PREFIX}exception-fqcn",
        f"{SPRING_PREFIX}key-exception-fqcn",
        f"{CONNECT_PREFIX}exception.class.name",
        "kafka_exception-cause-fqcn",
        "kafka_exception-fqcn",
    )
    return LetterFacts(
        family=origin.family,
        topic=origin.topic,
        partition=origin.partition,
        offset=origin.offset,
        timestamp_ms=origin.timestamp_ms,
        reason=_first(told, REASON_HEADER) or exception.rpartition(".")[2] or "unknown",
        stage=_first(told, STAGE_HEADER, f"{CONNECT_PREFIX}stage"),
        exception=exception,
        message=_first(
            told,
            f"{SPRING_PREFIX}exception-message",
            f"{SPRING_PREFIX}key-exception-message",
            f"{CONNECT_PREFIX}exception.message",
            "kafka_exception-message",
        ),
        cut_from=_digits(told.get(CUT_HEADER)),
        attempts=_digits(told.get(ATTEMPT_HEADER)) or 0,
        own_headers=tuple(
            (name, value)
            for name, value in kept
            if not name.startswith(_STRIPPED) and name not in _RETRY_HEADERS
        ),
    )


def retry_headers(
    facts: LetterFacts, letter: LetterPlace, attempt: int
) -> tuple[tuple[str, bytes | None], ...]:
    """Return the headers of the record that is sent back: its own, and the two of the retry."""
    return (
        *facts.own_headers,
        (ATTEMPT_HEADER, str(attempt).encode()),
        (RETRY_OF_HEADER, letter.exact.encode()),
    )


def _origin(told: Mapping[str, bytes]) -> LetterFacts:
    """Find where the record came from: the family that was written last comes first."""
    dlt = _spring(told, SPRING_PREFIX + "original-", HeaderFamily.SPRING)
    connect = _connect(told)
    original = _spring(told, _ORIGINAL_PREFIX, HeaderFamily.SPRING_RETRY)
    found = dlt or connect or original or LetterFacts(family=HeaderFamily.NONE)
    if REASON_HEADER not in told:
        return found
    return LetterFacts(
        family=HeaderFamily.OURS,
        topic=found.topic,
        partition=found.partition,
        offset=found.offset,
        timestamp_ms=found.timestamp_ms,
    )


def _spring(told: Mapping[str, bytes], prefix: str, family: HeaderFamily) -> LetterFacts | None:
    topic = _first(told, f"{prefix}topic")
    if not topic:
        return None
    return LetterFacts(
        family=family,
        topic=topic,
        partition=_unpacked(told.get(f"{prefix}partition"), _INT32),
        offset=_unpacked(told.get(f"{prefix}offset"), _INT64),
        timestamp_ms=_unpacked(told.get(f"{prefix}timestamp"), _INT64),
    )


def _connect(told: Mapping[str, bytes]) -> LetterFacts | None:
    topic = _first(told, f"{CONNECT_PREFIX}topic")
    if not topic:
        return None
    return LetterFacts(
        family=HeaderFamily.CONNECT,
        topic=topic,
        partition=_digits(told.get(f"{CONNECT_PREFIX}partition")),
        offset=_digits(told.get(f"{CONNECT_PREFIX}offset")),
    )


def _first(told: Mapping[str, bytes], *names: str) -> str:
    """Return the first header of these that is there, as text."""
    return next((told[name].decode(errors="replace") for name in names if told.get(name)), "")


def _unpacked(value: bytes | None, form: struct.Struct) -> int | None:
    if value is None or len(value) != form.size:
        return None
    number = int(form.unpack(value)[0])
    return number if number >= 0 else None


def _digits(value: bytes | None) -> int | None:
    text = (value or b"").decode(errors="replace")
    return int(text) if _DIGITS.fullmatch(text) else None
