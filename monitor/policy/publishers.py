"""Publishers: who stands behind an article, so that two reports can be told to be independent.

A publisher is named by the article's `source`, or else by the registered label of its url's host (by
the Public Suffix List). Spelling is evened out: `Reuters`, `reuters.com`, `www.reuters.co.uk` and
`The Reuters News Agency` are one; a table adds what spelling cannot tell, such as `AFP` and `Agence
France-Presse` (monitor/lexicon/gazetteer/publishers.toml).
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from monitor.domain import ArticleRef
from monitor.lexicon.sites import load_publishers, registered_name

__all__ = ["publisher_of"]

_FILLERS = frozenset(
    {"agency", "co", "com", "corp", "inc", "ltd", "media", "news", "online", "press", "the"}
)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_WORD = re.compile(r"\w+")
_MAX_LENGTH = 80


def publisher_of(article: ArticleRef) -> str:
    """Return the evened-out name of an article's publisher, or empty where nothing names one."""
    return _publisher(article.source, article.url)


@lru_cache(maxsize=4096)
def _publisher(source: str, url: str) -> str:
    name = (_name(source) or _site(url))[:_MAX_LENGTH]
    return load_publishers().get(name, name)


def _name(source: str) -> str:
    """Even out a publisher's name; a host name counts as its site."""
    source = source.strip().casefold()
    if "://" in source:
        return _site(source)
    if _HOST.fullmatch(source):
        return registered_name(source)
    words = _WORD.findall(source)
    telling = [word for word in words if word not in _FILLERS]
    return " ".join(telling or words)


def _site(url: str) -> str:
    """Return the registered label of a url's host."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    return registered_name(host.casefold())
