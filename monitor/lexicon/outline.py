"""Outline: on which line of a TOML file its tables, fields and list members stand.

`tomllib` parses a file but does not say where things stood. This reads only as much of TOML as that
needs, and only of text that `tomllib` has parsed already.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

__all__ = ["FieldLines", "TableLines", "outline_of"]

_KEY_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_KEY = re.compile(rf"[ \t]*({_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*)[ \t]*=")
_HEADER = re.compile(r"[ \t]*\[\[?[ \t]*([^\[\]\n]+?)[ \t]*\]\]?")
_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    r'|(?P<value>"""(?:\\.|[^\\])*?""""{0,2}'
    r"|'''.*?''''{0,2}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|[^\s\"'#\[\]{}=,]+)"
    r"|(?P<opens>[\[{])|(?P<closes>[\]}])|(?P<ends>\n)|(?P<other>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class FieldLines:
    """Where a field stands, and where the members of its list do."""

    line: int
    items: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TableLines:
    """Where a table's header and its fields stand."""

    name: str
    """As the header writes it; empty for what stands above the first one."""
    line: int
    fields: dict[str, FieldLines] = field(default_factory=dict)


@lru_cache(maxsize=64)
def outline_of(text: str) -> tuple[TableLines, ...]:
    """Return the tables of a TOML file in the order in which they stand, the nameless one first."""
    tables = [TableLines("", 1)]
    current: FieldLines | None = None
    position = depth = 0
    line = 1
    fresh = True  # at the start of a statement: a header or a key may stand here
    while position < len(text):
        found: re.Match[str] | None = None
        if fresh and (found := _HEADER.match(text, position)):
            tables.append(TableLines(_unquoted(found.group(1)), line))
        elif fresh and (found := _KEY.match(text, position)):
            current = FieldLines(line)
            tables[-1].fields[_unquoted(found.group(1))] = current
        else:
            found = _TOKEN.match(text, position)
            assert found, "the last alternative takes any character"
            if found["opens"]:
                depth += 1
            elif found["closes"]:
                depth -= 1
            elif found["value"] and depth == 1 and current:
                current.items.append(line)
        line += found.group().count("\n")
        fresh = depth == 0 and found.group().endswith("\n")
        position = found.end()
    return tuple(tables)


def _unquoted(key: str) -> str:
    """Return a key without its quotation marks."""
    return key.strip("\"'")
