"""Port forward: passes connections on a fixed port of loopback on to another port.

librdkafka's mock cluster picks its own port; this gives it a known one.
"""

import asyncio
import contextlib
import os
from types import TracebackType
from typing import Self

from monitor.errors import BrokerUnavailable

__all__ = ["PortForward"]

_HOST = "127.0.0.1"
_CHUNK_BYTES = 65_536


class PortForward:
    """A listener on 127.0.0.1 that passes everything on, while its context lasts."""

    def __init__(self, port: int, *, target: tuple[str, int]) -> None:
        """Take the port to listen on and the address to pass on to."""
        self._port = port
        self._target = target
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            BrokerUnavailable: the port is taken.
        """
        try:
            self._server = await asyncio.start_server(self._pass_on, _HOST, self._port)
        except OSError as error:
            message = (
                f"the embedded broker cannot listen on {_HOST}:{self._port}: {os.strerror(error.errno or 0)};"
                " choose another port, or stop what listens there"
            )
            raise BrokerUnavailable(message) from error
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening; open connections end with the process."""
        if self._server is not None:
            self._server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The end of the loop cancels what is open; asyncio would report that as an error of each.
        with contextlib.suppress(asyncio.CancelledError):
            try:
                target_reader, target_writer = await asyncio.open_connection(*self._target)
            except OSError:
                writer.close()
                return
            await asyncio.gather(_pump(reader, target_writer), _pump(target_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    writer.close()
