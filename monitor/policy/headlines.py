"""Headlines: a plain line that says what a story is about."""

import re

from monitor.domain import ArticleRef, Field, Signal

__all__ = ["MAX_HEADLINE_CHARS", "headline_of", "plain_line"]

MAX_HEADLINE_CHARS = 120
"""What fits a pager, a chat line and a table row."""

_BLANKS = re.compile(r"\s+")
_ELLIPSIS = "…"


def headline_of(article: ArticleRef, signal: Signal) -> str:
    """Return the article's title, or else the clause that proves the signal, cut at a word."""
    proof = next((span for span in signal.evidence if span.field is Field.TEXT), signal.evidence[0])
    return plain_line(article.title) or plain_line(proof.quote)


def plain_line(text: str) -> str:
    """Return a text on one line, within the limit, cut between words where there are any."""
    line = _BLANKS.sub(" ", text[: MAX_HEADLINE_CHARS * 4]).strip()
    if len(line) <= MAX_HEADLINE_CHARS:
        return line
    room = MAX_HEADLINE_CHARS - len(_ELLIPSIS)
    kept = line[: room + 1].rpartition(" ")[0] or line[:room]
    return kept.rstrip(" ,;:-") + _ELLIPSIS
