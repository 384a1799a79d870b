"""Identity: what names a report and a story, so that either is known when it comes again."""

import hashlib

from monitor.domain import ArticleStatus, DeskReport, Story
from monitor.policy.events import Event
from monitor.policy.story_articles import version_of

__all__ = ["MAX_SEEN", "digest_of", "digest_of_id", "seen_after", "story_id_of"]

MAX_SEEN = 200
"""Most reports that a story remembers having taken in: two batches of the agent before it."""


def digest_of(report: DeskReport) -> str:
    """Name what a report says; two records of the same report have the same name."""
    article = report.article
    parts = (
        report.desk,
        article.id,
        version_of(article).isoformat(),
        article.status,
        article.title,
        article.url,
        article.source,
        repr((report.signals, report.denials) if report.denials else report.signals),
    )
    said = hashlib.blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()
    return f"{digest_of_id(article.id)}-{said}"


def digest_of_id(article_id: str) -> str:
    """Name an article: the beginning of the names of all its reports."""
    return hashlib.blake2b(article_id.encode(), digest_size=4).hexdigest()


def seen_after(story: Story | None, report: DeskReport, digest: str) -> tuple[str, ...]:
    """Add a report to those that a story has taken in; a withdrawal makes its article's forgotten.

    So an article that is released again, word for word, revives its story.

    Args:
        story: the story until now; None for a new one.
        report: the report.
        digest: the report's name.
    """
    known = story.seen if story else ()
    if report.article.status is not ArticleStatus.USABLE:
        withdrawn = digest.partition("-")[0]
        return tuple(one for one in known if not one.startswith(withdrawn))
    return (*(one for one in known if one != digest), digest)[-MAX_SEEN:]


def story_id_of(event: Event, *, taken: str = "") -> str:
    """Name the story that an event opens, from the event alone; *taken* is a name already in use."""
    article = event.report.article
    version = version_of(article).isoformat()
    parts = (event.desk, article.id, version, event.kinds[0], event.principal, taken)
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=16)
    return f"st-{digest.hexdigest()}"
