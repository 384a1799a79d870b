"""Watchlist files are read whole, and what is wrong in them is told with its file and line."""

from pathlib import Path

import pytest

from monitor.domain import EntityLabel
from monitor.errors import InvalidWatchlist
from monitor.lexicon import watchlists
from monitor.lexicon.problem import ProblemSeverity
from monitor.lexicon.watchlist import CaseRule, WatchItem
from monitor.lexicon.watchlists import (
    WatchlistReading,
    load_watchlists,
    read_watchlists,
    watchlist_ids,
)

TOML = """id = "shipping"
case = "any"

[[item]]
name = "Maersk"
aliases = ["A.P. Moller-Maersk", "Sealand"]

[[item]]
id = "the-carrier"
name = "ONE"
case = "exact"
label = "ORG"

[[item]]
entity = "org:houthis"
"""
ITEMS = (
    WatchItem(
        id="maersk", names=("Maersk", "A.P. Moller-Maersk", "Sealand"), case=CaseRule.ANY
    ),
    WatchItem(id="the-carrier", names=("ONE",), case=CaseRule.EXACT, label=EntityLabel.ORG),
    WatchItem(id="org-houthis", case=CaseRule.ANY, entity="org:houthis"),
)  # fmt: skip


def read(folder: Path, content: str | bytes, name: str = "ours.toml") -> WatchlistReading:
    """What one file says."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_watchlists([file])


def told(reading: WatchlistReading) -> list[tuple[int | None, str]]:
    """Line and message of each problem."""
    return [(problem.line, problem.message) for problem in reading.problems]


def test_a_toml_file_is_a_list(tmp_path: Path) -> None:
    """Items have their names, ids made of them where none is stated, and the file's defaults."""
    reading = read(tmp_path, TOML)
    assert reading.problems == []
    (watchlist,) = reading.watchlists
    assert watchlist.id == "shipping"
    assert watchlist.items == ITEMS


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_says_the_same(tmp_path: Path, separator: str) -> None:
    """Whatever a spreadsheet separates cells with; the list is called as its file."""
    rows = [
        ["id", "name", "Aliases", "case", "label", "entity"],
        ["", "Maersk", "A.P. Moller-Maersk | Sealand", "any", "", ""],
        [],
        ["the-carrier", "ONE", "", "exact", "ORG", ""],
        ["", "", "", "any", "", "org:houthis"],
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    reading = read(tmp_path, b"\xef\xbb\xbf" + text.encode(), "Our Ships.csv")
    assert reading.problems == []
    (watchlist,) = reading.watchlists
    assert watchlist.id == "our-ships"
    assert watchlist.items == ITEMS


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ('id = "Ships!"\n[[item]]\nname = "x"', 1, "lower-case letters"),
        ('kase = "any"\n[[item]]\nname = "x"', 1, "unknown 'kase'; did you mean 'case'?"),
        ('\n[[items]]\nname = "x"', 2, "unknown 'items'; did you mean 'item'?"),
        ("item = 5", 1, "[[item]]"),
        ("item = [5]", 1, "[[item]]"),
        ('[[item]]\nid = "a"', 1, "needs a `name` or an `entity`"),
        ('[[item]]\nname = "x"\ncolour = 1', 3, "unknown 'colour'"),
        ("[[item]]\nname = 5", 2, "must be a text"),
        ('[[item]]\nname = "x"\naliases = "y"', 3, "must be a list"),
        ('[[item]]\nname = "x"\naliases = ["y",\n"..."]', 4, "neither letters nor digits"),
        (f'[[item]]\nname = "{"x " * 13}"', 2, "at most 12 words"),
        (f'[[item]]\nname = "{"x" * 201}"', 2, "200 characters"),
        ('[[item]]\nname = "x"\ncase = "exakt"', 3, "did you mean 'exact'? allowed are: any, name"),
        ('[[item]]\nname = "x"\nlabel = "ORGS"', 3, "did you mean 'ORG'?"),
        ('[[item]]\nentity = "org:hamass"', 2, "did you mean 'org:hamas'?"),
        ('[[item]]\nentity = "ZZ"', 2, "ISO 3166-1"),
        ('[[item]]\nentity = "Jordan"', 2, "did you mean 'JO'?"),
        ('[[item]]\nentity = "ir"', 2, "did you mean 'IR'?"),
        ('[[item]]\nname = "x"\nid = ""', 3, "1 to 100 characters"),
        ('[[item]]\nid="a"\nname="x"\n[[item]]\nid="a"\nname="y"', 5, "item in line 1"),
        ("[[item]\n", 1, "not valid TOML"),
        (b'[[item]]\nname = "\xff"', 2, "not UTF-8"),
    ],
)
def test_errors_say_where_and_what_is_allowed(
    tmp_path: Path, content: str | bytes, line: int, words: str
) -> None:
    """Each is an error, at its line, and a worker refuses the file."""
    reading = read(tmp_path, content)
    assert [problem.line for problem in reading.errors][:1] == [line], told(reading)
    assert words in reading.errors[0].message
    with pytest.raises(InvalidWatchlist, match=rf"ours\.toml:{line}: "):
        load_watchlists([tmp_path / "ours.toml"])


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("Maersk\nHapag\n", 1, "must name the columns"),
        ("name,name\nx,y\n", 1, "stands there twice"),
        ("name,aliases\nMaersk,a,b\n", 2, "3 cells under 2 columns"),
        ('name,aliases\nx,y\n"z\n', 3, "not valid CSV"),
        ('name,aliases\n"two\nlines",\n...,\n', 4, "neither letters nor digits"),
        ("name,colour\nx,red\n", 2, "unknown 'colour'"),
        (b"name\ncaf\xe9\n", 2, "not UTF-8"),
    ],
)
def test_errors_of_csv_files_have_their_line(
    tmp_path: Path, content: str | bytes, line: int, words: str
) -> None:
    """Also behind cells of several lines."""
    reading = read(tmp_path, content, "ours.csv")
    assert [(problem.line, words in problem.message) for problem in reading.errors] == [
        (line, True)
    ], told(reading)


def test_files_that_are_none(tmp_path: Path) -> None:
    """A missing file, a folder and another kind of file are errors without a line."""
    (tmp_path / "folder.csv").mkdir()
    files = [tmp_path / "none.toml", tmp_path / "folder.csv", tmp_path / "list.xlsx"]
    reading = read_watchlists(files)
    assert [problem.line for problem in reading.errors] == [None] * 3
    assert "ends in .toml or .csv" in reading.errors[2].message


@pytest.mark.parametrize(("name", "content"), [("a.toml", ""), ("a.csv", ""), ("a.csv", "name\n")])
def test_a_file_without_items_is_warned_of(tmp_path: Path, name: str, content: str) -> None:
    """It breaks no rule, and watches nothing."""
    reading = read(tmp_path, content, name)
    assert [problem.severity for problem in reading.problems] == [ProblemSeverity.WARNING]
    assert reading.items == 0


def test_a_name_belongs_to_the_first_item_that_has_it(tmp_path: Path) -> None:
    """The second is warned of, by the words alone: case and marks do not tell names apart."""
    reading = read(
        tmp_path,
        '[[item]]\nname = "Moller-Maersk"\n[[item]]\nname = "x"\naliases = ["MOLLER MAERSK"]',
    )
    ((line, message),) = told(reading)
    assert line == 5
    assert "item in line 1" in message
    assert [item.names for item in reading.watchlists[0].items] == [("Moller-Maersk",), ("x",)]


def test_two_files_cannot_be_one_list(tmp_path: Path) -> None:
    """The second of the same id is refused, and the first one named."""
    first, second = tmp_path / "a.csv", tmp_path / "b.toml"
    first.write_text("name\nx\n", encoding="utf-8")
    second.write_text('\nid = "a"\n[[item]]\nname = "x"\n', encoding="utf-8")
    reading = read_watchlists([first, second])
    ((line, message),) = told(reading)
    assert line == 2
    assert str(first) in message


def test_ids_are_known_without_the_items(tmp_path: Path) -> None:
    """Stated ones and those made of names, as when all is read; a file that is none is refused."""
    stated, made = tmp_path / "a.toml", tmp_path / "Our Ships.csv"
    stated.write_text('id = "shipping"\n[[item]]\nname = "Maersk"\n', encoding="utf-8")
    made.write_text("name\nMaersk\n", encoding="utf-8")

    ids = watchlist_ids([stated, made])

    assert ids == ("shipping", "our-ships")
    assert ids == tuple(each.id for each in read_watchlists([stated, made]).watchlists)
    with pytest.raises(InvalidWatchlist, match=r"gone\.toml"):
        watchlist_ids([stated, tmp_path / "gone.toml"])


def test_too_many_items_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the line of the first one too many, all files counted."""
    monkeypatch.setattr(watchlists, "MAX_ITEMS", 3)
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("name\nx\ny\n", encoding="utf-8")
    second.write_text("name\nx\ny\n", encoding="utf-8")
    reading = read_watchlists([first, second])
    ((line, message),) = told(reading)
    assert line == 3
    assert "more than 3 items" in message


def test_the_version_is_what_the_lists_say(tmp_path: Path) -> None:
    """Comments and the order of files do not change it, another name does."""
    first = read(tmp_path, TOML).version
    assert read(tmp_path, f"# ours\n{TOML}").version == first
    assert read(tmp_path, TOML.replace("Maersk", "MSC")).version != first
    assert read_watchlists([]).version == ""
