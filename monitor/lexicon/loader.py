"""Read the lexicon's files, lay overlays over them, and say what is wrong where."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from monitor.errors import InvalidLexicon
from monitor.lexicon.classes import resolve_classes
from monitor.lexicon.entry import Author, Entry
from monitor.lexicon.files import LexiconFile, read_files
from monitor.lexicon.pattern import Phrases
from monitor.lexicon.problem import Problem, ProblemSeverity, suggestion
from monitor.lexicon.schema import read_entry, read_id, read_off
from monitor.wording import counted

__all__ = ["Lexicon", "LexiconReading", "Origin", "Override", "load_lexicon", "read_lexicon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All entries and classes, with a version that changes whenever any data file does."""

    entries: tuple[Entry, ...]
    classes: Mapping[str, Phrases]
    version: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry is written."""

    file: LexiconFile
    number: int
    """Which entry of the file it is, from 0 on."""

    def line(self, field: str = "", *, item: int | None = None) -> int:
        """Return the line of a field, or of the entry where it does not state the field."""
        return self.file.line_of_entry(self.number, field, item=item)

    @property
    def place(self) -> str:
        """Say in a few words where it is, for people: built-in files by their name alone."""
        line = self.line()
        if self.file.folder == 0:
            return f"built-in {Path(self.file.name).name}:{line}"
        return f"{self.file.name}:{line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An entry that took an earlier one's place, or switched it off."""

    entry: str
    earlier: Origin
    later: Origin
    is_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconReading:
    """Everything that was found in the files: a lexicon of what is right, and what is wrong."""

    lexicon: Lexicon
    """Without the entries that are wrong: to be used only where `errors` is empty."""
    files: tuple[LexiconFile, ...]
    origins: Mapping[str, Origin]
    """Where each entry of the lexicon is written, by its id."""
    overrides: tuple[Override, ...]
    problems: tuple[Problem, ...]
    """In the order of the files and their lines."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which the lexicon cannot be used."""
        return tuple(each for each in self.problems if each.severity is ProblemSeverity.ERROR)


def load_lexicon(overlays: Sequence[Path] = ()) -> Lexicon:
    """Load the built-in lexicon and lay *overlays* over it, in order.

    An overlay is a folder of files of the same form. A class of the same name gains phrases; an
    entry of the same id replaces the built-in one, or switches it off with `off = true`.

    Raises:
        InvalidLexicon: naming file, line, entry, and what is allowed, of the first error, and how
            many more there are.
    """
    return _without_errors(read_lexicon(overlays)) if overlays else _builtin()


def read_lexicon(overlays: Sequence[Path] = ()) -> LexiconReading:
    """Read the built-in lexicon with *overlays* over it and collect all that is wrong."""
    return _read([_builtin_folder(), *overlays])


@cache
def _builtin() -> Lexicon:
    """Load the built-in lexicon once per process."""
    return _load([_builtin_folder()])


def _builtin_folder() -> Traversable:
    """Return the folder of the built-in files."""
    return resources.files("monitor.lexicon") / "data"


def _load(folders: Sequence[Traversable]) -> Lexicon:
    """Read the files of *folders*, later ones over earlier ones, and refuse any error."""
    return _without_errors(_read(folders))


def _without_errors(reading: LexiconReading) -> Lexicon:
    """Return the lexicon that was read.

    Raises:
        InvalidLexicon: if it has errors.
    """
    if not reading.errors:
        return reading.lexicon
    message = str(reading.errors[0])
    if more := len(reading.errors) - 1:
        message += (
            f" (and {counted(more, 'more error')}; `news-monitor lexicon check` lists them all)"
        )
    raise InvalidLexicon(message)


def _read(folders: Sequence[Traversable]) -> LexiconReading:
    """Read the files of *folders*, later ones over earlier ones, and collect what is wrong."""
    problems: list[Problem] = []
    files = tuple(read_files(folders, problems))
    classes = resolve_classes(files, problems)
    collected = _Entries(classes, problems)
    for file in files:
        collected.add_all(file)
    lexicon = Lexicon(
        entries=tuple(collected.entries.values()), classes=classes, version=_version(files)
    )
    order = {file.name: number for number, file in enumerate(files, start=1)}
    return LexiconReading(
        lexicon=lexicon,
        files=files,
        origins={entry.id: collected.origins[entry.id] for entry in lexicon.entries},
        overrides=tuple(collected.overrides),
        problems=tuple(
            sorted(
                dict.fromkeys(problems),
                key=lambda problem: (order.get(problem.file, 0), problem.line or 0),
            )
        ),
    )


class _Entries:
    """The entries of all files so far, the later of an id in the earlier one's place."""

    def __init__(self, classes: Mapping[str, Phrases], problems: list[Problem]) -> None:
        self.entries: dict[str, Entry] = {}
        self.origins: dict[str, Origin] = {}
        self.overrides: list[Override] = []
        self._classes = classes
        self._problems = problems
        self._written_in: dict[str, int] = {}

    def add_all(self, file: LexiconFile) -> None:
        """Add the entries of one file, or what is wrong with them."""
        for number, raw in enumerate(file.entries):
            self._add(Origin(file, number), raw)

    def _add(self, origin: Origin, raw: object) -> None:
        """Add one entry."""
        report = _Reporter(origin, raw, self._problems)
        identifier = read_id(raw, report)
        if not isinstance(raw, dict):
            return
        if identifier is None:  # what else is wrong with it is told all the same
            self._read(origin, {**raw, "id": "nameless"}, report)
            return
        if self._written_in.get(identifier) == origin.file.folder:
            report("another entry of this folder has the same id", field="id")
            return
        self._written_in[identifier] = origin.file.folder
        off = read_off(raw, report)
        if off is None:
            return
        earlier = self.origins.pop(identifier, None)
        if earlier is not None:
            self.overrides.append(
                Override(entry=identifier, earlier=earlier, later=origin, is_off=off)
            )
        if off:
            self.entries.pop(identifier, None)
            if earlier is None:
                offer = suggestion(identifier, self.origins)
                report(f"there is no such entry to switch off; {offer}".rstrip("; "), field="id")
            return
        self.origins[identifier] = origin
        entry = self._read(origin, raw, report)
        if entry is None:
            self.entries.pop(identifier, None)
        else:
            users = origin.file.folder > 0
            self.entries[identifier] = replace(entry, author=Author.USER) if users else entry

    def _read(self, origin: Origin, raw: dict[str, Any], report: "_Reporter") -> Entry | None:
        """Read one entry with the defaults of its file; None where something is wrong with it."""
        return read_entry(
            {**origin.file.defaults, **raw},
            kind=origin.file.content.get("kind"),
            classes=self._classes,
            file=origin.file.name,
            report=report,
        )


class _Reporter:
    """Notes what is wrong with one entry, on the line of the field that is."""

    def __init__(self, origin: Origin, raw: object, problems: list[Problem]) -> None:
        self._origin = origin
        self._raw = raw if isinstance(raw, dict) else {}
        self._problems = problems

    def __call__(self, message: str, *, field: str = "", item: int | None = None) -> None:
        """Note a problem; one of a field that many entries share is told once, where it stands."""
        file = self._origin.file
        identifier = self._raw.get("id")
        entry = identifier if isinstance(identifier, str) else ""
        line = self._origin.line(field, item=item)
        if field not in self._raw:
            if field in file.defaults:
                entry, line = "", file.line_of(field, table="defaults", item=item)
                message = f"defaults: {message}"
            elif field == "kind" and "kind" in file.content:
                entry, line = "", file.line_of("kind")
        self._problems.append(Problem(file=file.name, line=line, entry=entry, message=message))


def _version(files: Iterable[LexiconFile]) -> str:
    """Return a digest of everything that decides how a text is read: these files and our own."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(Path(file.name).name.encode() + b"\0" + file.text.encode() + b"\0")
    ours = resources.files("monitor.lexicon")
    gazetteer = sorted((ours / "gazetteer").iterdir(), key=lambda file: file.name)
    for shared in (ours / "cues.toml", ours / "modes.toml", *gazetteer):
        if shared.name.endswith(".toml"):
            digest.update(shared.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
