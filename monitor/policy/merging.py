"""Merging: a story before and after a report; each function returns a new story.

A story's state is what readers were told: figures that have not changed materially stay as they
were last sent, so that slow growth adds up to news instead of slipping through step by step.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, islice, zip_longest
from typing import cast

from monitor.domain import (
    Certainty,
    Change,
    ChangeDetail,
    Figure,
    Measure,
    ReportedFigure,
    SignalKind,
    Stance,
    Story,
    StoryArticle,
    Urgency,
    altered,
)
from monitor.policy.changes import details_of
from monitor.policy.claims import stance_of
from monitor.policy.contradictions import left_reported, merged_reported
from monitor.policy.entities import merged
from monitor.policy.events import Event
from monitor.policy.figures import merged_figures
from monitor.policy.headlines import headline_of, plain_line
from monitor.policy.quotations import copied_from, merged_quotations, quotations_of
from monitor.policy.scales import assess_certainty, merged_urgency, urgency_of
from monitor.policy.severity import assess_severity
from monitor.policy.story_articles import article_of, joined_articles, left_articles
from monitor.policy.watchlists import merged_watched

__all__ = [
    "MAX_DENIALS",
    "MAX_PARTIES",
    "MAX_REASONS",
    "MAX_TERMS",
    "extended",
    "opened",
    "reopened",
    "without_article",
]

MAX_PARTIES = 16
"""Most actors, targets and places, each."""
MAX_DENIALS = 4
"""Most denials that a story keeps, the newest ones."""
MAX_REASONS = 6
"""Most rules of severity that a story keeps."""
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


def opened(event: Event, *, story_id: str, offset: int) -> Story:
    """Return the story that an event opens, at revision 1."""
    signals = event.signals
    article = event.report.article
    figures = merged_figures((), _figures(event), correction=False)
    assessed = assess_severity(signals, figures=figures)
    articles = (article_of(event.report, stance_of(signals)),)
    return Story(
        id=story_id,
        desk=event.desk,
        kinds=event.kinds,
        event_types=tuple(dict.fromkeys(signal.event_type for signal in signals)),
        headline=headline_of(article, signals[0]),
        severity=assessed.severity,
        severity_reasons=assessed.reasons[:MAX_REASONS],
        urgency=urgency_of(signals),
        certainty=assess_certainty(articles).certainty,
        actors=merged((), (e for s in signals for e in s.actors), limit=MAX_PARTIES),
        targets=merged((), (e for s in signals for e in s.targets), limit=MAX_PARTIES),
        places=merged((), (e for s in signals for e in s.places), limit=MAX_PARTIES),
        figures=figures,
        reported=merged_reported((), articles[0], _figures(event)),
        evidence=merged_quotations((), quotations_of(article, signals)),
        terms=_merged_terms((), event.report.terms),
        watched=merged_watched((), event.report.watched),
        articles=articles,
        articles_total=1,
        first_seen=event.time,
        last_seen=event.time,
        told_at=event.time,
        revision=1,
        offset=offset,
        sequence=0,
    )


def reopened(story: Story, event: Event, *, offset: int) -> Story:
    """Return a story that rests on one report alone, at its next revision.

    Used where a withdrawn article returns, and where the only article of a story has changed.
    """
    newest = max(story.last_seen, event.time)
    return altered(
        opened(event, story_id=story.id, offset=offset),
        watched=merged_watched(story.watched, event.report.watched),
        first_seen=min(story.first_seen, event.time),
        last_seen=newest,
        told_at=newest,
        related=story.related,
        ladder=story.ladder,
        revision=story.revision + 1,
    )


def extended(
    story: Story, event: Event, *, offset: int, copy_of: str = ""
) -> tuple[Story, tuple[ChangeDetail, ...]]:
    """Return a story after one more report, and what readers want to know of it.

    The revision is the one before: whether readers are told at once is for others to say. An article
    that the story already rests on replaces what it said before.

    Args:
        story: the story until now.
        event: what the report says of it.
        offset: of the report.
        copy_of: id of the article of the story that the report's article is a copy of, or empty.
    """
    article = event.report.article
    again = any(known.id == article.id for known in story.articles)
    if event.denies:
        after = _denied(story, event)
    elif again and story.articles_total == 1:
        after = reopened(story, event, offset=offset)
    else:
        base = without_article(story, article.id) if again else story
        after = _joined(base, event, correction=again, copy_of=copy_of)
    details = details_of(story, after, () if event.denies else event.signals)
    retold = any(detail.change in _TOLD_ANEW for detail in details)
    return altered(
        after,
        headline=headline_of(article, event.signals[0]) if retold else after.headline,
        figures=after.figures if details else story.figures,
        revision=story.revision,
        offset=offset,
        told_at=story.told_at,
        held_back=story.held_back,
    ), details


def _joined(story: Story, event: Event, *, correction: bool, copy_of: str) -> Story:
    signals = event.signals
    article = event.report.article
    quotations = quotations_of(article, signals)
    actors = merged(story.actors, (e for s in signals for e in s.actors), limit=MAX_PARTIES)
    targets = merged(story.targets, (e for s in signals for e in s.targets), limit=MAX_PARTIES)
    figures = merged_figures(story.figures, _figures(event), correction=correction)
    assessed = assess_severity(signals, figures=figures, actors=actors, targets=targets)
    graver = assessed.severity.rank > story.severity.rank
    articles = joined_articles(
        story,
        event.report,
        stance_of(signals),
        copy_of=copy_of,
        source_of=copied_from(story.evidence, quotations),
    )
    event_types = (*story.event_types, *(signal.event_type for signal in signals))
    urgency = story.urgency
    if event.time >= story.last_seen:
        urgency = merged_urgency(story.urgency, urgency_of(signals))
    return altered(
        story,
        kinds=tuple(dict.fromkeys((*story.kinds, *event.kinds))),
        event_types=tuple(dict.fromkeys(event_types)),
        severity=assessed.severity if graver else story.severity,
        severity_reasons=assessed.reasons[:MAX_REASONS] if graver else story.severity_reasons,
        urgency=urgency,
        certainty=assess_certainty(articles).certainty,
        actors=actors,
        targets=targets,
        places=merged(story.places, (e for s in signals for e in s.places), limit=MAX_PARTIES),
        figures=figures,
        reported=_reported(story, articles, event),
        evidence=merged_quotations(story.evidence, quotations),
        terms=_merged_terms(story.terms, event.report.terms),
        watched=merged_watched(story.watched, event.report.watched),
        articles=articles,
        articles_total=story.articles_total + 1,
        first_seen=min(story.first_seen, event.time),
        last_seen=max(story.last_seen, event.time),
    )


def _reported(
    story: Story, articles: Sequence[StoryArticle], event: Event
) -> tuple[ReportedFigure, ...]:
    """Return what was reported of people, with what an event's article says if the story keeps it."""
    for article in articles:
        if article.id == event.report.article.id:
            return merged_reported(story.reported, article, _figures(event))
    return story.reported


def _denied(story: Story, event: Event) -> Story:
    """Return a story after a report that denies it; what others reported stands beside it."""
    article = event.report.article
    base = story
    if any(known.id == article.id for known in story.articles):
        base = altered(
            story,
            articles=left_articles(story.articles, article.id),
            articles_total=story.articles_total - 1,
        )
    articles = joined_articles(base, event.report, Stance.DENIED, copy_of="", source_of=None)
    denials = (*story.denials, *quotations_of(article, event.signals))
    return altered(
        base,
        certainty=assess_certainty(articles).certainty,
        denials=tuple(dict.fromkeys(denials))[-MAX_DENIALS:],
        articles=articles,
        articles_total=base.articles_total + 1,
        first_seen=min(story.first_seen, event.time),
        last_seen=max(story.last_seen, event.time),
    )


def without_article(story: Story, article_id: str) -> Story:
    """Return a story as far as it still stands without one of its articles.

    Kinds that only this article was quoted for go, and the figures of those kinds. A story without
    any article left is withdrawn: its revision has grown and nothing of the text is left in it. It
    still knows its last article by id, so that it can be revived when the article comes back.
    """
    articles = left_articles(story.articles, article_id)
    total = story.articles_total - (len(story.articles) - len(articles))
    if total <= 0:
        return altered(
            story,
            urgency=Urgency.PAST,
            certainty=Certainty.UNKNOWN,
            reported=(),
            evidence=(),
            denials=(),
            held_back=(),
            articles_total=0,
            revision=story.revision + 1,
            withdrawn=True,
        )
    evidence = tuple(quote for quote in story.evidence if quote.article_id != article_id)
    quoted = {quote.kind for quote in evidence}
    kinds = tuple(kind for kind in story.kinds if kind in quoted) or story.kinds
    return altered(
        story,
        kinds=kinds,
        headline=plain_line(evidence[0].quote) if evidence else story.headline,
        figures=tuple(figure for figure in story.figures if _still_told(figure, kinds)),
        reported=left_reported(story.reported, article_id),
        evidence=evidence,
        denials=tuple(quote for quote in story.denials if quote.article_id != article_id),
        certainty=assess_certainty(articles).certainty,
        articles=articles,
        articles_total=total,
    )


def _still_told(figure: Figure, kinds: Sequence[SignalKind]) -> bool:
    return not _KINDS_OF_MEASURE.get(figure.measure, frozenset(kinds)).isdisjoint(kinds)


def _figures(event: Event) -> Iterable[Figure]:
    return (figure for signal in event.signals for figure in signal.figures)


def _merged_terms(known: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    """Return terms that both have, then known and new ones in turn, at most `MAX_TERMS`."""
    added = [term for term in added if len(term) <= _MAX_TERM_CHARS]
    new, old = frozenset(added), frozenset(known)
    shared = [term for term in known if term in new]
    in_turn = zip_longest(
        [term for term in known if term not in new],
        [term for term in added if term not in old],
    )
    terms: dict[str | None, None] = dict.fromkeys(chain(shared, chain.from_iterable(in_turn)))
    terms.pop(None, None)  # Stands where one side had no more.
    return tuple(islice(cast("dict[str, None]", terms), MAX_TERMS))
