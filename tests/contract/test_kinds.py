"""Whatever is kept per kind is kept for every kind, and the guide to a new one names the place."""

import importlib
import inspect
import json
import pkgutil
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import monitor
from monitor.domain import SignalKind
from monitor.lexicon import kinds
from monitor.policy import ladders
from monitor.text import figures
from tests.documents import DOCS, ROOT

KINDS = set(SignalKind)
SPARSE = (kinds.DESKS, kinds.ROLES, figures._WANTED, ladders._STEPS)
"""Tables of the kinds that differ from the rest."""


@dataclass(frozen=True)
class Table:
    """A mapping by kind in a module of ours."""

    name: str
    file: Path
    content: Mapping[Any, Any]


def modules() -> Iterator[Any]:
    """Every module of the package."""
    for found in pkgutil.walk_packages(monitor.__path__, "monitor."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def mappings(value: object) -> Iterator[Mapping[Any, Any]]:
    """A value that is a mapping by kind, or holds one in a field."""
    held = [value]
    if is_dataclass(value) and not isinstance(value, type):
        held += [getattr(value, field.name) for field in fields(value)]
    for each in held:
        if isinstance(each, Mapping) and any(isinstance(key, SignalKind) for key in each):
            yield each


def tables() -> Iterator[Table]:
    """Every table by kind that is written out in a module, but for those sparse on purpose."""
    for module in modules():
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            line = re.search(rf"^{re.escape(name)}\b[^\n]*=[^\n]*", source, re.MULTILINE)
            if line is None or "(SignalKind)" in line[0] or "in SignalKind" in line[0]:
                continue
            for content in mappings(value):
                if not any(content is each for each in SPARSE):
                    yield Table(f"{module.__name__}.{name}", Path(module.__file__), content)


TABLES = list(tables())
each_table = pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])


def guide() -> str:
    """The part of the architecture page on a new kind."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    return text.partition("\n## A new kind\n")[2].partition("\n## ")[0]


def test_the_known_tables_are_found() -> None:
    """The search for tables finds those that are known to be there."""
    names = {table.name for table in TABLES}
    assert {
        "monitor.lexicon.kinds.EVENT_TYPES",
        "monitor.policy.severity._BASE",
        "monitor.policy.newsworthiness.WEIGHTS",
    } <= names


@each_table
def test_a_table_by_kind_covers_every_kind(table: Table) -> None:
    """A table by kind has each kind, and nothing that is none."""
    assert set(table.content) == KINDS


@each_table
def test_the_guide_names_every_table(table: Table) -> None:
    """Whoever adds a kind by the guide comes by every module with a table by kind."""
    assert f"`{table.file.relative_to(ROOT)}`" in guide()


def test_the_guide_names_only_what_is_there() -> None:
    """Every file and folder that the guide names exists."""
    named = re.findall(r"`((?:monitor|training|docs|tests)/[^`<]+)`", guide())
    assert len(named) > 8
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_sense_model_knows_every_kind() -> None:
    """The card of the shipped model lists each kind once, with a bias per status."""
    folder = resources.files("monitor.text") / "sense_model"
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert sorted(card["kinds"]) == sorted(KINDS)
    assert len(card["status_bias"]) == len(KINDS)


def test_every_kind_has_a_file_of_keywords() -> None:
    """There is one lexicon file per kind, which says which."""
    folder = resources.files("monitor.lexicon") / "data"
    files = [tomllib.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir()]
    assert sorted(file["kind"] for file in files if "kind" in file) == sorted(KINDS)


def test_every_kind_is_defined_for_people() -> None:
    """The page of the kinds has a row for each, in order."""
    text = (DOCS / "kinds.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE) == list(SignalKind)
