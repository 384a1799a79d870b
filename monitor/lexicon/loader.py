"""Read the lexicon's files, lay overlays over them, and say what is wrong where."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from monitor.errors import InvalidLexicon
from monitor.lexicon.entry import Entry
from monitor.lexicon.pattern import Phrases, expand_phrase
from monitor.lexicon.places import geographic_classes
from monitor.lexicon.schema import entry_of, id_of, is_off

__all__ = ["Lexicon", "load_lexicon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All entries and classes, with a version that changes whenever any data file does."""

    entries: tuple[Entry, ...]
    classes: Mapping[str, Phrases]
    version: str


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a lexicon's folder."""

    name: str
    folder: int
    """0 for the built-in one; overlays count on."""
    text: str
    content: Mapping[str, Any]


def load_lexicon(overlays: Sequence[Path] = ()) -> Lexicon:
    """Load the built-in lexicon and lay *overlays* over it, in order.

    An overlay is a folder of files of the same form. A class of the same name gains phrases; an
    entry of the same id replaces the built-in one, or switches it off with `off = true`.

    Raises:
        InvalidLexicon: naming file, line, entry, and what is allowed.
    """
    if not overlays:
        return _builtin()
    for overlay in overlays:
        if not overlay.is_dir():
            message = f"lexicon overlay {overlay}: there is no such folder"
            raise InvalidLexicon(message)
    return _load([_builtin_folder(), *overlays])


@cache
def _builtin() -> Lexicon:
    """Load the built-in lexicon once per process."""
    return _load([_builtin_folder()])


def _builtin_folder() -> Traversable:
    """Return the folder of the built-in files."""
    return resources.files("monitor.lexicon") / "data"


def _load(folders: Sequence[Traversable]) -> Lexicon:
    """Read the files of *folders*, later ones over earlier ones."""
    files = [file for number, folder in enumerate(folders) for file in _files(folder, number)]
    classes = _classes(files)
    entries: dict[str, Entry] = {}
    written_in: dict[str, int] = {}
    for file in files:
        for raw in file.content.get("entry", []):
            try:
                identifier = id_of(raw)
                if written_in.get(identifier) == file.folder:
                    _refuse(f"entry {identifier}: another entry of this folder has the same id")
                written_in[identifier] = file.folder
                if not is_off(raw):
                    entries[identifier] = entry_of(
                        {**file.content.get("defaults", {}), **raw},
                        kind=file.content.get("kind"),
                        classes=classes,
                        file=file.name,
                    )
                elif entries.pop(identifier, None) is None:
                    _refuse(f"entry {identifier}: there is no such entry to switch off")
            except InvalidLexicon as error:
                message = f"{file.name}:{_line_of(raw, file.text)}: {error}"
                raise InvalidLexicon(message) from error
    return Lexicon(entries=tuple(entries.values()), classes=classes, version=_version(files))


def _refuse(message: str) -> None:
    """Raise InvalidLexicon."""
    raise InvalidLexicon(message)


def _version(files: Iterable[_File]) -> str:
    """Return a digest of everything that decides how a text is read: these files and our own."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(Path(file.name).name.encode() + b"\0" + file.text.encode() + b"\0")
    ours = resources.files("monitor.lexicon")
    gazetteer = sorted((ours / "gazetteer").iterdir(), key=lambda file: file.name)
    for shared in (ours / "cues.toml", *gazetteer):
        if shared.name.endswith(".toml"):
            digest.update(shared.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _files(folder: Traversable, number: int) -> Iterator[_File]:
    """Yield the TOML files of one folder by name, parsed, and refuse what they should not have."""
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            text = file.read_text(encoding="utf-8")
            content = tomllib.loads(text)
        except OSError as error:
            message = f"{file}: cannot be read: {error.strerror}"
            raise InvalidLexicon(message) from error
        except ValueError as error:  # malformed TOML, or not UTF-8
            message = f"{file}: not valid TOML: {error}"
            raise InvalidLexicon(message) from error
        if unknown := set(content) - {"kind", "entry", "classes", "defaults"}:
            message = f"{file}: unknown {sorted(unknown)}; a file has: kind, [defaults], [classes], [[entry]]"
            raise InvalidLexicon(message)
        if not isinstance(content.get("entry", []), list):
            message = f"{file}: entry must be written [[entry]]"
            raise InvalidLexicon(message)
        defaults = content.get("defaults", {})
        if not isinstance(defaults, dict) or {"id", "terms", "off"} & set(defaults):
            message = f"{file}: defaults must be written [defaults], without id, terms or off"
            raise InvalidLexicon(message)
        if not isinstance(content.get("classes", {}), dict):
            message = f"{file}: classes must be written [classes], one name = [phrases] a line"
            raise InvalidLexicon(message)
        yield _File(str(file), number, text, content)


def _classes(files: Iterable[_File]) -> dict[str, Phrases]:
    """Collect the classes of all files; a class may name others that are defined anywhere."""
    raw = _written_classes(files)
    resolved: dict[str, Phrases] = dict(geographic_classes())
    known = sorted({*raw, *resolved})
    pending: list[str] = []

    def resolve(name: str) -> None:
        if name in pending:
            message = f"class <{name}> names itself: {' > '.join([*pending, name])}"
            raise InvalidLexicon(message)
        if name not in raw:
            if name not in resolved:
                message = f"no class <{name}>; known are: {', '.join(known)}"
                raise InvalidLexicon(message)
            return
        pending.append(name)
        phrases: set[tuple[str, ...]] = set(resolved.get(name, ()))
        for file, written in raw[name]:
            try:
                for inside in re.findall(r"<([^>]*)>", written):
                    resolve(inside)
                phrases |= expand_phrase(written, resolved)
            except InvalidLexicon as error:
                message = str(error)
                if not message.startswith(file):
                    message = f"{file}: class {name}: {message}"
                raise InvalidLexicon(message) from error
        pending.pop()
        del raw[name]
        resolved[name] = frozenset(phrases)

    for name in list(raw):
        resolve(name)
    return resolved


def _written_classes(files: Iterable[_File]) -> dict[str, list[tuple[str, str]]]:
    """Return per class its phrases as written, each with its file, those of one name together."""
    raw: dict[str, list[tuple[str, str]]] = {}
    for file in files:
        for name, phrases in file.content.get("classes", {}).items():
            if not isinstance(phrases, list) or not all(isinstance(row, str) for row in phrases):
                message = f"{file.name}: class {name} must be a list of phrases"
                raise InvalidLexicon(message)
            raw.setdefault(name, []).extend((file.name, phrase) for phrase in phrases)
    return raw


def _line_of(raw: object, text: str) -> int:
    """Return the line on which an entry's id stands, the last one of that id; 1 where it has none."""
    identifier = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(identifier, str):
        return 1
    written = re.compile(rf"""\s*id\s*=\s*["']{re.escape(identifier)}["']""")
    lines = [
        number for number, line in enumerate(text.splitlines(), start=1) if written.match(line)
    ]
    return lines[-1] if lines else 1
