"""Article: what was published, by whom, when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Article", "ArticleRef", "ArticleStatus"]


class ArticleStatus(StrEnum):
    """Whether an article may be used, in the terms of NITF and NewsML `pubStatus`."""

    USABLE = "usable"
    """The article stands."""
    WITHHELD = "withheld"
    """The publisher asks not to use the article until further notice."""
    CANCELLED = "cancelled"
    """The publisher has withdrawn the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRef:
    """What later stages need of an article: everything but its text."""

    id: str
    title: str = ""
    url: str = ""
    source: str = ""
    language: str = ""
    published_at: datetime
    """Time of publication, UTC; the record's time where the article states none."""
    states_time: bool = True
    """Whether the article itself states `published_at`."""
    updated_at: datetime | None = None
    status: ArticleStatus = ArticleStatus.USABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published text with its source and time."""

    ref: ArticleRef
    text: str
    """The text as it came; every `start_char` and `end_char` counts characters of it."""
