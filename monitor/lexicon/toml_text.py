"""TOML text: the bytes of a file parsed, or one problem that says on which line they cannot be."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from monitor.lexicon.problem import Problem

__all__ = ["TomlText", "parse_toml"]


class TomlText(NamedTuple):
    """A file's text, with line feeds alone between its lines, and what it says."""

    text: str
    content: Mapping[str, Any]


def parse_toml(written: bytes, *, file: str) -> TomlText | Problem:
    """Parse the bytes of a TOML file, or say what keeps them from being one.

    Args:
        written: what the file holds.
        file: its name, for the problem.
    """
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        wrong = f"byte 0x{written[error.start]:02x} is not UTF-8; save it as UTF-8"
        return _problem(file, line, wrong)
    text = text.replace("\r\n", "\n")
    try:
        return TomlText(text, tomllib.loads(text))
    except ValueError as error:
        return _problem(file, _line_in(str(error), text), str(error))
    except RecursionError:
        return _problem(file, None, "nested too deeply")


def _problem(file: str, line: int | None, wrong: str) -> Problem:
    return Problem(file=file, line=line, entry="", message=f"not valid TOML: {wrong}")


def _line_in(message: str, text: str) -> int:
    """Return the line that an error of `tomllib` names; the last one where it is the end."""
    found = re.search(r"at line (\d+)", message)
    return int(found.group(1)) if found else max(1, len(text.splitlines()))
