"""Summary: the counts of a backtest, and the names by which conditions speak of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.backtest.comparison import Aspect, Pair, Verdict
from monitor.backtest.interval import wilson
from monitor.backtest.run import Totals
from monitor.domain import SignalKind

__all__ = ["NAMES", "Judgement", "Summary"]

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


@dataclass(slots=True, kw_only=True)
class Summary:
    """Counts of stories, each counted once by the kind and the day of its first alert."""

    totals: Totals
    is_comparison: bool
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    aspects: Counter[Aspect] = field(default_factory=Counter)
    kinds: dict[SignalKind, Counter[Verdict]] = field(default_factory=dict)
    days: dict[str, Counter[Verdict]] = field(default_factory=dict)
    revisions_before: int = 0
    revisions_after: int = 0
    judgement: Judgement | None = None

    @property
    def before(self) -> int:
        """Stories that what is compared with alerts."""
        return self.verdicts.total() - self.verdicts[Verdict.GAINED]

    @property
    def after(self) -> int:
        """Stories that what is tried alerts."""
        return self.verdicts.total() - self.verdicts[Verdict.LOST]

    def add(self, pair: Pair) -> None:
        """Count a story."""
        story, verdict = pair.newest, pair.verdict
        self.verdicts[verdict] += 1
        self.aspects.update(pair.aspects)
        self.kinds.setdefault(story.kind, Counter())[verdict] += 1
        self.days.setdefault(f"{story.raised_at:%Y-%m-%d}", Counter())[verdict] += 1
        self.revisions_before += len(pair.before.revisions) if pair.before else 0
        self.revisions_after += len(pair.after.revisions) if pair.after else 0

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
"""Every name that a condition may use."""
