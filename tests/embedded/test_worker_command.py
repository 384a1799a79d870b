"""`news-monitor worker --embedded`: a broker and a worker with one command."""

import contextlib
import signal
import socket

import pytest

from tests.command_line import CommandLine


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.model
def test_articles_go_in_and_alerts_come_out() -> None:
    """Other commands with the same settings reach the broker; SIGTERM ends both with exit code 0."""
    settings = {"broker": f"127.0.0.1:{_free_port()}", "http_port": "0", "processes": "1"}
    run = CommandLine(settings)
    article = (
        b"Iranian forces fired missiles at an Israeli air base on Monday, killing nine people."
    )
    with run.start("worker", "--embedded", "--log-format", "json") as worker:
        assert worker.stderr is not None
        assert settings["broker"] in worker.stderr.readline()
        published = run("publish", "-", stdin=article)
        tailed = run("tail", "--from-beginning", "--count", "1", "--idle-exit", "60")
        worker.send_signal(signal.SIGTERM)
        _, log = worker.communicate(timeout=60)

    assert published.returncode == 0, published.stderr
    assert tailed.returncode == 0, tailed.stderr
    assert "killed" in tailed.stdout
    assert worker.returncode == 0, log
    with pytest.raises(OSError, match=r"refused|reset"):
        socket.create_connection(("127.0.0.1", int(settings["broker"].rpartition(":")[2])), 1)


def test_a_worker_that_finds_no_broker_leaves_the_wait_to_its_supervisor() -> None:
    """Started while nobody answers it ends by itself with 1, and says which address it asked."""
    done = CommandLine({"broker": "127.0.0.1:1", "http_port": "0", "processes": "1"})("worker")

    assert done.returncode == 1
    assert "no broker answers at 127.0.0.1:1" in done.stderr
    assert "nothing listens on this port" in done.stderr


def test_a_broker_elsewhere_cannot_be_embedded() -> None:
    """An address that is not this machine's is refused by name, before anything starts."""
    done = CommandLine({"broker": "kafka.example:9092"})("worker", "--embedded")

    assert done.returncode == 1
    assert "broker = 'kafka.example:9092'" in done.stderr
    assert "127.0.0.1:9092" in done.stderr
