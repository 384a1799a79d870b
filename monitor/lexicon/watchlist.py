"""Watchlist: the terms and entities that a user wants to be told of.

What a list's file may say is in `monitor.lexicon.watchlist_schema`; where its items stand in a text is
found by `monitor.text.watching`.
"""

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain import EntityLabel

__all__ = ["MAX_ITEMS", "MAX_NAME_CHARS", "MAX_NAME_WORDS", "CaseRule", "WatchItem", "Watchlist"]

MAX_ITEMS = 100_000
"""Most items of all watchlists together: they take about 90 MB in each process that reads
(benchmarks/watchlist_size.py)."""
MAX_NAME_CHARS = 200
"""Longest name, in characters: that of an entity in our records."""
MAX_NAME_WORDS = 12
"""Longest name, in words. A text costs as many look-ups per word at most, however long the lists are."""


class CaseRule(StrEnum):
    """How a name must be written to count."""

    ANY = "any"
    """In any case."""
    NAME = "name"
    """With a capital or a digit where the text has capitals; in a text that has none, in any case."""
    EXACT = "exact"
    """Letter for letter, where case tells something: not in a text all lower or all upper case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchItem:
    """One term or entity of a watchlist."""

    id: str
    names: tuple[str, ...] = ()
    """The name and its aliases as the file writes them."""
    case: CaseRule = CaseRule.NAME
    label: EntityLabel | None = None
    """Counts only where it is such an entity: `Jordan` as PERSON is not the country."""
    entity: str | None = None
    """ISO 3166-1 code of a country or our id of an organisation: whatever stands for it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """The items of one file."""

    id: str
    items: tuple[WatchItem, ...]
