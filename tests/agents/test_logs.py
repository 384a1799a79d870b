"""Log events are one line, in one format, and cannot act on the reader's terminal."""

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from agents import logs
from monitor.settings import LogFormat, LogLevel, Settings


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def written(
    act: Callable[[], object],
    *,
    log_format: LogFormat = LogFormat.JSON,
    level: LogLevel = LogLevel.INFO,
    stream: io.StringIO | None = None,
) -> str:
    """What *act* wrote to the log."""
    stream = stream or io.StringIO()
    logs.configure(Settings(log_format=log_format, log_level=level), stream=stream)
    act()
    return stream.getvalue()


def event(act: Callable[[], object]) -> dict[str, Any]:
    """The one JSON event that *act* wrote."""
    lines = written(act).splitlines()
    assert len(lines) == 1
    parsed: dict[str, Any] = json.loads(lines[0])
    return parsed


def fail(log: logging.Logger | structlog.stdlib.BoundLogger) -> None:
    """Log an exception."""
    try:
        int("first line\nsecond \x1b[31mline")
    except ValueError:
        log.exception("batch failed")


def test_json_events_carry_time_level_logger_and_keys() -> None:
    """One JSON object per event: what programs filter by."""
    found = event(
        lambda: logs.get_logger("agents.x").info("assigned", topic="t", partitions=[1, 2])
    )

    assert found.pop("timestamp").endswith("Z")
    assert found == {
        "event": "assigned",
        "level": "info",
        "logger": "agents.x",
        "topic": "t",
        "partitions": [1, 2],
    }


def test_library_events_have_the_same_form() -> None:
    """Events of the standard library's loggers cannot be told from ours."""
    found = event(lambda: logging.getLogger("faust.x").warning("lost %s", "broker"))

    assert (found["event"], found["level"], found["logger"]) == (
        "lost broker",
        "warning",
        "faust.x",
    )


@pytest.mark.parametrize("name", ["faust.worker", "mode.services", "aiokafka.consumer", "asyncio"])
def test_noisy_libraries_speak_from_warning_on(name: str) -> None:
    """Libraries' own affairs stay out of the log, also at debug level."""
    log = logging.getLogger(name)

    assert written(lambda: log.info("fetched"), level=LogLevel.DEBUG) == ""
    assert "broken" in written(lambda: log.warning("broken"), level=LogLevel.DEBUG)


def test_levels_below_the_setting_are_not_written() -> None:
    """log_level is obeyed by our loggers and the library's."""

    def act() -> None:
        logs.get_logger("a").info("quiet")
        logging.getLogger("b").info("quiet")
        logs.get_logger("a").error("loud")

    assert [
        json.loads(line)["event"] for line in written(act, level=LogLevel.ERROR).splitlines()
    ] == ["loud"]


@pytest.mark.parametrize(
    "logger", [logs.get_logger("a"), logging.getLogger("b")], ids=["ours", "std"]
)
def test_an_exception_is_one_json_event_with_its_traceback(logger: Any) -> None:
    """Tracebacks do not tear an event into lines."""
    found = event(lambda: fail(logger))

    assert found["event"] == "batch failed"
    assert "Traceback" in found["exception"]
    assert "\x1b" not in found["exception"]


@pytest.mark.parametrize(
    ("error", "words", "traceback"),
    [
        (OSError("disk full"), "a thread ended with an error", True),
        (asyncio.CancelledError(), "a thread was cancelled", False),
    ],
)
def test_what_ends_a_thread_is_one_event(
    error: BaseException,
    words: str,
    traceback: bool,  # noqa: FBT001
) -> None:
    """Without the log it would be a traceback among the lines of JSON."""

    def end() -> None:
        raise error

    def run() -> None:
        thread = threading.Thread(target=end, name="client")
        thread.start()
        thread.join()

    found = event(run)

    assert (found["event"], found["thread"]) == (words, "client")
    assert ("exception" in found) == traceback


def test_a_thread_may_end_itself() -> None:
    """`sys.exit` in a thread is no error, as in the interpreter's own hook."""

    def run() -> None:
        thread = threading.Thread(target=sys.exit)
        thread.start()
        thread.join()

    assert written(run) == ""


def test_an_error_without_a_value_is_an_error() -> None:
    """The interpreter may leave the value out; the kind alone tells."""

    def run() -> None:
        threading.excepthook(threading.ExceptHookArgs((OSError, None, None, None)))

    assert event(run)["event"] == "a thread ended with an error"


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("red \x1b[31mtext\x1b[0m", "red text"),
        ("title \x1b]0;owned\x07gone", "title gone"),
        ("c1 \x9b31mtext", "c1 text"),
        ("new\nline\r\nand\ttab", "new line and tab"),
        ("paragraph\u2029end", "paragraph end"),
        ("bidi \u202etxt\u202c \u2066iso\u2069", "bidi txt iso"),
        ("bell\x07 back\x08 null\x00 del\x7f", "bell back null del"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("Élysée 北京 🚀 naïve", "Élysée 北京 🚀 naïve"),
    ],
)
@pytest.mark.parametrize("log_format", [LogFormat.JSON, LogFormat.CONSOLE])
def test_values_are_stripped_of_what_acts_on_a_terminal(
    hostile: str, harmless: str, log_format: LogFormat
) -> None:
    """Escape sequences, control and bidirectional characters are taken out; letters stay."""

    def act() -> None:
        logs.get_logger("a").info("seen", title=hostile, deep={"list": [hostile]})
        logging.getLogger("b").info("seen %s", hostile)

    text = written(act, log_format=log_format)

    assert len(text.splitlines()) == 2
    if log_format is LogFormat.JSON:
        ours, theirs = map(json.loads, text.splitlines())
        assert (ours["title"], ours["deep"]) == (harmless, {"list": [harmless]})
        assert theirs["event"] == f"seen {harmless}"
    else:
        assert text.count(harmless) == 3


def test_a_huge_value_is_cut() -> None:
    """A five megabyte text does not become a five megabyte log line."""
    assert len(written(lambda: logs.get_logger("a").info("seen", text="x" * 5_000_000))) < 3000


def test_auto_is_console_with_colours_on_a_terminal_and_json_elsewhere() -> None:
    """People get colours, programs get JSON, without a setting."""

    def act() -> None:
        logs.get_logger("a").info("started", port=1)

    on_terminal = written(act, log_format=LogFormat.AUTO, stream=Terminal())
    assert "\x1b[" in on_terminal
    assert "started" in on_terminal
    assert json.loads(written(act, log_format=LogFormat.AUTO))["port"] == 1
    assert "\x1b[" not in written(act, log_format=LogFormat.CONSOLE)


def test_configuring_twice_writes_once() -> None:
    """A second call replaces the first arrangement."""

    def act() -> None:
        logs.configure(Settings(log_format=LogFormat.JSON), stream=second)
        logging.getLogger("b").warning("once")

    second = io.StringIO()
    assert written(act) == ""
    assert second.getvalue().count("once") == 1
