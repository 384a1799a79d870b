"""Modes: the words that tell how an act is done, read from `modes.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from monitor.domain import MODES, EventMode, EventType
from monitor.errors import InvalidLexicon
from monitor.lexicon.classes import classes_named, unknown_class
from monitor.lexicon.pattern import Phrases, expand_phrase
from monitor.lexicon.problem import suggestion

__all__ = ["ModePhrase", "ModePhrases", "Modes", "load_modes", "read_modes"]

_FILE = "modes.toml"
_REQUIRED = ("event", "mode", "words")
_ALLOWED = (*_REQUIRED, "except", "over")


@dataclass(frozen=True, slots=True)
class ModePhrase:
    """A row of words, and the mode that it tells of."""

    words: tuple[str, ...]
    mode: EventMode | None
    """None for a phrase that only keeps the shorter ones in it from telling."""
    rank: int
    """Place of the mode in the file, from 0 on: the lower one wins where two stand equally near."""


ModePhrases = Mapping[str, tuple[ModePhrase, ...]]
"""First word to the phrases that start with it, longest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """The phrases of every event type that has modes."""

    phrases: Mapping[EventType, ModePhrases]
    over: Mapping[EventType, Mapping[EventMode, frozenset[EventMode]]]
    """Per event type and mode, the modes it wins over even where their words stand nearer."""


def load_modes(classes: Mapping[str, Phrases]) -> Modes:
    """Read the built-in modes.

    Args:
        classes: the phrases of every class of the lexicon.

    Raises:
        InvalidLexicon: naming the file, the mode, what is wrong and what is allowed.
    """
    return read_modes(_builtin(), classes, file=_FILE)


@cache
def _builtin() -> str:
    """Return the text of the built-in file, read once per process."""
    return (resources.files("monitor.lexicon") / _FILE).read_text(encoding="utf-8")


def read_modes(text: str, classes: Mapping[str, Phrases], *, file: str) -> Modes:
    """Read a file of modes.

    Args:
        text: what it says.
        classes: the phrases of every class that it may name.
        file: its name, for what is said of errors.

    Raises:
        InvalidLexicon: naming the file, the mode, what is wrong and what is allowed.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: not valid TOML: {error}"
        raise InvalidLexicon(message) from error
    rows = content.get("mode")
    if not isinstance(rows, list) or content.keys() != {"mode"}:
        message = f"{file}: a file of modes has [[mode]] tables and nothing else"
        raise InvalidLexicon(message)
    over: dict[EventType, dict[EventMode, frozenset[EventMode]]] = {}
    read: list[_Written] = []
    for number, raw in enumerate(rows, start=1):
        written = _Written(raw, classes, f"{file}: mode number {number}")
        if written.mode in over.setdefault(written.event, {}):
            written.refuse("stands in the file twice; put all its words into one [[mode]]")
        over[written.event][written.mode] = written.over()
        read.append(written)
    collected: dict[EventType, dict[str, dict[tuple[str, ...], ModePhrase]]] = {}
    # A phrase of two modes is the first one's; one mode's words may be another's exception.
    for name in ("words", "except"):
        for rank, written in enumerate(read):
            mode = written.mode if name == "words" else None
            index = collected.setdefault(written.event, {})
            for phrase in written.phrases(name):
                index.setdefault(phrase[0], {}).setdefault(phrase, ModePhrase(phrase, mode, rank))
    return Modes(
        phrases={event: _longest_first(index) for event, index in collected.items()}, over=over
    )


def _longest_first(index: Mapping[str, Mapping[tuple[str, ...], ModePhrase]]) -> ModePhrases:
    """Order the phrases that start with the same word."""
    return {
        first: tuple(sorted(group.values(), key=lambda each: (-len(each.words), each.words)))
        for first, group in index.items()
    }


class _Written:
    """One [[mode]] as the file writes it."""

    def __init__(self, raw: object, classes: Mapping[str, Phrases], place: str) -> None:
        self._place = place
        self._classes = classes
        self._raw = raw if isinstance(raw, dict) else {}
        if unknown := sorted(self._raw.keys() - set(_ALLOWED)):
            offer = suggestion(unknown[0], _ALLOWED)
            self.refuse(f"unknown field {unknown[0]!r}; {offer}allowed: {', '.join(_ALLOWED)}")
        if missing := [name for name in _REQUIRED if name not in self._raw]:
            self.refuse(f"has no {missing[0]}; a [[mode]] has {', '.join(_REQUIRED)}")
        having_modes = [event.value for event in MODES]
        self.event = EventType(self._choice(self._raw["event"], "event", having_modes))
        self._modes = [mode.value for mode in MODES[self.event]]
        self.mode = EventMode(self._choice(self._raw["mode"], "mode", self._modes))
        self._place = f"{place}, {self.event} {self.mode}"

    def refuse(self, message: str) -> None:
        """Say what is wrong with the mode.

        Raises:
            InvalidLexicon: always.
        """
        message = f"{self._place}: {message}"
        raise InvalidLexicon(message)

    def over(self) -> frozenset[EventMode]:
        """Return the modes that this one wins over."""
        names = self._strings("over")
        return frozenset(EventMode(self._choice(name, "over", self._modes)) for name in names)

    def phrases(self, name: str) -> list[tuple[str, ...]]:
        """Expand the phrases of a field."""
        expanded: list[tuple[str, ...]] = []
        for row in self._strings(name):
            for named in classes_named(row):
                if named not in self._classes:
                    self.refuse(f"{name}: {unknown_class(named, self._classes)}")
            try:
                expanded += sorted(expand_phrase(row, self._classes))
            except InvalidLexicon as error:
                self.refuse(f"{name}: {error}")
        return expanded

    def _strings(self, name: str) -> Sequence[str]:
        """Return a list of strings; an empty one where the field is not there."""
        rows = self._raw.get(name, [])
        strings = isinstance(rows, list) and all(isinstance(row, str) for row in rows)
        if strings and (rows or name != "words"):
            return list(rows)
        self.refuse(f"{name} must be a list of phrases, each in quotation marks")
        return ()

    def _choice(self, value: object, name: str, allowed: Sequence[str]) -> str:
        """Return a name that is allowed."""
        if not isinstance(value, str) or value not in allowed:
            offer = suggestion(value, allowed)
            self.refuse(f"{name} {value!r} is not allowed; {offer}allowed: {', '.join(allowed)}")
        return str(value)
