"""`news-monitor lexicon` finds what is wrong in overlays, and explains what fires in a text."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main

SOUND = """kind = "threat"

[[entry]]
id = "canal.closure"
terms = ["(close/v|block/v) ..2 canal"]
not_near = ["dredging", "(ice|snow)"]
example = "The navy said it would close the canal."
counter_example = "Ice blocked the canal."
"""
BUILT_IN = "attack.verb-armed"
ESCAPE = "\x1b[31mred\x1b]0;title\x07\u202e"


def run(*words: str, text: str | None = None) -> Result:
    """What a call of `news-monitor lexicon` gives."""
    return CliRunner().invoke(main, ["lexicon", *words], input=text)


def overlay(folder: Path, content: str) -> str:
    """A folder with one lexicon file, as the command line names it."""
    (folder / "ours.toml").write_text(content, encoding="utf-8")
    return str(folder)


def explained(*words: str, text: str | None = None) -> list[dict[str, Any]]:
    """What `explain` says of each place."""
    result = run("explain", *words, "--format", "jsonl", text=text)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


# check


def test_the_built_in_lexicon_has_no_errors() -> None:
    """What we ship can be used, and the totals say how much it is."""
    result = run("check", "--format", "jsonl")
    assert result.exit_code == 0
    *problems, totals = [json.loads(line) for line in result.stdout.splitlines()]
    assert totals["errors"] == 0
    assert totals["warnings"] == len(problems)
    assert totals["entries"] > 30
    assert totals["files"] > 10


def test_a_sound_overlay_is_fine(tmp_path: Path) -> None:
    """An overlay that keeps its promises passes the strict check, and counts."""
    without = json.loads(run("check", "--format", "jsonl").stdout.splitlines()[-1])
    result = run("check", overlay(tmp_path, SOUND), "--format", "jsonl", "--strict")
    totals = json.loads(result.stdout.splitlines()[-1])
    assert result.exit_code == 0, result.stdout
    assert totals["entries"] == without["entries"] + 1
    assert totals["files"] == without["files"] + 1
    assert totals["version"] != without["version"]


def test_all_errors_are_listed(tmp_path: Path) -> None:
    """Every error is listed as FILE:LINE with entry, reason and what is allowed; exit code 1."""
    folder = overlay(
        tmp_path, SOUND.replace("not_near", "not_neer").replace('canal"]', '<canal>"]')
    )
    result = run("check", folder)
    assert result.exit_code == 1
    first, second = [line for line in result.stdout.splitlines() if ": error: " in line]
    file = tmp_path / "ours.toml"
    assert first.startswith(f"{file}:5: error: entry canal.closure: no class <canal>; ")
    assert second.startswith(
        f"{file}:6: error: entry canal.closure: unknown 'not_neer'; did you mean 'not_near'? "
    )
    assert result.stdout.splitlines()[-1].endswith("2 errors, 0 warnings")


def test_several_folders_are_laid_over_each_other(tmp_path: Path) -> None:
    """Folders are taken in order; one that is missing is an error, not wrong usage."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = overlay(tmp_path / "a", SOUND)
    second = overlay(tmp_path / "b", SOUND)
    result = run("check", first, second, str(tmp_path / "c"))
    assert result.exit_code == 1
    assert f"lexicon overlay {tmp_path / 'c'}: error: there is no such folder" in result.stdout
    assert (
        f"{tmp_path / 'b' / 'ours.toml'}:4: warning: entry canal.closure: replaces the entry of the "
        f"same id in {tmp_path / 'a' / 'ours.toml'}:4"
    ) in result.stdout


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        (
            f'[[entry]]\nid = "{BUILT_IN}"\noff = true\n',
            "switches off the entry of the same id in ",
        ),
        (
            SOUND.replace("canal.closure", BUILT_IN),
            "replaces the entry of the same id in built-in ",
        ),
        (SOUND.replace("counter_", "# "), "entry canal.closure: has no counter_example"),
        (
            SOUND.replace("would close the", "left the"),
            "example, stripped, does not fire it: none of",
        ),
        (SOUND.replace("Ice", "Rebels"), "counter_example, as written, fires it, by 'blocked the"),
        (SOUND + '[classes]\nships = ["ship/n"]\n', "class ships: no entry and no other class"),
    ],
)
def test_warnings_fail_the_strict_check_only(tmp_path: Path, content: str, warning: str) -> None:
    """A warning names what may not be meant; only with --strict does it fail the check."""
    folder = overlay(tmp_path, content)
    result = run("check", folder)
    assert result.exit_code == 0, result.stdout
    assert warning in result.stdout
    assert run("check", folder, "--strict").exit_code == 1


def test_the_setting_names_the_overlays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without folders the setting's overlays are checked, from wherever it comes; folders win."""
    folder = overlay(tmp_path, SOUND + "wrong = 1\n")
    assert run("check", "--lexicon-overlays", folder).exit_code == 1
    monkeypatch.setenv("NEWS_MONITOR_LEXICON_OVERLAYS", folder)
    assert run("check").exit_code == 1
    (tmp_path / "sound").mkdir()
    assert run("check", overlay(tmp_path / "sound", SOUND)).exit_code == 0


def test_a_hostile_file_cannot_touch_the_terminal(tmp_path: Path) -> None:
    """Escape sequences in a lexicon file do not reach the terminal in either format."""
    written = json.dumps(f"a{ESCAPE}")
    folder = overlay(
        tmp_path, f"[[entry]]\nid = {written}\nkind = {written}\nterms = [{written}]\n"
    )
    for form in ("text", "jsonl"):
        result = run("check", folder, "--format", form)
        assert result.exit_code == 1
        assert not set("\x1b\x07\u202e") & set(result.output)


# check --sample


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("news.jsonl", '{"title": "Canal closed", "text": "They sang. Rebels block the canal."}'),
        ("sentences.tsv", "b-1\t0\tthreat:happening\tsure\tblock\tRebels block the canal."),
    ],
)
def test_a_sample_is_read(tmp_path: Path, name: str, line: str) -> None:
    """Articles and labelled sentences, plain and packed, are samples; what fires there is seen."""
    folder = overlay(tmp_path, SOUND.replace("\nexample", "\n# "))
    written = f"# a header\n{line}\n\n".encode()
    (tmp_path / name).write_bytes(written)
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(written))
    assert "canal.closure: never fires" in run("check", folder).stdout
    for file in (name, f"{name}.gz"):
        result = run("check", folder, "--sample", str(tmp_path / file))
        assert "canal.closure: never fires" not in result.stdout
        assert "canal.closure: has no example" in result.stdout


def test_an_entry_that_never_fires_is_told_with_the_sample(tmp_path: Path) -> None:
    """The warning names the sample and its size."""
    sample = tmp_path / "news.jsonl"
    sample.write_text('{"text": "They sang."}\n{"text": "They danced."}\n', encoding="utf-8")
    folder = overlay(tmp_path, SOUND.replace("\nexample", "\n# "))
    result = run("check", folder, "--sample", str(sample))
    assert f"never fires in the sample ({sample} and the examples: 2 texts)" in result.stdout


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"b\t0\tnone\tsure\t\tThey sang.\nThey sang.\n", ":2: 1 columns; a line is a JSON object"),
        (b'{"title": "x"}\n', ":1: "),
        (b"{\n", ":1: "),
        (b"b\t0\tnone\tsure\t\tcaf\xe9\n", ":1: 'utf-8' codec"),
    ],
)
def test_a_malformed_sample_is_wrong_usage(tmp_path: Path, content: bytes, complaint: str) -> None:
    """A sample that cannot be read is refused with file and line, and exit code 2."""
    sample = tmp_path / "sample"
    sample.write_bytes(content)
    result = run("check", "--sample", str(sample))
    assert result.exit_code == 2
    assert f"{sample}{complaint}" in result.stderr


def test_a_packed_sample_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    """A file that only says it is packed is refused by name."""
    sample = tmp_path / "sample.gz"
    sample.write_bytes(b"not packed")
    result = run("check", "--sample", str(sample))
    assert result.exit_code == 2
    assert f"{sample}: cannot be read: " in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--sample", "no-such-file"],
        ["check", "--format", "xml"],
        ["check", "--no-such-option"],
        ["explain", "a", "b"],
        ["explain", ""],
        ["explain", " \n\t"],
        ["nonsense"],
    ],
    ids=repr,
)
def test_wrong_usage_exits_with_2(words: list[str]) -> None:
    """Wrong usage, a text without anything in it included, gives exit code 2."""
    assert run(*words).exit_code == 2


# explain


def test_a_place_is_explained(tmp_path: Path) -> None:
    """A user's entry is explained from its words to what became of them."""
    text = "It rained. Rebels blocked the canal on Monday."
    folder = overlay(tmp_path, SOUND)
    (place,) = [
        place
        for place in explained(text, "--lexicon-overlays", folder)
        if place["entry"] == "canal.closure"
    ]
    assert place["kind"] == "threat"
    assert place["file"] == str(tmp_path / "ours.toml")
    assert place["words"] == {"quote": "blocked the canal", "start_char": 18, "end_char": 35}
    assert place["sentence"]["quote"] == "Rebels blocked the canal on Monday"
    assert (place["counts"], place["refused_by"]) == (True, None)
    assert (place["status"], place["cue"]) == ("happening", "")
    assert place["read_as"]["status"] == "happening"
    assert place["outcome"] == "signal"
    assert place["why"].endswith("enough by itself to make threat news")


def test_a_refused_place_is_explained(tmp_path: Path) -> None:
    """A refusal says which condition, its words as the file writes them, and those in the text."""
    folder = overlay(tmp_path, SOUND)
    text = "Ice blocked the canal."
    (place,) = [
        place
        for place in explained(text, "--lexicon-overlays", folder)
        if place["entry"] == "canal.closure"
    ]
    assert not place["counts"]
    refused = place["refused_by"]
    assert (refused["condition"], refused["answer"]) == ("not_near", "vetoes")
    assert refused["words"] == ["dredging", "(ice|snow)"]
    assert refused["found"] == [
        {"quote": "Ice", "start_char": 0, "end_char": 3, "written": "(ice|snow)"}
    ]
    shown = run("explain", text, "--lexicon-overlays", folder).stdout
    assert "refused: not_near within 12 words, forbids 'Ice' (as (ice|snow))" in shown


def test_an_overlay_s_changes_show(tmp_path: Path) -> None:
    """What an overlay switches off is not explained any more; what it replaces is its own."""
    text = "Rebels attacked a village near the border."
    assert BUILT_IN in {place["entry"] for place in explained(text)}
    off = overlay(tmp_path, f'[[entry]]\nid = "{BUILT_IN}"\noff = true\n')
    places = explained(text, "--lexicon-overlays", off)
    assert BUILT_IN not in {place["entry"] for place in places}
    ours = SOUND.replace("canal.closure", BUILT_IN).replace("canal", "village")
    replaced = overlay(tmp_path, ours.replace("(close/v|block/v)", "attacked"))
    (place,) = [
        place
        for place in explained(text, "--lexicon-overlays", replaced)
        if place["entry"] == BUILT_IN
    ]
    assert (place["kind"], place["words"]["quote"]) == ("threat", "attacked a village")


def test_title_and_standard_input_are_read(tmp_path: Path) -> None:
    """The title's places say so; `-`, or nothing, means standard input."""
    options = ("--lexicon-overlays", overlay(tmp_path, SOUND), "--title", "Rebels block canal")
    for words in ((), ("-",)):
        places = explained(*words, *options, text="They closed the canal.")
        fields = [place["field"] for place in places if place["entry"] == "canal.closure"]
        assert fields == ["title", "text"]


def test_a_text_without_keywords_says_so() -> None:
    """Silence would look like a failure."""
    result = run("explain", "They sang.")
    assert result.exit_code == 0
    assert result.stdout == "no entry's words stand in this text\n"
    assert run("explain", "They sang.", "--format", "jsonl").stdout == ""


def test_the_readmes_example_shows_something() -> None:
    """Whoever copies the README's line sees which keyword fired."""
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r'lexicon explain "([^"]+)"', readme)
    assert any(place["outcome"] == "signal" for place in explained(text))


def test_a_hostile_text_cannot_touch_the_terminal(tmp_path: Path) -> None:
    """Escape sequences around, inside and between the words do not reach the terminal."""
    text = f"{ESCAPE} Rebels block\x1b[1m canal {ESCAPE}. {ESCAPE}"
    folder = overlay(tmp_path, SOUND)
    for form in ("text", "jsonl"):
        result = run("explain", text, "--lexicon-overlays", folder, "--format", form)
        assert result.exit_code == 0, result.output
        assert "canal.closure" in result.stdout
        assert not set("\x1b\x07\u202e") & set(result.output)


def test_a_long_sentence_is_shortened_for_people(tmp_path: Path) -> None:
    """Of a long sentence people are shown what stands around the words."""
    text = "Counterrevolutionaries " * 10 + "block the canal, " + "counterrevolutionaries " * 10
    folder = overlay(tmp_path, SOUND)
    shown = run("explain", text, "--lexicon-overlays", folder).stdout
    # Behind the entry's own part stands what the sense model makes of such a text, faint as it is.
    part = shown.partition("\n\n")[0]
    (line,) = [line for line in part.splitlines() if "block the canal" in line]
    assert line.count("...") == 2
    assert len(line) < 500


def test_a_wrong_overlay_is_refused(tmp_path: Path) -> None:
    """A lexicon with errors is not explained with: the first is named, with how to see them all."""
    folder = overlay(tmp_path, SOUND + 'wrong = 1\nstatus = "maybe"\n')
    result = run("explain", "A text.", "--lexicon-overlays", folder)
    assert result.exit_code == 1
    assert "ours.toml:9: entry canal.closure: unknown 'wrong'" in result.stderr
    assert "(and 1 more error; `news-monitor lexicon check` lists them all)" in result.stderr
