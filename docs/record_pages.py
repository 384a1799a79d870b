"""The page of records: every member with its type and meaning, from the JSON Schemas."""

import json
from collections.abc import Iterator
from typing import Any

from monitor import wire

__all__ = ["sections"]


def sections() -> Iterator[str]:
    """Yield an introduction, a section per record, and a section per value inside of records."""
    schemas = wire.schemas()
    yield (
        "How the records hang together, and how to keep the newest revision of an alert: "
        "[../records.md](../records.md)."
    )
    inner: dict[str, dict[str, Any]] = {}
    for name, schema in schemas.items():
        inner |= schema.get("$defs", {})
        example = json.dumps(schema["examples"][0], indent=2, ensure_ascii=False)
        yield f"## {name}"
        yield f"{schema['description']}\n\nSchema: [{name}.json](../schemas/{name}.json)."
        yield _members(schema)
        yield f"Example:\n\n```json\n{example}\n```"
    yield "## Values inside of records"
    for name in sorted(inner):
        yield f"### {name}"
        yield str(inner[name]["description"])
        if "properties" in inner[name]:
            yield _members(inner[name])


def _members(schema: dict[str, Any]) -> str:
    lines = ["| Member | Type | Required | Meaning |", "| --- | --- | --- | --- |"]
    for member, content in schema["properties"].items():
        required = "yes" if member in schema.get("required", []) else ""
        meaning = " ".join(content["description"].split()).replace("|", "\\|")
        lines.append(f"| `{member}` | {_type(content)} | {required} | {meaning} |")
    return "\n".join(lines)


def _type(content: dict[str, Any]) -> str:
    """Say in a word or two what a member holds."""
    if "$ref" in content:
        name = content["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in content:
        return f"`{content['const']}`"
    if "anyOf" in content:
        choices = [choice for choice in content["anyOf"] if choice.get("type") != "null"]
        return " or ".join(map(_type, choices))
    if content["type"] == "array":
        return f"list of {_type(content['items'])}"
    return "time" if content.get("format") == "date-time" else str(content["type"])
