"""What an entry of a lexicon file may say: checks one and makes it an `Entry`."""

from collections.abc import Iterable, Mapping
from typing import Any

from monitor.domain import Desk, EventType, SignalKind, Status
from monitor.errors import InvalidLexicon
from monitor.lexicon.entry import Condition, Entry, Polarity, Region, Role
from monitor.lexicon.pattern import Pattern, Phrases, expand_phrase, parse_pattern

__all__ = ["entry_of", "id_of", "is_off"]

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
_KEYS = frozenset(
    {"id", "terms", "kind", "desk", "event", "status", "weight", "role", "example"}
    | {"counter_example", "off"}
    | set(_CONDITIONS)
    | {f"{name}_within" for name in _CONDITIONS}
)


def id_of(raw: object) -> str:
    """Return the id of an entry as the file writes it.

    Raises:
        InvalidLexicon: if it is no table, or has no id.
    """
    if not isinstance(raw, dict):
        message = "an entry is a table that starts with [[entry]]"
        raise InvalidLexicon(message)
    identifier = raw.get("id")
    if not isinstance(identifier, str) or not identifier:
        message = "an entry has no id; every [[entry]] has one, in quotation marks"
        raise InvalidLexicon(message)
    return identifier


def is_off(raw: Mapping[str, Any]) -> bool:
    """Whether an entry only switches off another of the same id.

    Raises:
        InvalidLexicon: if `off` is neither true nor false.
    """
    off = raw.get("off", False)
    if not isinstance(off, bool):
        message = f"entry {raw['id']}: off {off!r} must be true or false"
        raise InvalidLexicon(message)
    return off


def entry_of(
    raw: Mapping[str, Any], *, kind: object, classes: Mapping[str, Phrases], file: str
) -> Entry:
    """Make an entry of what a file says.

    Args:
        raw: the entry's table, which has an id.
        kind: the kind that the file is of, for entries that state none.
        classes: the phrases of every class.
        file: where it stands.

    Raises:
        InvalidLexicon: naming the entry, what is wrong and what is allowed.
    """
    identifier = id_of(raw)
    if unknown := set(raw) - _KEYS:
        message = f"entry {identifier}: unknown {sorted(unknown)}; allowed: {sorted(_KEYS)}"
        raise InvalidLexicon(message)
    signal_kind = SignalKind(_choice(SignalKind, raw, "kind", kind))
    try:
        patterns = tuple(_patterns(raw, classes))
        conditions = tuple(_conditions(raw, classes))
    except InvalidLexicon as error:
        message = f"entry {identifier}: {error}"
        raise InvalidLexicon(message) from error
    return Entry(
        id=identifier,
        kind=signal_kind,
        desk=_choice(Desk, raw, "desk", _DESKS.get(signal_kind, Desk.CONFLICT)),
        event_type=_choice(EventType, raw, "event", _EVENT_TYPES[signal_kind]),
        patterns=patterns,
        conditions=conditions,
        status=_choice(Status, raw, "status", None) if "status" in raw else None,
        weight=_weight(raw),
        role=_choice(Role, raw, "role", _ROLES.get(signal_kind, Role.ACTOR_TARGET)),
        example=_sentence(raw, "example"),
        counter_example=_sentence(raw, "counter_example"),
        file=file,
    )


def _patterns(raw: Mapping[str, Any], classes: Mapping[str, Phrases]) -> Iterable[Pattern]:
    """Parse the patterns of one entry."""
    terms = raw.get("terms")
    if not isinstance(terms, list) or not terms or not all(isinstance(row, str) for row in terms):
        message = "terms must be a list of at least one pattern, each in quotation marks"
        raise InvalidLexicon(message)
    return (parse_pattern(term, classes) for term in terms)


def _conditions(raw: Mapping[str, Any], classes: Mapping[str, Phrases]) -> Iterable[Condition]:
    """Make the conditions of one entry."""
    for name, (polarity, region) in _CONDITIONS.items():
        written = raw.get(name)
        if written is None:
            if f"{name}_within" in raw:
                message = f"{name}_within stands without {name}"
                raise InvalidLexicon(message)
            continue
        if (
            not isinstance(written, list)
            or not written
            or not all(isinstance(row, str) for row in written)
        ):
            message = f"{name} must be a list of at least one phrase or <class>"
            raise InvalidLexicon(message)
        amount = _amount(raw, f"{name}_within", region)
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


def _amount(raw: Mapping[str, Any], name: str, region: Region) -> int:
    """Return how many words away, or how often in the article, a condition looks."""
    default = 2 if region is Region.ARTICLE else _DEFAULT_WITHIN[region]
    amount = raw.get(name, default)
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0:
        message = f"{name} {amount!r} must be a whole number, 0 or more"
        raise InvalidLexicon(message)
    return amount


def _weight(raw: Mapping[str, Any]) -> float:
    """Return how sure an entry is of its sense."""
    weight = raw.get("weight", 1.0)
    if not isinstance(weight, int | float) or isinstance(weight, bool) or not 0 < weight <= 1:
        message = f"entry {raw['id']}: weight {weight!r} must be a number above 0, at most 1"
        raise InvalidLexicon(message)
    return float(weight)


def _sentence(raw: Mapping[str, Any], name: str) -> str:
    """Return an example."""
    sentence = raw.get(name, "")
    if not isinstance(sentence, str):
        message = f"entry {raw['id']}: {name} must be a sentence in quotation marks"
        raise InvalidLexicon(message)
    return sentence


def _choice(enum: Any, raw: Mapping[str, Any], name: str, default: object) -> Any:
    """Return the member of *enum* that an entry names, or the *default*."""
    value = raw.get(name, default)
    try:
        return enum(value)
    except ValueError as error:
        allowed = ", ".join(member.value for member in enum)
        message = f"entry {raw['id']}: {name} {value!r} is not allowed; allowed: {allowed}"
        raise InvalidLexicon(message) from error
