"""Watched: what an article names that a user has on a watchlist."""

from dataclasses import dataclass

from monitor.domain.evidence import TextSpan

__all__ = ["Watched", "WatchedMention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """An item of a user's watchlist that is named."""

    watchlist: str
    """Id of the watchlist."""
    item: str
    """Id of the item in that list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedMention:
    """One place in an article that names an item of a watchlist."""

    span: TextSpan
    watched: Watched
