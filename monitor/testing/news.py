"""News for tests: records of articles, made in one line."""

import json
from datetime import UTC, datetime
from typing import Final

__all__ = ["NOON", "article"]

NOON: Final = datetime(2026, 3, 17, 12, tzinfo=UTC)
"""When a Monitor's clock stands at first."""


def article(
    text: str,
    *,
    title: str = "",
    id: str = "",  # noqa: A002  (the record's own name)
    source: str = "",
    url: str = "",
    published_at: datetime | None = None,
    updated_at: datetime | None = None,
    status: str = "",
) -> bytes:
    """Return the record of an article, as a producer would send it; what is empty is left out.

    Args:
        text: the article's text, cased or not, punctuated or not.
        title: its headline.
        id: its identity; an update carries the same. A hash of the content where empty.
        source: its publisher; alerts count independent ones.
        url: where it can be read.
        published_at: when it was published, with a time zone; the clock's time where None.
        updated_at: when it was last changed, with a time zone.
        status: `usable`, `withheld` or `cancelled`.

    Raises:
        ValueError: a time has no time zone.
    """
    members = {
        "id": id,
        "title": title,
        "text": text,
        "source": source,
        "url": url,
        "published_at": _stated(published_at),
        "updated_at": _stated(updated_at),
        "status": status,
    }
    return json.dumps({name: value for name, value in members.items() if value}).encode()


def _stated(moment: datetime | None) -> str:
    if moment is None:
        return ""
    if moment.tzinfo is None:
        message = f"time {moment.isoformat()} has no time zone; say datetime(..., tzinfo=UTC)"
        raise ValueError(message)
    return moment.isoformat()
