"""Results that are kept come back as they were, and what is no result is refused by line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.backtest.comparison import Verdict, pairs
from monitor.backtest.results import compared_json, load_result, result_lines
from monitor.backtest.served import Compared
from monitor.backtest.store import ResultStore, Side
from monitor.errors import InvalidResult
from tests.unit.backtest.quick import run, some_news


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A kept result."""
    file = tmp_path / "kept.jsonl"
    with ResultStore() as store, file.open("w") as opened:
        totals = run(store, some_news(50))
        opened.writelines(result_lines(store, Side.AFTER, totals, made_with={"lexicon": "x"}))
    return file


def test_a_kept_result_is_compared_like_a_run(kept: Path) -> None:
    """The same news again gives the same stories, and the digest says that they are the same news."""
    with ResultStore() as store:
        digest = load_result(kept, store, Side.BEFORE)
        totals = run(store, some_news(50))
        assert totals.digest == digest
        assert {pair.verdict for pair in pairs(store)} == {Verdict.SAME}
        assert run(store, some_news(49)).digest != digest


BREAKS: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "cut off": (lambda lines: lines[:-1], "cut off"),
    "empty": (lambda _: [], "cut off"),
    "a line is missing": (lambda lines: [*lines[:3], *lines[4:]], "lines are missing"),
    "something follows": (lambda lines: [*lines, lines[1]], "something follows"),
    "another file": (lambda _: ['{"type": "article"}\n'], ":1: schema is"),
    "no JSON": (lambda lines: [lines[0], "{\n"], ":2: no line of a kept backtest"),
    "no alert": (lambda lines: [lines[0], '{"type": "alert"}\n'], ":2: no line of"),
    "a list": (lambda _: ["[]\n"], ":1: no line of"),
    "deep": (lambda _: ["[" * 100_000 + "\n"], ":1: no line of"),
    "a newer one": (
        lambda lines: [lines[0].replace("backtest/1", "backtest/2")],
        "this release reads",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_no_result_is_refused(kept: Path, name: str) -> None:
    """The message names the file and, where there is one, the line."""
    change, told = BREAKS[name]
    lines = kept.read_text().splitlines(keepends=True)
    kept.write_text("".join(change(lines)))
    with ResultStore() as store, pytest.raises(InvalidResult) as refused:
        load_result(kept, store, Side.BEFORE)
    assert told in str(refused.value)
    assert str(kept) in str(refused.value)


def test_a_story_as_json_can_be_written() -> None:
    """Every story is plain JSON with its evidence and entries."""
    with ResultStore() as store:
        run(store, some_news(20))
        rows = [json.loads(json.dumps(compared_json(Compared(pair=pair)))) for pair in pairs(store)]
    assert rows
    for row in rows:
        assert (row["type"], row["verdict"], row["before"]) == ("difference", "gained", None)
        assert row["after"]["told"]["alert"]["evidence"]
        assert row["responsible"] == ["quick"]
