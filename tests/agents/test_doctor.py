"""The doctor's look at the port for metrics; what it asks a broker is tested where one runs."""

import socket
import threading
from collections.abc import Iterator

import pytest

from agents.doctor import _port
from agents.finding import Grade
from monitor.settings import Settings


@pytest.fixture
def taken() -> Iterator[int]:
    """A port where something answers that is no worker and speaks no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"SSH-2.0-something\r\n")
                connection.recv(1000)

        threading.Thread(target=answer, daemon=True).start()
        yield listener.getsockname()[1]


def test_an_ipv6_address_is_fine() -> None:
    """What a worker can listen on is free for the doctor too."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    finding = _port(Settings(http_host="::1", http_port=0))
    assert (finding.grade, finding.message) == (Grade.OK, "http://[::1]:0 is free")


def test_a_port_of_somebody_else_fails(taken: int) -> None:
    """A port where no worker answers is named with what to set, whatever does answer."""
    finding = _port(Settings(http_port=taken))
    assert finding.grade is Grade.FAIL
    assert f"no worker answers at http://127.0.0.1:{taken}" in finding.message
    assert "set NEWS_MONITOR_HTTP_PORT" in finding.message


def test_an_unknown_host_is_no_matter_of_ports() -> None:
    """A host that is not ours fails with advice on the host."""
    finding = _port(Settings(http_host="no-such-host.invalid"))
    assert finding.grade is Grade.FAIL
    assert "set NEWS_MONITOR_HTTP_HOST" in finding.message
    assert "http_port to" not in finding.message
