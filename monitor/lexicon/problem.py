"""Problem: one thing that is wrong, or looks wrong, in a lexicon's files."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

__all__ = ["Problem", "ProblemSeverity", "Report", "suggestion"]

_ALIKE = 0.6
"""Least ratio of `difflib` at which a known name is offered for an unknown one: its own default."""


class ProblemSeverity(StrEnum):
    """What a problem keeps from happening."""

    ERROR = "error"
    """The lexicon cannot be used."""
    WARNING = "warning"
    """It can be used, but may not say what its author means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file, where it stands, and what is allowed instead."""

    file: str
    line: int | None
    """From 1 on; None where a file or folder as a whole is meant."""
    entry: str
    """Id of the entry; empty where the problem is not one entry's."""
    message: str
    severity: ProblemSeverity = ProblemSeverity.ERROR

    @property
    def place(self) -> str:
        """File and line, as editors and compilers write them."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        """Return place, entry and message in one line."""
        entry = f"entry {self.entry}: " if self.entry else ""
        return f"{self.place}: {entry}{self.message}"


class Report(Protocol):
    """Takes note of what is wrong with one entry or class."""

    def __call__(self, message: str, *, field: str = "", item: int | None = None) -> None:
        """Note a problem.

        Args:
            message: what is wrong and what is allowed.
            field: the field that it stands in; empty for the whole.
            item: which member of the field's list, from 0 on.
        """


def suggestion(name: object, known: Iterable[str], *, form: str = "{!r}") -> str:
    """Return the words that offer the known name nearest to *name*; nothing where none is near."""
    if not isinstance(name, str):
        return ""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=_ALIKE)
    return f"did you mean {form.format(near[0])}? " if near else ""
