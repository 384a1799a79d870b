"""StoryBook: the open stories of one partition, and what each report does to them.

Everything the book answers is a function of the stories that it holds and of the report, never of
a clock or of how the stories came to be held. So a book restored from the stories topic goes on
exactly where the one before it stopped. The rules that make this true, whatever crashed:

* Whoever uses the book writes, per record and in the order of offsets, first `stories` in their
  order and then tombstones for `closed`. What is on the topic after a crash is a prefix of that.
* Every event of a report writes exactly one story, with the report's offset in it. So a report
  that is read again knows from its offset how many of its events were written, and does the rest.
* The story with the highest offset is never closed: what was applied is never forgotten.
* A story that a report has changed is no candidate for the report's other events.
* How long a story lingers is counted in reports that changed one, not in offsets: after a crash
  reports come twice, and a story must not close the sooner for it.
* A report that was taken in before is no news at whatever offset it comes again: the agent before
  this one sends its last batch once more after a crash. Stories keep digests of what they took in.
* An alert that the broker refused is owed: whatever touches its story next tells it, and so does the
  report that it came from, sent again. Its story keeps its revision, offset and place, so that the
  rules above stand.

Event time is the article's time of publication; the newest one that a story holds is the watermark.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.domain import Alert, ArticleRef, ArticleStatus, Change, DeskReport, Story
from monitor.policy.alerts import alert_of, joined_changes
from monitor.policy.events import Event, events_of
from monitor.policy.idle import IdleQueue
from monitor.policy.merging import extended, opened, reopened, version_of, without_article
from monitor.policy.similarity import Profile, StoryIndex, profile_of_event, profile_of_story

__all__ = ["MAX_SEEN", "NOTHING_APPLIED", "StoryBook", "StoryRules", "StoryUpdate"]

NOTHING_APPLIED = -1
"""`applied_offset` of a book that holds no story."""
MAX_SEEN = 200
"""Most reports that a story remembers having taken in: two batches of the agent before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRules:
    """How stories are told apart and when they end."""

    idle: timedelta = timedelta(hours=72)
    """A story without news for so long, in event time, is closed."""
    threshold: float = 0.38
    """Least score with which an event joins a story; found on a labelled day of newswire."""
    instrument_groups: Mapping[str, str] = field(default_factory=dict)
    """Group of each instrument's id, such as `dollar` for `yen`; an id without a group is its own."""
    linger_reports: int = 1000
    """A story stays open for so many reports after its last, so that late news still finds it."""
    max_open: int = 50_000
    """Most open stories of a partition; above it the ones without news for longest are closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryUpdate:
    """What one report did: alerts to send, then stories to write, then keys to tombstone.

    Whoever learns that one of them was refused tells the book (`owe`, `not_kept`).
    """

    alerts: tuple[Alert, ...] = ()
    stories: tuple[Story, ...] = ()
    closed: tuple[str, ...] = ()


class _Place(NamedTuple):
    """Where a report stands among those of its partition, and what names it."""

    offset: int
    sequence: int
    digest: str


class StoryBook:
    """The open stories of one partition of the signals topic."""

    def __init__(self, rules: StoryRules | None = None) -> None:
        """Start without stories; *rules* are the defaults where None."""
        self._rules = rules or StoryRules()
        self._stories: dict[str, Story] = {}
        self._index = StoryIndex()
        self._resting_on: dict[str, set[str]] = {}
        self._seen: Counter[str] = Counter()
        self._outstanding: set[str] = set()
        self._idle = IdleQueue(linger_reports=self._rules.linger_reports)
        self._applied = NOTHING_APPLIED
        self._sequence = 0
        self._at_applied: set[str] = set()
        self._watermark: datetime | None = None

    @property
    def applied_offset(self) -> int:
        """Highest offset of a report that changed a story; -1 when nothing has."""
        return self._applied

    def __len__(self) -> int:
        """Return the number of stories held, withdrawn ones included."""
        return len(self._stories)

    def __iter__(self) -> Iterator[Story]:
        """Iterate over the stories held, by id."""
        return iter([self._stories[story_id] for story_id in sorted(self._stories)])

    def restore(self, stories: Iterable[Story]) -> None:
        """Hold the stories that the stories topic gives back, newest record per key, in any order."""
        for story in stories:
            self._hold(story)

    def applied_last(self, report: DeskReport) -> bool:
        """Tell whether a report can be the one at `applied_offset`, from what it left behind.

        By desk and article only, so that a release that reads more from a record agrees with the
        one before it. A withdrawal leaves nothing of itself: any of the desk's will do.
        """
        article = report.article
        withdrawn = article.status is not ArticleStatus.USABLE
        return any(
            story.desk is report.desk
            and (
                withdrawn or not story.seen or story.seen[-1].startswith(_digest_of_id(article.id))
            )
            for story in map(self._stories.__getitem__, self._at_applied)
        )

    def apply(self, report: DeskReport, *, offset: int) -> StoryUpdate:
        """Take in the next report.

        Args:
            report: what an article says to a desk.
            offset: the report's offset in its partition; offsets must not fall while one book is
                used, but may start anywhere after a restore.

        Returns:
            What is to be sent and written; empty for a report whose effect is already held.
        """
        if offset < self._applied:
            return StoryUpdate()
        digest = _digest(report)
        if offset > self._applied and digest in self._seen:
            return self._made_good(report, digest)
        if self._is_outdated(report.article):
            return StoryUpdate()
        done = len(self._at_applied) if offset == self._applied else 0
        place = _Place(offset, self._sequence if done else self._sequence + 1, digest)
        alerts: list[Alert] = []
        changed: list[Story] = []
        for event in events_of(report)[done:]:
            story, alert = self._take_in(event, place)
            changed.append(story)
            alerts += [alert] if alert else []
        for story in self._resting(report, offset):
            if story.withdrawn and not story.owed:
                continue
            released, alert = self._release(story, report, place)
            changed.append(released)
            alerts += [alert] if alert else []
        closed = self._close() if changed or done else ()
        return StoryUpdate(alerts=tuple(alerts), stories=tuple(changed), closed=closed)

    def owe(self, story_id: str, changes: tuple[Change, ...]) -> None:
        """Note that the broker refused to tell readers these changes of a story, if it is held."""
        story = self._stories.get(story_id)
        if story is not None:
            self._hold(replace(story, owed=changes))

    def not_kept(self, story_id: str) -> None:
        """Note that the broker refused the newest state of a story: it is to be written again."""
        if story_id in self._stories:
            self._outstanding.add(story_id)

    def _made_good(self, report: DeskReport, digest: str) -> StoryUpdate:
        """Tell and keep what the broker refused of a report that was taken in before."""
        alerts: list[Alert] = []
        kept: list[Story] = []
        for story_id in sorted(self._outstanding):
            story = self._stories[story_id]
            if digest not in story.seen:
                continue
            if story.owed:
                alerts.append(alert_of(story, changes=story.owed, versions=report.versions))
            kept.append(replace(story, owed=()))
        for story in kept:
            self._hold(story)
        return StoryUpdate(alerts=tuple(alerts), stories=tuple(kept))

    def _is_outdated(self, article: ArticleRef) -> bool:
        """Tell whether a newer version of the article is held; a withdrawal is never outdated."""
        if article.status is not ArticleStatus.USABLE:
            return False
        return any(
            version_of(article) < version_of(known)
            for story_id in self._resting_on.get(article.id, ())
            for known in self._stories[story_id].articles
            if known.id == article.id
        )

    def _resting(self, report: DeskReport, offset: int) -> list[Story]:
        """Return the desk's stories resting on an article that this report has not changed, by id."""
        held = self._resting_on.get(report.article.id, ())
        stories = (self._stories[story_id] for story_id in held)
        # Desks may share a partition, and a report speaks for its own desk only.
        mine = (story for story in stories if story.desk is report.desk and story.offset < offset)
        return sorted(mine, key=_id)

    def _take_in(self, event: Event, place: _Place) -> tuple[Story, Alert | None]:
        """Let an event extend the story it belongs to, or open one."""
        offset = place.offset
        story_id = _story_id(event)
        home = self._home(event, story_id, offset)
        changes: tuple[Change, ...] = (Change.NEW_STORY,)
        if home is None:
            while story_id in self._stories:
                story_id = _story_id(event, taken=story_id)
            after = opened(event, story_id=story_id, offset=offset)
        elif home.withdrawn:
            after = reopened(home, event, offset=offset)
        else:
            after, changes = extended(home, event, offset=offset)
            changes = joined_changes(home.owed, changes)
        after = self._put(after, home, event.report, place)
        if not changes:
            return after, None
        versions = event.report.versions
        return after, alert_of(after, changes=changes, versions=versions)

    def _home(self, event: Event, story_id: str, offset: int) -> Story | None:
        """Return the story an event belongs to: of its article first, then the best that fits."""
        profile = profile_of_event(event, groups=self._rules.instrument_groups)
        own = self._stories.get(story_id)
        if own is not None and own.offset < offset:
            return own
        resting = [
            (-self._index.fit(profile, self._profile(story)), story.id, story)
            for story in self._resting(event.report, offset)
        ]
        if resting and -min(resting)[0] >= self._rules.threshold / 2:
            return min(resting)[2]
        for score, candidate in self._index.ranked(profile, within=self._rules.idle):
            if score < self._rules.threshold:
                break
            if self._stories[candidate].offset < offset:
                return self._stories[candidate]
        return None

    def _profile(self, story: Story) -> Profile:
        return profile_of_story(story, groups=self._rules.instrument_groups)

    def _release(
        self, story: Story, report: DeskReport, place: _Place
    ) -> tuple[Story, Alert | None]:
        """Take a report's article out of a story that it no longer speaks of."""
        after = story if story.withdrawn else without_article(story, report.article.id)
        after = self._put(replace(after, offset=place.offset), story, report, place)
        changes = (Change.WITHDRAWN,) if after.withdrawn else story.owed
        if not changes:
            return after, None
        return after, alert_of(after, changes=changes, versions=report.versions)

    def _put(self, after: Story, before: Story | None, report: DeskReport, place: _Place) -> Story:
        """Hold a story as a report has left it, and return it with where the report stands."""
        seen = _seen(before, report, place.digest)
        story = replace(after, seen=seen, sequence=place.sequence, owed=())
        self._hold(story)
        return story

    def _hold(self, story: Story) -> None:
        """Make a story's newest state the book's."""
        self._forget(story.id)
        self._stories[story.id] = story
        for article in story.articles:
            self._resting_on.setdefault(article.id, set()).add(story.id)
        self._seen.update(story.seen)
        if not story.withdrawn:
            self._index.put(story.id, self._profile(story))
        if story.owed:
            self._outstanding.add(story.id)
        self._idle.put(story)
        self._sequence = max(self._sequence, story.sequence)
        if story.offset > self._applied:
            self._applied = story.offset
            self._at_applied.clear()
        if story.offset == self._applied:
            self._at_applied.add(story.id)
        if self._watermark is None or story.last_seen > self._watermark:
            self._watermark = story.last_seen

    def _forget(self, story_id: str) -> None:
        story = self._stories.pop(story_id, None)
        if story is None:
            return
        self._index.drop(story_id)
        self._outstanding.discard(story_id)
        for digest in story.seen:
            self._seen[digest] -= 1
            if not self._seen[digest]:
                del self._seen[digest]
        for article in story.articles:
            stories = self._resting_on[article.id]
            stories.discard(story_id)
            if not stories:
                del self._resting_on[article.id]

    def _close(self) -> tuple[str, ...]:
        """Drop the stories that have ended, and the quietest above the limit; return their ids."""
        closed: list[str] = []
        while (story_id := self._next_to_close()) is not None:
            self._forget(story_id)
            closed.append(story_id)
        return tuple(closed)

    def _next_to_close(self) -> str | None:
        applied, watermark = self._sequence, self._watermark
        if watermark is None:
            return None
        stories, idle = self._stories, self._rules.idle
        ended = self._idle.pop(stories, applied=applied, watermark=watermark, idle=idle)
        if ended is None and len(stories) > self._rules.max_open:
            return self._idle.pop_quietest(stories, applied=applied, watermark=watermark)
        return ended


def _digest(report: DeskReport) -> str:
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
        repr(report.signals),
    )
    said = hashlib.blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()
    return f"{_digest_of_id(article.id)}-{said}"


def _digest_of_id(article_id: str) -> str:
    return hashlib.blake2b(article_id.encode(), digest_size=4).hexdigest()


def _seen(story: Story | None, report: DeskReport, digest: str) -> tuple[str, ...]:
    """Add a report to those that a story has taken in; a withdrawal makes its article's forgotten.

    So an article that is released again, word for word, revives its story.
    """
    known = story.seen if story else ()
    if report.article.status is not ArticleStatus.USABLE:
        withdrawn = _digest_of_id(report.article.id)
        return tuple(one for one in known if not one.startswith(withdrawn))
    return (*(one for one in known if one != digest), digest)[-MAX_SEEN:]


def _id(story: Story) -> str:
    return story.id


def _story_id(event: Event, *, taken: str = "") -> str:
    """Name the story that an event opens, from the event alone; *taken* is a name already in use."""
    article = event.report.article
    version = version_of(article).isoformat()
    parts = (event.desk, article.id, version, event.kinds[0], event.principal, taken)
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=16)
    return f"st-{digest.hexdigest()}"
