"""OpenStories: the stories of one partition that are open, and how they are found.

Everything is a function of the stories held, never of the order in which they came to be held.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest

from monitor.domain import ArticleRef, ArticleStatus, DeskReport, Story, StoryArticle, altered
from monitor.policy.copies import CopyIndex
from monitor.policy.events import Event
from monitor.policy.idle import IdleQueue
from monitor.policy.ladders import LadderIndex
from monitor.policy.quiet import QuietQueue
from monitor.policy.similarity import Profile, profile_of_event, profile_of_story
from monitor.policy.story_articles import version_of
from monitor.policy.story_index import StoryIndex
from monitor.policy.urls import page_of

__all__ = ["NOTHING_APPLIED", "OpenStories", "StoryRules", "largest_first"]

NOTHING_APPLIED = -1
"""`applied_offset` where no story is held."""


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


class OpenStories:
    """The stories that one partition holds."""

    def __init__(self, rules: StoryRules) -> None:
        """Start without stories."""
        self._rules = rules
        self._stories: dict[str, Story] = {}
        self._index = StoryIndex()
        self._resting_on: dict[str, set[str]] = {}
        self._on_page: dict[str, Counter[str]] = {}
        self._copies = CopyIndex()
        self._quiet = QuietQueue(quiet=rules.quiet)
        self._idle = IdleQueue(linger_reports=rules.linger_reports)
        self._seen: Counter[str] = Counter()
        self._outstanding: set[str] = set()
        self._at_applied: set[str] = set()
        self.ladders = LadderIndex()
        self.applied = NOTHING_APPLIED
        """Highest offset of a report that changed a story."""
        self.sequence = 0
        """Number of the newest report that changed one."""
        self.watermark: datetime | None = None
        """Newest event time of any."""

    def __len__(self) -> int:
        """Return the number of stories held, withdrawn ones included."""
        return len(self._stories)

    def __iter__(self) -> Iterator[Story]:
        """Iterate over the stories held, by id."""
        return iter([self._stories[story_id] for story_id in sorted(self._stories)])

    def __contains__(self, story_id: str) -> bool:
        """Say whether a story is held."""
        return story_id in self._stories

    def get(self, story_id: str) -> Story | None:
        """Return a story, if it is held."""
        return self._stories.get(story_id)

    def largest(self, number: int) -> list[Story]:
        """Return the stories that stand with most articles, the largest first, at most *number*."""
        standing = (story for story in self._stories.values() if not story.withdrawn)
        return nsmallest(number, standing, key=largest_first)

    def at_applied(self) -> list[Story]:
        """Return the stories that the newest report changed."""
        return [self._stories[story_id] for story_id in self._at_applied]

    def outstanding(self) -> list[Story]:
        """Return the stories that owe an alert or whose newest state was not kept, by id."""
        return [self._stories[story_id] for story_id in sorted(self._outstanding)]

    def not_kept(self, story_id: str) -> None:
        """Note that the newest state of a story is to be written again, if it is held."""
        if story_id in self._stories:
            self._outstanding.add(story_id)

    def took_in(self, digest: str) -> bool:
        """Say whether a story that is held has taken in the report of a digest."""
        return digest in self._seen

    def over_quiet(self, watermark: datetime) -> Story | None:
        """Take a story whose quiet time is over, if there is one."""
        story_id = self._quiet.pop(self._stories, watermark=watermark)
        return None if story_id is None else self._stories[story_id]

    def as_known(self, report: DeskReport) -> DeskReport:
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

    def is_outdated(self, article: ArticleRef) -> bool:
        """Tell whether a newer version of the article is held; a withdrawal is never outdated."""
        if article.status is not ArticleStatus.USABLE:
            return False
        return any(
            version_of(article) < version_of(known)
            for story_id in self._resting_on.get(article.id, ())
            for known in self._stories[story_id].articles
            if known.id == article.id
        )

    def resting(self, report: DeskReport, offset: int) -> list[Story]:
        """Return the desk's stories resting on an article that this report has not changed, by id."""
        held = self._resting_on.get(report.article.id, ())
        stories = (self._stories[story_id] for story_id in held)
        # Desks may share a partition, and a report speaks for its own desk only.
        mine = (story for story in stories if story.desk is report.desk and story.offset < offset)
        return sorted(mine, key=_id)

    def resting_on(self, article_id: str) -> list[Story]:
        """Return the stories of whatever desk that rest on an article, by id."""
        return [
            self._stories[story_id] for story_id in sorted(self._resting_on.get(article_id, ()))
        ]

    def original(self, event: Event, home: Story) -> str:
        """Return the article of a story that an event's article is a copy of, or empty."""
        report = event.report
        held = {article.id for article in home.articles} - {report.article.id}
        if not report.sketch or not held:
            return ""
        originals = self._copies.originals(report.sketch)
        return next((article for _, article in originals if article in held), "")

    def home(self, event: Event, story_id: str, offset: int) -> Story | None:
        """Return the story an event belongs to: of its article first, then the best that fits."""
        profile = profile_of_event(event, groups=self._rules.instrument_groups)
        own = self._stories.get(story_id)
        if own is not None and own.offset < offset:
            return own
        resting = [
            (-self._index.fit(profile, self._profile(story)), story.id, story)
            for story in self.resting(event.report, offset)
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

    def hold(self, story: Story) -> None:
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
        self.ladders.put(story)
        self._quiet.put(story)
        self._idle.put(story)
        self.sequence = max(self.sequence, story.sequence)
        if story.offset > self.applied:
            self.applied = story.offset
            self._at_applied.clear()
        if story.offset == self.applied:
            self._at_applied.add(story.id)
        if self.watermark is None or story.last_seen > self.watermark:
            self.watermark = story.last_seen

    def forget(self, story_id: str) -> None:
        """Let go of a story, if it is held."""
        story = self._stories.pop(story_id, None)
        if story is not None:
            self._index.drop(story_id)
            self._outstanding.discard(story_id)
            self._unlink(story, None)

    def next_to_close(self) -> Story | None:
        """Return a story that has ended, or the quietest where there are too many."""
        applied, watermark = self.sequence, self.watermark
        if watermark is None:
            return None
        stories, idle = self._stories, self._rules.idle
        ended = self._idle.pop(stories, applied=applied, watermark=watermark, idle=idle)
        if ended is None and len(stories) > self._rules.max_open:
            ended = self._idle.pop_quietest(stories, applied=applied, watermark=watermark)
        return None if ended is None else stories[ended]

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
        self.ladders.drop(story)
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
