"""Clients of the broker: how every producer, consumer and admin client of ours connects.

The one place that turns settings into connection options, and failures to connect into words.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

import faust
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from agents.reachability import explain_failure, explain_unreachable
from monitor.errors import BrokerUnavailable, InvalidSetting
from monitor.settings import SecurityProtocol, Settings

__all__ = [
    "CONNECT_SECONDS",
    "DEAD_LETTER_MARGIN_BYTES",
    "LOOK_CLOSER",
    "addresses",
    "connection_options",
    "create_admin",
    "create_consumer",
    "create_producer",
    "faust_options",
    "in_words",
    "running",
    "stop",
    "translated",
]

CLIENT_ID = "news-monitor"
CONNECT_SECONDS = 10.0
"""How long a client may take to find the cluster before we say that no broker answers."""
LOOK_CLOSER = " `news-monitor doctor` looks closer."
"""How the message that no broker answers ends; the doctor itself leaves it out."""
REQUEST_TIMEOUT_MS = 20_000
_STOP_SECONDS = 10.0
DEAD_LETTER_MARGIN_BYTES = 65_536
"""How much larger than an article's record its dead letter may be: room for the headers."""
_LARGEST_UNPACKED_BYTES = 256 * 1024 * 1024
"""Most bytes of a record before it is packed: far more than any topic of ours takes."""


class Client(Protocol):
    """What aiokafka's three clients share."""

    async def start(self) -> None:
        """Connect to the cluster."""


AnyClient = TypeVar("AnyClient", bound=Client)


def addresses(settings: Settings) -> str:
    """Return the brokers' addresses as people write them."""
    return ", ".join(settings.broker)


def connection_options(settings: Settings) -> dict[str, Any]:
    """Return the options that every aiokafka class takes: addresses, encryption, credentials.

    Raises:
        InvalidSetting: a certificate or key file cannot be read.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": list(settings.broker),
        "client_id": CLIENT_ID,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
        "security_protocol": settings.security_protocol.value,
    }
    if _encrypted(settings):
        options["ssl_context"] = _ssl_context(settings)
    if _authenticated(settings):
        options["sasl_mechanism"] = settings.sasl_mechanism.value
        options["sasl_plain_username"] = settings.sasl_username
        options["sasl_plain_password"] = settings.sasl_password.get_secret_value()
    return options


def faust_options(settings: Settings) -> dict[str, Any]:
    """Return the options of `faust.App` that say where the broker is and who we are.

    Raises:
        InvalidSetting: a certificate or key file cannot be read.
    """
    options: dict[str, Any] = {
        "broker": [f"kafka://{address}" for address in settings.broker],
        "broker_client_id": CLIENT_ID,
    }
    context = _ssl_context(settings) if _encrypted(settings) else None
    if _authenticated(settings):
        options["broker_credentials"] = faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password.get_secret_value(),
            mechanism=settings.sasl_mechanism.value,
            ssl_context=context,
        )
    elif context is not None:
        options["broker_credentials"] = faust.SSLCredentials(context)
    return options


def create_producer(settings: Settings, **options: Any) -> AIOKafkaProducer:
    """Return a producer, not yet started, whose records arrive once and in order.

    Batches are compressed with gzip: it is the only codec that every Kafka client reads without an
    extra library, and it makes news text about three times smaller.
    """
    defaults: dict[str, Any] = {
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "gzip",
        # The broker limits a batch as it is sent, compressed; this limits a record as it is before.
        # A dead letter must go out at any size that could come in.
        "max_request_size": _LARGEST_UNPACKED_BYTES,
    }
    return AIOKafkaProducer(**connection_options(settings), **(defaults | options))


def create_consumer(settings: Settings, *topics: str, **options: Any) -> AIOKafkaConsumer:
    """Return a consumer, not yet started; without a `group_id` it leaves no trace on the broker."""
    defaults: dict[str, Any] = {
        "group_id": None,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        # One fetch at a time per broker: a long wait on one partition would hold up the others.
        "fetch_max_wait_ms": 100,
    }
    return AIOKafkaConsumer(*topics, **connection_options(settings), **(defaults | options))


def create_admin(settings: Settings) -> AIOKafkaAdminClient:
    """Return an admin client, not yet started."""
    return AIOKafkaAdminClient(**connection_options(settings))


@asynccontextmanager
async def running(
    client: AnyClient, settings: Settings, *, connect_seconds: float = CONNECT_SECONDS
) -> AsyncIterator[AnyClient]:
    """Start a client, and stop it whatever happens.

    What the library raises while it is used is told in words as well: that the first address
    answers says little about those that it sends us to, and nothing about what we are allowed.

    Raises:
        BrokerUnavailable: naming the addresses, what each answered, and what to do.
    """
    try:
        await _start(client, settings, connect_seconds)
        async with translated(settings):
            yield client
    finally:
        await stop(client)


@asynccontextmanager
async def translated(settings: Settings) -> AsyncIterator[None]:
    """Turn what the client library raises inside into an error of ours.

    Raises:
        BrokerUnavailable: in the library's error's place.
    """
    try:
        yield
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(await in_words(error, settings)) from error


async def in_words(error: Exception, settings: Settings) -> str:
    """Say why work with a broker that was found has failed, and what to do; takes seconds."""
    reason = await explain_failure(error, connection_options(settings))
    return (
        f"the broker at {addresses(settings)} ({settings.security_protocol}) was found, but cannot"
        f" be worked with: {reason}"
    )


async def _start(client: Client, settings: Settings, connect_seconds: float) -> None:
    try:
        async with asyncio.timeout(connect_seconds):
            await client.start()
    except (KafkaError, OSError, TimeoutError) as error:
        reasons = await explain_unreachable(connection_options(settings))
        message = (
            f"no broker answers at {addresses(settings)}"
            f" ({settings.security_protocol}): {'; '.join(reasons) or error}."
            " Check that Kafka runs there and the setting `broker`"
            f" (--broker HOST:PORT or NEWS_MONITOR_BROKER).{LOOK_CLOSER}"
        )
        raise BrokerUnavailable(message) from error


async def stop(client: Any) -> None:
    """Stop a client of any kind, also one that never got a connection.

    aiokafka's consumer can lose the order to stop when it is given while partitions change: what
    is still open after the time given is given up. Where the broker is away, its consumer's `stop`
    ends with the CancelledError of a task of its own, which is not ours and must not end who waits.
    """
    end = client.close if isinstance(client, AIOKafkaAdminClient) else client.stop
    ending = asyncio.ensure_future(end())
    try:
        await asyncio.wait((ending,), timeout=_STOP_SECONDS)
    finally:
        ending.cancel()
    if ending.done() and not ending.cancelled():
        ending.result()


def _encrypted(settings: Settings) -> bool:
    return settings.security_protocol in (SecurityProtocol.SSL, SecurityProtocol.SASL_SSL)


def _authenticated(settings: Settings) -> bool:
    return settings.security_protocol in (
        SecurityProtocol.SASL_PLAINTEXT,
        SecurityProtocol.SASL_SSL,
    )


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile)
    except (OSError, ssl.SSLError) as error:
        message = f"ssl_cafile = '{settings.ssl_cafile}': not a readable PEM file ({error})"
        raise InvalidSetting(message) from error
    context.check_hostname = settings.ssl_check_hostname
    if settings.ssl_certfile is not None:
        try:
            context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile)
        except (OSError, ssl.SSLError) as error:
            message = (
                f"ssl_certfile = '{settings.ssl_certfile}', ssl_keyfile = '{settings.ssl_keyfile}':"
                f" not a readable pair of PEM files ({error})"
            )
            raise InvalidSetting(message) from error
    return context
