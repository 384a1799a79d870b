"""Alerts: what a revision says of a story; monitor.policy.changes says when there is one."""

from collections.abc import Sequence

from monitor.domain import Alert, Change, ChangeDetail, Lifecycle, Story, Versions
from monitor.policy.changes import plain_detail
from monitor.policy.contradictions import contradictions_among
from monitor.policy.scales import assess_certainty, publishers_among

__all__ = ["alert_of", "joined_changes", "lifecycle_of", "publishers_of"]


def publishers_of(story: Story) -> int:
    """Count the independent publishers of a story; those that nothing names count as one."""
    return publishers_among(story.articles) if story.articles_total else 0


def joined_changes(owed: tuple[Change, ...], changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return what one alert says of changes that were owed and of those that came after.

    A story that is new, or withdrawn, is that and nothing else, whatever was owed before.
    """
    if Change.NEW_STORY in changes or Change.WITHDRAWN in changes:
        return changes
    return tuple(dict.fromkeys((*owed, *changes)))


def lifecycle_of(changes: tuple[Change, ...]) -> Lifecycle:
    """Return what an alert that tells of these changes is to the ones before it."""
    if Change.WITHDRAWN in changes:
        return Lifecycle.CANCEL
    return Lifecycle.ALERT if Change.NEW_STORY in changes else Lifecycle.UPDATE


def alert_of(
    story: Story,
    *,
    changes: tuple[Change, ...],
    versions: Versions,
    details: Sequence[ChangeDetail] = (),
) -> Alert:
    """Return the revision that tells of a story as it is now.

    Args:
        story: the story.
        changes: why the revision is sent.
        versions: what read the report that led to it.
        details: what is known of the changes; the others are told in general words.
    """
    explained = {detail.change for detail in details}
    general = (plain_detail(change) for change in changes if change not in explained)
    articles = story.articles if story.articles_total else ()
    return Alert(
        alert_id=story.id,
        revision=story.revision,
        lifecycle=lifecycle_of(changes),
        changes=changes,
        details=(*general, *(detail for detail in details if detail.change in changes)),
        desk=story.desk,
        kind=story.kinds[0],
        kinds=story.kinds,
        event_types=story.event_types,
        headline=story.headline,
        severity=story.severity,
        severity_reasons=story.severity_reasons,
        urgency=story.urgency,
        certainty=story.certainty,
        certainty_reason=assess_certainty(articles).reason,
        actors=story.actors,
        targets=story.targets,
        places=story.places,
        figures=story.figures,
        evidence=story.evidence,
        watched=story.watched,
        denials=story.denials,
        contradictions=contradictions_among(story.reported, articles),
        related=story.related,
        ladder=story.ladder,
        articles=story.articles_total,
        copies=sum(bool(article.copy_of) for article in articles),
        publishers=publishers_of(story),
        first_seen=story.first_seen,
        last_seen=story.last_seen,
        versions=versions,
    )
