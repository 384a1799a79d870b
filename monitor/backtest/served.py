"""Served: what each subscription would have been told of the alerts of one run or two.

The alerts of a run are served as a worker serves the alerts topic, to subscriptions that were told
of nothing before. What a subscription is told of a story is a story in itself, so that two runs are
compared for it as they are as a whole.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor.backtest.comparison import Aspect, Pair, StoryResult, Verdict
from monitor.backtest.deciding import Revision
from monitor.backtest.partitions import partition_of
from monitor.backtest.store import ResultStore, Side
from monitor.domain import Alert, Fate, Subscription
from monitor.policy.subscriptions.serving import ReceiptBook, Service

__all__ = ["NOT_ALERTED", "NOT_SUBSCRIBED", "Audience", "Compared", "Served", "Told"]

NOT_ALERTED: Final = "not-alerted"
"""Why a subscription is told nothing: the run does not alert the story."""
NOT_SUBSCRIBED: Final = "not-subscribed"
"""Why a subscription is told nothing: it is not in force in the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one subscription is told of one story in one run."""

    revisions: tuple[Revision, ...] = ()
    """In the order in which they are sent."""
    fates: tuple[Fate, ...] = ()
    """Why each of them is sent."""
    since: datetime | None = None
    """Event time at which the first is sent: later than its own where it was held back."""
    unsent: tuple[str, ...] = ()
    """Why the others are not, each reason once: a condition of the subscription that is not met, a
    fate, `NOT_ALERTED` or `NOT_SUBSCRIBED`."""

    @property
    def story(self) -> StoryResult | None:
        """What it is told, as a story; None where that is nothing."""
        return StoryResult(revisions=self.revisions) if self.revisions else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What one subscription is told of a story in both runs; in one of them at least something."""

    subscription: str
    before: Told
    after: Told

    @property
    def verdict(self) -> Verdict:
        """What the change does to the story for this subscription."""
        verdict = self._pair.verdict
        return Verdict.CHANGED if verdict is Verdict.SAME and self.aspects else verdict

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """In what that which it is told differs; empty where one run tells it nothing."""
        pair = self._pair
        if pair.before is None or pair.after is None:
            return ()
        found = set(pair.aspects)
        if self.before.since != self.after.since:
            found.add(Aspect.TIMING)
        return tuple(aspect for aspect in Aspect if aspect in found)

    @property
    def why(self) -> tuple[str, ...]:
        """Why a run tells it nothing; empty where both tell it something."""
        return next((each.unsent for each in (self.before, self.after) if not each.revisions), ())

    @property
    def _pair(self) -> Pair:
        return Pair(before=self.before.story, after=self.after.story)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A story of one run or both, and what each subscription is told of it."""

    pair: Pair
    served: tuple[Served, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the change does anything to it, if only for one subscription."""
        verdicts = (self.pair.verdict, *(each.verdict for each in self.served))
        return any(verdict is not Verdict.SAME for verdict in verdicts)


class Audience:
    """The subscriptions of one run or two."""

    def __init__(
        self,
        *,
        before: Sequence[Subscription] | None,
        after: Sequence[Subscription],
        partitions: int,
    ) -> None:
        """Take who is in force.

        Args:
            before: in what is compared with; None where a run stands beside itself.
            after: in what is tried.
            partitions: how many the alerts topic has: quiet hours end in each by itself.
        """
        self._in_force = {Side.AFTER: after}
        if before is not None:
            self._in_force[Side.BEFORE] = before
        self._before = Side.AFTER if before is None else Side.BEFORE
        self._partitions = partitions
        every = (*after, *(before or ()))
        self.names: tuple[str, ...] = tuple(dict.fromkeys(each.id for each in every))
        """Ids of all of them: those in force in what is tried come first, in the file's order."""

    def serve(self, store: ResultStore) -> None:
        """Serve the alerts that a store holds, and note in it what becomes of each."""
        for side, subscriptions in self._in_force.items():
            if subscriptions:
                _serve(store, side, subscriptions, self._partitions)

    def compared(self, store: ResultStore, pair: Pair) -> Compared:
        """Return a story with what each subscription is told of it, of those that are told of it."""
        if not self.names:
            return Compared(pair=pair)
        before = self._told(store, self._before, pair.before)
        after = self._told(store, Side.AFTER, pair.after)
        served = tuple(
            Served(subscription=name, before=before[name], after=after[name])
            for name in self.names
            if before[name].revisions or after[name].revisions
        )
        return Compared(pair=pair, served=served)

    def _told(self, store: ResultStore, side: Side, story: StoryResult | None) -> dict[str, Told]:
        """Return what each subscription is told of a story in one run."""
        in_force = {each.id for each in self._in_force[side]}
        told = {
            name: Told(unsent=(NOT_ALERTED if name in in_force else NOT_SUBSCRIBED,))
            for name in self.names
        }
        if story is not None:
            told |= _told(store, side, story)
        return told


def _serve(
    store: ResultStore, side: Side, subscriptions: Sequence[Subscription], partitions: int
) -> None:
    """Serve the alerts of a run, in the order in which they were raised."""
    books: dict[int, ReceiptBook] = defaultdict(ReceiptBook)
    store.database.execute("BEGIN")
    for offset, revision in enumerate(store.revisions(side)):
        alert = revision.alert
        book = books[partition_of(alert.alert_id, partitions)]
        for service in book.take(alert, offset=offset, subscriptions=subscriptions):
            store.database.execute(
                "INSERT INTO served VALUES (?, ?, ?, ?, ?, ?, ?)", _row(side, service, alert)
            )
        book.changes()  # nobody keeps them: they are not to pile up
    store.database.execute("COMMIT")


def _row(side: Side, service: Service, now: Alert) -> tuple[object, ...]:
    alert, unmet = service.alert, service.unmet
    return (
        *(side, alert.alert_id, service.subscription, alert.revision),
        *(service.fate.value, unmet.value if unmet else "", now.last_seen.isoformat()),
    )


def _told(store: ResultStore, side: Side, story: StoryResult) -> Iterator[tuple[str, Told]]:
    """Yield the subscriptions that a story was served to, and what they are told."""
    revisions = {each.alert.revision: each for each in story.revisions}
    found: dict[str, list[tuple[Revision, Fate, str, datetime]]] = defaultdict(list)
    query = """SELECT subscription, revision, fate, unmet, at FROM served
        WHERE side = ? AND story = ? ORDER BY rowid"""
    for name, number, fate, unmet, at in store.database.execute(query, (side, story.id)):
        row = (revisions[number], Fate(fate), unmet, datetime.fromisoformat(at))
        found[name].append(row)
    for name, rows in found.items():
        sent = [row for row in rows if row[1].is_sent]
        unsent = [unmet or fate.value for _, fate, unmet, _ in rows if not fate.is_sent]
        yield (
            name,
            Told(
                revisions=tuple(revision for revision, *_ in sent),
                fates=tuple(fate for _, fate, *_ in sent),
                since=sent[0][3] if sent else None,
                unsent=tuple(dict.fromkeys(unsent)),
            ),
        )
