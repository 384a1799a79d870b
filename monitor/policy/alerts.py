"""Alerts: when a story's change is worth a revision, and what the revision says."""

from monitor.domain import Alert, Change, Lifecycle, Story, Versions
from monitor.policy.entities import parties_of
from monitor.policy.figures import material_change
from monitor.policy.scales import CORROBORATING_PUBLISHERS

__all__ = ["alert_of", "changes_of", "joined_changes", "lifecycle_of", "publishers_of"]


def publishers_of(story: Story) -> int:
    """Count the independent publishers of a story; those that nothing names count as one."""
    if story.articles_total == 0:
        return 0
    named = {article.publisher for article in story.articles if article.publisher}
    return max(len(named), 1)


def changes_of(before: Story, after: Story) -> tuple[Change, ...]:
    """Return what a reader who knows *before* wants to know of *after*; empty for no revision."""
    changes = []
    if set(after.kinds) - set(before.kinds):
        changes.append(Change.NEW_KIND)
    if after.severity.rank > before.severity.rank:
        changes.append(Change.HIGHER_SEVERITY)
    if material_change(before.figures, after.figures):
        changes.append(Change.FIGURE)
    if parties_of((*after.actors, *after.targets)) - parties_of((*before.actors, *before.targets)):
        changes.append(Change.NEW_PARTY)
    if publishers_of(before) < CORROBORATING_PUBLISHERS <= publishers_of(after):
        changes.append(Change.CORROBORATED)
    if set(after.watched) - set(before.watched):
        changes.append(Change.WATCHED)
    return tuple(changes)


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


def alert_of(story: Story, *, changes: tuple[Change, ...], versions: Versions) -> Alert:
    """Return the revision that tells of a story as it is now."""
    return Alert(
        alert_id=story.id,
        revision=story.revision,
        lifecycle=lifecycle_of(changes),
        changes=changes,
        desk=story.desk,
        kind=story.kinds[0],
        kinds=story.kinds,
        event_types=story.event_types,
        headline=story.headline,
        severity=story.severity,
        urgency=story.urgency,
        certainty=story.certainty,
        actors=story.actors,
        targets=story.targets,
        places=story.places,
        figures=story.figures,
        evidence=story.evidence,
        watched=story.watched,
        articles=story.articles_total,
        publishers=publishers_of(story),
        first_seen=story.first_seen,
        last_seen=story.last_seen,
        versions=versions,
    )
