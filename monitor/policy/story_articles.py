"""StoryArticles: the articles that a story rests on, who stands behind them, and their copies."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from monitor.domain import ArticleRef, DeskReport, Stance, Story, StoryArticle, altered
from monitor.policy.publishers import publisher_of
from monitor.policy.urls import page_of

__all__ = ["MAX_ARTICLES", "article_of", "joined_articles", "left_articles", "version_of"]

MAX_ARTICLES = 50
"""Most articles that a story keeps by id; `articles_total` counts them all."""


def version_of(article: ArticleRef | StoryArticle) -> datetime:
    """Return the time that tells two versions of an article apart: of its change, or publication."""
    return article.updated_at or article.published_at


def article_of(
    report: DeskReport, stance: Stance, *, copy_of: str = "", source: str | None = None
) -> StoryArticle:
    """Return what a story keeps of a report's article.

    Args:
        report: what the article says.
        stance: how it speaks of the event.
        copy_of: id of the article that it is a copy of, if it is one.
        source: the publisher who stands behind it, where that is not its own.
    """
    ref = report.article
    return StoryArticle(
        id=ref.id,
        publisher=publisher_of(ref) if source is None else source,
        published_at=ref.published_at,
        updated_at=ref.updated_at,
        stance=stance,
        page=page_of(ref.url),
        sketch=report.sketch,
        copy_of=copy_of,
    )


def joined_articles(
    story: Story, report: DeskReport, stance: Stance, *, copy_of: str, source_of: str | None
) -> tuple[StoryArticle, ...]:
    """Add an article, oldest first; a copy counts as its original's publisher.

    Above the limit the oldest goes whose publisher has another article here, so that the count of
    independent publishers stays right for as long as it can.

    Args:
        story: the story until now.
        report: what the article says.
        stance: how it speaks of the event.
        copy_of: id of the article that it is a copy of, or empty.
        source_of: id of the article that it takes its words from, copy or not; None where it has its own.
    """
    known = {each.id: each for each in story.articles}
    original = known.get(copy_of)
    if original is not None and original.copy_of in known:
        original = known[original.copy_of]
    source = original or known.get(source_of or "")
    added = article_of(
        report,
        stance,
        copy_of=original.id if original else "",
        source=source.publisher if source else None,
    )
    articles = sorted((*story.articles, added), key=_oldest_first)
    while len(articles) > MAX_ARTICLES:
        count = Counter(each.publisher for each in articles)
        crowd = (each for each in articles if count[each.publisher] > 1)
        articles.remove(next(crowd, articles[0]))
    return tuple(articles)


def left_articles(articles: Sequence[StoryArticle], gone: str) -> tuple[StoryArticle, ...]:
    """Return the articles without one; the oldest of its copies stands in its place."""
    left = [article for article in articles if article.id != gone]
    heir = next((article.id for article in left if article.copy_of == gone), "")
    return tuple(
        altered(article, copy_of="" if article.id == heir else heir)
        if article.copy_of == gone
        else article
        for article in left
    )


def _oldest_first(article: StoryArticle) -> tuple[datetime, str]:
    return article.published_at, article.id
