"""DeskReport: what one article says to one desk; the record of the signals topic."""

from dataclasses import dataclass

from monitor.domain.article import ArticleRef
from monitor.domain.signal import Desk, Signal
from monitor.domain.watchlist import Watched

__all__ = ["DeskReport", "Versions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Which data and model read an article."""

    lexicon: str
    model: str
    watchlists: str | None = None
    """Version of the user's watchlists; absent without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskReport:
    """All the active signals that one article gives to one desk.

    A report without signals withdraws whatever the same article said to the desk before (the
    article was cancelled or withheld, or an update no longer says it); of an article that no story
    rests on it changes nothing.
    """

    desk: Desk
    article: ArticleRef
    signals: tuple[Signal, ...]
    denials: tuple[Signal, ...] = ()
    """What the article denies, or reports not to have happened: they open no story."""
    terms: tuple[str, ...] = ()
    """Salient words of the article, normalised, for telling stories apart; at most 40."""
    watched: tuple[Watched, ...] = ()
    """Items of watchlists that the article names, in the order of their first mention."""
    sketch: str = ""
    """MinHash of the article's text, by which its copies are found; empty for short texts."""
    versions: Versions
