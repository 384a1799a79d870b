"""Read the lexicon's files, check them, and say what is wrong where."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from monitor.domain import Desk, EventType, SignalKind, Status
from monitor.errors import InvalidLexicon
from monitor.lexicon.entry import Condition, Entry, Polarity, Region, Role
from monitor.lexicon.pattern import Phrases, expand_phrase, parse_pattern
from monitor.lexicon.places import geographic_classes

__all__ = ["Lexicon", "load_lexicon"]

_DESKS = {SignalKind.LABOR_STRIKE: Desk.LABOUR, SignalKind.MARKET_MOVE: Desk.MARKETS}
_EVENT_TYPES = {
    SignalKind.MILITARY_STRIKE: EventType.ASSAULT,
    SignalKind.RETALIATION: EventType.ASSAULT,
    SignalKind.THREAT: EventType.THREATEN,
    SignalKind.MOBILIZATION: EventType.MOBILIZE,
    SignalKind.SANCTIONS: EventType.SANCTION,
    SignalKind.UNREST: EventType.PROTEST,
    SignalKind.LABOR_STRIKE: EventType.PROTEST,
    SignalKind.MARKET_MOVE: EventType.NONE,
    SignalKind.CASUALTIES: EventType.ASSAULT,
    SignalKind.DE_ESCALATION: EventType.AGREE,
}
_ROLES = {
    SignalKind.MARKET_MOVE: Role.NONE,
    SignalKind.CASUALTIES: Role.TARGET_ACTOR,
    SignalKind.DE_ESCALATION: Role.PARTIES,
}
_CONDITIONS = {
    f"{prefix}{region}": (polarity, region)
    for prefix, polarity in (("", Polarity.NEEDED), ("not_", Polarity.VETO))
    for region in Region
}
_DEFAULT_WITHIN = {Region.BEFORE: 8, Region.AFTER: 8, Region.NEAR: 12, Region.INSIDE: 0}
_ENTRY_KEYS = frozenset(
    {"id", "terms", "kind", "desk", "event", "status", "weight", "role", "example"}
    | {"counter_example", "off"}
    | set(_CONDITIONS)
    | {f"{name}_within" for name in _CONDITIONS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All entries and classes, with a version that changes whenever any of them does."""

    entries: tuple[Entry, ...]
    classes: Mapping[str, Phrases]
    version: str


def load_lexicon(overlays: Sequence[Path] = ()) -> Lexicon:
    """Load the built-in lexicon and lay *overlays* over it, in order.

    An overlay is a folder of files of the same form. A class of the same name gains phrases; an
    entry of the same id replaces the built-in one, or switches it off with `off = true`.

    Raises:
        InvalidLexicon: naming file, line, entry, and what is allowed.
    """
    if not overlays:
        return _builtin()
    folders: list[Traversable] = [_builtin_folder()]
    for overlay in overlays:
        if not overlay.is_dir():
            message = f"lexicon overlay {overlay}: there is no such folder"
            raise InvalidLexicon(message)
        folders.append(overlay)
    return _load(folders)


@cache
def _builtin() -> Lexicon:
    """Load the built-in lexicon once per process."""
    return _load([_builtin_folder()])


def _builtin_folder() -> Traversable:
    """Return the folder of the built-in files."""
    return resources.files("monitor.lexicon") / "data"


def _load(folders: Iterable[Traversable]) -> Lexicon:
    """Read the files of *folders*, later ones over earlier ones."""
    digest = hashlib.sha256()
    sources: list[tuple[str, str, dict[str, Any]]] = []
    for folder in folders:
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith(".toml"):
                text = file.read_text(encoding="utf-8")
                digest.update(file.name.encode() + b"\0" + text.encode() + b"\0")
                sources.append((str(file), text, _parse(str(file), text)))
    classes = _classes(sources)
    entries: dict[str, Entry] = {}
    for path, text, content in sources:
        for raw in content.get("entry", []):
            try:
                identifier, entry = _entry(raw, content.get("kind"), classes, path)
            except InvalidLexicon as error:
                message = f"{path}:{_line_of(raw, text)}: {error}"
                raise InvalidLexicon(message) from error
            if entry is None:
                entries.pop(identifier, None)
            else:
                entries[identifier] = entry
    return Lexicon(
        entries=tuple(entries.values()), classes=classes, version=digest.hexdigest()[:12]
    )


def _parse(file: str, text: str) -> dict[str, Any]:
    """Parse one TOML file and refuse tables that it should not have."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: not valid TOML: {error}"
        raise InvalidLexicon(message) from error
    unknown = set(content) - {"kind", "entry", "classes"}
    if unknown:
        message = f"{file}: unknown {sorted(unknown)}; a file has: kind, [classes], [[entry]]"
        raise InvalidLexicon(message)
    return content


def _classes(sources: Iterable[tuple[str, str, dict[str, Any]]]) -> dict[str, Phrases]:
    """Collect the classes of all files; a class may name others that are defined anywhere."""
    raw = _written_classes(sources)
    resolved: dict[str, Phrases] = dict(geographic_classes())
    pending: list[str] = []

    def resolve(name: str) -> Phrases:
        if name in resolved and name not in raw:
            return resolved[name]
        if name in pending:
            message = f"class <{name}> names itself: {' > '.join([*pending, name])}"
            raise InvalidLexicon(message)
        if name not in raw:
            message = f"no class <{name}>; known are: {', '.join(sorted({*raw, *resolved}))}"
            raise InvalidLexicon(message)
        pending.append(name)
        phrases: set[tuple[str, ...]] = set(resolved.get(name, ()))
        for written in raw.pop(name):
            for name_inside in re.findall(r"<([^>]*)>", written):
                resolve(name_inside)
            phrases |= expand_phrase(written, resolved)
        pending.pop()
        resolved[name] = frozenset(phrases)
        return resolved[name]

    for name in list(raw):
        if name in raw:
            resolve(name)
    return resolved


def _written_classes(sources: Iterable[tuple[str, str, dict[str, Any]]]) -> dict[str, list[str]]:
    """Return the classes as the files write them, those of one name put together."""
    raw: dict[str, list[str]] = {}
    for file, _, content in sources:
        for name, phrases in content.get("classes", {}).items():
            if not isinstance(phrases, list) or not all(isinstance(row, str) for row in phrases):
                message = f"{file}: class {name} must be a list of phrases"
                raise InvalidLexicon(message)
            raw.setdefault(name, []).extend(phrases)
    return raw


def _entry(
    raw: dict[str, Any], kind: object, classes: Mapping[str, Phrases], file: str
) -> tuple[str, Entry | None]:
    """Make one entry; None in its place where it is switched off."""
    identifier = raw.get("id")
    if not isinstance(identifier, str) or not identifier:
        message = "an entry has no id"
        raise InvalidLexicon(message)
    if unknown := set(raw) - _ENTRY_KEYS:
        message = f"entry {identifier}: unknown {sorted(unknown)}; allowed: {sorted(_ENTRY_KEYS)}"
        raise InvalidLexicon(message)
    if raw.get("off") is True:
        return identifier, None
    terms = raw.get("terms")
    if not isinstance(terms, list) or not terms:
        message = f"entry {identifier}: terms must be a list of at least one pattern"
        raise InvalidLexicon(message)
    weight = raw.get("weight", 1.0)
    if not isinstance(weight, int | float) or not 0 < weight <= 1:
        message = f"entry {identifier}: weight {weight!r} must be a number above 0, at most 1"
        raise InvalidLexicon(message)
    signal_kind = _choice(SignalKind, raw.get("kind", kind), identifier, "kind")
    try:
        patterns = tuple(parse_pattern(term, classes) for term in terms)
        conditions = tuple(_conditions(raw, classes))
    except InvalidLexicon as error:
        message = f"entry {identifier}: {error}"
        raise InvalidLexicon(message) from error
    return identifier, Entry(
        id=identifier,
        kind=signal_kind,
        desk=_choice(
            Desk, raw.get("desk", _DESKS.get(signal_kind, Desk.CONFLICT)), identifier, "desk"
        ),
        event_type=_choice(
            EventType, raw.get("event", _EVENT_TYPES[signal_kind]), identifier, "event"
        ),
        patterns=patterns,
        conditions=conditions,
        status=_choice(Status, raw["status"], identifier, "status") if "status" in raw else None,
        weight=float(weight),
        role=_choice(
            Role, raw.get("role", _ROLES.get(signal_kind, Role.ACTOR_TARGET)), identifier, "role"
        ),
        example=str(raw.get("example", "")),
        counter_example=str(raw.get("counter_example", "")),
        file=file,
    )


def _conditions(raw: dict[str, Any], classes: Mapping[str, Phrases]) -> Iterable[Condition]:
    """Make the conditions of one entry."""
    for name, (polarity, region) in _CONDITIONS.items():
        written = raw.get(name)
        if written is None:
            continue
        if not isinstance(written, list) or not all(isinstance(row, str) for row in written):
            message = f"{name} must be a list of phrases and <classes>"
            raise InvalidLexicon(message)
        default = _DEFAULT_WITHIN.get(region, 0)
        amount = raw.get(f"{name}_within", 2 if region is Region.ARTICLE else default)
        if not isinstance(amount, int) or amount < 0:
            message = f"{name}_within must be a whole number, 0 or more"
            raise InvalidLexicon(message)
        phrases: dict[str, list[tuple[str, ...]]] = {}
        for row in written:
            for phrase in expand_phrase(row, classes):
                phrases.setdefault(phrase[0], []).append(phrase)
        yield Condition(
            polarity=polarity,
            region=region,
            within=0 if region is Region.ARTICLE else amount,
            least=amount if region is Region.ARTICLE else 1,
            phrases={
                first: tuple(sorted(set(group), key=lambda phrase: (-len(phrase), phrase)))
                for first, group in phrases.items()
            },
            source=tuple(written),
        )


def _choice(enum: Any, value: object, identifier: str, name: str) -> Any:
    """Return the member of *enum* that *value* names."""
    try:
        return enum(value)
    except ValueError as error:
        allowed = ", ".join(member.value for member in enum)
        message = f"entry {identifier}: {name} {value!r} is not allowed; allowed: {allowed}"
        raise InvalidLexicon(message) from error


def _line_of(raw: dict[str, Any], text: str) -> int:
    """Return the line on which an entry's id stands; 1 where it has none."""
    needle = f'id = "{raw.get("id", "")}"'
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() == needle:
            return number
    return 1
