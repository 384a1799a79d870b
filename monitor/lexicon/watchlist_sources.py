"""Sources of watchlists: the rows of a TOML or a CSV file, and on which line each thing stands."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from monitor.lexicon.outline import TableLines, outline_of
from monitor.lexicon.problem import Problem
from monitor.lexicon.toml_text import parse_toml

__all__ = ["SUFFIXES", "Source", "read_source"]

SUFFIXES = (".toml", ".csv")
_ITEM = "item"
_ALIASES = "aliases"
_ALIAS_SEPARATOR = "|"
_LONGEST_CELL = 1_000_000


class Source(Protocol):
    """The rows of one file, whatever its form."""

    @property
    def head(self) -> Mapping[str, Any]:
        """What the file states of the list as a whole."""

    @property
    def rows(self) -> Sequence[Any]:
        """The items as written, whatever they are."""

    def line_of(self, row: int | None, field: str = "", *, member: int | None = None) -> int:
        """Return the line, from 1 on, of a row's field or of a member of its list.

        Args:
            row: number of the row from 0 on; None for what stands above them all.
            field: the field; empty for the row as a whole.
            member: which member of the field's list, from 0 on.
        """


@dataclass(frozen=True)
class _TomlSource:
    """A file of `[[item]]` tables."""

    text: str
    head: Mapping[str, Any]
    rows: Sequence[Any]

    def line_of(self, row: int | None, field: str = "", *, member: int | None = None) -> int:
        items = self._items
        table = self._tables[0] if row is None or row >= len(items) else items[row]
        for each in (table, *self._tables[1:2]) if row is None else (table,):
            where = each.fields.get(field)
            if where:
                lines = where.items
                return lines[member] if member is not None and member < len(lines) else where.line
        if row is None and field:
            return next((each.line for each in self._tables if each.name == field), table.line)
        return table.line

    # Outlines take a second for 100,000 items, and only a file with a problem needs one.
    @cached_property
    def _tables(self) -> tuple[TableLines, ...]:
        return outline_of(self.text)

    @cached_property
    def _items(self) -> tuple[TableLines, ...]:
        return tuple(table for table in self._tables if table.name == _ITEM)


@dataclass(frozen=True)
class _CsvSource:
    """A file with a heading and a row per item; aliases are separated by `|`."""

    rows: Sequence[Mapping[str, Any]]
    lines: Sequence[int]
    head: Mapping[str, Any]

    def line_of(self, row: int | None, field: str = "", *, member: int | None = None) -> int:  # noqa: ARG002
        return 1 if row is None else self.lines[row]


def read_source(file: Path) -> Source | Problem:
    """Read a file's rows, or say why they cannot be read."""
    name = str(file)
    if file.suffix.lower() not in SUFFIXES:
        return _problem(name, None, f"a watchlist is a file that ends in {' or '.join(SUFFIXES)}")
    try:
        written = file.read_bytes()
    except OSError as error:
        return _problem(name, None, f"cannot be read: {error.strerror}")
    if file.suffix.lower() == ".csv":
        return _read_csv(name, written)
    parsed = parse_toml(written.removeprefix(b"\xef\xbb\xbf"), file=name)
    if isinstance(parsed, Problem):
        return parsed
    head = {key: value for key, value in parsed.content.items() if key != _ITEM}
    rows = parsed.content.get(_ITEM, [])
    source = _TomlSource(parsed.text, head, rows if isinstance(rows, list) else [])
    if not isinstance(rows, list):
        return _problem(name, source.line_of(None, _ITEM), "items must be written [[item]]")
    return source


def _read_csv(name: str, written: bytes) -> Source | Problem:
    """Read the rows of a CSV file; a spreadsheet's semicolons or tabs serve as well as commas."""
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{written[error.start]:02x} is not UTF-8; save it as UTF-8"
        return _problem(name, line, message)
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Mapping[str, Any]] = []
    lines: list[int] = []
    columns: list[str] = []
    begun = 1
    try:
        for cells in reader:
            line, begun = begun, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
                if problem := _heading_problem(name, line, columns):
                    return problem
                continue
            if len(cells) > len(columns):
                message = f"{len(cells)} cells under {len(columns)} columns; quote a cell that holds {separator!r}"
                return _problem(name, line, message)
            rows.append(_row(columns, cells))
            lines.append(line)
    except csv.Error as error:
        return _problem(name, begun, f"not valid CSV: {error}")
    return _CsvSource(rows, lines, {})


def _heading_problem(name: str, line: int, columns: Sequence[str]) -> Problem | None:
    """Refuse a heading that names nothing, or one thing twice."""
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        return _problem(name, line, f"column {twice[0]!r} stands there twice")
    if not {"name", "entity"} & set(columns):
        return _problem(
            name, line, "the first row must name the columns, `name` or `entity` among them"
        )
    return None


def _row(columns: Sequence[str], cells: Sequence[str]) -> Mapping[str, Any]:
    """Return a row's filled cells by column."""
    row: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=False):
        value = cell.strip()
        if not value:
            continue
        parts = (part.strip() for part in value.split(_ALIAS_SEPARATOR))
        row[column] = [part for part in parts if part] if column == _ALIASES else value
    return row


def _problem(file: str, line: int | None, message: str) -> Problem:
    return Problem(file=file, line=line, entry="", message=message)
