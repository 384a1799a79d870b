"""Watchlists as reports, stories and alerts carry them.

A report names the items of watchlists that its article names, anywhere in it; a story those of all
its articles. An item stays with its story when the article goes: whoever was told of an alert for it
must be told of its end as well.
"""

from collections import Counter
from collections.abc import Iterable

from monitor.domain import Alert, Watched, WatchedMention

__all__ = ["MAX_WATCHED", "items_of", "merged_watched", "watchlists_of"]

MAX_WATCHED = 20
"""Most items of one watchlist that a report, a story or an alert names."""


def items_of(mentions: Iterable[WatchedMention]) -> tuple[Watched, ...]:
    """Return the items that are mentioned, each once, at most `MAX_WATCHED` of a list."""
    return merged_watched((), (mention.watched for mention in mentions))


def merged_watched(known: Iterable[Watched], added: Iterable[Watched]) -> tuple[Watched, ...]:
    """Return known items and new ones, each once, at most `MAX_WATCHED` of a list."""
    items = dict.fromkeys(known)
    counts = Counter(item.watchlist for item in items)
    for item in added:
        if item not in items and counts[item.watchlist] < MAX_WATCHED:
            items[item] = None
            counts[item.watchlist] += 1
    return tuple(items)


def watchlists_of(alert: Alert) -> frozenset[str]:
    """Return the ids of the watchlists of which an alert names an item: what subscriptions ask for."""
    return frozenset(item.watchlist for item in alert.watched)
