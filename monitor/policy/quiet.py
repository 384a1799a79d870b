"""Quiet time: how soon after a revision readers are told the next one, in event time.

What makes a story worse, ends it or denies it is told at once. Everything else waits until the quiet time
after the newest revision is over, adds up meanwhile, and is then told in one revision: with the story's
own next report, or when the newest event time of the partition has passed.
"""

import heapq
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.domain import ChangeDetail, Story, altered
from monitor.policy.changes import ESCALATING, joined_details

__all__ = ["QuietQueue", "release", "told"]


def told(
    after: Story, details: Sequence[ChangeDetail], *, quiet: timedelta
) -> tuple[Story, tuple[ChangeDetail, ...]]:
    """Decide whether readers are told of a story's changes now.

    Args:
        after: the story after a report, at the revision and with what was held back before it.
        details: what the report changed.
        quiet: least time between revisions.

    Returns:
        The story, at its next revision if they are told, and what they are told: nothing, or all
        that was held back and has come.
    """
    pending = joined_details(after.held_back, details)
    if not pending:
        return after, ()
    since = None if after.told_at is None else after.last_seen - after.told_at
    urgent = any(detail.change in ESCALATING for detail in pending)
    if since is not None and since < quiet and not urgent:
        return altered(after, held_back=pending), ()
    return release(after, now=after.last_seen), pending


def release(story: Story, *, now: datetime) -> Story:
    """Return a story at its next revision, told at a time, with nothing held back."""
    newest = now if story.told_at is None else max(story.told_at, now)
    return altered(story, held_back=(), revision=story.revision + 1, told_at=newest)


class QuietQueue:
    """The stories with something held back, by when their quiet time is over."""

    def __init__(self, *, quiet: timedelta) -> None:
        """Start empty; *quiet* is the least time between revisions."""
        self._quiet = quiet
        self._due: list[tuple[datetime, str]] = []

    def put(self, story: Story) -> None:
        """Note a story's newest state."""
        if story.held_back:
            heapq.heappush(self._due, (self._end(story), story.id))

    def _end(self, story: Story) -> datetime:
        told_at = story.told_at or story.last_seen
        try:
            return told_at + self._quiet
        except OverflowError:
            return datetime.max.replace(tzinfo=told_at.tzinfo)

    def pop(self, stories: Mapping[str, Story], *, watermark: datetime) -> str | None:
        """Return the id of a story whose quiet time is over, the longest over first, or None.

        Args:
            stories: the newest state of every story.
            watermark: newest event time.
        """
        while self._due and self._due[0][0] <= watermark:
            end, story_id = heapq.heappop(self._due)
            story = stories.get(story_id)
            if story is not None and story.held_back and self._end(story) == end:
                return story_id
        return None
