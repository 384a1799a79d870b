"""Reachability: why a broker does not answer, address by address, in words."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

__all__ = ["explain_failure", "explain_unreachable"]

_PROBE_SECONDS = 5.0
_CLOSE_SECONDS = 1.0
_FAILURES = (KafkaError, OSError, TimeoutError)


async def explain_unreachable(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Try every address of the connection *options* once, and say what came of it.

    Returns:
        One sentence per address that does not answer; nothing for those that do.
    """
    addresses = options["bootstrap_servers"]
    found = await asyncio.gather(*(_trouble(each, options) for each in addresses))
    return tuple(
        f"{address}: {trouble}"
        for address, trouble in zip(addresses, found, strict=True)
        if trouble
    )


async def explain_failure(error: Exception, options: Mapping[str, Any]) -> str:
    """Say why work with a cluster failed though it was found: rights, or where it sends clients.

    Args:
        error: what the client library raised.
        options: how we connect.
    """
    if "Authorization" in type(error).__name__:
        who = options.get("sasl_plain_username") or "clients without credentials"
        return f"we are not allowed to do this ({error}): give {who} the right to (kafka-acls.sh)"
    sentences = [*await explain_unreachable(options), *await _explain_advertised(options)]
    return "; ".join(sentences) or f"the work broke off ({str(error) or type(error).__name__})"


async def _explain_advertised(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Say which of the addresses that the cluster sends its clients to do not answer."""
    for address in options["bootstrap_servers"]:
        elsewhere = await _advertised(address, options) - set(options["bootstrap_servers"])
        if elsewhere:
            places = sorted(elsewhere)
            found = await asyncio.gather(*(_trouble(each, options) for each in places))
            return tuple(
                f"{address} answers, but sends its clients to {place}, which does not"
                f" ({trouble}): set advertised.listeners of that broker to an address that can be"
                " reached from here"
                for place, trouble in zip(places, found, strict=True)
                if trouble
            )
    return ()


async def _advertised(address: str, options: Mapping[str, Any]) -> set[str]:
    """Return where a broker sends its clients; nothing if it does not say."""
    try:
        async with _connected(address, options) as connection:
            metadata = await asyncio.wait_for(connection.send(MetadataRequest([])), _PROBE_SECONDS)
    except _FAILURES:
        return set()
    found = ((broker[1], broker[2]) for broker in metadata.brokers)
    return {f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in found}


async def _trouble(address: str, options: Mapping[str, Any]) -> str:
    """Return what goes wrong at an address, in words; nothing if it answers."""
    try:
        async with _connected(address, options):
            return ""
    except _FAILURES as error:
        return _in_words(error, str(options["security_protocol"]))


@asynccontextmanager
async def _connected(address: str, options: Mapping[str, Any]) -> AsyncIterator[AIOKafkaConnection]:
    """Connect to one address (host:port, as the settings have checked it), and disconnect."""
    host, _, port = address.rpartition(":")
    others = {name: value for name, value in options.items() if name != "bootstrap_servers"}
    others["request_timeout_ms"] = int(_PROBE_SECONDS * 1000)
    # Called when a connection that was open is told to close.
    closing = asyncio.Event()
    others["on_close"] = lambda *_: closing.set()
    connection = AIOKafkaConnection(host.strip("[]"), int(port), **others)
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            await connection.connect()
        yield connection
    finally:
        closed = connection.close()
        if closing.is_set():
            await _end(closed)


async def _end(closed: asyncio.Future[None]) -> None:
    """Wait until the socket of a connection that was told to close is closed.

    Over TLS the socket stays open until the broker has answered the good-bye; a loop that ends
    before leaves it to the garbage collector. The client whose failure is explained here said its
    own good-bye earlier, so its answer has come by then as well.
    """
    with suppress(TimeoutError):
        await asyncio.wait_for(closed, _CLOSE_SECONDS)


def _in_words(error: Exception, protocol: str) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            words = (
                f"the certificate is not trusted ({error.verify_message}): set ssl_cafile to the"
                " authority's PEM file"
            )
        case ssl.SSLError():
            words = f"no TLS is spoken there ({error.reason}): check security_protocol and the port"
        case socket.gaierror():
            words = "the host name is not known"
        case ConnectionRefusedError():
            words = "nothing listens on this port"
        case TimeoutError():
            words = f"no answer within {_PROBE_SECONDS:g} s: a firewall, or not {protocol}"
        case KafkaError():
            words = _kafka_in_words(error, protocol)
        case _:
            words = str(error) or type(error).__name__
    return words


def _kafka_in_words(error: KafkaError, protocol: str) -> str:
    name = type(error).__name__
    if "Sasl" in name or "Auth" in name:
        return f"the broker refuses our credentials ({error}): check sasl_mechanism and password"
    return f"it does not speak {protocol} ({error or name}): check security_protocol and the port"
