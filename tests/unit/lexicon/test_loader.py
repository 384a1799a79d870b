"""Lexicon files are checked, overlays laid over them, and versions told apart."""

import shutil
from importlib import resources
from pathlib import Path

import pytest

from monitor.domain import Desk, EventType, SignalKind, Status
from monitor.errors import InvalidLexicon
from monitor.lexicon import loader
from monitor.lexicon.entry import Entry, Polarity, Region, Role
from monitor.lexicon.files import read_files
from monitor.lexicon.loader import Lexicon, load_lexicon

BUILT_IN = load_lexicon()


def overlay(folder: Path, content: str, name: str = "ours.toml") -> Path:
    """A folder with one lexicon file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")
    return folder


def entry_called(lexicon: Lexicon, identifier: str) -> Entry | None:
    """The entry of an id, if there is one."""
    return next((entry for entry in lexicon.entries if entry.id == identifier), None)


def loaded(folder: Path, written: str) -> Entry:
    """The entry `a` of a lexicon that holds it alone."""
    found = entry_called(loader._load([overlay(folder, written)]), "a")
    assert found is not None
    return found


def test_all_kinds_have_entries() -> None:
    """The built-in lexicon speaks of every kind."""
    assert {entry.kind for entry in BUILT_IN.entries} == set(SignalKind)


def test_the_built_in_lexicon_is_read_once() -> None:
    """Asking again costs nothing."""
    assert load_lexicon() is BUILT_IN


def test_an_entry_takes_what_its_kind_implies(tmp_path: Path) -> None:
    """Desk, event type and role follow from the kind where an entry states none."""
    entry = loaded(tmp_path, 'kind = "labor-strike"\n[[entry]]\nid = "a"\nterms = ["xyzzy"]\n')
    assert (entry.kind, entry.desk) == (SignalKind.LABOR_STRIKE, Desk.LABOUR)
    assert (entry.event_type, entry.role) == (EventType.PROTEST, Role.ACTOR_TARGET)
    assert (entry.status, entry.weight) == (None, 1.0)


def test_an_entry_states_what_differs(tmp_path: Path) -> None:
    """What an entry states itself wins over what its kind implies."""
    entry = loaded(
        tmp_path,
        'kind = "threat"\n[[entry]]\nid = "a"\nterms = ["xyzzy"]\nkind = "de-escalation"\n'
        'desk = "labour"\nevent = "CONSULT"\nstatus = "threatened"\nweight = 0.5\nrole = "none"\n'
        'example = "E."\ncounter_example = "C."\n',
    )
    assert (entry.kind, entry.desk) == (SignalKind.DE_ESCALATION, Desk.LABOUR)
    assert (entry.event_type, entry.role) == (EventType.CONSULT, Role.NONE)
    assert (entry.status, entry.weight) == (Status.THREATENED, 0.5)
    assert (entry.example, entry.counter_example) == ("E.", "C.")


def test_conditions_are_read(tmp_path: Path) -> None:
    """Conditions keep polarity, region, reach and words; article vetoes count repetitions."""
    entry = loaded(
        tmp_path,
        'kind = "threat"\n[[entry]]\nid = "a"\nterms = ["xyzzy"]\nnear = ["army", "<people>"]\n'
        'not_before = ["no"]\nnot_before_within = 3\nnot_article = ["film"]\n',
    )
    by_region = {condition.region: condition for condition in entry.conditions}
    near, before, article = (
        by_region[Region.NEAR],
        by_region[Region.BEFORE],
        by_region[Region.ARTICLE],
    )
    assert (near.polarity, near.within, near.source) == (Polarity.NEEDED, 12, ("army", "<people>"))
    assert {"army", "iranian"} <= set(near.phrases)
    assert (before.polarity, before.within) == (Polarity.VETO, 3)
    assert (article.within, article.least) == (0, 2)


def test_an_overlay_adds_an_entry(tmp_path: Path) -> None:
    """An entry of a new id is added to the built-in ones."""
    folder = overlay(tmp_path, 'kind = "threat"\n[[entry]]\nid = "a"\nterms = ["xyzzy"]\n')
    ours = load_lexicon([folder])
    assert {entry.id for entry in ours.entries} == {entry.id for entry in BUILT_IN.entries} | {"a"}


def test_an_overlay_replaces_an_entry(tmp_path: Path) -> None:
    """An entry of the same id takes the built-in one's place."""
    known = BUILT_IN.entries[0].id
    folder = overlay(tmp_path, f'kind = "threat"\n[[entry]]\nid = "{known}"\nterms = ["xyzzy"]\n')
    ours = load_lexicon([folder])
    replaced = entry_called(ours, known)
    assert replaced is not None
    assert replaced.kind is SignalKind.THREAT
    assert len(ours.entries) == len(BUILT_IN.entries)


def test_an_overlay_switches_an_entry_off(tmp_path: Path) -> None:
    """`off = true` takes the built-in entry away."""
    known = BUILT_IN.entries[0].id
    ours = load_lexicon([overlay(tmp_path, f'[[entry]]\nid = "{known}"\noff = true\n')])
    assert entry_called(ours, known) is None
    assert len(ours.entries) == len(BUILT_IN.entries) - 1


def test_an_overlay_widens_a_class(tmp_path: Path) -> None:
    """A class of the same name gains phrases and loses none."""
    ours = load_lexicon([overlay(tmp_path, '[classes]\nweapon = ["plugh/n"]\n')])
    assert ours.classes["weapon"] > BUILT_IN.classes["weapon"]
    assert ("plughs",) in ours.classes["weapon"]


def test_a_widened_class_reaches_the_classes_that_name_it(tmp_path: Path) -> None:
    """Classes built of a widened class gain its phrases too."""
    ours = load_lexicon([overlay(tmp_path, '[classes]\nmilitants = ["xyzzy"]\n')])
    assert ("xyzzy",) in ours.classes["armed"]


def test_later_overlays_win(tmp_path: Path) -> None:
    """Of several overlays the last one decides."""
    written = '[[entry]]\nid = "a"\nterms = ["xyzzy"]\n'
    first = overlay(tmp_path / "first", 'kind = "threat"\n' + written)
    second = overlay(tmp_path / "second", 'kind = "unrest"\n' + written)
    entry = entry_called(load_lexicon([first, second]), "a")
    assert entry is not None
    assert entry.kind is SignalKind.UNREST


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    """Only `.toml` files are read: notes may lie beside them."""
    overlay(tmp_path, "not TOML at all", name="README.md")
    assert load_lexicon([tmp_path]).entries == BUILT_IN.entries


HEAD = 'kind = "threat"\n\n[[entry]]\nid = "a"\n'


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (HEAD, 4, "entry a: terms must be a list of at least one pattern"),
        (HEAD + "terms = []\n", 5, "terms must be a list of at least one pattern"),
        (HEAD + 'terms = ["x", 5]\n', 5, "each in quotation marks"),
        (HEAD + 'terms = ["X"]\n', 5, "entry a: 'X' is not a word of lower-case letters"),
        (HEAD + 'terms = ["<nothing>"]\n', 5, "no class <nothing>; known are: country,"),
        (
            HEAD + 'terms = ["x"]\nterm = 1\n',
            6,
            "unknown 'term'; did you mean 'terms'? allowed: after,",
        ),
        (HEAD + 'terms = ["x"]\nweight = 0\n', 6, "weight 0 must be a number above 0, at most 1"),
        (HEAD + 'terms = ["x"]\nweight = true\n', 6, "weight True must be a number"),
        (HEAD + 'terms = ["x"]\nstatus = "maybe"\n', 6, "allowed: happening, threatened, denied"),
        (HEAD + 'terms = ["x"]\nkind = "war"\n', 6, "kind 'war' is not allowed; allowed: mili"),
        (HEAD + 'terms = ["x"]\ndesk = "sport"\n', 6, "allowed: conflict, labour, markets"),
        (HEAD + 'terms = ["x"]\nevent = "WAR"\n', 6, "event 'WAR' is not allowed; allowed: AGREE"),
        (HEAD + 'terms = ["x"]\nrole = "all"\n', 6, "role 'all' is not allowed; allowed: actor-"),
        (HEAD + 'terms = ["x"]\nnear = "army"\n', 6, "near must be a list of at least one"),
        (HEAD + 'terms = ["x"]\nnear = []\n', 6, "near must be a list of at least one"),
        (HEAD + 'terms = ["x"]\nnear = [""]\n', 6, "an empty phrase stands where words"),
        (HEAD + 'terms = ["x"]\nnear = ["y"]\nnear_within = -1\n', 7, "near_within -1 must be"),
        (HEAD + 'terms = ["x"]\nnear_within = 3\n', 6, "near_within stands without near"),
        (HEAD + 'terms = ["x"]\nexample = 5\n', 6, "example must be a sentence"),
        (HEAD + 'terms = ["x"]\noff = "no"\n', 6, "off 'no' must be true or false"),
        (HEAD + "off = true\n", 4, "there is no such entry to switch off"),
        (HEAD + 'terms = ["x"]\n[[entry]]\nid = "a"\nterms = ["y"]\n', 7, "has the same id"),
        ('[[entry]]\nid = "a"\nterms = ["x"]\n', 2, "kind None is not allowed; allowed: mili"),
        ('[[entry]]\nterms = ["x"]\n', 1, "an entry has no id"),
        ('entry = ["a"]\n', 1, "an entry is a table that starts with [[entry]]"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, content: str, line: int, words: str) -> None:
    """A wrong entry is refused with file, line, what is wrong and what is allowed."""
    folder = overlay(tmp_path, content)
    with pytest.raises(InvalidLexicon) as caught:
        loader._load([folder])  # without the built-in files, which take a third of a second
    assert str(caught.value).startswith(f"{folder / 'ours.toml'}:{line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("kind = \n", "not valid TOML"),
        (
            'colour = "red"\n',
            "unknown 'colour'; a file has: kind, [defaults], [classes], [[entry]]",
        ),
        ("entry = 5\n", "entry must be written [[entry]]"),
        ("classes = 5\n", "classes must be written [classes]"),
        ("[classes]\nx = 5\n", "class x must be a list of phrases"),
        ("[classes]\nx = [5]\n", "class x must be a list of phrases"),
        ('[classes]\nx = ["a?"]\n', "class x: 'a?' is not a word"),
        ('[classes]\nx = ["<y>"]\n', "class x: no class <y>; known are: country, people, place, x"),
        ('[classes]\nx = ["<y>"]\ny = ["<x>"]\n', "class <x> names itself: x > y > x"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str, words: str) -> None:
    """A file that breaks the form of lexicon files is refused by name, with what is allowed."""
    folder = overlay(tmp_path, content)
    with pytest.raises(InvalidLexicon) as caught:
        loader._load([folder])  # without the built-in files, which take a third of a second
    assert str(caught.value).startswith(str(folder / "ours.toml"))
    assert words in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are refused like any other malformed file."""
    (tmp_path / "ours.toml").write_bytes(b"kind = '\xff'\n")
    with pytest.raises(
        InvalidLexicon, match=r"ours\.toml:1: not valid TOML: byte 0xff is not UTF-8"
    ):
        load_lexicon([tmp_path])


def test_a_missing_overlay_is_named(tmp_path: Path) -> None:
    """An overlay that is not there is an error, not an empty lexicon."""
    with pytest.raises(InvalidLexicon, match="there is no such folder"):
        load_lexicon([tmp_path / "nowhere"])


def test_a_file_in_an_overlay_s_place_is_refused(tmp_path: Path) -> None:
    """An overlay is a folder; a file in its place is refused."""
    overlay(tmp_path, "")
    with pytest.raises(InvalidLexicon, match="there is no such folder"):
        load_lexicon([tmp_path / "ours.toml"])


def test_the_version_is_of_the_content(tmp_path: Path) -> None:
    """The same files give the same version wherever they lie; any change gives another."""
    written = 'kind = "threat"\n[[entry]]\nid = "a"\nterms = ["xyzzy"]\n'
    here = load_lexicon([overlay(tmp_path / "here", written)])
    there = load_lexicon([overlay(tmp_path / "there", written)])
    changed = load_lexicon([overlay(tmp_path / "changed", written.replace("xyzzy", "xyzzz"))])
    renamed = load_lexicon([overlay(tmp_path / "renamed", written, name="other.toml")])
    versions = [BUILT_IN.version, here.version, changed.version, renamed.version]
    assert here.version == there.version
    assert len(set(versions)) == len(versions)


DATA = sorted(
    file.name
    for folder in ("", "data", "gazetteer")
    for file in (resources.files("monitor.lexicon") / folder).iterdir()
    if file.name.endswith(".toml")
)


@pytest.mark.parametrize("name", DATA)
def test_the_version_covers_every_data_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A change of any built-in data file, cues and gazetteer included, changes the version."""
    copy = tmp_path / "lexicon"
    shutil.copytree(str(resources.files("monitor.lexicon")), copy)
    monkeypatch.setattr("importlib.resources.files", lambda package: copy)
    (changed,) = copy.rglob(name)
    before = loader._version(read_files([copy / "data"], []))
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert loader._version(read_files([copy / "data"], [])) != before
