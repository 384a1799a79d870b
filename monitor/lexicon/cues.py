"""Cues: the words around a keyword that give its status, read from `cues.toml`."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from monitor.domain import SignalKind, Status
from monitor.lexicon.entry import PhraseSet, Region
from monitor.lexicon.pattern import expand_phrase

__all__ = ["Cue", "Cues", "load_cues", "phrase_set"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that give a keyword near them a status."""

    id: str
    status: Status
    region: Region
    within: int
    """How many words away at the most; 0 means as far as the sentence goes."""
    phrases: PhraseSet
    exceptions: PhraseSet
    """Longer phrases that start with the same words but say nothing."""
    kinds: frozenset[SignalKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """All cues, in the order in which they are tried."""

    cues: tuple[Cue, ...]
    stops: frozenset[str]
    """Words that end a cue's reach."""


@cache
def load_cues() -> Cues:
    """Read the built-in cues, once per process."""
    file = resources.files("monitor.lexicon") / "cues.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    every = frozenset(SignalKind)
    cues = []
    for raw in content["cue"]:
        kinds = frozenset(SignalKind(kind) for kind in raw.get("kinds", every))
        kinds -= {SignalKind(kind) for kind in raw.get("kinds_except", ())}
        cues.append(
            Cue(
                id=raw["id"],
                status=Status(raw["status"]),
                region=Region(raw["region"]),
                within=raw["within"],
                phrases=phrase_set(raw["words"]),
                exceptions=phrase_set(raw.get("except", ())),
                kinds=kinds,
            )
        )
    return Cues(cues=tuple(cues), stops=frozenset(content["stops"]))


def phrase_set(written: Iterable[str]) -> PhraseSet:
    """Expand written phrases and index them by first word, longest first."""
    index: dict[str, list[tuple[str, ...]]] = {}
    for row in written:
        for phrase in expand_phrase(row):
            index.setdefault(phrase[0], []).append(phrase)
    return {
        first: tuple(sorted(set(rows), key=lambda row: (-len(row), row)))
        for first, rows in index.items()
    }
