"""`news-monitor demo`, end to end: the newcomer's first minute."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agents.demonstration import built_in_news

_ROOT = Path(__file__).parents[2]
_COMMAND = [sys.executable, "-m", "monitor", "demo", "--port", "0", "--http-port", "0"]


@pytest.mark.model
def test_the_demo_shows_alerts_and_adds_up() -> None:
    """Alerts with marked words, a dead letter, and sums that add up; exit 0."""
    done = subprocess.run(
        [*_COMMAND, "--seconds", "6"],
        capture_output=True,
        text=True,
        cwd=_ROOT,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "\x1b" not in done.stdout
    assert re.search(r'^ {10}".*\*.+\*', done.stdout, re.MULTILINE)
    assert "dead letters  1 (not-json)" in done.stdout
    sums = re.search(r"records read +(\d+) = (\d+) with signals \+ (\d+) without \+ 1", done.stdout)
    assert sums
    read, with_signals, without = map(int, sums.groups())
    assert read == with_signals + without + 1 == len(built_in_news())
    assert "/metrics" in done.stdout
    assert "kcat -b 127.0.0.1:" in done.stdout
    assert re.search(r"(news-monitor|-m monitor) publish --broker 127", done.stdout)


@pytest.mark.model
def test_a_worker_that_cannot_start_is_explained() -> None:
    """A demo whose worker fails exits with 1 and shows why, and leaves no process behind."""
    done = subprocess.run(
        _COMMAND,
        capture_output=True,
        text=True,
        cwd=_ROOT,
        timeout=120,
        check=False,
        env={"PATH": "", "NEWS_MONITOR_MODEL": "no_such_pipeline"},
    )

    assert done.returncode == 1
    assert "no_such_pipeline" in done.stderr
    assert "Traceback" not in done.stderr.splitlines()[0]


@pytest.mark.model
def test_a_demo_that_is_kept_stays_until_ctrl_c() -> None:
    """With --keep broker and worker stay after the summary; Ctrl-C ends all with exit code 0."""
    with subprocess.Popen(
        [*_COMMAND, "--seconds", "2", "--keep"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Running until Ctrl-C"):
                break
        else:
            assert process.stderr is not None
            pytest.fail(process.stderr.read())
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, remarks = process.communicate(timeout=60)
    assert process.returncode == 0, remarks
    assert "Traceback" not in remarks
