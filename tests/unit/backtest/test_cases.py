"""Regression cases: what is kept is verified, member by member, to the first difference."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from monitor.backtest.cases import Case, open_case, record_case, verify_case
from monitor.backtest.records import StoredRecord
from monitor.domain import SignalKind, Stage, Unread
from monitor.errors import InvalidResult, Reason
from monitor.pipeline import READING_SETTINGS, STORY_SETTINGS, build_pipeline, story_rules
from monitor.settings import Settings
from tests.builders import NOON
from tests.unit.backtest.quick import news, quick_reader, some_news

ODD = [
    StoredRecord(value=b"\xff\xfe", place="x:1"),
    StoredRecord(value=None, place="x:2", timestamp=NOON),
    StoredRecord(value="plain text \u2028 caf\u00e9\r".encode(), place="x:3"),
    StoredRecord(
        value=b"",
        place="x:4",
        refused=Unread(
            reason=Reason.TOO_LONG, stage=Stage.DECODE, exception="InvalidRecord", message=""
        ),
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case of some news and some odd records."""
    made = tmp_path / "cases" / "one"
    kept = asyncio.run(
        record_case(made, news([*some_news(30), *ODD]), quick_reader(), Settings(), versions={})
    )
    assert kept == 34
    return made


def opened(folder: Path) -> Case:
    """The case, opened."""
    return open_case(folder, base=Settings(processes=1))


def test_a_case_is_as_it_was(folder: Path) -> None:
    """The same rules give the same outcomes, and every record came back byte for byte."""
    case = opened(folder)
    assert case.settings.processes == 1
    assert asyncio.run(verify_case(case, quick_reader())) is None

    async def kept() -> list[StoredRecord]:
        return [record async for batch in case.news() for record in batch]

    assert asyncio.run(kept()) == [*some_news(30), *ODD]


def test_the_first_difference_is_told(folder: Path) -> None:
    """Record, article and member are named, with what was and what is."""
    difference = asyncio.run(
        verify_case(opened(folder), quick_reader(without=SignalKind.MARKET_MOVE))
    )
    assert difference is not None
    assert (difference.record, difference.path) == (1, "reports[1]")
    assert difference.expected["signals"][0]["kind"] == "market-move"
    assert difference.found is None


def test_a_member_that_differs_is_named(folder: Path) -> None:
    """The path leads to the very member."""
    file = folder / "expected.jsonl"
    lines = file.read_text().splitlines()
    row = json.loads(lines[0])
    row["alerts"][0]["severity"] = "Unknown"
    file.write_text("\n".join([json.dumps(row), *lines[1:]]) + "\n")
    difference = asyncio.run(verify_case(opened(folder), quick_reader()))
    assert difference is not None
    assert (difference.path, difference.expected) == ("alerts[0].severity", "Unknown")


def test_an_existing_folder_is_left_alone(folder: Path) -> None:
    """A case is never written over another."""
    again = record_case(folder, news([]), quick_reader(), Settings(), versions={})
    with pytest.raises(InvalidResult, match="exists already"):
        asyncio.run(again)
    assert asyncio.run(verify_case(opened(folder), quick_reader())) is None


def test_files_go_with_the_case(tmp_path: Path) -> None:
    """A case holds the lexicon files and watchlists that it was read with, in their order."""
    overlays, watchlists = [], []
    for name in ("second", "first"):
        overlay = tmp_path / name
        overlay.mkdir()
        (overlay / "unrest.toml").write_text('kind = "unrest"\n')
        overlays.append(overlay)
        watchlist = tmp_path / f"{name}.csv"
        watchlist.write_text(f"term\n{name} harbour\n")
        watchlists.append(watchlist)
    settings = Settings(lexicon_overlays=tuple(overlays), watchlists=tuple(watchlists))
    made = tmp_path / "case"
    asyncio.run(record_case(made, news(some_news(3)), quick_reader(), settings, versions={}))
    kept = opened(made).settings
    assert [path.name for path in kept.lexicon_overlays] == ["000-second", "001-first"]
    assert all((path / "unrest.toml").is_file() for path in kept.lexicon_overlays)
    assert [path.read_text() for path in kept.watchlists] == [
        "term\nsecond harbour\n",
        "term\nfirst harbour\n",
    ]


def test_a_case_is_run_with_its_own_settings(tmp_path: Path) -> None:
    """Whatever the outcome depends on is the case's; what it does not is the environment's."""
    own = Settings(story_idle_hours=5, story_quiet_minutes=90, signals_partitions=2)
    made = tmp_path / "case"
    asyncio.run(record_case(made, news(some_news(30)), quick_reader(), own, versions={}))
    base = Settings(processes=1, story_quiet_minutes=7, watchlists=(tmp_path / "mine.csv",))
    case = open_case(made, base=base)
    names = READING_SETTINGS | STORY_SETTINGS
    assert {name: getattr(case.settings, name) for name in names} == {
        name: getattr(own, name) for name in names
    }
    assert case.settings.processes == 1
    assert asyncio.run(verify_case(case, quick_reader())) is None


def test_a_case_of_before_a_setting_was_there_is_run_with_its_default(folder: Path) -> None:
    """An older case stays one: what it does not state is as it was before anybody could set it."""
    file = folder / "case.json"
    content = json.loads(file.read_text())
    del content["settings"]["story_quiet_minutes"]
    file.write_text(json.dumps(content))
    case = open_case(folder, base=Settings(processes=1, story_quiet_minutes=90))
    assert case.settings.story_quiet_minutes == Settings().story_quiet_minutes
    assert asyncio.run(verify_case(case, quick_reader())) is None


class Asked:
    """Settings that note what they are asked for."""

    def __init__(self) -> None:
        """Begin with the defaults."""
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        """Give a default."""
        self.names.add(name)
        return getattr(Settings(), name)


def test_all_settings_that_outcomes_depend_on_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that comes to be asked for, and is not on the list, is found here."""
    asked = Asked()
    story_rules(cast("Settings", asked))
    assert asked.names | {"signals_partitions"} == STORY_SETTINGS
    asked = Asked()
    monkeypatch.setattr("monitor.pipeline.build_analyser", lambda **_: None)
    build_pipeline(cast("Settings", asked))
    assert asked.names == READING_SETTINGS


def drop_last_line(file: Path) -> None:
    """Cut a file off."""
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))


BREAKS: dict[str, Callable[[Path], object]] = {
    "no case.json, as when it was broken off": lambda folder: (folder / "case.json").unlink(),
    "another schema": lambda folder: (folder / "case.json").write_text('{"schema": "x"}'),
    "no settings": lambda folder: (folder / "case.json").write_text(
        '{"schema": "news-monitor/case/1"}'
    ),
    "a list": lambda folder: (folder / "case.json").write_text("[]"),
    "records cut off": lambda folder: drop_last_line(folder / "records.jsonl"),
    "expectations cut off": lambda folder: drop_last_line(folder / "expected.jsonl"),
    "a broken record": lambda folder: (folder / "records.jsonl").write_text('{"place": "x"}\n'),
    "no JSON": lambda folder: (folder / "records.jsonl").write_text("{\n"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_no_case_is_refused(folder: Path, name: str) -> None:
    """A case that was cut off or changed is never taken for one that is as it was."""
    BREAKS[name](folder)
    with pytest.raises(InvalidResult, match=str(folder)):
        asyncio.run(verify_case(opened(folder), quick_reader()))
