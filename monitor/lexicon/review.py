"""Review: what looks wrong in lexicon files that break no rule, told without reading a text."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from monitor.lexicon.classes import classes_named
from monitor.lexicon.loader import LexiconReading, Origin
from monitor.lexicon.problem import Problem, ProblemSeverity

__all__ = ["review"]

_SENTENCES = ("example", "counter_example")


def review(
    reading: LexiconReading, *, classes_read: Collection[str], overlaid: bool = False
) -> Iterator[Problem]:
    """Yield the warnings that the files alone give.

    Args:
        reading: the lexicon's files as read.
        classes_read: classes that the program itself asks for by name.
        overlaid: whether overlays were asked for, though none of their files may be readable.
    """
    yield from _overridden(reading)
    yield from _without_sentences(reading)
    yield from _repeated_terms(reading)
    yield from _unused_classes(reading, classes_read, overlaid=overlaid)


def _overridden(reading: LexiconReading) -> Iterator[Problem]:
    """Yield the entries that replace an earlier one or switch it off."""
    for override in reading.overrides:
        done = "switches off" if override.is_off else "replaces"
        message = f"{done} the entry of the same id in {override.earlier.place}"
        yield _warning(override.later, override.entry, message, field="id")


def _without_sentences(reading: LexiconReading) -> Iterator[Problem]:
    """Yield the entries that show no sentence in which they count, or none in which they do not."""
    for entry in reading.lexicon.entries:
        missing = [name for name in _SENTENCES if not getattr(entry, name).strip()]
        if missing:
            yield _warning(
                reading.origins[entry.id], entry.id, f"has no {' and no '.join(missing)}"
            )


def _repeated_terms(reading: LexiconReading) -> Iterator[Problem]:
    """Yield the terms that an entry of the same file and kind has already."""
    seen: dict[tuple[str, str, str], str] = {}
    for entry in reading.lexicon.entries:
        origin = reading.origins[entry.id]
        own: set[str] = set()
        for item, pattern in enumerate(entry.patterns):
            term = " ".join(pattern.source.split())
            first = seen.setdefault((origin.file.name, entry.kind.value, term), entry.id)
            if first == entry.id and term not in own:
                own.add(term)
                continue
            where = "here twice" if first == entry.id else f"in entry {first} already"
            message = f"term {term!r} stands {where}"
            yield _warning(origin, entry.id, message, field="terms", item=item)


def _unused_classes(
    reading: LexiconReading, classes_read: Collection[str], *, overlaid: bool
) -> Iterator[Problem]:
    """Yield the classes that neither an entry, nor another class, nor the program asks for.

    Where there are overlays only theirs are told: a built-in class is there for them to use.
    """
    used = set(classes_read)
    for file in reading.files:
        for raw in (file.defaults, *file.entries):
            if isinstance(raw, dict):
                used.update(_named_in(raw))
        for name, phrases in file.classes.items():
            used.update(inside for inside in _named_in({"": phrases}) if inside != name)
    told: set[str] = set()
    own = [file for file in reading.files if file.folder > 0]
    for file in own if own or overlaid else reading.files:
        for name in file.classes:
            if name not in used and name not in told:
                told.add(name)
                yield Problem(
                    file=file.name,
                    line=file.line_of(name, table="classes"),
                    entry="",
                    message=f"class {name}: no entry and no other class asks for <{name}>",
                    severity=ProblemSeverity.WARNING,
                )


def _named_in(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield the classes that the fields of a table ask for."""
    for name, value in raw.items():
        if name not in _SENTENCES and isinstance(value, list):
            for written in value:
                if isinstance(written, str):
                    yield from classes_named(written)


def _warning(
    origin: Origin, entry: str, message: str, *, field: str = "", item: int | None = None
) -> Problem:
    """Return a warning on the line of an entry's field."""
    return Problem(
        file=origin.file.name,
        line=origin.line(field, item=item),
        entry=entry,
        message=message,
        severity=ProblemSeverity.WARNING,
    )
