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

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from monitor.domain import Alert, ArticleStatus, Change, ChangeDetail, DeskReport, Story, altered
from monitor.policy.alerts import alert_of, joined_changes
from monitor.policy.events import Event, denial_of, events_of
from monitor.policy.identity import MAX_SEEN, digest_of, digest_of_id, seen_after, story_id_of
from monitor.policy.ladders import blamed_on, climbed, merged_related, step_detail
from monitor.policy.merging import extended, opened, reopened, without_article
from monitor.policy.open_stories import NOTHING_APPLIED, OpenStories, StoryRules, largest_first
from monitor.policy.quiet import release, told

__all__ = ["MAX_SEEN", "NOTHING_APPLIED", "StoryBook", "StoryRules", "StoryUpdate", "largest_first"]


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
        self._open = OpenStories(self._rules)

    @property
    def applied_offset(self) -> int:
        """Highest offset of a report that changed a story; -1 when nothing has."""
        return self._open.applied

    def __len__(self) -> int:
        """Return the number of stories held, withdrawn ones included."""
        return len(self._open)

    def __iter__(self) -> Iterator[Story]:
        """Iterate over the stories held, by id."""
        return iter(self._open)

    def largest(self, number: int) -> list[Story]:
        """Return the stories that stand with most articles, the largest first, at most *number*."""
        return self._open.largest(number)

    def restore(self, stories: Iterable[Story]) -> None:
        """Hold the stories that the stories topic gives back, newest record per key, in any order."""
        for story in stories:
            self._open.hold(story)

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
            for story in self._open.at_applied()
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
        held = self._open
        if offset < held.applied:
            return StoryUpdate()
        digest = digest_of(report)
        if offset > held.applied and held.took_in(digest):
            return self._made_good(report, digest)
        report = held.as_known(report)
        if held.is_outdated(report.article):
            return StoryUpdate()
        done = len(held.at_applied()) if offset == held.applied else 0
        place = _Place(offset, held.sequence if done else held.sequence + 1, digest)
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
            home = self._open.home(denial, "", place.offset)
            speaks_of = home is not None and not set(home.kinds).isdisjoint(denial.kinds)
            if home is not None and speaks_of and not home.withdrawn:
                story, alert = self._join(home, denial, place)
                alerts += [alert] if alert else []
                yield story
        for story in self._open.resting(report, place.offset):
            if story.withdrawn and not story.owed:
                continue
            released, alert = self._release(story, report, place)
            alerts += [alert] if alert else []
            yield released

    def owe(self, story_id: str, changes: tuple[Change, ...]) -> None:
        """Note that the broker refused to tell readers these changes of a story, if it is held."""
        story = self._open.get(story_id)
        if story is not None:
            self._open.hold(altered(story, owed=changes))

    def not_kept(self, story_id: str) -> None:
        """Note that the broker refused the newest state of a story: it is to be written again."""
        self._open.not_kept(story_id)

    def _told_late(self, report: DeskReport, alerts: list[Alert]) -> Iterator[Story]:
        """Yield the stories whose quiet time is over, with what was held back told."""
        watermark = self._open.watermark
        while watermark is not None and (story := self._open.over_quiet(watermark)) is not None:
            details = story.held_back
            after = altered(release(story, now=watermark), owed=())
            self._open.hold(after)
            alerts.append(_telling(after, details, story.owed, report))
            yield after

    def _made_good(self, report: DeskReport, digest: str) -> StoryUpdate:
        """Tell and keep what the broker refused of a report that was taken in before."""
        alerts: list[Alert] = []
        kept: list[Story] = []
        for story in self._open.outstanding():
            if digest not in story.seen:
                continue
            if story.owed:
                alerts.append(alert_of(story, changes=story.owed, versions=report.versions))
            kept.append(altered(story, owed=()))
        for story in kept:
            self._open.hold(story)
        return StoryUpdate(alerts=tuple(alerts), stories=tuple(kept))

    def _take_in(self, event: Event, place: _Place) -> tuple[Story, Alert | None]:
        """Let an event extend the story it belongs to, or open one."""
        story_id = story_id_of(event)
        home = self._open.home(event, story_id, place.offset)
        if home is not None and not home.withdrawn:
            return self._join(home, event, place)
        if home is None:
            while story_id in self._open:
                story_id = story_id_of(event, taken=story_id)
            after = opened(event, story_id=story_id, offset=place.offset)
        else:
            after = reopened(home, event, offset=place.offset)
        after = self._put(self._linked(after, event, home, place), home, event.report, place)
        return after, _telling(after, (), (Change.NEW_STORY,), event.report)

    def _join(self, home: Story, event: Event, place: _Place) -> tuple[Story, Alert | None]:
        """Let an event extend a story."""
        copy_of = self._open.original(event, home)
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
        ladders = self._open.ladders
        ladder = climbed(event, home, ladders, offset=offset, order=place.sequence)
        related = (
            *ladders.answered_by(event, home, ladder, before=offset),
            *blamed_on(event, self._open.resting_on(event.report.article.id)),
        )
        others = tuple(each for each in related if each.alert_id != after.id)
        return altered(after, ladder=ladder, related=merged_related(after.related, others))

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
        self._open.hold(story)
        return story

    def _close(self, report: DeskReport, alerts: list[Alert]) -> Iterator[str]:
        """Drop the stories that have ended, and the quietest above the limit; yield their ids.

        What was held back of one is told before.
        """
        while (story := self._open.next_to_close()) is not None:
            if story.held_back:
                after = release(story, now=story.last_seen)
                alerts.append(_telling(after, story.held_back, story.owed, report))
            self._open.forget(story.id)
            yield story.id


def _telling(
    story: Story, details: tuple[ChangeDetail, ...], owed: tuple[Change, ...], report: DeskReport
) -> Alert:
    """Return the alert that tells of a story what has changed and what is owed."""
    new = tuple(dict.fromkeys(detail.change for detail in details))
    changes = joined_changes(owed, new) if new else owed
    return alert_of(story, changes=changes, details=details, versions=report.versions)
