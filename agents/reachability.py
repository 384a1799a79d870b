"""Reachability: why a broker does not answer, address by address, in words."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError

__all__ = ["explain_unreachable"]

_PROBE_SECONDS = 5.0
_CLOSE_SECONDS = 1.0
_DEFAULT_PORT = 9092


async def explain_unreachable(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Try every address of the connection *options* once, and say what came of it.

    Returns:
        One sentence per address that does not answer; nothing for those that do.
    """
    found = await asyncio.gather(*(_probe(each, options) for each in options["bootstrap_servers"]))
    return tuple(reason for reason in found if reason)


async def _probe(address: str, options: Mapping[str, Any]) -> str:
    host, _, port = address.rpartition(":")
    if not host:
        host, port = address, str(_DEFAULT_PORT)
    if not port.isdecimal():
        return f"{address}: not of the form host:port"
    others = {name: value for name, value in options.items() if name != "bootstrap_servers"}
    others["request_timeout_ms"] = int(_PROBE_SECONDS * 1000)
    # Called when a connection that was open is told to close.
    closing = asyncio.Event()
    others["on_close"] = lambda *_: closing.set()
    connection = AIOKafkaConnection(host.strip("[]"), int(port), **others)
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            await connection.connect()
    except (KafkaError, OSError, TimeoutError) as error:
        return f"{address}: {_in_words(error, str(options['security_protocol']))}"
    finally:
        closed = connection.close()
        if closing.is_set():
            await _end(closed)
    return ""


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
