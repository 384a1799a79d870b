"""Values that tests build by hand: valid by default, changed by keyword."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.domain import Article, ArticleRef, ArticleStatus
from monitor.lexicon.entry import Entry
from monitor.lexicon.loader import Lexicon, load_lexicon
from monitor.lexicon.schema import entry_of
from monitor.text.matcher import Finding
from monitor.text.words import Words, read_words

__all__ = [
    "NOON",
    "a_finding",
    "a_lexicon",
    "an_article",
    "an_entry",
    "demo_news",
    "sentence_of",
    "stripped",
]

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)
"""A time in the year of the demo's news."""

_DEMO = Path(__file__).parents[1] / "agents" / "demo" / "news.jsonl"


def an_article(
    text: str,
    *,
    title: str = "",
    id: str = "a-1",  # noqa: A002
    published_at: datetime = NOON,
    states_time: bool = True,
    status: ArticleStatus = ArticleStatus.USABLE,
) -> Article:
    """An article that holds *text*."""
    ref = ArticleRef(
        id=id, title=title, published_at=published_at, states_time=states_time, status=status
    )
    return Article(ref=ref, text=text)


def stripped(text: str) -> str:
    """*text* as crawls give it: lower case, every mark a blank, single blanks."""
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


def an_entry(*terms: str, kind: str = "military-strike", id: str = "e", **stated: Any) -> Entry:  # noqa: A002
    """An entry as a lexicon file would state it, with the built-in classes."""
    raw = {"id": id, "terms": list(terms), **stated}
    return entry_of(raw, kind=kind, classes=load_lexicon().classes, file="tests")


def a_lexicon(*entries: Entry) -> Lexicon:
    """A lexicon of these entries alone, with the built-in classes."""
    return Lexicon(entries=entries, classes=load_lexicon().classes, version="tests")


def a_finding(entry: Entry, words: Words, fired: str) -> Finding:
    """The place in *words* where the words *fired* stand; the last one where they stand twice."""
    sought = list(read_words(fired).texts)
    places = [
        first
        for first in range(len(words) - len(sought) + 1)
        if list(words.texts[first : first + len(sought)]) == sought
    ]
    assert places, f"{fired!r} does not stand in {words.source!r}"
    return Finding(entry, places[-1], places[-1] + len(sought))


def sentence_of(words: Words) -> tuple[int, int]:
    """All of *words* as one sentence."""
    return 0, len(words)


def demo_news() -> list[dict[str, Any]]:
    """The articles of the demo, as their records say them."""
    return [json.loads(line) for line in _DEMO.read_text(encoding="utf-8").splitlines()]
