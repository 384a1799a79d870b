"""The doctor's look at the port for metrics; what it asks a broker is tested where one runs."""

import socket
import threading
from collections.abc import Iterator

import pytest

from agents.broker_checks import check_broker
from agents.doctor import _port
from agents.finding import Grade
from agents.health import HealthServer, Readiness, ReadyState
from monitor.metrics import PrometheusRecorder
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


@pytest.mark.parametrize(
    ("answer", "grade", "told"),
    [
        (Readiness(state=ReadyState.READY), Grade.OK, "a worker runs there, ready"),
        (
            Readiness(
                state=ReadyState.NOT_READY,
                reasons=("No partition is assigned.", "Kafka does not answer."),
                details={"partitions": {}},
            ),
            Grade.WARN,
            "a worker runs there, not-ready: No partition is assigned. Kafka does not answer.",
        ),
        (
            Readiness(state=ReadyState.NOT_READY),
            Grade.WARN,
            "a worker runs there, not-ready: it says no reason",
        ),
    ],
)
def test_a_worker_is_told_of_in_words(answer: Readiness, grade: Grade, told: str) -> None:
    """Status and reasons of the worker that has the port, in one line and without JSON."""
    exposition = PrometheusRecorder().exposition
    with HealthServer(
        host="127.0.0.1", port=0, exposition=exposition, probe=lambda: answer
    ) as server:
        finding = _port(Settings(http_port=server.address[1]))

        assert (finding.grade, finding.message) == (grade, f"{server.url}: {told}")


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"status": "ready"}',
        b'{"status": "ready", "reasons": "none"}',
        b'{"status": "OK", "reasons": []}',
        b"<html>",
        b"",
    ],
)
@pytest.mark.parametrize("status", [b"200 OK", b"404 Not Found"])
def test_other_web_servers_are_no_workers(status: bytes, body: bytes) -> None:
    """Whatever a page of somebody else's says, its port is not free for a worker."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.0 " + status + b"\r\n\r\n" + body)

        threading.Thread(target=answer, daemon=True).start()
        finding = _port(Settings(http_port=listener.getsockname()[1]))

    assert finding.grade is Grade.FAIL
    assert "no worker answers" in finding.message


async def test_nobody_is_told_to_run_the_doctor_by_the_doctor() -> None:
    """Without a broker the finding ends with what to check."""
    (finding,) = [found async for found in check_broker(Settings(broker=("127.0.0.1:1",)))]

    assert finding.grade is Grade.FAIL
    assert finding.message.endswith("NEWS_MONITOR_BROKER).")
    assert "doctor" not in finding.message
