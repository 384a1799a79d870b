"""`news-monitor watchlists check` lists what is wrong, for people and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main


def check(*words: str, **environment: str) -> Result:
    """What a call gives."""
    return CliRunner().invoke(main, ["watchlists", "check", *words], env=environment)


def a_file(folder: Path, content: str) -> str:
    """A list of ships."""
    file = folder / "ships.csv"
    file.write_text(content, encoding="utf-8")
    return str(file)


def test_a_sound_list_is_fine(tmp_path: Path) -> None:
    """The totals say what was read."""
    result = check(a_file(tmp_path, "name\nMaersk\nMSC\n"), "--strict")
    assert result.exit_code == 0
    assert result.stdout == "1 watchlist, 2 items, 0 errors, 0 warnings\n"


def test_errors_stand_as_editors_find_them(tmp_path: Path) -> None:
    """FILE:LINE: error: what, and exit code 1; a terminal is not recoloured by a file."""
    file = a_file(tmp_path, "name,case\nMaersk,\x1b[31mexakt\n")
    result = check(file)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{file}:2: error: case ")
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--strict",), 1)])
def test_warnings_fail_a_strict_check_only(
    tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    """A list without items is no error."""
    assert check(a_file(tmp_path, "name\n"), *words).exit_code == code


def test_the_setting_s_files_are_taken_without_files(tmp_path: Path) -> None:
    """And programs read one object per problem and the totals."""
    file = a_file(tmp_path, "name\n...\n")
    result = check("--format", "jsonl", NEWS_MONITOR_WATCHLISTS=file)
    problem, totals = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 1
    assert (problem["file"], problem["line"], problem["severity"]) == (file, 2, "error")
    assert totals == {"watchlists": 1, "items": 0, "errors": 1, "warnings": 0}
