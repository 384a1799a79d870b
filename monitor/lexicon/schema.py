"""What an entry of a lexicon file may say: checks one and makes it an `Entry`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.domain import Desk, EventType, SignalKind, Status
from monitor.errors import InvalidLexicon
from monitor.lexicon.classes import classes_named, unknown_class
from monitor.lexicon.entry import Condition, Entry, PhraseSet, Polarity, Region, Role
from monitor.lexicon.kinds import DESKS, EVENT_TYPES, ROLES
from monitor.lexicon.pattern import Pattern, Phrases, expand_phrase, parse_pattern
from monitor.lexicon.problem import Report, suggestion

__all__ = ["entry_of", "read_entry", "read_id", "read_off"]

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


def read_id(raw: object, report: Report) -> str | None:
    """Return the id of an entry as the file writes it; None where it is no table or has none."""
    if not isinstance(raw, dict):
        report("an entry is a table that starts with [[entry]]")
        return None
    identifier = raw.get("id")
    if not isinstance(identifier, str) or not identifier:
        report("an entry has no id; every [[entry]] has one, in quotation marks", field="id")
        return None
    return identifier


def read_off(raw: Mapping[str, Any], report: Report) -> bool | None:
    """Whether an entry only switches off another of the same id; None where it does not say."""
    off = raw.get("off", False)
    if isinstance(off, bool):
        return off
    report(f"off {off!r} must be true or false", field="off")
    return None


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
        InvalidLexicon: naming the entry, what is wrong first and what is allowed.
    """
    wrong: list[str] = []

    def report(message: str, *, field: str = "", item: int | None = None) -> None:  # noqa: ARG001
        wrong.append(message)

    entry = read_entry(raw, kind=kind, classes=classes, file=file, report=report)
    if entry is None:
        message = f"entry {raw.get('id')}: {wrong[0]}"
        raise InvalidLexicon(message)
    return entry


def read_entry(
    raw: Mapping[str, Any],
    *,
    kind: object,
    classes: Mapping[str, Phrases],
    file: str,
    report: Report,
) -> Entry | None:
    """Make an entry of what a file says, or report everything that is wrong with it.

    Args:
        raw: the entry's table, which has an id.
        kind: the kind that the file is of, for entries that state none.
        classes: the phrases of every class.
        file: where it stands.
        report: takes note of what is wrong; None is returned if anything is.
    """
    reader = _EntryReader(raw, classes, report)
    for name in raw.keys() - _KEYS:
        reader.refuse(
            f"unknown {name!r}; {suggestion(name, _KEYS)}allowed: {', '.join(sorted(_KEYS))}",
            field=name,
        )
    signal_kind = reader.choice(SignalKind, "kind", kind)
    known_kind = signal_kind or SignalKind.MILITARY_STRIKE  # only what it implies is taken from it
    patterns = tuple(reader.patterns())
    conditions = tuple(reader.conditions())
    desk = reader.choice(Desk, "desk", DESKS.get(known_kind, Desk.CONFLICT))
    event_type = reader.choice(EventType, "event", EVENT_TYPES[known_kind])
    status = reader.choice(Status, "status", None) if "status" in raw else None
    role = reader.choice(Role, "role", ROLES.get(known_kind, Role.ACTOR_TARGET))
    weight = reader.weight()
    example, counter_example = reader.sentence("example"), reader.sentence("counter_example")
    if reader.is_wrong:
        return None
    return Entry(
        id=raw["id"],
        kind=signal_kind,
        desk=desk,
        event_type=event_type,
        patterns=patterns,
        conditions=conditions,
        status=status,
        weight=weight,
        role=role,
        example=example,
        counter_example=counter_example,
        file=file,
    )


class _EntryReader:
    """Reads the fields of one entry and remembers whether one was wrong."""

    def __init__(
        self, raw: Mapping[str, Any], classes: Mapping[str, Phrases], report: Report
    ) -> None:
        self._raw = raw
        self._classes = classes
        self._report = report
        self.is_wrong = False

    def refuse(self, message: str, *, field: str, item: int | None = None) -> None:
        """Report what is wrong."""
        self.is_wrong = True
        self._report(message, field=field, item=item)

    def patterns(self) -> Iterator[Pattern]:
        """Yield the patterns."""
        message = "terms must be a list of at least one pattern, each in quotation marks"
        for item, term in enumerate(self._strings("terms", message)):
            if self._knows_classes(term, "terms", item):
                try:
                    yield parse_pattern(term, self._classes)
                except InvalidLexicon as error:
                    self.refuse(str(error), field="terms", item=item)

    def conditions(self) -> Iterator[Condition]:
        """Yield the conditions."""
        for name, (polarity, region) in _CONDITIONS.items():
            if name not in self._raw:
                if f"{name}_within" in self._raw:
                    message = f"{name}_within stands without {name}"
                    self.refuse(message, field=f"{name}_within")
                continue
            message = f"{name} must be a list of at least one phrase or <class>"
            written = self._strings(name, message)
            amount = self._amount(f"{name}_within", region)
            yield Condition(
                polarity=polarity,
                region=region,
                within=0 if region is Region.ARTICLE else amount,
                least=amount if region is Region.ARTICLE else 1,
                phrases=self._phrases(name, written),
                source=tuple(written),
            )

    def weight(self) -> float:
        """Return how sure the entry is of its sense."""
        weight = self._raw.get("weight", 1.0)
        if isinstance(weight, int | float) and not isinstance(weight, bool) and 0 < weight <= 1:
            return float(weight)
        self.refuse(f"weight {weight!r} must be a number above 0, at most 1", field="weight")
        return 1.0

    def sentence(self, name: str) -> str:
        """Return an example."""
        sentence = self._raw.get(name, "")
        if isinstance(sentence, str):
            return sentence
        self.refuse(f"{name} must be a sentence in quotation marks", field=name)
        return ""

    def choice(self, enum: Any, name: str, default: object) -> Any:
        """Return the member of *enum* that the entry names, or the *default*; None if wrong."""
        value = self._raw.get(name, default)
        try:
            return enum(value)
        except ValueError:
            members = [member.value for member in enum]
            self.refuse(
                f"{name} {value!r} is not allowed; {suggestion(value, members)}"
                f"allowed: {', '.join(members)}",
                field=name,
            )
            return None

    def _strings(self, name: str, message: str) -> list[str]:
        """Return a list of strings with at least one member; an empty one if it is none."""
        written = self._raw.get(name)
        if isinstance(written, list) and written and all(isinstance(row, str) for row in written):
            return written
        self.refuse(message, field=name)
        return []

    def _phrases(self, name: str, written: Sequence[str]) -> PhraseSet:
        """Expand the phrases of a condition, by first word, longest first."""
        phrases: dict[str, set[tuple[str, ...]]] = {}
        for item, row in enumerate(written):
            if not self._knows_classes(row, name, item):
                continue
            try:
                for phrase in expand_phrase(row, self._classes):
                    phrases.setdefault(phrase[0], set()).add(phrase)
            except InvalidLexicon as error:
                self.refuse(f"{name}: {error}", field=name, item=item)
        return {
            first: tuple(sorted(group, key=lambda phrase: (-len(phrase), phrase)))
            for first, group in phrases.items()
        }

    def _knows_classes(self, written: str, field: str, item: int) -> bool:
        """Whether all classes that a pattern or phrase names are known; those that are not are said."""
        unknown = [name for name in classes_named(written) if name not in self._classes]
        for name in unknown:
            self.refuse(unknown_class(name, self._classes), field=field, item=item)
        return not unknown

    def _amount(self, name: str, region: Region) -> int:
        """Return how many words away, or how often in the article, a condition looks."""
        default = 2 if region is Region.ARTICLE else _DEFAULT_WITHIN[region]
        amount = self._raw.get(name, default)
        if isinstance(amount, int) and not isinstance(amount, bool) and amount >= 0:
            return amount
        self.refuse(f"{name} {amount!r} must be a whole number, 0 or more", field=name)
        return default
