"""Summary: the counts of a backtest, and the names by which conditions speak of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from monitor.backtest.comparison import Aspect, Verdict
from monitor.backtest.interval import wilson
from monitor.backtest.run import Totals
from monitor.backtest.served import Compared, Served
from monitor.domain import SignalKind

__all__ = ["NAMES", "Judgement", "SubscriptionCounts", "Summary", "names_for"]

_DIFFERENT = (Verdict.GAINED, Verdict.LOST, Verdict.CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a person said of a sample of alerts."""

    right: int
    wrong: int
    skipped: int

    @property
    def asked(self) -> int:
        """How many were judged."""
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        """Share of right ones; None where none was judged."""
        return self.right / self.asked if self.asked else None

    def as_json(self) -> dict[str, Any]:
        """Return the counts, the precision and its 95 % interval."""
        low, high = wilson(self.right, self.asked)
        return {
            "right": self.right,
            "wrong": self.wrong,
            "skipped": self.skipped,
            "precision": self.precision,
            "interval": [low, high],
        }


@dataclass(slots=True)
class SubscriptionCounts:
    """What a change does to one subscription."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    """Stories of which at least one run tells it."""
    sent_before: int = 0
    """Records that it receives from what is compared with."""
    sent_after: int = 0
    """Records that it receives from what is tried."""

    @property
    def before(self) -> int:
        """Stories that what is compared with tells it of."""
        return self.verdicts.total() - self.verdicts[Verdict.GAINED]

    @property
    def after(self) -> int:
        """Stories that what is tried tells it of."""
        return self.verdicts.total() - self.verdicts[Verdict.LOST]

    def add(self, served: Served) -> None:
        """Count a story."""
        self.verdicts[served.verdict] += 1
        self.sent_before += len(served.before.revisions)
        self.sent_after += len(served.after.revisions)

    def as_json(self, *, is_comparison: bool) -> dict[str, Any]:
        """Return the counts."""
        after = {"alerts": self.after, "records": self.sent_after}
        if not is_comparison:
            return after
        before = {"alerts": self.before, "records": self.sent_before}
        verdicts = {verdict.value: self.verdicts[verdict] for verdict in Verdict}
        return {"before": before, "after": after, **verdicts}


@dataclass(slots=True, kw_only=True)
class Summary:
    """Counts of stories, each counted once by the kind and the day of its first alert."""

    totals: Totals
    is_comparison: bool
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    aspects: Counter[Aspect] = field(default_factory=Counter)
    kinds: dict[SignalKind, Counter[Verdict]] = field(default_factory=dict)
    days: dict[str, Counter[Verdict]] = field(default_factory=dict)
    subscriptions: dict[str, SubscriptionCounts] = field(default_factory=dict)
    """By id, in the order of their file: also those that are told nothing."""
    served_otherwise: int = 0
    """Stories that are the same, but not for every subscription."""
    revisions_before: int = 0
    revisions_after: int = 0
    judgement: Judgement | None = None

    @classmethod
    def of_audience(
        cls, totals: Totals, subscriptions: Iterable[str], *, is_comparison: bool
    ) -> Self:
        """Begin with nothing for each of these subscriptions: it may remain so."""
        counts = {name: SubscriptionCounts() for name in subscriptions}
        return cls(totals=totals, is_comparison=is_comparison, subscriptions=counts)

    @property
    def before(self) -> int:
        """Stories that what is compared with alerts."""
        return self.verdicts.total() - self.verdicts[Verdict.GAINED]

    @property
    def after(self) -> int:
        """Stories that what is tried alerts."""
        return self.verdicts.total() - self.verdicts[Verdict.LOST]

    def add(self, compared: Compared) -> None:
        """Count a story, and what subscriptions are told of it."""
        pair = compared.pair
        story, verdict = pair.newest, pair.verdict
        self.verdicts[verdict] += 1
        self.aspects.update(pair.aspects)
        self.kinds.setdefault(story.kind, Counter())[verdict] += 1
        self.days.setdefault(f"{story.raised_at:%Y-%m-%d}", Counter())[verdict] += 1
        self.revisions_before += len(pair.before.revisions) if pair.before else 0
        self.revisions_after += len(pair.after.revisions) if pair.after else 0
        for each in compared.served:
            self.subscriptions[each.subscription].add(each)
        self.served_otherwise += verdict is Verdict.SAME and compared.differs

    def values(self) -> dict[str, float]:
        """Return the number of every name that a condition may use."""
        values = dict.fromkeys(NAMES, 0.0)
        values |= {
            "records": self.totals.records,
            "unreadable": self.totals.unreadable.total(),
            "before": self.before,
            "after": self.after,
            "revisions.before": self.revisions_before,
            "revisions.after": self.revisions_after,
        }
        values |= {verdict.value: self.verdicts[verdict] for verdict in Verdict}
        values |= {f"changed.{aspect}": self.aspects[aspect] for aspect in Aspect}
        for kind, counted in self.kinds.items():
            values |= {f"{verdict}.{kind}": counted[verdict] for verdict in _DIFFERENT}
            values[f"after.{kind}"] = counted.total() - counted[Verdict.LOST]
        for name, told in self.subscriptions.items():
            values |= {f"{verdict}.for.{name}": told.verdicts[verdict] for verdict in _DIFFERENT}
            values |= {f"before.for.{name}": told.before, f"after.for.{name}": told.after}
        judged = self.judgement
        # Where nothing was judged nothing is known to be wrong, and `judged` is 0.
        values["judged"] = judged.asked if judged else 0
        values["precision"] = judged.precision or 0.0 if judged and judged.asked else 1.0
        return values

    def as_json(self) -> dict[str, Any]:
        """Return the counts as the last line of `--format jsonl`."""
        content: dict[str, Any] = {
            "type": "summary",
            "records": self.totals.records,
            "unreadable": _named(self.totals.unreadable),
            "after": {"alerts": self.after, "revisions": self.revisions_after},
        }
        if not self.is_comparison:
            content["kinds"] = {kind: counts.total() for kind, counts in _sorted(self.kinds)}
            content["days"] = {day: counts.total() for day, counts in _sorted(self.days)}
        else:
            content["before"] = {"alerts": self.before, "revisions": self.revisions_before}
            content |= {verdict.value: self.verdicts[verdict] for verdict in Verdict}
            content["aspects"] = {aspect.value: self.aspects[aspect] for aspect in Aspect}
            content["kinds"] = {kind: _named(counts) for kind, counts in _sorted(self.kinds)}
            content["days"] = {day: _named(counts) for day, counts in _sorted(self.days)}
        if self.subscriptions:
            content["subscriptions"] = {
                name: counts.as_json(is_comparison=self.is_comparison)
                for name, counts in self.subscriptions.items()
            }
        if self.judgement is not None:
            content["judged"] = self.judgement.as_json()
        return content


def _named(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(name): count for name, count in sorted(counts.items()) if count}


def _sorted(counted: Mapping[Any, Counter[Verdict]]) -> Iterable[tuple[str, Counter[Verdict]]]:
    return [(str(name), counted[name]) for name in sorted(counted)]


NAMES = frozenset(
    {
        *("records", "unreadable", "before", "after", "revisions.before", "revisions.after"),
        *("judged", "precision"),
        *(verdict.value for verdict in Verdict),
        *(f"changed.{aspect}" for aspect in Aspect),
        *(f"{verdict}.{kind}" for verdict in _DIFFERENT for kind in SignalKind),
        *(f"after.{kind}" for kind in SignalKind),
    }
)
"""Every name that a condition may use where there are no subscriptions."""


def names_for(subscriptions: Collection[str]) -> frozenset[str]:
    """Return every name that a condition may use, those of these subscriptions among them."""
    counted = (*_DIFFERENT, "before", "after")
    return NAMES | {f"{what}.for.{name}" for what in counted for name in subscriptions}
