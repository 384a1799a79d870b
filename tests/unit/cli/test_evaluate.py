"""`news-monitor evaluate`: scores, lists, floors and exit codes, as people and programs see them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main

BOMBED = "Israeli jets bombed a weapons depot near Damascus on Monday."
HYMN = "The choir sang a hymn in the village church."


@pytest.fixture
def sentences(tmp_path: Path) -> str:
    """One right, one false, one missed and one unsure sentence."""
    file = tmp_path / "labels.tsv"
    rows = (
        "# block\tn\tlabels\tcertainty\ttriggers\ttext",
        f"b\t0\tmilitary-strike:happening\tsure\tbombed\t{BOMBED}",
        f"b\t1\tnone\tsure\t\t{BOMBED}",
        f"c\t0\tunrest:happening\tsure\tsang\t{HYMN}",
        f"c\t1\tnone\tunsure\t\t{HYMN}",
    )
    file.write_text("\n".join(rows), encoding="utf-8")
    return str(file)


def run(*words: str, stdin: str = "") -> Result:
    """What `news-monitor evaluate` says."""
    return CliRunner().invoke(main, ["evaluate", *words], input=stdin)


def report(*words: str, stdin: str = "") -> dict[str, Any]:
    """What it says to programs."""
    result = run(*words, "--format", "json", stdin=stdin)
    assert result.exit_code == 0, result.output
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def test_people_get_a_table(sentences: str) -> None:
    """Both forms, all scores, what was left out; lines of at most 80 characters."""
    result = run(sentences)
    assert result.exit_code == 0, result.output
    assert "3 sentences in 2 blocks, 1 unsure left out" in result.stdout
    for part in ("as written", "stripped", "alert or not", "status right", "  military-strike"):
        assert part in result.stdout
    assert "0.500" in result.stdout
    assert "sanctions" not in result.stdout
    assert max(map(len, result.stdout.splitlines()[1:])) <= 80
    assert result.stderr == ""


def test_programs_get_one_object(sentences: str) -> None:
    """Versions, one report per file, and no missed floor."""
    said = report(sentences, sentences, "--form", "stripped")
    assert said["versions"]["lexicon"]
    assert said["below"] == []
    assert [each["items"] for each in said["files"]] == [3, 3]
    assert set(said["files"][0]["scores"]) == {"stripped"}


def test_unsure_items_count_when_asked_for(sentences: str) -> None:
    """`--unsure` scores them as well."""
    (file,) = report(sentences, "--unsure")["files"]
    assert (file["items"], file["left_out"]) == (4, 0)


def test_standard_input_is_a_file(sentences: str) -> None:
    """`-` is read like any other."""
    (file,) = report("-", stdin=Path(sentences).read_text(encoding="utf-8"))["files"]
    assert (file["file"], file["items"]) == ("standard input", 3)


@pytest.mark.parametrize(
    ("what", "there", "absent"),
    [
        ("misses", ["c-0", HYMN, "missed     unrest"], ["b-1"]),
        ("false", ["b-1", 'bombed"', "false      military-strike"], ["c-0"]),
        ("status", ["0 items with status"], ["b-1", "c-0"]),
        ("all", ["b-1", "c-0"], ["b-0"]),
    ],
)
def test_what_went_wrong_is_listed(
    sentences: str, what: str, there: list[str], absent: list[str]
) -> None:
    """Each list holds its items with gold, found and the words that fired, and no others."""
    result = run(sentences, "--list", what, "--form", "written")
    assert result.exit_code == 0, result.output
    for part in there:
        assert part in result.stdout
    for part in absent:
        assert f"\n{part}\n" not in result.stdout
    (file,) = report(sentences, "--list", what, "--form", "written")["files"]
    assert {each["id"] for each in file["wrong"]} <= {"b-1", "c-0"}


def test_articles_are_scored_by_id(tmp_path: Path) -> None:
    """Labels by id and texts elsewhere meet; articles have no status."""
    labels, texts = tmp_path / "labels.tsv", tmp_path / "texts.jsonl"
    labels.write_text("a\tmilitary-strike\t-\tSY\tsure\t-\n", encoding="utf-8")
    texts.write_text(json.dumps({"id": "a", "text": BOMBED}), encoding="utf-8")
    (file,) = report(str(labels), "--texts", str(texts), "--fail-below", "status=1")["files"]
    assert file["unit"] == "article"
    assert file["scores"]["written"]["alert"]["right"] == 1
    assert file["scores"]["written"]["status"] is None


def test_a_missed_floor_is_exit_code_1(sentences: str) -> None:
    """Each score below its floor is named on standard error; the scores are printed all the same."""
    asked = ("--fail-below", "alert-f1=0.4", "--fail-below", "stripped.kinds-f1=0.9")
    result = run(sentences, *asked)
    assert result.exit_code == 1
    assert f"{sentences}: stripped.kinds-f1 is 0.5000, below 0.9" in result.stderr
    assert "alert-f1" not in result.stderr
    assert "alert or not" in result.stdout
    said = run(sentences, *asked, "--format", "json")
    assert said.exit_code == 1
    (below,) = json.loads(said.stdout)["below"]
    assert below == {
        "file": sentences,
        "form": "stripped",
        "metric": "kinds-f1",
        "least": 0.9,
        "value": 0.5,
    }
    assert run(sentences, "--fail-below", "alert-f1=0.5").exit_code == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "Missing argument"),
        (["no-such-file.tsv"], "no-such-file.tsv"),
        (["-", "--form", "loud"], "loud"),
        (["-", "--list", "hits"], "hits"),
        (["-", "--fail-below", "alert-f1"], "METRIC=VALUE"),
        (["-", "--fail-below", "alert-f1=7"], "from 0 to 1"),
        (["-", "--form", "written", "--fail-below", "stripped.alert-f1=1"], "not scored"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(words: list[str], complaint: str) -> None:
    """Wrong usage is refused with what is wrong."""
    result = run(*words)
    assert result.exit_code == 2
    assert complaint in result.stderr


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("", "holds nothing"),
        ("b\t0\traid:happening\tsure\t\tx\n", "standard input:1: unknown kind 'raid'"),
        ("b\t0\tnone\tunsure\t\tx\n", "--unsure"),
        ("a\tnone\t-\t-\tsure\n", "--texts"),
        ('{"text": "x"}\n', "standard input:1: active must be a list"),
    ],
)
def test_a_bad_file_is_exit_code_2(given: str, complaint: str) -> None:
    """What cannot be read is one line that names file, line and what is allowed."""
    result = run("-", stdin=given)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


def test_nothing_of_a_file_acts_on_the_terminal(tmp_path: Path) -> None:
    """Escape sequences and bidirectional controls are not passed on, in lists, errors or JSON."""
    evil = "\x1b]0;title\x07\x1b[31mred\u202e\x9b2J"
    file = tmp_path / "evil.tsv"
    file.write_text(f"b{evil}\t0\tnone\tsure\t{evil}\t{evil} {BOMBED}\n", encoding="utf-8")
    bad = tmp_path / "bad.tsv"
    bad.write_text(f"b\t0\t{evil}:happening\tsure\t\tx\n", encoding="utf-8")
    shown = (
        run(str(file), "--list", "all").output
        + run(str(file), "--list", "all", "--format", "json").output
        + run(str(bad)).output
    )
    for sign in ("\x1b", "\x07", "\x9b", "\u202e", "\x7f"):
        assert sign not in shown
    assert "jets bombed" in shown
