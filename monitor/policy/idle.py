"""IdleQueue: which story to close next, found without looking at all of them."""

import heapq
from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.domain import Story

__all__ = ["IdleQueue"]


class IdleQueue:
    """Orders stories by how long nothing was heard of them.

    A story waits first by sequence, until it has lingered for `linger_reports` reports, then by
    event time. Entries of an older state of a story are skipped when they come up.
    """

    def __init__(self, *, linger_reports: int) -> None:
        """Start empty; *linger_reports* is the least distance of sequences before a story may end."""
        self._linger_reports = linger_reports
        self._lingering: list[tuple[int, str]] = []
        self._waiting: list[tuple[datetime, str, int]] = []

    def put(self, story: Story) -> None:
        """Note a story's newest state."""
        heapq.heappush(self._lingering, (story.sequence, story.id))

    def pop(
        self,
        stories: Mapping[str, Story],
        *,
        applied: int,
        watermark: datetime,
        idle: timedelta,
    ) -> str | None:
        """Return the id of a story that has ended, or None.

        Args:
            stories: the newest state of every story.
            applied: highest sequence of a story.
            watermark: newest event time.
            idle: how long a story must have been without news, in event time.
        """
        while self._lingering and applied - self._lingering[0][0] > self._linger_reports:
            sequence, story_id = heapq.heappop(self._lingering)
            story = stories.get(story_id)
            if story is not None and story.sequence == sequence:
                heapq.heappush(self._waiting, (story.last_seen, story_id, sequence))
        while self._waiting:
            last_seen, story_id, sequence = self._waiting[0]
            story = stories.get(story_id)
            current = story is not None and story.sequence == sequence
            if current and watermark - last_seen <= idle:
                return None
            heapq.heappop(self._waiting)
            if current:
                return story_id
        return None

    def pop_quietest(
        self, stories: Mapping[str, Story], *, applied: int, watermark: datetime
    ) -> str | None:
        """Return the id of the story to close where there are too many, or None.

        The story without news for longest goes, in event time among those that have lingered, else
        by sequence; never one of the last report, nor the one that holds the watermark.
        """
        spared: list[tuple[datetime, str, int]] = []
        found = self._pop_waiting(stories, watermark, spared)
        for entry in spared:
            heapq.heappush(self._waiting, entry)
        return found or self._pop_lingering(stories, applied, watermark)

    def _pop_waiting(
        self,
        stories: Mapping[str, Story],
        watermark: datetime,
        spared: list[tuple[datetime, str, int]],
    ) -> str | None:
        while self._waiting:
            entry = heapq.heappop(self._waiting)
            story = stories.get(entry[1])
            if story is None or story.sequence != entry[2]:
                continue
            if story.last_seen < watermark:
                return story.id
            spared.append(entry)
        return None

    def _pop_lingering(
        self, stories: Mapping[str, Story], applied: int, watermark: datetime
    ) -> str | None:
        spared: list[tuple[int, str]] = []
        found = None
        while self._lingering and found is None:
            entry = heapq.heappop(self._lingering)
            story = stories.get(entry[1])
            if story is None or story.sequence != entry[0]:
                continue
            if story.sequence < applied and story.last_seen < watermark:
                found = story.id
            else:
                spared.append(entry)
        for kept in spared:
            heapq.heappush(self._lingering, kept)
        return found
