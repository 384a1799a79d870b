"""Merging: a story before and after a report; each function returns a new story.

A story's state is what readers were told: figures that have not changed materially stay as they
were last sent, so that slow growth adds up to news instead of slipping through step by step.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from monitor.domain import (
    ArticleRef,
    Certainty,
    Change,
    Figure,
    Measure,
    SignalKind,
    Story,
    StoryArticle,
    Urgency,
)
from monitor.policy.alerts import changes_of, publishers_of
from monitor.policy.entities import merged
from monitor.policy.events import Event
from monitor.policy.figures import merged_figures
from monitor.policy.headlines import headline_of, plain_line
from monitor.policy.publishers import publisher_of
from monitor.policy.quotations import copied_from, merged_quotations, quotations_of
from monitor.policy.scales import certainty_of, is_happening, merged_urgency, urgency_of
from monitor.policy.severity import assess_severity, gravest
from monitor.policy.watchlists import merged_watched

__all__ = [
    "MAX_ARTICLES",
    "MAX_PARTIES",
    "MAX_TERMS",
    "extended",
    "opened",
    "reopened",
    "version_of",
    "without_article",
]

MAX_ARTICLES = 50
"""Most articles that a story keeps by id; `articles_total` counts them all."""
MAX_PARTIES = 16
"""Most actors, targets and places, each."""
MAX_TERMS = 40
"""Most terms that a story keeps; those that two articles share come first."""
_MAX_TERM_CHARS = 64

_KINDS_OF_MEASURE = {
    Measure.KILLED: frozenset({SignalKind.CASUALTIES, SignalKind.MILITARY_STRIKE}),
    Measure.INJURED: frozenset({SignalKind.CASUALTIES, SignalKind.MILITARY_STRIKE}),
    Measure.CHANGE: frozenset({SignalKind.MARKET_MOVE}),
    Measure.LEVEL: frozenset({SignalKind.MARKET_MOVE}),
}
_TOLD_ANEW = frozenset({Change.HIGHER_SEVERITY, Change.FIGURE})


def version_of(article: ArticleRef | StoryArticle) -> datetime:
    """Return the time that tells two versions of an article apart: of its change, or publication."""
    return article.updated_at or article.published_at


def opened(event: Event, *, story_id: str, offset: int) -> Story:
    """Return the story that an event opens, at revision 1."""
    signals = event.signals
    article = event.report.article
    figures = merged_figures((), _figures(event), correction=False)
    return Story(
        id=story_id,
        desk=event.desk,
        kinds=event.kinds,
        event_types=tuple(dict.fromkeys(signal.event_type for signal in signals)),
        headline=headline_of(article, signals[0]),
        severity=assess_severity(signals, figures=figures).severity,
        urgency=urgency_of(signals),
        certainty=certainty_of(signals, publishers=1, before=Certainty.UNKNOWN),
        actors=merged((), (e for s in signals for e in s.actors), limit=MAX_PARTIES),
        targets=merged((), (e for s in signals for e in s.targets), limit=MAX_PARTIES),
        places=merged((), (e for s in signals for e in s.places), limit=MAX_PARTIES),
        figures=figures,
        evidence=merged_quotations((), quotations_of(article, signals)),
        terms=_merged_terms((), event.report.terms),
        watched=merged_watched((), event.report.watched),
        articles=(_story_article(article, publisher_of(article)),),
        articles_total=1,
        first_seen=event.time,
        last_seen=event.time,
        revision=1,
        offset=offset,
        sequence=0,
    )


def reopened(story: Story, event: Event, *, offset: int) -> Story:
    """Return a story that rests on one report alone, at its next revision.

    Used where a withdrawn article returns, and where the only article of a story has changed.
    """
    return replace(
        opened(event, story_id=story.id, offset=offset),
        watched=merged_watched(story.watched, event.report.watched),
        first_seen=min(story.first_seen, event.time),
        last_seen=max(story.last_seen, event.time),
        revision=story.revision + 1,
    )


def extended(story: Story, event: Event, *, offset: int) -> tuple[Story, tuple[Change, ...]]:
    """Return a story after one more report, and what readers want to know of it.

    The revision has grown by one exactly if there is something to know. An article that the story
    already rests on replaces what it said before.
    """
    article = event.report.article
    again = any(known.id == article.id for known in story.articles)
    if again and story.articles_total == 1:
        after = reopened(story, event, offset=offset)
    else:
        base = without_article(story, article.id) if again else story
        after = _joined(base, event, correction=again)
    changes = changes_of(story, after)
    if changes:
        headline = headline_of(article, event.signals[0])
        retold = not _TOLD_ANEW.isdisjoint(changes)
        after = replace(after, headline=headline if retold else after.headline)
    else:
        after = replace(after, figures=story.figures)
    revision = story.revision + (1 if changes else 0)
    return replace(after, revision=revision, offset=offset), changes


def _joined(story: Story, event: Event, *, correction: bool) -> Story:
    signals = event.signals
    article = event.report.article
    quotations = quotations_of(article, signals)
    actors = merged(story.actors, (e for s in signals for e in s.actors), limit=MAX_PARTIES)
    targets = merged(story.targets, (e for s in signals for e in s.targets), limit=MAX_PARTIES)
    figures = merged_figures(story.figures, _figures(event), correction=correction)
    assessed = assess_severity(signals, figures=figures, actors=actors, targets=targets)
    articles = _merged_articles(story, article, copied_from(story.evidence, quotations))
    event_types = (*story.event_types, *(signal.event_type for signal in signals))
    after = replace(
        story,
        kinds=tuple(dict.fromkeys((*story.kinds, *event.kinds))),
        event_types=tuple(dict.fromkeys(event_types)),
        severity=gravest((story.severity, assessed.severity)),
        actors=actors,
        targets=targets,
        places=merged(story.places, (e for s in signals for e in s.places), limit=MAX_PARTIES),
        figures=figures,
        evidence=merged_quotations(story.evidence, quotations),
        terms=_merged_terms(story.terms, event.report.terms),
        watched=merged_watched(story.watched, event.report.watched),
        articles=articles,
        articles_total=story.articles_total + 1,
        first_seen=min(story.first_seen, event.time),
        last_seen=max(story.last_seen, event.time),
    )
    urgency = story.urgency
    if event.time >= story.last_seen:
        urgency = merged_urgency(story.urgency, urgency_of(signals))
    certainty = certainty_of(signals, publishers=publishers_of(after), before=story.certainty)
    return replace(after, urgency=urgency, certainty=certainty)


def without_article(story: Story, article_id: str) -> Story:
    """Return a story as far as it still stands without one of its articles.

    Kinds that only this article was quoted for go, and the figures of those kinds. A story without
    any article left is withdrawn: its revision has grown and nothing of the text is left in it. It
    still knows its last article by id, so that it can be revived when the article comes back.
    """
    articles = tuple(article for article in story.articles if article.id != article_id)
    total = story.articles_total - (len(story.articles) - len(articles))
    if total <= 0:
        return replace(
            story,
            urgency=Urgency.PAST,
            certainty=Certainty.UNKNOWN,
            evidence=(),
            articles_total=0,
            revision=story.revision + 1,
            withdrawn=True,
        )
    evidence = tuple(quote for quote in story.evidence if quote.article_id != article_id)
    quoted = {quote.kind for quote in evidence}
    kinds = tuple(kind for kind in story.kinds if kind in quoted) or story.kinds
    after = replace(
        story,
        kinds=kinds,
        headline=plain_line(evidence[0].quote) if evidence else story.headline,
        figures=tuple(figure for figure in story.figures if _still_told(figure, kinds)),
        evidence=evidence,
        articles=articles,
        articles_total=total,
    )
    before = story.certainty if is_happening(story.certainty) else Certainty.UNKNOWN
    return replace(
        after, certainty=certainty_of((), publishers=publishers_of(after), before=before)
    )


def _still_told(figure: Figure, kinds: Sequence[SignalKind]) -> bool:
    return not _KINDS_OF_MEASURE.get(figure.measure, frozenset(kinds)).isdisjoint(kinds)


def _figures(event: Event) -> Iterable[Figure]:
    return (figure for signal in event.signals for figure in signal.figures)


def _story_article(article: ArticleRef, publisher: str) -> StoryArticle:
    return StoryArticle(
        id=article.id,
        publisher=publisher,
        published_at=article.published_at,
        updated_at=article.updated_at,
    )


def _merged_articles(
    story: Story, article: ArticleRef, original_id: str | None
) -> tuple[StoryArticle, ...]:
    """Add an article, oldest first; a copy counts as its original's publisher.

    Above the limit the oldest goes whose publisher has another article here, so that the count of
    independent publishers stays right for as long as it can.
    """
    publisher = publisher_of(article)
    for known in story.articles:
        if known.id == original_id:
            publisher = known.publisher
    articles = sorted((*story.articles, _story_article(article, publisher)), key=_oldest_first)
    while len(articles) > MAX_ARTICLES:
        count = Counter(known.publisher for known in articles)
        crowd = (known for known in articles if count[known.publisher] > 1)
        articles.remove(next(crowd, articles[0]))
    return tuple(articles)


def _oldest_first(article: StoryArticle) -> tuple[datetime, str]:
    return article.published_at, article.id


def _merged_terms(known: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    """Return terms that both have, then known and new ones in turn, at most `MAX_TERMS`."""
    added = [term for term in added if len(term) <= _MAX_TERM_CHARS]
    shared = [term for term in known if term in set(added)]
    others = zip_longest(
        (term for term in known if term not in set(added)),
        (term for term in added if term not in set(known)),
    )
    in_turn = (term for pair in others for term in pair if term is not None)
    return tuple(dict.fromkeys((*shared, *in_turn)))[:MAX_TERMS]
