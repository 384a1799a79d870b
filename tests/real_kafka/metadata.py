"""What one broker knows of its cluster, asked of that broker and no other.

A client would ask any broker. After a start, a kill or a new topic the brokers learn of it one
after the other, and a test must wait for the last of them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

_PAUSE_SECONDS = 0.05
_REQUEST_MILLISECONDS = 1_000


async def knows_brokers(address: str, options: Mapping[str, Any], brokers: int) -> bool:
    """Whether the broker at an address answers and knows that many live brokers."""
    metadata = await _ask(address, options, topics=[])
    return metadata is not None and len(metadata.brokers) >= brokers


async def knows_topic(
    address: str, options: Mapping[str, Any], topic: str, partitions: int
) -> bool:
    """Whether the broker at an address knows a leader for every partition of a topic."""
    metadata = await _ask(address, options, topics=[topic])
    if metadata is None:
        return False
    for _, name, _, found in metadata.topics:
        if name == topic:
            return len(found) == partitions and all(leader >= 0 for _, _, leader, *_ in found)
    return False


async def until_all(
    conditions: Sequence[Callable[[], Awaitable[bool]]],
    *,
    seconds: float,
    check: Callable[[], None] = lambda: None,
) -> bool:
    """Wait until each condition has held once; say whether that was in time.

    `check` runs before each look, and may raise to end the wait.
    """
    deadline = time.monotonic() + seconds
    for condition in conditions:
        check()
        while not await condition():
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(_PAUSE_SECONDS)
            check()
    return True


async def _ask(address: str, options: Mapping[str, Any], topics: list[str]) -> Any:
    """Return the broker's answer, or None while it gives none."""
    host, _, port = address.rpartition(":")
    try:
        connection = await create_conn(
            host, int(port), request_timeout_ms=_REQUEST_MILLISECONDS, **options
        )
    except (OSError, KafkaError):
        return None
    try:
        return await connection.send(MetadataRequest(topics))
    except (OSError, KafkaError):
        return None
    finally:
        # Until then TLS has its socket open, and the event loop may end right after this.
        await connection.close()
