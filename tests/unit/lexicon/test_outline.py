"""The outline of a TOML file says on which line each table, field and list member stands."""

import tomllib
from importlib import resources

import pytest

from monitor.lexicon.outline import FieldLines, outline_of

WRITTEN = '''# A file.
kind = "threat"   # [[entry]]

[classes]
"a-b" = ["x", "y # no comment",
  "z"]

[[entry]]
id = "a"
terms = [
  "one",  # ]
  # id = "no field"
  """two
[[entry]]
id = "in a text"
""",
  'three ]',
]
example = """
[defaults]
"""
  weight = 0.5
[defaults]
not_near = [["nested"], 5, true]
[[entry]] # the last
'id' = 'b'
'''


def test_tables_and_fields_are_found() -> None:
    """Tables stand on the lines of their headers, fields on those of their names."""
    tables = outline_of(WRITTEN)
    assert [(table.name, table.line) for table in tables] == [
        ("", 1),
        ("classes", 4),
        ("entry", 8),
        ("defaults", 23),
        ("entry", 25),
    ]
    lines = [{name: field.line for name, field in table.fields.items()} for table in tables]
    assert lines == [
        {"kind": 2},
        {"a-b": 5},
        {"id": 9, "terms": 10, "example": 19, "weight": 22},
        {"not_near": 24},
        {"id": 26},
    ]


def test_members_of_lists_are_found() -> None:
    """A list's members stand on their own lines; what a text or comment holds is none."""
    _, classes, entry, *_ = outline_of(WRITTEN)
    assert classes.fields["a-b"] == FieldLines(5, [5, 5, 6])
    assert entry.fields["terms"].items == [11, 13, 17]


def test_the_outline_agrees_with_the_parser() -> None:
    """What the outline finds in this file is what the parser finds."""
    parsed = tomllib.loads(WRITTEN)
    assert [set(entry) for entry in parsed["entry"]] == [
        set(table.fields) for table in outline_of(WRITTEN) if table.name == "entry"
    ]


BUILT_IN = sorted(
    (
        file
        for file in (resources.files("monitor.lexicon") / "data").iterdir()
        if file.name.endswith(".toml")
    ),
    key=lambda file: file.name,
)


@pytest.mark.parametrize("file", BUILT_IN, ids=lambda file: file.name)
def test_every_built_in_field_is_found(file: resources.abc.Traversable) -> None:
    """In the files we ship every entry, field and list member has a line."""
    text = file.read_text(encoding="utf-8")
    content = tomllib.loads(text)
    lines = text.splitlines()
    tables = [table for table in outline_of(text) if table.name == "entry"]
    assert len(tables) == len(content.get("entry", []))
    for raw, table in zip(content.get("entry", []), tables, strict=True):
        assert set(raw) == set(table.fields)
        assert lines[table.line - 1].startswith("[[entry]]")
        for name, field in table.fields.items():
            assert lines[field.line - 1].startswith(name)
            if isinstance(raw[name], list):
                assert len(field.items) == len(raw[name])


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "a = 1", "a = {b = [1, 2]}\n"])
def test_short_files_have_an_outline(text: str) -> None:
    """A file without tables has the nameless one."""
    assert [table.name for table in outline_of(text)] == [""]
