"""Comparison: which alerts a change gains, loses and changes, and which lexicon entry did it.

A story of one run is that of the other when it has the same id, or else when it rests on the same
articles: an entry that makes an earlier article open a story gives the story another id, and is
no reason to call its alert lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.backtest.deciding import Revision
from monitor.backtest.store import ResultStore, Side
from monitor.domain import Lifecycle, Severity, SignalKind

__all__ = ["Aspect", "Pair", "StoryResult", "Verdict", "pairs", "stories"]


class Verdict(StrEnum):
    """What a change does to a story."""

    GAINED = "gained"
    """Only what is tried alerts it."""
    LOST = "lost"
    """Only what is compared with alerts it."""
    CHANGED = "changed"
    """Both alert it, not alike."""
    SAME = "same"
    """Both alert it alike."""


class Aspect(StrEnum):
    """In what a story's alerts differ."""

    SEVERITY = "severity"
    """The highest severity told."""
    KINDS = "kinds"
    """The kinds told."""
    REVISIONS = "revisions"
    """How many alerts told it."""
    TIMING = "timing"
    """The article, or its time, that raised the first alert."""
    WITHDRAWN = "withdrawn"
    """Whether it ended withdrawn."""
    EVIDENCE = "evidence"
    """The clauses that prove it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryResult:
    """All alerts of one story in one run."""

    revisions: tuple[Revision, ...]
    """At least one, the first one first."""

    @property
    def id(self) -> str:
        """The story's id, which is that of its alerts."""
        return self.revisions[0].alert.alert_id

    @property
    def kind(self) -> SignalKind:
        """The kind that names the story."""
        return self.revisions[0].alert.kind

    @property
    def kinds(self) -> frozenset[SignalKind]:
        """Every kind that was told."""
        return frozenset(kind for each in self.revisions for kind in each.alert.kinds)

    @property
    def severity(self) -> Severity:
        """The highest that was told."""
        return max((each.alert.severity for each in self.revisions), key=lambda each: each.rank)

    @property
    def raised_at(self) -> datetime:
        """Event time of the article that raised the first alert."""
        return self.revisions[0].alert.last_seen

    @property
    def withdrawn(self) -> bool:
        """Whether the last alert withdraws the story."""
        return self.revisions[-1].alert.lifecycle is Lifecycle.CANCEL

    @property
    def told(self) -> Revision:
        """The last alert that has evidence: what a reader is left with, or had before the end."""
        proven = [each for each in self.revisions if each.alert.evidence]
        return proven[-1] if proven else self.revisions[-1]

    @property
    def entries(self) -> tuple[str, ...]:
        """The lexicon entries behind its evidence, those of the first alert first."""
        found = (keyword for each in self.revisions for keyword in each.keywords if keyword)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A story in both runs, or in one."""

    before: StoryResult | None
    after: StoryResult | None

    @property
    def verdict(self) -> Verdict:
        """What the change does to it."""
        if self.before is None:
            return Verdict.GAINED
        if self.after is None:
            return Verdict.LOST
        return Verdict.CHANGED if self.aspects else Verdict.SAME

    @property
    def newest(self) -> StoryResult:
        """The story as what is tried tells it; where it does not, as it was told."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """In what the two differ; empty for a story of one run."""
        if self.before is None or self.after is None:
            return ()
        return tuple(
            aspect for aspect in Aspect if _seen(aspect, self.before) != _seen(aspect, self.after)
        )

    @property
    def responsible(self) -> tuple[str, ...]:
        """The entries that made the difference, as far as evidence tells.

        Of a gained or lost alert those that raised it; of a changed one those behind the evidence
        of one run and not of the other.
        """
        match self.before, self.after:
            case None, StoryResult() as only:
                return _raised_by(only)
            case StoryResult() as only, None:
                return _raised_by(only)
            case StoryResult() as before, StoryResult() as after:
                both = set(before.entries) & set(after.entries)
                every = (*after.entries, *before.entries)
                return tuple(dict.fromkeys(each for each in every if each not in both))
        return ()


def _raised_by(story: StoryResult) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keyword for keyword in story.revisions[0].keywords if keyword))


def _seen(aspect: Aspect, story: StoryResult) -> object:
    """Return what is compared of a story."""
    first, told = story.revisions[0], story.told.alert
    match aspect:
        case Aspect.SEVERITY:
            return story.severity
        case Aspect.KINDS:
            return story.kinds
        case Aspect.REVISIONS:
            return len(story.revisions)
        case Aspect.TIMING:
            return first.article, story.raised_at
        case Aspect.WITHDRAWN:
            return story.withdrawn
        case Aspect.EVIDENCE:
            return frozenset(
                (each.kind, each.article_id, each.field, each.start_char, each.quote)
                for each in told.evidence
            )


def stories(store: ResultStore, side: Side) -> Iterator[StoryResult]:
    """Yield the stories of one run, in the order of their first alerts."""
    query = "SELECT id FROM story WHERE side = ? ORDER BY record, id"
    for (story,) in store.database.execute(query, (side,)):
        yield StoryResult(revisions=tuple(store.revisions_of(side, story)))


def pairs(store: ResultStore) -> Iterator[Pair]:
    """Yield every story of both runs, in the order of their first alerts."""
    _pair(store)
    query = "SELECT before, after FROM pair ORDER BY record, before, after"
    for before, after in store.database.execute(query):
        yield Pair(
            before=_story(store, Side.BEFORE, before), after=_story(store, Side.AFTER, after)
        )


def _story(store: ResultStore, side: Side, story: str | None) -> StoryResult | None:
    if story is None:
        return None
    revisions: Sequence[Revision] = store.revisions_of(side, story)
    return StoryResult(revisions=tuple(revisions))


_SAME_ID = """
DROP TABLE IF EXISTS pair;
CREATE TABLE pair (before TEXT UNIQUE, after TEXT UNIQUE, record INTEGER);
INSERT INTO pair SELECT b.id, a.id, min(b.record, a.record) FROM story b
    JOIN story a ON a.side = 1 AND a.id = b.id AND a.desk = b.desk WHERE b.side = 0;
"""
# A row for every two stories that rest on a common article and are not yet paired, those with the
# most in common first. An article touches a story or two, so that there are few.
_SAME_ARTICLES = """
SELECT b.id, a.id, min(b.record, a.record) FROM resting rb
    JOIN resting ra ON ra.side = 1 AND ra.article = rb.article
    JOIN story b ON b.side = 0 AND b.id = rb.story
    JOIN story a ON a.side = 1 AND a.id = ra.story AND a.desk = b.desk
    WHERE rb.side = 0 AND b.id NOT IN (SELECT before FROM pair WHERE before IS NOT NULL)
        AND a.id NOT IN (SELECT after FROM pair WHERE after IS NOT NULL)
    GROUP BY b.id, a.id ORDER BY count(*) DESC, b.record, b.id, a.id
"""
_ALONE = """
INSERT INTO pair SELECT id, NULL, record FROM story WHERE side = 0
    AND id NOT IN (SELECT before FROM pair WHERE before IS NOT NULL);
INSERT INTO pair SELECT NULL, id, record FROM story WHERE side = 1
    AND id NOT IN (SELECT after FROM pair WHERE after IS NOT NULL);
"""


def _pair(store: ResultStore) -> None:
    """Find for each story of one run the one of the other, once."""
    if store.is_paired:
        return
    database = store.database
    database.executescript(_SAME_ID)
    database.execute(f"CREATE TEMP TABLE candidate AS {_SAME_ARTICLES}")
    candidates = database.execute("SELECT * FROM candidate ORDER BY rowid")
    for before, after, record in candidates:
        mine = _story(store, Side.BEFORE, before)
        other = _story(store, Side.AFTER, after)
        if mine and other and mine.kinds & other.kinds:
            # A story that is paired already stays so: the columns are unique.
            database.execute("INSERT OR IGNORE INTO pair VALUES (?, ?, ?)", (before, after, record))
    candidates.close()
    database.execute("DROP TABLE candidate")
    database.executescript(_ALONE)
    store.is_paired = True
