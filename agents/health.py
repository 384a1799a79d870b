"""HealthServer: /metrics, /healthz and /readyz from a thread of their own.

The thread answers also while the event loop is busy, so a slow batch never looks like a dead
process. It reads only what the recorder and the probe hand it and never touches the broker.
"""

import errno
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self

from monitor.errors import InvalidSetting

__all__ = ["Exposition", "HealthServer", "Page", "Probe", "Readiness", "ReadyState", "try_address"]

_JSON = "application/json; charset=utf-8"
_POLL_SECONDS = 0.1
_CLIENT_TIMEOUT_SECONDS = 10


class ReadyState(StrEnum):
    """Whether a worker does its work."""

    READY = "ready"
    """Partitions are assigned, and they move."""
    NOT_READY = "not-ready"
    """Something keeps the worker from its work; the reasons say what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What /readyz answers: the state, the reasons for it, and numbers to look at."""

    state: ReadyState
    reasons: tuple[str, ...] = ()
    """Whole sentences: what is wrong and what to do."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Anything JSON can carry."""


Page = tuple[bytes, str]
"""A body and its content type."""
Exposition = Callable[[str], Page]
"""From an Accept header to a page and its content type."""
Probe = Callable[[], Readiness]
"""How the worker does, now; called from the server's threads, so it reads snapshots only."""


class HealthServer:
    """Serves the three addresses from daemon threads until it is stopped."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        exposition: Exposition,
        probe: Probe,
        stuck: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Bind to *host* and *port*; port 0 takes any free one.

        Args:
            host: address to listen on.
            port: port to listen on.
            exposition: makes /metrics.
            probe: answers /readyz.
            stuck: answers /healthz: what stands still for so long that only a new start helps.

        Raises:
            InvalidSetting: if the address cannot be bound, saying which setting to change.
        """
        handler = type(
            "Handler",
            (_Handler,),
            {"exposition": (exposition,), "probe": (probe,), "stuck": (stuck,)},
        )
        self._server = _bound(host, port, handler)
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port it really listens on."""
        host, port = self._server.socket.getsockname()[:2]
        return str(host), int(port)

    @property
    def url(self) -> str:
        """The same as a link, without a path."""
        host, port = self.address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": _POLL_SECONDS},
            name="health",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; requests in hand are left to end with the process. May be called twice."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()


def try_address(host: str, port: int) -> None:
    """Listen at an address for a moment, as a HealthServer would.

    Raises:
        InvalidSetting: if the address cannot be bound, saying which setting to change.
    """
    _bound(host, port, BaseHTTPRequestHandler).server_close()


def _bound(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> "_Server":
    try:
        return _Server((host, port), handler)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        message = (
            f"http_port = {port}, http_host = {host!r}: cannot listen there "
            f"({reason or error}); {_advice(error)}"
        )
        raise InvalidSetting(message) from error


def _advice(error: Exception) -> str:
    """Say which of the two settings to change."""
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, socket.gaierror) or number == errno.EADDRNOTAVAIL:
        return (
            "it is no address of this machine: set NEWS_MONITOR_HTTP_HOST to one, or to 0.0.0.0 for"
            " all of them"
        )
    if number == errno.EACCES:
        return "set NEWS_MONITOR_HTTP_PORT to a port above 1023, which need no rights"
    return (
        "another worker may have the port: set NEWS_MONITOR_HTTP_PORT to a free one, or to 0 for"
        " any"
    )


class _Server(ThreadingHTTPServer):
    """The library's threading server, made quick to start and quick to stop."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, handler)

    def server_bind(self) -> None:
        # The parent class asks the name service for the host's full name, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "", 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that went away."""


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    # In tuples, for a bare function in a class would become a method.
    exposition: ClassVar[tuple[Exposition]]
    probe: ClassVar[tuple[Probe]]
    stuck: ClassVar[tuple[Callable[[], str | None]]]
    timeout = _CLIENT_TIMEOUT_SECONDS
    server_version = "news-monitor"
    sys_version = ""

    def do_GET(self) -> None:
        status, (body, content_type) = self._answer()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  the name that http.server calls

    def _answer(self) -> tuple[HTTPStatus, Page]:
        match self.path.partition("?")[0]:
            case "/metrics":
                return self._metrics()
            case "/healthz":
                return self._liveness()
            case "/readyz":
                return self._readiness()
            case _:
                paths = ["/metrics", "/healthz", "/readyz"]
                return HTTPStatus.NOT_FOUND, _page({"error": "no such page", "pages": paths})

    def _metrics(self) -> tuple[HTTPStatus, Page]:
        try:
            return HTTPStatus.OK, self.exposition[0](self.headers.get("Accept", ""))
        except Exception as error:  # noqa: BLE001  the scraper is told, the worker goes on
            reason = f"the metrics cannot be shown: {type(error).__name__}: {error}"
            return HTTPStatus.INTERNAL_SERVER_ERROR, _page({"error": reason})

    def _liveness(self) -> tuple[HTTPStatus, Page]:
        reason = self.stuck[0]()
        if reason is None:
            return HTTPStatus.OK, _page({"status": "alive", "reasons": []})
        return HTTPStatus.SERVICE_UNAVAILABLE, _page({"status": "stuck", "reasons": [reason]})

    def _readiness(self) -> tuple[HTTPStatus, Page]:
        try:
            found = self.probe[0]()
        except Exception as error:  # noqa: BLE001  a probe that fails is an answer: not ready
            reason = f"the readiness probe failed: {type(error).__name__}: {error}"
            found = Readiness(state=ReadyState.NOT_READY, reasons=(reason,))
        ready = found.state is ReadyState.READY
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return status, _page(
            {"status": found.state, "reasons": list(found.reasons), "details": dict(found.details)}
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        """Say nothing: a scrape every few seconds is no event."""


def _page(content: Mapping[str, object]) -> Page:
    return (json.dumps(content, default=str) + "\n").encode(), _JSON
