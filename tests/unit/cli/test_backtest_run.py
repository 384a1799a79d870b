"""`news-monitor backtest`, `record` and `verify` over quick news: what they print, write and exit with.

What reads is the stand-in pipeline whose texts are orders, in this process. That the product's own
processes and pipeline go through the same commands is shown in `tests/embedded/test_backtest.py`.
"""

import gzip
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.backtest.readers import Reader
from monitor.cli import main
from monitor.domain import SignalKind, Versions
from monitor.settings import Settings
from tests.unit.backtest.quick import quick_reader, record, some_news

Run = Callable[..., Result]
SUBSCRIPTIONS = """
[[subscription]]
id = "moves"
kinds = ["market-move"]

[[subscription]]
id = "strikes"
kinds = ["military-strike"]
"""


@asynccontextmanager
async def quick_readers(settings: Settings) -> AsyncIterator[tuple[Reader, Versions]]:
    """What reads with these settings: strikes are in an overlay, market moves are built in."""
    without = None if settings.lexicon_overlays else SignalKind.MILITARY_STRIKE
    yield quick_reader(without=without), Versions(lexicon="quick", model="quick")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in this process, in a folder of its own."""
    monkeypatch.setattr("agents.pool_reader.pool_reader", quick_readers)
    monkeypatch.setattr("monitor.cli.backtest_run.pool_reader", quick_readers)
    monkeypatch.setenv("NEWS_MONITOR_LEXICON_OVERLAYS", "mine")
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()

    def running(*words: str) -> Result:
        return CliRunner().invoke(main, list(words), catch_exceptions=False)

    return running


def write_news(name: str, texts: Sequence[str] | None = None) -> None:
    """Write a file of articles; by default a dozen."""
    records = some_news(12) if texts is None else [record(*each) for each in enumerate(texts)]
    lines = b"".join((each.value or b"") + b"\n" for each in records)
    Path(name).write_bytes(gzip.compress(lines) if name.endswith(".gz") else lines)


def rows_of(text: str) -> list[dict[str, Any]]:
    """JSON lines, read."""
    return [json.loads(line) for line in text.splitlines()]


def test_what_is_saved_is_compared_with_later(run: Run) -> None:
    """The same news is the same; news that has changed is said to be other news."""
    write_news("news.jsonl")
    saved = run("backtest", "news.jsonl", "--save", "kept.jsonl")
    assert saved.exit_code == 0, saved.output
    kept = rows_of(Path("kept.jsonl").read_text())
    assert (kept[0]["type"], kept[-1]["type"], kept[-1]["records"]) == ("result", "end", 12)
    same = run("backtest", "news.jsonl", "--against", "kept.jsonl", "--format", "jsonl")
    (summary,) = rows_of(same.stdout)
    assert summary["same"] == summary["before"]["alerts"] == summary["after"]["alerts"] > 0

    write_news("news.jsonl", ["strike Atlantis Borduria"])
    other = run("backtest", "news.jsonl", "--against", "kept.jsonl", "--fail-if", "lost > 0")
    assert other.exit_code == 1
    assert "failed: lost > 0" in other.stderr
    assert "was made of other news" in other.stderr
    assert "lost" in other.stdout


def test_where_nothing_can_be_written_is_told_before_anything_runs(run: Run) -> None:
    """Exit code 2: no hour of reading is lost to a folder that is not there."""
    write_news("news.jsonl")
    for option in ("--save", "--html"):
        failed = run("backtest", "news.jsonl", option, "nowhere/file")
        assert (failed.exit_code, failed.stdout) == (2, "")
        assert "there is no folder 'nowhere'" in failed.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["mine", "news.jsonl"]


def test_the_page_has_the_marked_texts_of_what_differs(run: Run) -> None:
    """One file, with the text of the story that the other configuration does not alert."""
    write_news("news.jsonl", ["market Elbonia", "strike Atlantis <Borduria>"])
    done = run("backtest", "news.jsonl", "--against", "builtin", "--html", "page.html")
    assert done.exit_code == 0, done.output
    assert "gained" in done.stdout
    page = Path("page.html").read_text()
    assert "<mark><b>s</b></mark><mark>trike Atlantis &lt;Borduria&gt;</mark>" in page
    assert "market Elbonia" not in page
    assert "Backtest: mine against builtin" in page


def test_subscriptions_are_compared(run: Run) -> None:
    """Each has its line, a reason, and names for conditions; also against other subscriptions."""
    write_news("news.jsonl", ["market Elbonia", "strike Atlantis Borduria"])
    Path("subs.toml").write_text(SUBSCRIPTIONS)
    Path("fewer.toml").write_text(SUBSCRIPTIONS.partition("\n\n")[0])
    words = ("backtest", "news.jsonl", "--subscriptions-file", "subs.toml")
    alone = run(*words, "--format", "jsonl")
    told = {row["kind"]: row["subscriptions"] for row in rows_of(alone.stdout)[:-1]}
    assert [each["subscription"] for each in told["market-move"]] == ["moves"]
    assert [each["subscription"] for each in told["military-strike"]] == ["strikes"]

    other = run(*words, "--against", "fewer.toml", "--fail-if", "gained.for.strikes > 0")
    assert other.exit_code == 1
    assert "strikes: gained (not-subscribed)" in other.stdout
    assert "moves: " not in other.stdout
    assert "0 > 1" in other.stdout

    unknown = run(*words, "--fail-if", "lost.for.nobody > 0")
    assert unknown.exit_code == 2
    assert "lost.for.strikes" in unknown.stderr


def test_subscriptions_of_one_side_hold_for_both(run: Run) -> None:
    """A settings file that names none is compared with those of the command, and the other way."""
    write_news("news.jsonl", ["market Elbonia", "strike Atlantis Borduria"])
    Path("subs.toml").write_text(SUBSCRIPTIONS)
    Path("plain.toml").write_text("story_idle_hours = 5\n")
    Path("own.toml").write_text('subscriptions_file = "subs.toml"\n')
    for words in (
        ("--subscriptions-file", "subs.toml", "--against", "plain.toml"),
        ("--against", "own.toml"),
    ):
        done = run("backtest", "news.jsonl", *words, "--format", "jsonl")
        assert done.exit_code == 0, done.output
        assert rows_of(done.stdout)[-1]["subscriptions"]["moves"]["same"] == 1


def test_a_wrong_file_of_subscriptions_is_told_before_anything_runs(run: Run) -> None:
    """With its line; exit code 1."""
    write_news("news.jsonl")
    Path("subs.toml").write_text('[[subscription]]\nid = "moves"\nkinds = ["no-such"]\n')
    done = run("backtest", "news.jsonl", "--subscriptions-file", "subs.toml")
    assert done.exit_code == 1
    assert "subs.toml:3" in done.stderr


def test_a_stretch_is_recorded_and_verified(run: Run) -> None:
    """The case holds the stretch alone, and is as it was for as long as nothing changes."""
    write_news("news.jsonl.gz")
    done = run("record", "cases/one", "news.jsonl.gz", "--skip", "2", "--count", "5")
    assert done.exit_code == 0, done.output
    assert "5 records kept" in done.stderr
    kept = rows_of(Path("cases/one/records.jsonl").read_text())
    assert [json.loads(row["value"])["id"] for row in kept] == [f"a-{n}" for n in range(2, 7)]

    verified = run("verify", "cases/one")
    assert (verified.exit_code, verified.stdout) == (0, "cases/one: as it was\n")

    again = run("record", "cases/one", "news.jsonl.gz")
    assert again.exit_code == 1
    assert "exists already" in again.stderr


def test_the_first_difference_of_each_case_is_told(run: Run) -> None:
    """With record, article and member; the other cases are still run; exit code 1."""
    write_news("news.jsonl")
    for name in ("one", "two"):
        assert run("record", f"cases/{name}", "news.jsonl").exit_code == 0
    file = Path("cases/one/expected.jsonl")
    rows = rows_of(file.read_text())
    number = next(number for number, row in enumerate(rows) if row.get("alerts"))
    rows[number]["alerts"][0]["severity"] = "Unheard-of"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))

    done = run("verify", "cases/one", "cases/two")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    article = f"article a-{number}"
    assert lines[0] == f"cases/one: record {number} ({article}) differs in alerts[0].severity"
    assert lines[1] == '  expected "Unheard-of"'
    assert lines[3] == "cases/two: as it was"
    assert "1 of 2 differ" in done.stderr


def test_what_is_no_case_is_refused(run: Run, tmp_path: Path) -> None:
    """A folder without one: exit code 1, and what makes one."""
    (tmp_path / "empty").mkdir()
    done = run("verify", "empty")
    assert done.exit_code == 1
    assert "news-monitor record" in done.stderr


def test_a_case_that_cannot_be_read_does_not_keep_the_others_from_being_run(
    run: Run, tmp_path: Path
) -> None:
    """No case and one cut off are told and counted; all others are run."""
    write_news("news.jsonl")
    for name in ("cut", "whole"):
        assert run("record", f"cases/{name}", "news.jsonl").exit_code == 0
    expected = Path("cases/cut/expected.jsonl")
    expected.write_text("".join(expected.read_text().splitlines(keepends=True)[:-1]))
    (tmp_path / "cases" / "empty").mkdir()

    done = run("verify", "cases/empty", "cases/cut", "cases/whole")

    assert done.exit_code == 1
    assert done.stdout == "cases/whole: as it was\n"
    assert "cases/empty/case.json: no regression case" in done.stderr
    assert "cases/cut/expected.jsonl: ends before record 11" in done.stderr
    assert "2 of 3 cannot be read" in done.stderr
    assert "differ" not in done.stderr


def test_records_that_cannot_be_read_are_counted_and_named(run: Run) -> None:
    """A run goes on after them, and conditions can ask for them."""
    write_news("news.jsonl")
    with Path("news.jsonl").open("a") as file:
        file.write('{"text": 5}\n')
    done = run("backtest", "news.jsonl", "--fail-if", "unreadable > 0")
    assert done.exit_code == 1
    assert "news.jsonl:13" in done.stderr
    assert "13 records = 12 read + 1 unreadable" in done.stdout
