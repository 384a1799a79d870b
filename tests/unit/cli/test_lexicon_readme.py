"""What monitor/lexicon/README.md shows of `news-monitor lexicon` is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main

PAGE = (Path(__file__).parents[3] / "monitor" / "lexicon" / "README.md").read_text(encoding="utf-8")
OVERLAY = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[-1]
CHECKED, EXPLAINED = re.findall(r"```console\n\$ news-monitor (.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's overlay, seen from where the page's commands are called."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "my-lexicon"
    folder.mkdir()
    (folder / "canal.toml").write_text(OVERLAY, encoding="utf-8")
    return folder


def run(shown: str) -> tuple[Result, list[str]]:
    """What a command of the page gives, and the lines that the page shows."""
    command, *lines = shown.splitlines()
    return CliRunner().invoke(main, shlex.split(command)), lines


def of_the_overlay(output: str) -> str:
    """The paragraphs about the overlay's entry; the built-in ones may change."""
    paragraphs = output.strip().split("\n\n")
    return "\n\n".join(each for each in paragraphs if each.startswith("canal.closure"))


@pytest.mark.usefixtures("folder")
def test_the_overlay_of_the_page_is_sound() -> None:
    """The overlay that the page gives passes the strict check that it recommends."""
    result = CliRunner().invoke(main, ["lexicon", "check", "my-lexicon"])
    assert result.exit_code == 0
    assert "my-lexicon" not in result.stdout


def test_the_check_of_the_page(folder: Path) -> None:
    """The page's two mistakes are told as the page shows, but for the totals."""
    wrong = OVERLAY.replace('"threat"', '"thret"').replace("..2 <waterway>", "..2 Canal")
    (folder / "canal.toml").write_text(wrong, encoding="utf-8")
    result, lines = run(CHECKED)
    assert result.exit_code == 1
    found = [line for line in result.stdout.splitlines() if line.startswith("my-lexicon")]
    assert found == [line for line in lines if line.startswith("my-lexicon")]


@pytest.mark.usefixtures("folder")
def test_the_explanation_of_the_page() -> None:
    """The overlay's entry is explained as the page shows."""
    result, lines = run(EXPLAINED)
    assert result.exit_code == 0
    assert of_the_overlay(result.stdout) == "\n".join(lines)
