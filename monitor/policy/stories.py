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
* What quiet time holds back stands in the story (monitor.policy.quiet). It is told at the next report,
  before that report's own events, and leaves the story's offset and place as they were.
* A report of a page that is known under another article's id is that article's next version.
* An alert that the broker refused is owed: whatever touches its story next tells it, and so does the
  report that it came from, sent again. Its story keeps its revision, offset and place, so that the
  rules above stand.

Event time is the article's time of publication; the newest one that a story holds is the watermark.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import NamedTuple

from monitor.domain import (
    Alert,
    ArticleRef,
    ArticleStatus,
    Change,
    ChangeDetail,
    DeskReport,
    Story,
    StoryArticle,
    altered,
)
from monitor.policy.alerts import alert_of, joined_changes
from monitor.policy.copies import CopyIndex
from monitor.policy.events import Event, denial_of, events_of
from monitor.policy.identity import MAX_SEEN, digest_of, digest_of_id, seen_after, story_id_of
from monitor.policy.idle import IdleQueue
from monitor.policy.ladders import LadderIndex, blamed_on, climbed, merged_related, step_detail
from monitor.policy.merging import extended, opened, reopened, without_article
from monitor.policy.quiet import QuietQueue, release, told
from monitor.policy.similarity import Profile, profile_of_event, profile_of_story
from monitor.policy.story_articles import version_of
from monitor.policy.story_index import StoryIndex
from monitor.policy.urls import page_of

__all__ = ["MAX_SEEN", "NOTHING_APPLIED", "StoryBook", "StoryRules", "StoryUpdate", "largest_first"]

NOTHING_APPLIED = -1
"""`applied_offset` of a book that holds no story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRules:
    """How stories are told apart and when they end."""

    idle: timedelta = timedelta(hours=96)
    """A story without news for so long, in event time, is closed: a weekend and a day."""
    threshold: float = 0.38
    """Least score with which an event joins a story; found on a labelled day of newswire."""
    instrument_groups: Mapping[str, str] = field(default_factory=dict)
    """Group of each instrument's id, such as `dollar` for `yen`; an id without a group is its own."""
    linger_reports: int = 1000
    """A story stays open for so many reports after its last, so that late news still finds it."""
    quiet: timedelta = timedelta(0)
    """Least event time between two revisions of a story, but for what is told at once."""
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
        self._on_page: dict[str, Counter[str]] = {}
        self._copies = CopyIndex()
        self._ladders = LadderIndex()
        self._quiet = QuietQueue(quiet=self._rules.quiet)
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

    def largest(self, number: int) -> list[Story]:
        """Return the stories that stand with most articles, the largest first, at most *number*."""
        standing = (story for story in self._stories.values() if not story.withdrawn)
        return nsmallest(number, standing, key=largest_first)

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
            and (withdrawn or not story.seen or story.seen[-1].startswith(digest_of_id(article.id)))
            for story in map(self._stories.__getitem__, self._at_applied)
        )

    def apply(self, report: DeskReport, *, offset: int) -> StoryUpdate:
        """Take in the next report.

        Args:
            report: what an article says to a desk.
            offset: the report's offset in its partition; offsets must not fall while one book is
                used, but may start anywhere after a restore.

        Returns:
            What is to be sent and written; empty for a report whose effect is already held, and for
            a denial of what nobody has reported: that leaves nothing behind, and is heard when it
            is sent again after somebody did.
        """
        if offset < self._applied:
            return StoryUpdate()
        digest = digest_of(report)
        if offset > self._applied and digest in self._seen:
            return self._made_good(report, digest)
        report = self._as_known(report)
        if self._is_outdated(report.article):
            return StoryUpdate()
        done = len(self._at_applied) if offset == self._applied else 0
        place = _Place(offset, self._sequence if done else self._sequence + 1, digest)
        alerts: list[Alert] = []
        kept = [] if done else list(self._told_late(report, alerts))
        changed = list(self._taken_in(report, place, done, alerts))
        closed = tuple(self._close(report, alerts)) if changed or done else ()
        return StoryUpdate(alerts=tuple(alerts), stories=(*kept, *changed), closed=closed)

    def _taken_in(
        self, report: DeskReport, place: _Place, done: int, alerts: list[Alert]
    ) -> Iterator[Story]:
        """Yield the stories that a report changes, in the order in which they are written.

        Args:
            report: the report.
            place: where it stands.
            done: how many of the stories were written before.
            alerts: where what is to be told is added.
        """
        events = events_of(report)
        for event in events[done:]:
            story, alert = self._take_in(event, place)
            alerts += [alert] if alert else []
            yield story
        denial = denial_of(report)
        if denial is not None and done <= len(events):
            home = self._home(denial, "", place.offset)
            speaks_of = home is not None and not set(home.kinds).isdisjoint(denial.kinds)
            if home is not None and speaks_of and not home.withdrawn:
                story, alert = self._join(home, denial, place)
                alerts += [alert] if alert else []
                yield story
        for story in self._resting(report, place.offset):
            if story.withdrawn and not story.owed:
                continue
            released, alert = self._release(story, report, place)
            alerts += [alert] if alert else []
            yield released

    def owe(self, story_id: str, changes: tuple[Change, ...]) -> None:
        """Note that the broker refused to tell readers these changes of a story, if it is held."""
        story = self._stories.get(story_id)
        if story is not None:
            self._hold(altered(story, owed=changes))

    def not_kept(self, story_id: str) -> None:
        """Note that the broker refused the newest state of a story: it is to be written again."""
        if story_id in self._stories:
            self._outstanding.add(story_id)

    def _as_known(self, report: DeskReport) -> DeskReport:
        """Return a report under the id by which its page is known, if it is not known by its own.

        One without news speaks for its own id alone: it leaves no trace, so that it could not be told
        from itself when it is sent again after a crash, and would withdraw what came after it.
        """
        article = report.article
        if not report.signals and not report.denials:
            return report
        page = page_of(article.url)
        if article.id in self._resting_on or page not in self._on_page:
            return report
        known = min(self._on_page[page])
        return altered(report, article=altered(article, id=known))

    def _told_late(self, report: DeskReport, alerts: list[Alert]) -> Iterator[Story]:
        """Yield the stories whose quiet time is over, with what was held back told."""
        watermark = self._watermark
        while watermark is not None:
            story_id = self._quiet.pop(self._stories, watermark=watermark)
            if story_id is None:
                return
            story = self._stories[story_id]
            details = story.held_back
            after = altered(release(story, now=watermark), owed=())
            self._hold(after)
            alerts.append(_telling(after, details, story.owed, report))
            yield after

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
            kept.append(altered(story, owed=()))
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
        story_id = story_id_of(event)
        home = self._home(event, story_id, place.offset)
        if home is not None and not home.withdrawn:
            return self._join(home, event, place)
        if home is None:
            while story_id in self._stories:
                story_id = story_id_of(event, taken=story_id)
            after = opened(event, story_id=story_id, offset=place.offset)
        else:
            after = reopened(home, event, offset=place.offset)
        after = self._put(self._linked(after, event, home, place), home, event.report, place)
        return after, _telling(after, (), (Change.NEW_STORY,), event.report)

    def _join(self, home: Story, event: Event, place: _Place) -> tuple[Story, Alert | None]:
        """Let an event extend a story."""
        copy_of = self._original(event, home)
        after, details = extended(home, event, offset=place.offset, copy_of=copy_of)
        if not event.denies:
            after = self._linked(after, event, home, place)
            step = step_detail(after.ladder, order=place.sequence)
            details = (*details, step) if step is not None else details
        after, details = told(after, details, quiet=self._rules.quiet)
        after = self._put(after, home, event.report, place)
        if home.owed and not details:
            return after, _telling(after, (), home.owed, event.report)
        return after, _telling(after, details, home.owed, event.report) if details else None

    def _linked(self, after: Story, event: Event, home: Story | None, place: _Place) -> Story:
        """Return a story with the ladder of its parties and the stories it hangs together with."""
        offset = place.offset
        ladder = climbed(event, home, self._ladders, offset=offset, order=place.sequence)
        held = self._resting_on.get(event.report.article.id, ())
        related = (
            *self._ladders.answered_by(event, home, ladder, before=offset),
            *blamed_on(event, (self._stories[story_id] for story_id in sorted(held))),
        )
        others = tuple(each for each in related if each.alert_id != after.id)
        return altered(after, ladder=ladder, related=merged_related(after.related, others))

    def _original(self, event: Event, home: Story) -> str:
        """Return the article of a story that an event's article is a copy of, or empty."""
        report = event.report
        held = {article.id for article in home.articles} - {report.article.id}
        if not report.sketch or not held:
            return ""
        originals = self._copies.originals(report.sketch)
        return next((article for _, article in originals if article in held), "")

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
        resting += self._copied(event, profile, offset)
        if resting and -min(resting)[0] >= self._rules.threshold / 2:
            return min(resting)[2]
        rules = self._rules
        fitting = self._index.ranked(profile, within=rules.idle, at_least=rules.threshold)
        candidates = (self._stories[candidate] for _, candidate in fitting)
        return next((story for story in candidates if story.offset < offset), None)

    def _copied(
        self, event: Event, profile: Profile, offset: int
    ) -> list[tuple[float, str, Story]]:
        """Return the open stories that rest on originals of the event's article, with how they fit."""
        report = event.report
        originals = self._copies.originals(report.sketch) if report.sketch else []
        stories = {
            story_id
            for _, article_id in originals
            if article_id != report.article.id
            for story_id in self._resting_on[article_id]
        }
        found = (self._stories[story_id] for story_id in stories)
        return [
            (-self._index.fit(profile, self._index.profile_of(story.id)), story.id, story)
            for story in found
            if story.desk is event.desk and story.offset < offset and not story.withdrawn
        ]

    def _profile(self, story: Story) -> Profile:
        return profile_of_story(story, groups=self._rules.instrument_groups)

    def _release(
        self, story: Story, report: DeskReport, place: _Place
    ) -> tuple[Story, Alert | None]:
        """Take a report's article out of a story that it no longer speaks of."""
        after = story if story.withdrawn else without_article(story, report.article.id)
        after = self._put(altered(after, offset=place.offset), story, report, place)
        changes = (Change.WITHDRAWN,) if after.withdrawn else story.owed
        return after, _telling(after, (), changes, report) if changes else None

    def _put(self, after: Story, before: Story | None, report: DeskReport, place: _Place) -> Story:
        """Hold a story as a report has left it, and return it with where the report stands."""
        seen = seen_after(before, report, place.digest)
        story = altered(after, seen=seen, sequence=place.sequence, owed=())
        self._hold(story)
        return story

    def _hold(self, story: Story) -> None:
        """Make a story's newest state the book's."""
        before = self._stories.get(story.id)
        self._stories[story.id] = story
        self._link(story, before)
        if before is not None:
            self._unlink(before, story)
        if story.withdrawn:
            self._index.drop(story.id)
        else:
            self._index.put(story.id, self._profile(story))
        if story.owed:
            self._outstanding.add(story.id)
        else:
            self._outstanding.discard(story.id)
        self._ladders.put(story)
        self._quiet.put(story)
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
        if story is not None:
            self._index.drop(story_id)
            self._outstanding.discard(story_id)
            self._unlink(story, None)

    def _link(self, story: Story, before: Story | None) -> None:
        """Let a story be found by its articles, their pages and texts, and the reports it took in.

        Only by those that its state *before* was not found by: a report changes one of up to 50
        articles and of 200 reports.
        """
        self._seen.update(_seen_anew(story, before))
        for article in _articles_anew(story, before):
            self._resting_on.setdefault(article.id, set()).add(story.id)
            if article.page:
                self._on_page.setdefault(article.page, Counter())[article.id] += 1
            if article.sketch:
                self._copies.put(article.id, article.sketch)

    def _unlink(self, story: Story, after: Story | None) -> None:
        """Take out what a story was found by and its state *after* is not."""
        self._ladders.drop(story)
        for digest in _seen_anew(story, after):
            self._seen[digest] -= 1
            if not self._seen[digest]:
                del self._seen[digest]
        rested_on = {article.id for article in after.articles} if after is not None else set()
        for article in _articles_anew(story, after):
            if article.id not in rested_on:
                self._leave_article(article.id, story.id)
            if article.page:
                self._leave_page(article.page, article.id)
            if article.sketch:
                self._copies.drop(article.id, article.sketch)

    def _leave_article(self, article_id: str, story_id: str) -> None:
        stories = self._resting_on[article_id]
        stories.discard(story_id)
        if not stories:
            del self._resting_on[article_id]

    def _leave_page(self, page: str, article_id: str) -> None:
        articles = self._on_page[page]
        articles[article_id] -= 1
        if not articles[article_id]:
            del articles[article_id]
        if not articles:
            del self._on_page[page]

    def _close(self, report: DeskReport, alerts: list[Alert]) -> Iterator[str]:
        """Drop the stories that have ended, and the quietest above the limit; yield their ids.

        What was held back of one is told before.
        """
        while (story_id := self._next_to_close()) is not None:
            story = self._stories[story_id]
            if story.held_back:
                after = release(story, now=story.last_seen)
                alerts.append(_telling(after, story.held_back, story.owed, report))
            self._forget(story_id)
            yield story_id

    def _next_to_close(self) -> str | None:
        applied, watermark = self._sequence, self._watermark
        if watermark is None:
            return None
        stories, idle = self._stories, self._rules.idle
        ended = self._idle.pop(stories, applied=applied, watermark=watermark, idle=idle)
        if ended is None and len(stories) > self._rules.max_open:
            return self._idle.pop_quietest(stories, applied=applied, watermark=watermark)
        return ended


def _telling(
    story: Story, details: tuple[ChangeDetail, ...], owed: tuple[Change, ...], report: DeskReport
) -> Alert:
    """Return the alert that tells of a story what has changed and what is owed."""
    new = tuple(dict.fromkeys(detail.change for detail in details))
    changes = joined_changes(owed, new) if new else owed
    return alert_of(story, changes=changes, details=details, versions=report.versions)


def _seen_anew(story: Story, other: Story | None) -> set[str]:
    """Return the reports that a state of a story has taken in and another one has not."""
    return set(story.seen).difference(other.seen if other is not None else ())


def _articles_anew(story: Story, other: Story | None) -> list[StoryArticle]:
    """Return the articles of a state of a story that are not the very ones of another state.

    By identity, which costs nothing and lets no difference pass: an equal one is taken in and out.
    """
    same = {id(article) for article in other.articles} if other is not None else set()
    return [article for article in story.articles if id(article) not in same]


def largest_first(story: Story) -> tuple[int, str]:
    """Sort stories by their articles, and equal ones by id, so that every reader sees one order."""
    return -story.articles_total, story.id


def _id(story: Story) -> str:
    return story.id
