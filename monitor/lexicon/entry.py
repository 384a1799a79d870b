"""Entry: one keyword of the lexicon, with what must and what must not stand around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.domain import Desk, EventType, SignalKind, Status
from monitor.lexicon.pattern import Pattern

__all__ = ["Author", "Condition", "Entry", "PhraseSet", "Polarity", "Region", "Role"]

PhraseSet = Mapping[str, tuple[tuple[str, ...], ...]]
"""First word to the phrases that start with it, longest first."""


class Region(StrEnum):
    """Where a condition looks, seen from the words that fired."""

    BEFORE = "before"
    """To the left, within the sentence."""
    AFTER = "after"
    """To the right, within the sentence."""
    NEAR = "near"
    """On both sides, within the sentence."""
    INSIDE = "inside"
    """The words of a gap."""
    ARTICLE = "article"
    """Anywhere in the article."""


class Polarity(StrEnum):
    """What finding the words of a condition means."""

    NEEDED = "needed"
    """The entry counts only if one is found."""
    VETO = "veto"
    """The entry does not count if one is found."""


class Role(StrEnum):
    """What stands before and after the words that fired."""

    ACTOR_TARGET = "actor-target"
    """A verb: who acts before, whom it meets after; turned round in the passive."""
    TARGET_ACTOR = "target-actor"
    """A noun or a passive: whom it meets, or `on`/`against` whom, and `by` whom."""
    PARTIES = "parties"
    """Both sides do the same: talks, clashes, ceasefires; all are actors."""
    NONE = "none"
    """Nobody acts: a market moves."""


class Author(StrEnum):
    """Who wrote an entry."""

    BUILTIN = "builtin"
    """It came with News Monitor, and the sense model knows better."""
    USER = "user"
    """It stands in an overlay, and the sense model has never seen the like: it counts by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Words that must, or must not, stand around the words that fired."""

    polarity: Polarity
    region: Region
    within: int
    """How many words away at the most; 0 means as far as the sentence goes."""
    phrases: PhraseSet
    source: tuple[str, ...]
    """As the file writes it, for explaining."""
    least: int = 1
    """How often, for a veto that looks at the whole article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One keyword: patterns of words that show a kind, and the conditions of its sense."""

    id: str
    kind: SignalKind
    desk: Desk
    event_type: EventType
    patterns: tuple[Pattern, ...]
    conditions: tuple[Condition, ...] = ()
    status: Status | None = None
    """The status that these words give by themselves; None where the words around decide."""
    weight: float = 1.0
    """How sure the entry is of its sense, 0 to 1."""
    role: Role = Role.ACTOR_TARGET
    example: str = ""
    counter_example: str = ""
    author: Author = Author.BUILTIN
    file: str = field(default="", compare=False)
