"""Files: the TOML files of a lexicon's folders, read, parsed, and looked at from outside."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any

from monitor.lexicon.outline import FieldLines, TableLines, outline_of
from monitor.lexicon.problem import Problem, ProblemSeverity, suggestion
from monitor.lexicon.toml_text import parse_toml

__all__ = ["LexiconFile", "read_files"]

_PARTS = {"kind": "kind", "defaults": "[defaults]", "classes": "[classes]", "entry": "[[entry]]"}
_NO_DEFAULTS = frozenset({"id", "terms", "off"})


@dataclass(frozen=True, slots=True)
class LexiconFile:
    """One file of a lexicon's folder."""

    name: str
    folder: int
    """0 for the first folder; overlays count on."""
    text: str
    content: Mapping[str, Any]

    @property
    def entries(self) -> Sequence[Any]:
        """The entries as written, whatever they are."""
        entries = self.content.get("entry", [])
        return entries if isinstance(entries, list) else []

    @property
    def defaults(self) -> Mapping[str, Any]:
        """The fields that every entry has unless it states its own."""
        defaults = self.content.get("defaults", {})
        if not isinstance(defaults, dict):
            return {}
        return {name: value for name, value in defaults.items() if name not in _NO_DEFAULTS}

    @property
    def classes(self) -> Mapping[str, Any]:
        """The classes as written."""
        classes = self.content.get("classes", {})
        return classes if isinstance(classes, dict) else {}

    def line_of(self, name: str, *, table: str = "", item: int | None = None) -> int:
        """Return the line of a field of the file's only table of that name, or of the file's own.

        Where the field cannot be found it is the line of its table, or the first one.
        """
        tables = [each for each in outline_of(self.text) if each.name == table]
        for each in tables:
            if name in each.fields:
                return _line(each.fields[name], item)
        return tables[0].line if tables else self.line_of(table) if table else 1

    def line_of_entry(self, number: int, name: str = "", *, item: int | None = None) -> int:
        """Return the line of a field of the entry of that *number* (from 0 on).

        Where it has no such field it is the line of its id, or of its header.
        """
        tables = _entries_of(self.text)
        if number >= len(tables):  # written `entry = [...]`
            return self.line_of("entry")
        fields = tables[number].fields
        if name in fields:
            return _line(fields[name], item)
        return fields["id"].line if "id" in fields else tables[number].line


def read_files(folders: Iterable[Traversable], problems: list[Problem]) -> Iterator[LexiconFile]:
    """Yield the TOML files of *folders* by name, and add to *problems* what they should not have.

    A file that cannot be read or parsed is left out.
    """
    for number, folder in enumerate(folders):
        if not folder.is_dir():
            problems.append(_problem(f"lexicon overlay {folder}", None, "there is no such folder"))
            continue
        try:
            found = sorted(folder.iterdir(), key=lambda file: file.name)
        except OSError as error:
            problems.append(_problem(str(folder), None, f"cannot be read: {error.strerror}"))
            continue
        named = [file for file in found if file.name.endswith(".toml")]
        if not named:
            problems.append(
                Problem(
                    file=str(folder),
                    line=None,
                    entry="",
                    message="no file of this folder ends in .toml; nothing is read from it",
                    severity=ProblemSeverity.WARNING,
                )
            )
        for file in named:
            if read := _read(file, number, problems):
                yield read


@lru_cache(maxsize=64)
def _entries_of(text: str) -> tuple[TableLines, ...]:
    """Return where the entries of a file stand; kept, for files of thousands."""
    return tuple(table for table in outline_of(text) if table.name == "entry")


def _read(file: Traversable, number: int, problems: list[Problem]) -> LexiconFile | None:
    """Read and parse one file."""
    name = str(file)
    try:
        written = file.read_bytes()
    except OSError as error:
        problems.append(_problem(name, None, f"cannot be read: {error.strerror}"))
        return None
    parsed = parse_toml(written, file=name)
    if isinstance(parsed, Problem):
        problems.append(parsed)
        return None
    file_read = LexiconFile(name, number, parsed.text, parsed.content)
    problems += _misshapen(file_read)
    return file_read


def _misshapen(file: LexiconFile) -> Iterator[Problem]:
    """Yield what a file's outermost parts should not be."""
    content = file.content
    for name in content.keys() - _PARTS.keys():
        line = (
            file.line_of(name)
            if name in outline_of(file.text)[0].fields
            else file.line_of("", table=name)
        )
        message = (
            f"unknown {name!r}; {suggestion(name, _PARTS)}a file has: {', '.join(_PARTS.values())}"
        )
        yield _problem(file.name, line, message)
    if not isinstance(content.get("entry", []), list):
        yield _problem(
            file.name, file.line_of("", table="entry"), "entry must be written [[entry]]"
        )
    defaults = content.get("defaults", {})
    if not isinstance(defaults, dict) or _NO_DEFAULTS & set(defaults):
        wrong = sorted(_NO_DEFAULTS & set(defaults)) if isinstance(defaults, dict) else []
        line = file.line_of(wrong[0] if wrong else "", table="defaults")
        message = "defaults must be written [defaults], without id, terms or off"
        yield _problem(file.name, line, message)
    if not isinstance(content.get("classes", {}), dict):
        message = "classes must be written [classes], one name = [phrases] a line"
        yield _problem(file.name, file.line_of("", table="classes"), message)


def _problem(file: str, line: int | None, message: str) -> Problem:
    """Return an error that is not one entry's."""
    return Problem(file=file, line=line, entry="", message=message)


def _line(where: FieldLines, item: int | None) -> int:
    """Return the line of a field, or of a member of its list."""
    return where.items[item] if item is not None and item < len(where.items) else where.line
