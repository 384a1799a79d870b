"""Everything that is wrong with lexicon files is collected, with its line and the nearest name."""

from pathlib import Path

import pytest

from monitor.errors import InvalidLexicon
from monitor.lexicon import loader
from monitor.lexicon.loader import LexiconReading, load_lexicon, read_lexicon
from monitor.lexicon.problem import Problem, ProblemSeverity, suggestion


def read(folder: Path, *contents: str) -> LexiconReading:
    """What is read of folders that hold one file each, without the built-in lexicon."""
    folders = []
    for number, content in enumerate(contents):
        below = folder / str(number)
        below.mkdir()
        (below / "ours.toml").write_text(content, encoding="utf-8")
        folders.append(below)
    return loader._read(folders)


def told(reading: LexiconReading) -> list[tuple[int | None, str, str]]:
    """Line, entry and message of every problem."""
    return [(each.line, each.entry, each.message) for each in reading.problems]


MANY = """kind = "thret"
colour = "red"

[classes]
weapons = ["sword/n",
  "Axe",
  "<armys>"]
armies = 5

[defaults]
weight = 2
nere = ["x"]

[[entry]]
id = "a"
terms = [
  "draw/v <weapon>",
  "a..b",
]
near_within = "far"
status = "threatend"

[[entry]]
terms = ["x"]
status = "soon"

[[entry]]
id = "c"
kind = "threat"
terms = ["x"]
not_neer = ["y"]
"""


def test_all_errors_are_collected(tmp_path: Path) -> None:
    """One reading tells all errors in the order of the lines, each on the line of its field."""
    rows = told(read(tmp_path, MANY))
    expected = [
        (1, "", "kind 'thret' is not allowed; did you mean 'threat'? allowed: military-strike,"),
        (2, "", "unknown 'colour'; a file has: kind, [defaults], [classes], [[entry]]"),
        (6, "", "class weapons: 'Axe' is not a word of lower-case letters and digits"),
        (7, "", "class weapons: no class <armys>; did you mean <armies>? known are: armies,"),
        (8, "", "class armies must be a list of phrases, each in quotation marks"),
        (11, "", "defaults: weight 2 must be a number above 0, at most 1"),
        (12, "", "defaults: unknown 'nere'; did you mean 'near'? allowed: after,"),
        (17, "a", "no class <weapon>; did you mean <weapons>? known are: armies,"),
        (18, "a", "'a..b' is not a word"),
        (20, "a", "near_within stands without near"),
        (21, "a", "status 'threatend' is not allowed; did you mean 'threatened'? allowed: hap"),
        (23, "", "an entry has no id; every [[entry]] has one, in quotation marks"),
        (25, "", "status 'soon' is not allowed; allowed: happening,"),
        (31, "c", "unknown 'not_neer'; did you mean 'not_near'? allowed: after,"),
    ]
    assert [(line, entry) for line, entry, _ in rows] == [(row[0], row[1]) for row in expected]
    for (_, _, message), (_, _, beginning) in zip(rows, expected, strict=True):
        assert message.startswith(beginning)


def test_loading_names_the_first_error_and_how_many_more(tmp_path: Path) -> None:
    """Whoever loads a lexicon learns the first error, the number of others, and how to see them."""
    (tmp_path / "ours.toml").write_text(MANY, encoding="utf-8")
    with pytest.raises(InvalidLexicon) as caught:
        loader._load([tmp_path])
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'ours.toml'}:1: kind 'thret' is not allowed")
    assert message.endswith(" (and 13 more errors; `news-monitor lexicon check` lists them all)")


def test_one_error_is_told_alone(tmp_path: Path) -> None:
    """A single error is not said to have company."""
    (tmp_path / "ours.toml").write_text("[classes]\nx = 5\n", encoding="utf-8")
    with pytest.raises(InvalidLexicon) as caught:
        load_lexicon([tmp_path])
    assert "more" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "offer"),
    [
        ("kind", '"labour-strike"', "did you mean 'labor-strike'?"),
        ("desk", '"labor"', "did you mean 'labour'?"),
        ("event", '"ASAULT"', "did you mean 'ASSAULT'?"),
        ("role", '"target-actors"', "did you mean 'target-actor'?"),
        ("status", '"xyzzy"', ""),
        ("weight", "1.5", ""),
        ("weight", "-1", ""),
        ("weight", '"1"', ""),
        ("wieght", "1", "did you mean 'weight'?"),
    ],
)
def test_the_nearest_name_is_offered(tmp_path: Path, field: str, value: str, offer: str) -> None:
    """An unknown name is met with the nearest known one, and a far one with none."""
    written = f'kind = "threat"\n[[entry]]\nid = "a"\nterms = ["x"]\n\n{field} = {value}\n'
    ((line, entry, message),) = told(read(tmp_path, written))
    assert (line, entry) == (6, "a")
    assert offer in message
    assert bool(offer) == ("did you mean" in message)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"kind = \n", 1, "not valid TOML: Invalid value"),
        (b'\n\nkind = "a" "b"\n', 3, "not valid TOML"),
        (b'\n\nx = """\n\n', 4, "not valid TOML"),
        (b"\n\n# caf\xe9\n", 3, "not valid TOML: byte 0xe9 is not UTF-8; save it as UTF-8"),
        (b'[defaults]\nweight = 1\nid = "a"\n', 3, "without id, terms or off"),
        (b"\nentry = 5\n", 2, "entry must be written [[entry]]"),
        (b"\nclasses = 5\n", 2, "classes must be written [classes]"),
        (b"\n[entries]\n", 2, "unknown 'entries'; did you mean 'entry'? a file has"),
        (b'[classes]\na = ["x"]\nb = ["y", "<b>"]\n', 3, "class <b> names itself: b > b"),
        (b'[classes]\na = ["<b>"]\nb = [\n"<a>"]\n', 4, "class <a> names itself: a > b > a"),
    ],
)
def test_a_malformed_file_is_told_with_its_line(
    tmp_path: Path, content: bytes, line: int, words: str
) -> None:
    """What breaks a whole file is told with the line on which it does."""
    (tmp_path / "ours.toml").write_bytes(content)
    ((found, entry, message),) = told(loader._read([tmp_path]))
    assert (found, entry) == (line, "")
    assert words in message


def test_a_malformed_file_does_not_hide_the_others(tmp_path: Path) -> None:
    """The other files are read all the same."""
    reading = read(tmp_path, "kind = \n", 'kind = "threat"\n[[entry]]\nid = "a"\nterms = ["X"]\n')
    assert [line for line, _, _ in told(reading)] == [1, 4]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A file that cannot be opened, here because it is a folder, is an error without a line."""
    (tmp_path / "ours.toml").mkdir()
    ((line, _, message),) = told(loader._read([tmp_path]))
    assert line is None
    assert message.startswith("cannot be read: ")


def test_every_missing_folder_is_told(tmp_path: Path) -> None:
    """All overlays that are not there are named, each by its path."""
    missing = [tmp_path / "one", tmp_path / "two"]
    assert [str(each) for each in read_lexicon(missing).errors] == [
        f"lexicon overlay {folder}: there is no such folder" for folder in missing
    ]


def test_an_empty_folder_is_a_warning(tmp_path: Path) -> None:
    """A folder without lexicon files works, but is hardly meant."""
    (problem,) = read_lexicon([tmp_path]).problems
    assert problem.severity is ProblemSeverity.WARNING
    assert problem.message == "no file of this folder ends in .toml; nothing is read from it"
    assert load_lexicon([tmp_path]).entries == load_lexicon().entries


def test_switching_off_offers_the_nearest_entry(tmp_path: Path) -> None:
    """Who misspells the entry to switch off is offered the one that there is."""
    first = 'kind = "threat"\n[[entry]]\nid = "warning"\nterms = ["x"]\n'
    reading = read(tmp_path, first, '[[entry]]\nid = "warnig"\noff = true\n')
    assert told(reading) == [
        (2, "warnig", "there is no such entry to switch off; did you mean 'warning'?")
    ]


def test_a_wrong_entry_is_left_out(tmp_path: Path) -> None:
    """What is right is read though something else is wrong; what is wrong is not."""
    right = '[[entry]]\nid = "a"\nterms = ["x"]\n'
    wrong = '[[entry]]\nid = "b"\nterms = ["X"]\n'
    reading = read(tmp_path, f'kind = "threat"\n{wrong}{right}')
    assert len(reading.errors) == 1
    assert [entry.id for entry in reading.lexicon.entries] == ["a"]
    assert set(reading.origins) == {"a"}


def test_windows_line_ends_count_once(tmp_path: Path) -> None:
    """A file of Windows keeps its lines."""
    (tmp_path / "ours.toml").write_bytes(
        b'kind = "threat"\r\n[[entry]]\r\nid = "a"\r\nterms = []\r\n'
    )
    assert [line for line, _, _ in told(loader._read([tmp_path]))] == [4]


def test_an_inline_entry_stands_where_the_list_begins(tmp_path: Path) -> None:
    """Entries in one inline list are told on the line of the list."""
    written = 'kind = "threat"\nentry = [{id = "a", terms = []}]\n'
    assert [line for line, _, _ in told(read(tmp_path, written))] == [2]


def test_a_problem_is_one_line() -> None:
    """A problem prints as place, entry and message."""
    problem = Problem(file="f.toml", line=3, entry="a", message="wrong")
    assert str(problem) == "f.toml:3: entry a: wrong"


@pytest.mark.parametrize(
    ("name", "offer"), [("treat", "did you mean 'threat'? "), ("xyzzy", ""), (5, ""), ("", "")]
)
def test_suggestions(name: object, offer: str) -> None:
    """A near name is offered; far ones, and what is no name, get none."""
    assert suggestion(name, ["threat", "unrest"]) == offer
