"""HealthServer answers three addresses and never stands in the way."""

import http.client
import json
import socket
import threading
import time

import pytest

from agents.health import HealthServer, Readiness, ReadyState, try_address
from monitor.errors import InvalidSetting
from monitor.metrics import PrometheusRecorder


def serve(readiness: Readiness | None = None) -> HealthServer:
    """A server on a free port."""
    found = readiness or Readiness(state=ReadyState.READY)
    return HealthServer(
        host="127.0.0.1", port=0, exposition=PrometheusRecorder().exposition, probe=lambda: found
    )


def ask(
    server: HealthServer, path: str, *, method: str = "GET", accept: str = ""
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request: status, headers, body."""
    connection = http.client.HTTPConnection(*server.address, timeout=10)
    try:
        connection.request(method, path, headers={"Accept": accept})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def test_metrics_come_in_the_format_asked_for() -> None:
    """Prometheus text by default, OpenMetrics for who accepts it."""
    with serve() as server:
        status, headers, body = ask(server, "/metrics")
        assert (status, headers.get_content_type()) == (200, "text/plain")
        assert b"python_info" in body
        accept = "application/openmetrics-text; version=1.0.0"
        assert ask(server, "/metrics", accept=accept)[2].endswith(b"# EOF\n")


def test_healthz_says_that_the_process_lives_even_when_it_is_not_ready() -> None:
    """Not being ready is no reason to be killed."""
    with serve(Readiness(state=ReadyState.NOT_READY)) as server:
        status, _, body = ask(server, "/healthz")

    assert (status, json.loads(body)) == (200, {"status": "alive", "reasons": []})


def test_healthz_of_a_worker_that_only_a_new_start_helps_is_503() -> None:
    """Whoever restarts by /healthz is told to, with the reason."""
    server = HealthServer(
        host="127.0.0.1",
        port=0,
        exposition=PrometheusRecorder().exposition,
        probe=lambda: Readiness(state=ReadyState.NOT_READY),
        stuck=lambda: "The event loop has not turned for 400 s.",
    )
    with server:
        status, _, body = ask(server, "/healthz")

    assert status == 503
    assert json.loads(body) == {
        "status": "stuck",
        "reasons": ["The event loop has not turned for 400 s."],
    }


def test_readyz_of_a_ready_worker_is_200_with_details() -> None:
    """A ready worker says so, with the numbers behind it."""
    with serve(Readiness(state=ReadyState.READY, details={"partitions": 8})) as server:
        status, headers, body = ask(server, "/readyz")

    assert (status, headers.get_content_type()) == (200, "application/json")
    assert json.loads(body) == {"status": "ready", "reasons": [], "details": {"partitions": 8}}


def test_readyz_of_a_stuck_worker_is_503_with_reasons() -> None:
    """A worker that is not ready says why."""
    stuck = Readiness(state=ReadyState.NOT_READY, reasons=("partition 3 stands still",))
    with serve(stuck) as server:
        status, _, body = ask(server, "/readyz")

    assert status == 503
    assert json.loads(body)["reasons"] == ["partition 3 stands still"]


def test_a_probe_that_fails_means_not_ready() -> None:
    """An error in the probe is an answer, not a broken connection."""

    def probe() -> Readiness:
        message = "no snapshot yet"
        raise RuntimeError(message)

    server = HealthServer(
        host="127.0.0.1", port=0, exposition=PrometheusRecorder().exposition, probe=probe
    )
    with server:
        status, _, body = ask(server, "/readyz")

    assert status == 503
    assert "no snapshot yet" in json.loads(body)["reasons"][0]


def test_metrics_that_fail_are_a_500_with_the_reason() -> None:
    """A broken collector is told to the scraper and ends nothing."""

    def exposition(accept: str) -> tuple[bytes, str]:
        raise OSError(accept)

    server = HealthServer(
        host="127.0.0.1",
        port=0,
        exposition=exposition,
        probe=lambda: Readiness(state=ReadyState.READY),
    )
    with server:
        status, _, body = ask(server, "/metrics", accept="text/plain")
        assert ask(server, "/healthz")[0] == 200

    assert (status, json.loads(body)["error"]) == (
        500,
        "the metrics cannot be shown: OSError: text/plain",
    )


def test_an_ipv6_address_works_too() -> None:
    """http_host may be `::1`, and the link to it has brackets."""
    if not socket.has_ipv6:
        pytest.skip("this Python knows no IPv6")
    try:
        server = HealthServer(
            host="::1",
            port=0,
            exposition=PrometheusRecorder().exposition,
            probe=lambda: Readiness(state=ReadyState.READY),
        )
    except InvalidSetting:
        pytest.skip("this machine has no IPv6 loopback")
    with server:
        assert server.url == f"http://[::1]:{server.address[1]}"
        assert ask(server, "/healthz")[0] == 200


@pytest.mark.parametrize(
    ("host", "advice"),
    [
        ("no-such-host.invalid", "set NEWS_MONITOR_HTTP_HOST"),
        ("203.0.113.1", "set NEWS_MONITOR_HTTP_HOST"),
        ("127.0.0.1", "set NEWS_MONITOR_HTTP_PORT"),
    ],
)
def test_the_setting_that_is_wrong_is_the_one_to_change(host: str, advice: str) -> None:
    """A host that is not ours is no matter of ports, and a port that is taken none of hosts."""
    with serve() as server, pytest.raises(InvalidSetting) as caught:
        try_address(host, server.address[1])
    assert advice in str(caught.value)
    assert str(caught.value).count("NEWS_MONITOR_") == 1


@pytest.mark.parametrize("path", ["/", "/metrics/x", "/../etc/passwd", "/healthz2"])
def test_other_pages_are_not_found(path: str) -> None:
    """Everything else is 404, with the list of pages that there are."""
    with serve() as server:
        status, _, body = ask(server, path)

    assert status == 404
    assert json.loads(body)["pages"] == ["/metrics", "/healthz", "/readyz"]


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz", "/readyz?verbose"])
def test_head_gives_the_same_headers_without_a_body(path: str) -> None:
    """Load balancers may ask with HEAD."""
    with serve() as server:
        status, headers, body = ask(server, path, method="HEAD")

    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0


def test_a_port_in_use_names_the_setting_and_the_way_out() -> None:
    """The second worker on a host is told which setting to change."""
    with serve() as server:
        port = server.address[1]
        with pytest.raises(InvalidSetting, match=f"http_port = {port}.*NEWS_MONITOR_HTTP_PORT"):
            HealthServer(
                host="127.0.0.1",
                port=port,
                exposition=PrometheusRecorder().exposition,
                probe=lambda: Readiness(state=ReadyState.READY),
            )


def test_an_address_that_is_not_ours_is_an_invalid_setting() -> None:
    """A host that cannot be bound is a wrong setting, not a traceback."""
    with pytest.raises(InvalidSetting, match=r"http_host = '192\.0\.2\.1'"):
        HealthServer(
            host="192.0.2.1",
            port=0,
            exposition=PrometheusRecorder().exposition,
            probe=lambda: Readiness(state=ReadyState.READY),
        )


def test_stop_does_not_wait_for_clients() -> None:
    """A client that keeps its connection open, silent, does not hold up the shutdown."""
    server = serve()
    server.start()
    address = server.address
    with socket.create_connection(address):
        time.sleep(0.2)
        before = time.monotonic()
        server.stop()
        server.stop()
        assert time.monotonic() - before < 5  # a client is given ten
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address, timeout=2)


def test_only_daemon_threads_are_started() -> None:
    """No thread of the server can keep a process alive."""
    with serve() as server:
        ask(server, "/healthz")
        names = [thread for thread in threading.enumerate() if thread.name == "health"]
        assert names
        assert all(thread.daemon for thread in names)


def test_the_port_is_free_again_at_once() -> None:
    """A restarted worker gets the port of the one before it."""
    with serve() as server:
        ask(server, "/healthz")
        port = server.address[1]
    again = HealthServer(
        host="127.0.0.1",
        port=port,
        exposition=PrometheusRecorder().exposition,
        probe=lambda: Readiness(state=ReadyState.READY),
    )
    again.stop()
