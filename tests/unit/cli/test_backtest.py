"""`news-monitor backtest`, as far as it goes without reading: usage, and the judging of a sample."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from monitor.backtest.comparison import Pair, StoryResult
from monitor.backtest.deciding import Revision
from monitor.backtest.summary import Judgement
from monitor.cli import main
from monitor.cli.judging import judge_sample
from monitor.wire import examples

NEWS = Path(__file__).parents[3] / "agents" / "demo" / "news.jsonl"


def backtest(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["backtest", str(NEWS), *words])


USAGE = {
    "no condition": (["--fail-if", "lsot > 0"], "'lsot' at character 1"),
    "a call": (["--fail-if", "exit() > 0"], "'exit' at character 1"),
    "judging without a terminal": (["--judge", "5"], "--judge asks at a terminal"),
    "judging of nothing": (["--judge-from", "lost"], "say with what, by --against"),
    "against nothing": (["--against", "no-such-thing"], "neither `builtin` nor there"),
    "times of files": (["--from-time", "2026-03-02"], "go with --topic"),
    "files and a topic": (["--topic", "news.articles.v1"], "say what to read"),
    "no number": (["--judge", "0"], "--judge"),
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage_is_told_before_anything_runs(name: str) -> None:
    """Exit code 2, and the message says what is allowed."""
    words, told = USAGE[name]
    done = backtest(*words)
    assert done.exit_code == 2, done.output
    assert told in " ".join(done.output.split())


def test_a_file_that_is_no_result_is_refused(tmp_path: Path) -> None:
    """What --against names must be what --save wrote; exit code 1, with file and line."""
    file = tmp_path / "old.jsonl"
    file.write_text('{"id": "an article"}\n')
    done = backtest("--against", str(file))
    assert done.exit_code == 1
    assert f"{file}:1" in done.output


def some_pairs(count: int) -> list[Pair]:
    """Stories that are gained, and as many that are lost."""
    alerts = [replace(examples.ALERTS[0], alert_id=f"st-{number}") for number in range(count)]
    stories = [
        StoryResult(revisions=(Revision(alert=each, record=0, article="a", keywords=()),))
        for each in alerts
    ]
    gained = [Pair(before=None, after=story) for story in stories]
    return [*gained, *(Pair(before=story, after=None) for story in stories)]


@pytest.fixture
def judge() -> Callable[..., tuple[Judgement, str]]:
    """Judge with these keys; returns what was counted and what was shown."""

    def judging(keys: str, *, count: int, of: str = "gained") -> tuple[Judgement, str]:
        found: list[Judgement] = []

        @click.command()
        def command() -> None:
            found.append(judge_sample(some_pairs(20), count=count, of=of, seed=1))

        done = CliRunner().invoke(command, input=keys, catch_exceptions=False)
        return found[0], done.output

    return judging


Judging = Callable[..., tuple[Judgement, str]]


def test_keys_are_counted(judge: Judging) -> None:
    """y, n and s count, in either case; other keys are asked for again."""
    judged, shown = judge("yYnxs", count=4)
    assert judged == Judgement(right=2, wrong=1, skipped=1)
    assert "4 of 4" in shown


def test_q_stops(judge: Judging) -> None:
    """What was judged before counts."""
    judged, _ = judge("yq", count=10)
    assert judged == Judgement(right=1, wrong=0, skipped=0)


def test_the_end_of_input_stops(judge: Judging) -> None:
    """Ctrl-D, or a terminal that goes away, loses nothing that was judged."""
    judged, _ = judge("yn", count=10)
    assert judged == Judgement(right=1, wrong=1, skipped=0)


def test_a_sample_is_no_larger_than_what_there_is(judge: Judging) -> None:
    """All are asked about where there are fewer, and those of another sort are not."""
    assert judge("y" * 20, count=99)[0].right == 20
    assert judge("y" * 20, count=99, of="all")[0].right == 20
    assert judge("", count=99, of="changed")[0].asked == 0
