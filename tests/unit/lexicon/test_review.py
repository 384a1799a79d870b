"""The review tells what looks wrong in files that break no rule, and nothing else."""

from pathlib import Path

from monitor.lexicon import loader
from monitor.lexicon.problem import ProblemSeverity
from monitor.lexicon.review import review

SHOWN = 'example = "E."\ncounter_example = "C."\n'


def reviewed(
    folder: Path, *contents: str, classes_read: tuple[str, ...] = ()
) -> list[tuple[str, int | None, str, str]]:
    """Folder, line, entry and message of every warning about folders of one file each."""
    folders = []
    for number, content in enumerate(contents):
        below = folder / str(number)
        below.mkdir()
        (below / "ours.toml").write_text(content, encoding="utf-8")
        folders.append(below)
    reading = loader._read(folders)
    assert not reading.errors
    problems = list(review(reading, classes_read=classes_read))
    assert all(each.severity is ProblemSeverity.WARNING for each in problems)
    return [(Path(each.file).parent.name, each.line, each.entry, each.message) for each in problems]


def an_entry(identifier: str, terms: str = '"x"', more: str = SHOWN) -> str:
    """An entry as a file writes it, four lines and *more*."""
    return f'[[entry]]\nid = "{identifier}"\nkind = "threat"\nterms = [{terms}]\n{more}'


def test_a_sound_file_gives_no_warning(tmp_path: Path) -> None:
    """Entries that show both sentences, own their terms and use their classes are left in peace."""
    classes = '[classes]\narms = ["sword"]\nall-arms = ["<arms>", "axe"]\n'
    written = classes + an_entry("a", '"<all-arms>"') + an_entry("b", '"y"')
    assert reviewed(tmp_path, written) == []


def test_entries_without_sentences_are_told(tmp_path: Path) -> None:
    """An entry needs an example and a counter-example; blank ones are none."""
    written = an_entry("a", more="") + an_entry(
        "b", '"y"', 'example = "E."\ncounter_example = " "\n'
    )
    assert reviewed(tmp_path, written) == [
        ("0", 2, "a", "has no example and no counter_example"),
        ("0", 6, "b", "has no counter_example"),
    ]


def test_repeated_terms_are_told(tmp_path: Path) -> None:
    """A term that another entry of the file and kind has is told on its own line, whatever its blanks."""
    written = an_entry("a", '"x  y"') + an_entry("b", '"z",\n"x y",\n"z"')
    assert reviewed(tmp_path, written) == [
        ("0", 11, "b", "term 'x y' stands in entry a already"),
        ("0", 12, "b", "term 'z' stands here twice"),
    ]


def test_the_same_term_may_show_two_kinds(tmp_path: Path) -> None:
    """A term may stand for several kinds: only the same one repeats it."""
    other = an_entry("b").replace("threat", "unrest")
    assert reviewed(tmp_path, an_entry("a") + other) == []


def test_a_replaced_entry_is_told_with_the_one_it_replaces(tmp_path: Path) -> None:
    """Who replaces an entry learns which, and where that one stands."""
    found = reviewed(tmp_path, "# first\n" + an_entry("a"), an_entry("a"), an_entry("a"))
    assert [(folder, line) for folder, line, _, _ in found] == [("1", 2), ("2", 2)]
    assert found[0][3] == "replaces the entry of the same id in built-in ours.toml:3"
    assert found[1][3] == f"replaces the entry of the same id in {tmp_path / '1' / 'ours.toml'}:2"


def test_a_switched_off_entry_is_told(tmp_path: Path) -> None:
    """Switching off works, and is never silent."""
    found = reviewed(tmp_path, an_entry("a"), '\n[[entry]]\nid = "a"\noff = true\n')
    message = "switches off the entry of the same id in built-in ours.toml:2"
    assert found == [("1", 3, "a", message)]


def test_unused_classes_are_told(tmp_path: Path) -> None:
    """A class that neither an entry, nor another class, nor the program asks for is told once."""
    classes = '[classes]\na = ["x"]\nb = ["<a>"]\nc = ["y"]\nd = ["z"]\ne = ["v"]\n'
    entry = an_entry("e", '"w"', 'near = ["<e>"]\n' + SHOWN)
    assert reviewed(tmp_path, classes + entry, classes_read=("c",)) == [
        ("0", 3, "", "class b: no entry and no other class asks for <b>"),
        ("0", 5, "", "class d: no entry and no other class asks for <d>"),
    ]


def test_an_overlay_s_author_is_not_told_of_others_classes(tmp_path: Path) -> None:
    """With an overlay its own unused classes are told, not those it was given to use."""
    given, ours = '[classes]\na = ["x"]\n', '[classes]\nb = ["y"]\n'
    assert [row[3] for row in reviewed(tmp_path, given, ours)] == [
        "class b: no entry and no other class asks for <b>"
    ]


def test_defaults_use_classes_and_examples_do_not(tmp_path: Path) -> None:
    """What a file's defaults ask for is used; what an example writes in brackets is not."""
    classes = '[classes]\na = ["x"]\nb = ["y"]\n[defaults]\nnot_near = ["<a>"]\n'
    entry = an_entry("e", '"w"', 'example = "<b>"\ncounter_example = "C."\n')
    assert [row[3] for row in reviewed(tmp_path, classes + entry)] == [
        "class b: no entry and no other class asks for <b>"
    ]


def test_an_overlay_without_files_is_told_nothing_of_ours(tmp_path: Path) -> None:
    """Who checks an empty or a broken overlay is not told of built-in classes that nobody uses."""
    folder = tmp_path / "built-in"
    folder.mkdir()
    (folder / "classes.toml").write_text('[classes]\nunused = ["x"]\n', encoding="utf-8")
    reading = loader._read([folder])
    assert len(list(review(reading, classes_read=()))) == 1
    assert not list(review(reading, classes_read=(), overlaid=True))
