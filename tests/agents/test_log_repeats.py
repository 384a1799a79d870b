"""What is said again and again is said a few times, and what was left out is counted."""

import io
import json
import logging
from pathlib import Path

import pytest

from agents import logs
from agents.log_levels import LogLevels, parse_levels
from agents.log_repeats import Alike, RepeatLimit
from monitor.errors import InvalidSetting
from monitor.settings import LogFormat, LogLevel, Settings

ALIKE = Alike("agents.delivery", logging.WARNING, "record not delivered yet")
FILE = Path("levels.toml")


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_so_many_pass_and_the_others_are_counted_when_the_time_is_over() -> None:
    """Each stretch of time begins anew, and tells once what the one before left out."""
    clock = Clock()
    limit = RepeatLimit(most=3, seconds=60, clock=clock)
    assert [limit.admit(ALIKE) for _ in range(5)] == [True] * 3 + [False] * 2
    assert limit.over() == []
    clock.now = 60
    assert limit.over() == [(ALIKE, 2)]
    assert limit.over() == []
    assert limit.admit(ALIKE)


def test_other_events_pass_whatever_is_repeated() -> None:
    """Another logger, level or event is another kind."""
    limit = RepeatLimit(most=1)
    assert limit.admit(ALIKE)
    others = (ALIKE._replace(logger="x"), ALIKE._replace(level=10), ALIKE._replace(event="x"))
    assert all(limit.admit(other) for other in others)
    assert not limit.admit(ALIKE)


def test_endless_kinds_of_events_take_no_endless_memory() -> None:
    """The oldest are forgotten."""
    limit = RepeatLimit(clock=Clock())
    for number in range(5000):
        assert limit.admit(ALIKE._replace(event=str(number)))
    assert len(limit._windows) <= 1000


def test_a_storm_of_events_is_a_few_lines() -> None:
    """Ours by their event, whatever their keys; a library's by its template; debug events all."""
    stream = io.StringIO()
    settings = Settings(log_format=LogFormat.JSON, log_level=LogLevel.DEBUG)
    logs.configure(settings, stream=stream)
    for number in range(50):
        logs.get_logger("agents.x").warning("not delivered", record=number)
        logs.get_logger("agents.x").debug("looked", record=number)
        logging.getLogger("library").warning("attempt %d failed", number)
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    by_logger = [(each["logger"], each["level"]) for each in events]
    assert by_logger.count(("agents.x", "warning")) == 10
    assert by_logger.count(("library", "warning")) == 10
    assert by_logger.count(("agents.x", "debug")) == 50


def test_what_was_left_out_is_written_with_the_next_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an event of its kind that says how many."""
    clock = Clock()
    monkeypatch.setattr("agents.log_repeats.time.monotonic", clock)
    monkeypatch.setattr(
        RepeatLimit.__init__, "__kwdefaults__", {"most": 2, "seconds": 60, "clock": clock}
    )
    stream = io.StringIO()
    logs.configure(Settings(log_format=LogFormat.JSON), stream=stream)
    for _ in range(7):
        logs.get_logger("agents.x").warning("not delivered")
    clock.now = 61
    logs.get_logger("agents.y").info("all is well")
    *_, told, last = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (told["event"], told["logger"], told["not_shown"]) == ("not delivered", "agents.x", 5)
    assert last["event"] == "all is well"


def test_the_level_of_a_module_changes_with_the_file_and_goes_back() -> None:
    """Without a restart; its children follow; what is wrong changes nothing."""
    stream = io.StringIO()
    logs.configure(Settings(log_format=LogFormat.JSON), stream=stream)
    levels = LogLevels(FILE)

    def events() -> list[str]:
        stream.seek(0)
        stream.truncate()
        for name in ("here.deep", "there"):
            logs.get_logger(name).debug("detail")
            logs.get_logger(name).info("fact")
        return [json.loads(line)["logger"] for line in stream.getvalue().splitlines()]

    assert events() == ["here.deep", "there"]
    levels.look(b'"here" = "debug"\n"there" = "warning"\n')
    assert events() == ["here.deep", "here.deep"]
    levels.look(b'"here" = "loud"\n')
    assert events() == ["here.deep", "here.deep"]
    levels.look(b"")
    assert events() == ["here.deep", "there"]


@pytest.mark.parametrize(
    "written", [b"\xff", b"agents = ", b'"agents" = "loud"', b"agents = 5", b'"a b" = "info"']
)
def test_a_file_that_is_wrong_is_refused_by_name(written: bytes) -> None:
    """With what is allowed where a line is."""
    with pytest.raises(InvalidSetting, match=r"levels\.toml"):
        parse_levels(written, file=FILE)


async def test_a_file_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    """It may be mounted later."""
    levels = LogLevels(tmp_path / "none.toml")
    assert levels._read() == b""
