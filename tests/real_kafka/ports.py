"""Free ports on loopback that stay free for us while brokers come and go."""

import socket
import sys
from collections.abc import Sequence

LOOPBACK = "127.0.0.1"


class PortReservation:
    """Loopback ports that no other program is given until the reservation is released.

    A broker that was killed must find its port again. In between a client that keeps on trying to
    connect could be handed that very port for its own end, and so talk to itself. A socket that
    is bound, never listens, and allows reuse prevents that, and the broker can still listen.
    """

    def __init__(self, *, chosen: Sequence[int] = (), free: int = 0) -> None:
        """Reserve the chosen ports, and as many more that are free."""
        self._sockets: list[socket.socket] = []
        try:
            self.ports = tuple(self._bind(port) for port in (*chosen, *[0] * free))
        except OSError:
            self.release()
            raise
        # Only Linux lets a second socket listen beside the bound one.
        if sys.platform != "linux":
            self.release()

    def release(self) -> None:
        """Give the ports back; a second call does nothing."""
        while self._sockets:
            self._sockets.pop().close()

    def _bind(self, port: int) -> int:
        holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._sockets.append(holder)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind((LOOPBACK, port))
        except OSError as error:
            message = f"port {port} on {LOOPBACK} cannot be had: {error.strerror}"
            raise OSError(error.errno, message) from error
        bound: int = holder.getsockname()[1]
        return bound
