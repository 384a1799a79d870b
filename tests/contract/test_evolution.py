"""Records evolve only so that nobody who knows the last released schemas is broken."""

import copy
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from monitor import wire
from monitor.wire import alert_v1, article_v1, signal_v1, story_v1
from monitor.wire.descriptions import MAY_GROW
from tests.contract.evolution import Promise, UnknownKeyword, breaks
from tests.documents import DOCS, ROOT

RELEASED = DOCS / "schemas" / "released"
PROMISES = dict.fromkeys(wire.SCHEMAS, Promise.WRITERS_AND_READERS) | {
    "article-v1": Promise.WRITERS
}
ADVICE = (
    "give the record a new version (CONTRIBUTING.md, 'Changing a record') and keep reading this one"
)


def last_release() -> str:
    """The newest version whose schemas are kept."""
    return max(
        (folder.name for folder in RELEASED.iterdir() if folder.is_dir()),
        key=lambda version: [int(part) for part in version.split(".")],
    )


def released(name: str) -> dict[str, Any]:
    """A schema as the last release published it."""
    text = (RELEASED / last_release() / f"{name}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


RELEASED_NAMES = sorted(file.stem for file in (RELEASED / last_release()).glob("*.json"))


@pytest.mark.parametrize("name", RELEASED_NAMES)
def test_no_schema_breaks_who_knows_the_last_release(name: str) -> None:
    """Today's schema of each released record keeps the promise given for it."""
    assert name in wire.SCHEMAS, f"the record is gone; {ADVICE}"

    found = breaks(released(name), wire.SCHEMAS[name](), PROMISES[name])

    assert found == [], f"incompatible with {last_release()}; {ADVICE}"


def test_the_release_in_preparation_or_before_is_compared_with() -> None:
    """The newest kept schemas are those of the newest release that the changelog names."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (newest, *before) = re.findall(r"^## (\d+\.\d+\.\d+)(.*)$", changelog, re.MULTILINE)
    first_is_out = "(unreleased)" not in newest[1]

    expected = newest[0] if first_is_out or not before else before[0][0]
    assert last_release() == expected


@pytest.mark.parametrize(
    "record", [signal_v1, story_v1, alert_v1], ids=lambda record: str(record.NAME)
)
def test_records_of_the_last_release_are_read(record: ModuleType) -> None:
    """What the last release wrote, this one reads."""
    for example in released(f"{record.NAME}-v{record.VERSION}")["examples"]:
        record.decode(json.dumps(example).encode())


def test_articles_of_the_last_release_are_read() -> None:
    """What could be sent to the last release can be sent to this one."""
    for example in released("article-v1")["examples"]:
        value = json.dumps(example).encode()
        article = article_v1.decode(value, timestamp=datetime(2026, 3, 3, tzinfo=UTC))
        assert article.text == example.get("text", "")


@pytest.mark.parametrize(
    "record", [signal_v1, story_v1, alert_v1], ids=lambda record: str(record.NAME)
)
def test_readers_of_the_last_release_take_the_records_of_today(record: ModuleType) -> None:
    """The schemas of the last release accept today's examples, grown lists of choices aside."""
    schema = released(f"{record.NAME}-v{record.VERSION}")
    for definition in schema["$defs"].values():
        if definition.get(MAY_GROW):
            del definition["enum"]
    for example in record.EXAMPLES:
        jsonschema.Draft202012Validator(schema).validate(json.loads(example))


OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "schema": {"const": "news-monitor/thing/1"},
        "id": {"type": "string", "maxLength": 100, "minLength": 1},
        "at": {"type": "string", "format": "date-time"},
        "count": {"type": "integer", "default": 0, "maximum": 9, "minimum": 1},
        "level": {"$ref": "#/$defs/Level"},
        "why": {"type": "array", "items": {"$ref": "#/$defs/Why"}},
        "size": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": None},
        "part": {"anyOf": [{"$ref": "#/$defs/Part"}, {"type": "null"}], "default": None},
    },
    "required": ["schema", "id", "at"],
    "$defs": {
        "Level": {"type": "string", "enum": ["low", "high"]},
        "Why": {"type": "string", "enum": ["new"], MAY_GROW: True},
        "Part": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "of": {"type": "string"}},
            "required": ["name"],
        },
    },
}

Change = Callable[[dict[str, Any], dict[str, Any]], object]
WRITERS = {
    "member removed": lambda members, _: members.pop("count"),
    "member of a part removed": lambda _, kinds: kinds["Part"]["properties"].pop("of"),
    "choice removed": lambda _, kinds: kinds["Level"]["enum"].remove("low"),
    "choice of a growing list renamed": lambda _, kinds: kinds["Why"].update(enum=["fresh"]),
    "null no longer taken": lambda members, _: members.update(size={"type": "number"}),
    "number narrowed": lambda members, _: members["size"].update(anyOf=[{"type": "integer"}]),
    "type changed": lambda members, _: members["id"].update(type="integer"),
    "text became a choice": lambda members, _: members["id"].update(enum=["a"]),
    "items narrowed": lambda members, _: members["why"].update(items={"type": "integer"}),
    "version changed": lambda members, _: members["schema"].update(const="news-monitor/thing/2"),
    "length bounded": lambda members, _: members["id"].update(maxLength=10),
    "length demanded": lambda members, _: members["id"].update(minLength=2),
    "maximum lowered": lambda members, _: members["count"].update(maximum=8),
    "minimum raised": lambda members, _: members["count"].update(minimum=2),
    "pattern added": lambda members, _: members["id"].update(pattern="^a"),
    "format changed": lambda members, _: members["at"].update(format="date"),
    "default changed": lambda members, _: members["count"].update(default=1),
    "default dropped": lambda members, _: members["count"].pop("default"),
    "member of a part required": lambda _, kinds: kinds["Part"]["required"].append("of"),
}
READERS = {
    "choice added to a closed list": lambda _, kinds: kinds["Level"]["enum"].append("middle"),
    "choice became a text": lambda members, _: members.update(level={"type": "string"}),
    "null added": lambda members, _: members.update(
        id={"anyOf": [{**members["id"]}, {"type": "null"}]}
    ),
    "integer widened": lambda members, _: members["count"].update(type="number"),
    "type no longer stated": lambda members, _: members["id"].pop("type"),
    "bound lifted": lambda members, _: members["id"].pop("maxLength"),
    "format dropped": lambda members, _: members["at"].pop("format"),
    "member of a part optional": lambda _, kinds: kinds["Part"]["required"].clear(),
}
HARMLESS = {
    "nothing": lambda members, _: None,
    "optional member added": lambda members, _: members.update(added={"type": "string"}),
    "described anew": lambda members, _: members["id"].update(description="Identity."),
    "choice added to a growing list": lambda _, kinds: kinds["Why"]["enum"].append("more"),
    "choices in another order": lambda _, kinds: kinds["Level"]["enum"].reverse(),
    "reference written out": lambda members, kinds: members.update(level=kinds["Level"]),
}


def changed(change: Change) -> dict[str, Any]:
    """The old schema with one change."""
    new = copy.deepcopy(OLD)
    change(new["properties"], new["$defs"])
    return new


@pytest.mark.parametrize("change", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("promise", Promise)
def test_what_breaks_writers_is_found(change: Change, promise: Promise) -> None:
    """Each way to refuse or forget what was sent before is a break under either promise."""
    assert breaks(OLD, changed(change), promise)


@pytest.mark.parametrize("change", READERS.values(), ids=READERS)
def test_what_breaks_readers_is_found(change: Change) -> None:
    """Each way to send what was not allowed before breaks readers, and only them."""
    assert breaks(OLD, changed(change), Promise.WRITERS_AND_READERS)
    assert breaks(OLD, changed(change), Promise.WRITERS) == []


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_breaks_nobody_is_let_through(change: Change) -> None:
    """What old writers and readers can live with is no break."""
    assert breaks(OLD, changed(change), Promise.WRITERS_AND_READERS) == []


def test_a_newly_required_member_breaks_writers_and_a_dropped_one_readers() -> None:
    """Required members are compared at the top too, and the line names the member."""
    more, fewer = copy.deepcopy(OLD), copy.deepcopy(OLD)
    more["required"].append("count")
    fewer["required"].remove("at")

    (line,) = breaks(OLD, more, Promise.WRITERS)
    assert line.startswith(".count: what was sent before is refused: required")
    assert breaks(OLD, fewer, Promise.WRITERS) == []
    (line,) = breaks(OLD, fewer, Promise.WRITERS_AND_READERS)
    assert line.startswith(".at: readers of before do not expect it: required")


def test_ways_to_send_an_article_are_compared() -> None:
    """The article's alternatives (a text, or a withdrawal) may grow and may not shrink."""
    old = wire.SCHEMAS["article-v1"]()
    no_withdrawal = copy.deepcopy(old)
    no_withdrawal["anyOf"].pop()
    title_too = copy.deepcopy(old)
    title_too["anyOf"][0]["required"].append("title")
    anything = {key: value for key, value in old.items() if key != "anyOf"}

    assert breaks(old, no_withdrawal, Promise.WRITERS)
    assert breaks(old, title_too, Promise.WRITERS)
    assert breaks(old, anything, Promise.WRITERS) == []


def test_a_keyword_that_cannot_be_compared_is_refused() -> None:
    """A schema that says something this comparison does not know is an error, not a pass."""
    new = copy.deepcopy(OLD)
    new["properties"]["id"]["multipleOf"] = 2

    with pytest.raises(UnknownKeyword, match="multipleOf"):
        breaks(OLD, new, Promise.WRITERS)
