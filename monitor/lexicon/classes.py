"""Classes: the word lists that patterns and conditions share, resolved across all files."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import InvalidLexicon
from monitor.lexicon.files import LexiconFile
from monitor.lexicon.pattern import Phrases, expand_phrase
from monitor.lexicon.places import geographic_classes
from monitor.lexicon.problem import Problem, suggestion

__all__ = ["classes_named", "resolve_classes", "unknown_class"]

_NAMED = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class _Written:
    """One phrase of a class, as a file writes it."""

    file: LexiconFile
    item: int
    phrase: str


def classes_named(written: str) -> tuple[str, ...]:
    """Return the names of the classes that a pattern or phrase asks for, in order."""
    return tuple(_NAMED.findall(written))


def unknown_class(name: str, known: Iterable[str]) -> str:
    """Say that there is no class of that *name*, and which there are."""
    names = sorted(known)
    return f"no class <{name}>; {suggestion(name, names, form='<{}>')}known are: {', '.join(names)}"


def resolve_classes(files: Sequence[LexiconFile], problems: list[Problem]) -> Mapping[str, Phrases]:
    """Collect the classes of all files; a class may name others that are defined anywhere.

    What is wrong is added to *problems*; a class keeps those of its phrases that are right, so that
    one mistake is not told again wherever the class is used.
    """
    return _Resolver(_written_classes(files, problems), problems).resolved


class _Resolver:
    """Expands the phrases of every class, those that it names first."""

    def __init__(self, written: Mapping[str, Sequence[_Written]], problems: list[Problem]) -> None:
        self.resolved: dict[str, Phrases] = dict(geographic_classes())
        self._written = written
        self._problems = problems
        self._known = sorted({*written, *self.resolved})
        self._done: set[str] = set()
        self._pending: list[str] = []
        for name in written:
            self._resolve(name)

    def _resolve(self, name: str) -> None:
        """Expand one class."""
        self._pending.append(name)
        phrases: set[tuple[str, ...]] = set(self.resolved.get(name, ()))
        for row in self._written[name]:
            ready = [self._is_ready(inside, row) for inside in classes_named(row.phrase)]
            if not all(ready):
                continue
            try:
                phrases |= expand_phrase(row.phrase, self.resolved)
            except InvalidLexicon as error:
                self._report(row, f"class {name}: {error}")
        self._pending.pop()
        self._done.add(name)
        self.resolved[name] = frozenset(phrases)

    def _is_ready(self, name: str, row: _Written) -> bool:
        """Whether a class that a phrase names can be asked for its phrases."""
        if name in self._pending:
            self._report(row, f"class <{name}> names itself: {' > '.join([*self._pending, name])}")
            return False
        if name in self._written and name not in self._done:
            self._resolve(name)
        if name not in self.resolved:
            self._report(row, f"class {self._pending[-1]}: {unknown_class(name, self._known)}")
            return False
        return True

    def _report(self, row: _Written, message: str) -> None:
        """Note what is wrong with one phrase."""
        line = row.file.line_of(self._pending[-1], table="classes", item=row.item)
        self._problems.append(Problem(file=row.file.name, line=line, entry="", message=message))


def _written_classes(
    files: Iterable[LexiconFile], problems: list[Problem]
) -> dict[str, list[_Written]]:
    """Return per class its phrases as written, those of one name together."""
    written: dict[str, list[_Written]] = {}
    for file in files:
        for name, phrases in file.classes.items():
            rows = written.setdefault(name, [])
            if not isinstance(phrases, list) or not all(isinstance(row, str) for row in phrases):
                problems.append(
                    Problem(
                        file=file.name,
                        line=file.line_of(name, table="classes"),
                        entry="",
                        message=f"class {name} must be a list of phrases, each in quotation marks",
                    )
                )
                continue
            rows += [_Written(file, item, phrase) for item, phrase in enumerate(phrases)]
    return written
