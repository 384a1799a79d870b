"""Publishers: who stands behind an article, so that two reports can be told to be independent.

A publisher is named by the article's `source`, or else by the registrable part of its url. Spelling
is evened out: `Reuters`, `reuters.com`, `www.reuters.co.uk` and `The Reuters News Agency` are one.
"""

import re
from urllib.parse import urlsplit

from monitor.domain import ArticleRef

__all__ = ["publisher_of"]

# Second-level names under which registries sell third-level ones; enough for national news sites.
# The full list is the Public Suffix List, which changes weekly and would need a data file.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "net", "nom", "or", "org"})
_FILLERS = frozenset(
    {"agency", "co", "com", "corp", "inc", "ltd", "media", "news", "online", "press", "the"}
)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_WORD = re.compile(r"\w+")
_MAX_LENGTH = 80


def publisher_of(article: ArticleRef) -> str:
    """Return the evened-out name of an article's publisher, or empty where nothing names one."""
    return (_name(article.source) or _site(article.url))[:_MAX_LENGTH]


def _name(source: str) -> str:
    """Even out a publisher's name; a host name counts as its site."""
    source = source.strip().casefold()
    if "://" in source:
        return _site(source)
    if _HOST.fullmatch(source):
        return _registrable(source)
    words = _WORD.findall(source)
    telling = [word for word in words if word not in _FILLERS]
    return " ".join(telling or words)


def _site(url: str) -> str:
    """Return the registrable name of a url's host without its suffix."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    return _registrable(host.casefold())


def _registrable(host: str) -> str:
    """Return what a publisher registered: `bbc` of `www.bbc.co.uk`; an address stays whole."""
    labels = [label for label in host.split(".") if label]
    if len(labels) < 2 or labels[-1].isdigit():  # noqa: PLR2004  a name and a suffix
        return host
    labels.pop()
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1]
