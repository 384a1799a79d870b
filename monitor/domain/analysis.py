"""Analysis: one article with what was found in it."""

from dataclasses import dataclass

from monitor.domain.article import Article
from monitor.domain.desk_report import Versions
from monitor.domain.entity import Mention
from monitor.domain.trigger import Trigger
from monitor.domain.watchlist import WatchedMention

__all__ = ["Analysis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One article with its mentions of entities and its triggers of every status."""

    article: Article
    mentions: tuple[Mention, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    terms: tuple[str, ...] = ()
    watched: tuple[WatchedMention, ...] = ()
    """Where it names items of watchlists; of an article without news, none."""
    sketch: str = ""
    """MinHash of the text, by which its copies are found; empty for short texts."""
    versions: Versions
