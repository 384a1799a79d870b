"""What a replay prints, and how its options are read."""

import pytest
from click.testing import CliRunner

from agents.replay_report import ReplayReport
from monitor.cli import main
from monitor.cli.replay_options import Duration
from monitor.cli.replay_text import moment, progress_of


def test_progress_says_rate_position_and_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere than on a terminal a line tells how far the run is, what it started with left out."""
    clock = iter([100.0, 110.0, 110.0, 110.0])
    monkeypatch.setattr("monitor.cli.replay_text.time.monotonic", lambda: next(clock))
    report = ReplayReport(replay_id="r", sent=1500, before=500, position_ms=1_772_431_200_000)

    with progress_of("to try", 3500) as show:
        show(report)

    assert capsys.readouterr().err == (
        "to try: 1,500 of 3,500 records, 100/s, at 2026-03-02 06:00:00 UTC, 20 s left\n"
    )


@pytest.mark.parametrize(
    ("next_ms", "words"),
    [(1_772_431_200_000, "2026-03-02 06:00:00 UTC"), (2**62, f"timestamp {2**62}")],
)
def test_a_long_wait_is_told_at_once(
    capsys: pytest.CaptureFixture[str], next_ms: int, words: str
) -> None:
    """Records that lie years apart at their own pace: the run says so instead of seeming to hang."""
    with progress_of("to try", 3500, advice=" (shorten it)") as show:
        show(ReplayReport(replay_id="r", sent=1, next_ms=next_ms))

    assert f"the next one at {words} (shorten it)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "seconds"), [("5s", 5), ("5", 5), ("500ms", 0.5), ("2m", 120), ("1.5h", 5400)]
)
def test_lengths_of_time_have_units(text: str, seconds: float) -> None:
    """Seconds where no unit is given."""
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--speed", "2", "--rate", "3"], "give one of them"),
        (["--max-gap", "5s"], "needs --speed"),
        (["--speed", "2", "--max-gap", "5 days"], "not a length of time"),
        (["--rate", "0"], "--rate"),
    ],
)
def test_paces_that_contradict_are_refused(words: list[str], reason: str) -> None:
    """Wrong usage is named before any broker is asked."""
    result = CliRunner().invoke(main, ["replay", "--from", "a", "--to", "b", *words])

    assert result.exit_code == 2
    assert reason in result.stderr


@pytest.mark.parametrize("time_ms", [-1, -(2**62), 2**62])
def test_any_timestamp_can_be_shown(time_ms: int) -> None:
    """Kafka keeps times that no calendar has."""
    assert moment(time_ms)


def test_an_archive_needs_a_name_of_its_form() -> None:
    """The form is known by the name: another one is refused."""
    result = CliRunner().invoke(main, ["archive", "save", "topic", "a.txt"])

    assert result.exit_code == 2
    assert ".jsonl.zst or .parquet" in result.stderr
