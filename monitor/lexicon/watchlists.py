"""Watchlists: the files that a user names, read and checked.

One file is one list, by the name of the file unless it states an `id`. A worker refuses files with an
error; `news-monitor watchlists check` shows every problem with its file and line.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from monitor.domain import EntityLabel
from monitor.errors import InvalidWatchlist
from monitor.lexicon.places import fold_words, gazetteer
from monitor.lexicon.problem import Problem, ProblemSeverity, suggestion
from monitor.lexicon.watchlist import (
    MAX_ITEMS,
    MAX_NAME_CHARS,
    MAX_NAME_WORDS,
    CaseRule,
    WatchItem,
    Watchlist,
)
from monitor.lexicon.watchlist_sources import Source, read_source

__all__ = ["WatchlistReading", "load_watchlists", "read_watchlists", "watchlist_ids"]

_HEAD = ("id", "case", "label")
_FIELDS = ("id", "name", "aliases", "case", "label", "entity")
_LIST_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LIST_ID_FORM = "lower-case letters, digits, `.`, `_` and `-`, 1 to 64 of them, no mark first"
_MAX_ITEM_ID_CHARS = 100

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(slots=True)
class WatchlistReading:
    """What the files say, and what is wrong in them."""

    watchlists: list[Watchlist] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep the lists from being used."""
        return [each for each in self.problems if each.severity is ProblemSeverity.ERROR]

    @property
    def items(self) -> int:
        """Number of items of all lists."""
        return sum(len(each.items) for each in self.watchlists)

    @property
    def version(self) -> str:
        """Name of what the lists say; equal lists, equal version; empty without lists."""
        if not self.watchlists:
            return ""
        said = repr(sorted(self.watchlists, key=_id)).encode()
        return hashlib.blake2b(said, digest_size=4).hexdigest()


def load_watchlists(files: Iterable[Path]) -> WatchlistReading:
    """Read the watchlists of *files*.

    Raises:
        InvalidWatchlist: naming every error with its file and line.
    """
    reading = read_watchlists(files)
    if reading.errors:
        raise InvalidWatchlist("\n".join(map(str, reading.errors)))
    return reading


def watchlist_ids(files: Iterable[Path]) -> tuple[str, ...]:
    """Return the ids of the watchlists of *files*; their items are not looked at.

    Raises:
        InvalidWatchlist: a file cannot be read.
    """
    sources = [(file, read_source(file)) for file in files]
    if problems := [str(source) for _, source in sources if isinstance(source, Problem)]:
        raise InvalidWatchlist("\n".join(problems))
    return tuple(
        str(_stated_id(file, source)) for file, source in sources if not isinstance(source, Problem)
    )


def _stated_id(file: Path, source: Source) -> object:
    return source.head.get("id", file.stem.lower().replace(" ", "-"))


def read_watchlists(files: Iterable[Path]) -> WatchlistReading:
    """Read the watchlists of *files*, with whatever is wrong in them."""
    reading = WatchlistReading()
    owners: dict[str, str] = {}
    for file in files:
        source = read_source(file)
        if isinstance(source, Problem):
            reading.problems.append(source)
            continue
        known = reading.items
        watchlist = _FileReader(file, source, reading.problems).read(room=MAX_ITEMS - known)
        owner = owners.setdefault(watchlist.id, str(file))
        if owner == str(file) and watchlist.id not in map(_id, reading.watchlists):
            reading.watchlists.append(watchlist)
            continue
        message = f"watchlist id {watchlist.id!r} is that of {owner}; state another `id`"
        line = source.line_of(None, "id") if "id" in source.head else None
        reading.problems.append(Problem(file=str(file), line=line, entry="", message=message))
    return reading


def _id(watchlist: Watchlist) -> str:
    return watchlist.id


class _FileReader:
    """Reads the items of one file and notes what is wrong."""

    def __init__(self, file: Path, source: Source, problems: list[Problem]) -> None:
        self._file = file
        self._source = source
        self._problems = problems
        self._ids: dict[str, int] = {}
        self._names: dict[tuple[str, ...], int] = {}

    def read(self, *, room: int) -> Watchlist:
        """Return the list; *room* is how many items it may have."""
        head = self._source.head
        for name in head.keys() - set(_HEAD):
            hint = suggestion(name, (*_HEAD, "item"))
            message = f"unknown {name!r}; {hint}a file has: {', '.join(_HEAD)} and [[item]]"
            self._note(None, message, field=name)
        rows = self._source.rows
        if not rows:
            self._note(None, "no items: nothing is watched", severity=ProblemSeverity.WARNING)
        if len(rows) > room:
            message = (
                f"more than {MAX_ITEMS:,} items in all watchlists; this file may have {room:,}"
            )
            self._note(max(room, 0), message)
            rows = rows[:room]
        defaults = {name: head[name] for name in ("case", "label") if name in head}
        items = (self._item(number, row, defaults) for number, row in enumerate(rows))
        return Watchlist(id=self._list_id(), items=tuple(item for item in items if item))

    def _list_id(self) -> str:
        stated = _stated_id(self._file, self._source)
        if not isinstance(stated, str) or not _LIST_ID.fullmatch(stated):
            message = f"watchlist id {stated!r}: allowed are {_LIST_ID_FORM}"
            self._note(None, message, field="id" if "id" in self._source.head else "")
        return str(stated)

    def _item(self, number: int, row: object, defaults: Mapping[str, Any]) -> WatchItem | None:
        """Check one item; None where it cannot be used."""
        if not isinstance(row, Mapping):
            self._note(number, "items must be written [[item]], with fields below")
            return None
        for name in row.keys() - set(_FIELDS):
            hint = suggestion(name, _FIELDS)
            message = f"unknown {name!r}; {hint}an item has: {', '.join(_FIELDS)}"
            self._note(number, message, field=name)
        names = self._item_names(number, row)
        entity = self._entity(number, row.get("entity"))
        if not names and entity is None:
            if "name" not in row and "entity" not in row:
                self._note(number, "an item needs a `name` or an `entity`")
            return None
        return WatchItem(
            id=self._item_id(number, row, names[0] if names else entity or ""),
            names=names,
            case=self._choice(number, row, defaults, "case", CaseRule) or CaseRule.NAME,
            label=self._choice(number, row, defaults, "label", EntityLabel),
            entity=entity,
        )

    def _item_id(self, number: int, row: Mapping[str, Any], name: str) -> str:
        """Return the stated id, or one made of the name."""
        made = "-".join(fold_words(name))[:_MAX_ITEM_ID_CHARS]
        stated = row.get("id", made)
        if not isinstance(stated, str) or not stated or len(stated) > _MAX_ITEM_ID_CHARS:
            message = f"id must be a text of 1 to {_MAX_ITEM_ID_CHARS} characters"
            self._note(number, message, field="id")
            return made
        if (earlier := self._ids.setdefault(stated, number)) != number:
            line = self._source.line_of(earlier)
            self._note(number, f"id {stated!r} is that of the item in line {line}", field="id")
        return stated

    def _item_names(self, number: int, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Return name and aliases, those left out that can never be found."""
        aliases = row.get("aliases", [])
        if not isinstance(aliases, list):
            self._note(number, "aliases must be a list of names", field="aliases")
            aliases = []
        written: list[tuple[str, int | None, Any]] = []
        if "name" in row:
            written.append(("name", None, row["name"]))
        written += [("aliases", place, alias) for place, alias in enumerate(aliases)]
        names = []
        for field_, member, name in written:
            note = self._noting(number, field_, member)
            words = _checked_words(name, note)
            if not words:
                continue
            if (earlier := self._names.setdefault(words, number)) != number:
                line = self._source.line_of(earlier)
                note(
                    f"{name!r} is also a name of the item in line {line}, which has it",
                    severity=ProblemSeverity.WARNING,
                )
                continue
            names.append(name)
        return tuple(dict.fromkeys(names))

    def _entity(self, number: int, stated: object) -> str | None:
        """Return the entity's id if there is such an entity."""
        if stated is None:
            return None
        known = _entity_ids()
        if isinstance(stated, str) and stated in known:
            return stated
        meant = _id_of_name(stated)
        offer = f"did you mean {meant!r}? " if meant else suggestion(stated, known)
        message = (
            f"no entity {stated!r}; {offer}allowed are ISO 3166-1 alpha-2 codes"
            " and the ids of monitor/lexicon/gazetteer/organisations.toml"
        )
        self._note(number, message, field="entity")
        return None

    def _choice(
        self,
        number: int,
        row: Mapping[str, Any],
        defaults: Mapping[str, Any],
        name: str,
        choices: type[Choice],
    ) -> Choice | None:
        """Return one of *choices*; None where nothing is stated, or something else."""
        stated = row.get(name, defaults.get(name))
        if stated is None:
            return None
        known = [choice.value for choice in choices]
        if isinstance(stated, str) and stated in known:
            return choices(stated)
        message = f"{name} {stated!r}; {suggestion(stated, known)}allowed are: {', '.join(known)}"
        self._note(number if name in row else None, message, field=name)
        return None

    def _noting(self, number: int, field_: str, member: int | None) -> "_Note":
        def note(message: str, *, severity: ProblemSeverity = ProblemSeverity.ERROR) -> None:
            self._note(number, message, field=field_, member=member, severity=severity)

        return note

    def _note(
        self,
        row: int | None,
        message: str,
        *,
        field: str = "",
        member: int | None = None,
        severity: ProblemSeverity = ProblemSeverity.ERROR,
    ) -> None:
        line = self._source.line_of(row, field, member=member)
        self._problems.append(
            Problem(file=str(self._file), line=line, entry="", message=message, severity=severity)
        )


_Note = Callable[..., None]


def _checked_words(name: object, note: _Note) -> tuple[str, ...]:
    """Return the words of a name that texts are searched for; none where it cannot be found."""
    if not isinstance(name, str):
        note("a name must be a text")
        return ()
    words = fold_words(name)
    if not words:
        note(f"{name!r} has neither letters nor digits; it would never be found")
    elif len(name) > MAX_NAME_CHARS or len(words) > MAX_NAME_WORDS:
        note(f"a name has at most {MAX_NAME_WORDS} words and {MAX_NAME_CHARS} characters")
        return ()
    return words


def _id_of_name(stated: object) -> str | None:
    """Return the id of what somebody has named instead: "Jordan" is JO, and so is "jo"."""
    if not isinstance(stated, str):
        return None
    if stated.upper() in _entity_ids():
        return stated.upper()
    entity = gazetteer().get(fold_words(stated))
    return None if entity is None else entity.id or entity.country


def _entity_ids() -> Sequence[str]:
    """Return the ids that entities of the gazetteer have."""
    if not _ENTITY_IDS:
        _ENTITY_IDS.update({entity.id: None for entity in gazetteer().values() if entity.id})
    return list(_ENTITY_IDS)


_ENTITY_IDS: dict[str, None] = {}
