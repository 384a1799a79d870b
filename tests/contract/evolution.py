"""Evolution: what a new JSON Schema of a record breaks for those who know the old one.

Two readers have to be thought of. Whoever wrote records before expects that they are still taken:
every record that the old schema allows, the new one must allow. Whoever reads records with code
made for the old schema expects nothing that it did not allow. Members that a schema does not name
are ignored by everybody, so that a new optional member breaks nobody.

Only the keywords that our schemas use are known; any other is refused, never passed over.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from monitor.wire.descriptions import MAY_GROW

__all__ = ["Promise", "UnknownKeyword", "breaks"]

Schema = Mapping[str, Any]

_ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "examples", "default", MAY_GROW}
_UPPER_BOUNDS = {"maximum", "maxLength", "maxItems"}
_LOWER_BOUNDS = {"minimum", "minLength", "minItems"}
_EXACT = {"format", "pattern", "additionalProperties"}
_STRUCTURE = {"$ref", "anyOf", "const", "enum", "type", "properties", "required", "items"}
_KNOWN = _ANNOTATIONS | _UPPER_BOUNDS | _LOWER_BOUNDS | _EXACT | _STRUCTURE


class Promise(StrEnum):
    """Whom a record's next schema must not break."""

    WRITERS = "writers"
    """What others send us: whatever they could send before, they can send now."""
    WRITERS_AND_READERS = "writers and readers"
    """What we send and read back: old records are still read, and old readers read new records."""


class UnknownKeyword(Exception):
    """A schema uses a keyword that cannot be compared."""


def breaks(old: Schema, new: Schema, promise: Promise) -> list[str]:
    """Return what the new schema breaks, one line each with the member's path; empty for nothing.

    Raises:
        UnknownKeyword: if either schema uses a keyword that this module does not know.
    """
    before, after = _resolved(old, old), _resolved(new, new)
    found = [*_lost(before, after, "")]
    found += [
        f"{path or '.'}: what was sent before is refused: {why}"
        for path, why in _refused(before, after, "")
    ]
    if promise is Promise.WRITERS_AND_READERS:
        found += [
            f"{path or '.'}: readers of before do not expect it: {why}"
            for path, why in _refused(after, before, "")
        ]
    return found


def _resolved(node: Any, root: Schema) -> dict[str, Any]:
    """Return a schema with every reference replaced by what it names; ours never recur."""
    if unknown := set(node) - _KNOWN:
        message = f"cannot compare {', '.join(sorted(unknown))}"
        raise UnknownKeyword(message)
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _resolved({**root["$defs"][name], **beside}, root)
    whole = {key: value for key, value in node.items() if key != "$defs"}
    if "properties" in node:
        whole["properties"] = {
            name: _resolved(member, root) for name, member in node["properties"].items()
        }
    if "items" in node:
        whole["items"] = _resolved(node["items"], root)
    if "anyOf" in node:
        whole["anyOf"] = [_resolved(choice, root) for choice in node["anyOf"]]
    return whole


def _lost(old: Schema, new: Schema, path: str) -> Iterator[str]:
    """Tell of members that are gone, and of absent members that mean something else now."""
    if "default" in old and old["default"] != new.get("default"):
        yield f"{path}: the default was {old['default']!r}, is {new.get('default')!r}"
    for name, member in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from _lost(member, new["properties"][name], f"{path}.{name}")
        else:
            yield f"{path}.{name}: removed"
    if "items" in old and "items" in new:
        yield from _lost(old["items"], new["items"], f"{path}[]")
    objects = [choice for choice in _branches(new) if choice["properties"]]
    for choice in old.get("anyOf", []):
        if objects and "properties" in choice:
            yield from min((list(_lost(choice, each, path)) for each in objects), key=len)


def _branches(node: Schema) -> list[dict[str, Any]]:
    """Return the alternatives that a schema allows, each complete in itself."""
    base = {key: value for key, value in node.items() if key != "anyOf"}
    return [
        {
            **base,
            **choice,
            "properties": {**base.get("properties", {}), **choice.get("properties", {})},
            "required": [*base.get("required", []), *choice.get("required", [])],
        }
        for choice in node.get("anyOf", [{}])
    ]


def _refused(given: Schema, taken: Schema, path: str) -> Iterator[tuple[str, str]]:
    """Tell what *given* allows and *taken* does not, as path and reason."""
    for branch in _branches(given):
        answers = [list(_refused_by(branch, choice, path)) for choice in _branches(taken)]
        yield from min(answers, key=len)


def _refused_by(given: Schema, taken: Schema, path: str) -> Iterator[tuple[str, str]]:
    """Do the same for schemas without alternatives."""
    if why := _other_values(given, taken) or _other_type(given, taken):
        yield path, why
        return
    for why in _tighter(given, taken):
        yield path, why
    for name in sorted(set(taken["required"]) - set(given["required"])):
        yield f"{path}.{name}", "required here, optional there"
    for name in given["properties"].keys() & taken["properties"].keys():
        yield from _refused(given["properties"][name], taken["properties"][name], f"{path}.{name}")
    if "items" in given and "items" in taken:
        yield from _refused(given["items"], taken["items"], f"{path}[]")


def _other_values(given: Schema, taken: Schema) -> str:
    if (allowed := _values(taken)) is None:
        return ""
    if (possible := _values(given)) is None:
        return f"anything, where only {_listed(allowed)} is allowed"
    extra = [value for value in possible if value not in allowed]
    grown = given.get(MAY_GROW) and taken.get(MAY_GROW) and set(allowed) <= set(possible)
    return "" if grown or not extra else f"the value {_listed(extra)}"


def _values(node: Schema) -> list[Any] | None:
    return [node["const"]] if "const" in node else node.get("enum")


def _listed(values: list[Any]) -> str:
    return ", ".join(map(repr, values))


def _other_type(given: Schema, taken: Schema) -> str:
    if not (allowed := _types(taken)):
        return ""
    if not (possible := _types(given)):
        return f"any type, where only {_listed(sorted(allowed))} is allowed"
    if "number" in allowed:
        allowed = allowed | {"integer"}
    return f"type {_listed(sorted(possible - allowed))}" if possible - allowed else ""


def _types(node: Schema) -> set[str]:
    """Return the types that a schema names; for a list of values we only ever use texts."""
    if "type" not in node:
        return {"string"} if _values(node) is not None else set()
    return {node["type"]} if isinstance(node["type"], str) else set(node["type"])


def _tighter(given: Schema, taken: Schema) -> Iterator[str]:
    for keyword in sorted(_UPPER_BOUNDS & taken.keys()):
        if given.get(keyword, float("inf")) > taken[keyword]:
            yield f"{keyword} {given.get(keyword, 'unlimited')} over {taken[keyword]}"
    for keyword in sorted(_LOWER_BOUNDS & taken.keys()):
        if given.get(keyword, 0) < taken[keyword]:
            yield f"{keyword} {given.get(keyword, 'unlimited')} under {taken[keyword]}"
    for keyword in sorted(_EXACT & taken.keys()):
        if given.get(keyword) != taken[keyword]:
            yield f"{keyword} {given.get(keyword)!r}, where it is {taken[keyword]!r}"
