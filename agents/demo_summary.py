"""Demo summary: what came of the news, in numbers that add up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain import Alert, Lifecycle

__all__ = ["DemoSummary", "sum_up"]

_SAMPLE = re.compile(r"^(?P<name>\w+)\{(?P<labels>[^}]*)\} (?P<value>[0-9.eE+-]+)")
_LABEL = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSummary:
    """What was read and what came of it."""

    published: int
    with_signals: int
    without_signals: int
    dead_letters: int
    """As the worker counted them."""
    reasons: tuple[str, ...]
    """Per record on the dead-letter topic, why it lies there."""
    signals: int
    alerts: int
    new: int
    updates: int
    cancelled: int
    stories: int
    seconds: float

    @property
    def read(self) -> int:
        """Records that have had exactly one outcome."""
        return self.with_signals + self.without_signals + self.dead_letters

    @property
    def contradictions(self) -> tuple[str, ...]:
        """Sums that do not add up; none, if nothing was lost or counted twice."""
        found = []
        if self.read != self.published:
            found.append(f"{self.published} records were published, {self.read} were read")
        if self.dead_letters != len(self.reasons):
            found.append(
                f"{self.dead_letters} dead letters were counted, {len(self.reasons)} are on"
                " the topic"
            )
        return tuple(found)


def sum_up(
    alerts: Sequence[Alert],
    *,
    published: int,
    dead_letters: Sequence[str],
    metrics: str,
    topic: str,
    seconds: float,
) -> DemoSummary:
    """Put together what the topics hold and what the worker's *metrics* page says."""

    def records(outcome: str) -> int:
        return _sum(metrics, "news_monitor_records_total", topic=topic, outcome=outcome)

    def revisions(lifecycle: Lifecycle) -> int:
        return sum(alert.lifecycle is lifecycle for alert in alerts)

    return DemoSummary(
        published=published,
        with_signals=records("signals"),
        without_signals=records("no-signal"),
        dead_letters=records("dead-letter"),
        reasons=tuple(dead_letters),
        signals=_sum(metrics, "news_monitor_signals_total"),
        alerts=len(alerts),
        new=revisions(Lifecycle.ALERT),
        updates=revisions(Lifecycle.UPDATE),
        cancelled=revisions(Lifecycle.CANCEL),
        stories=len({alert.alert_id for alert in alerts}),
        seconds=seconds,
    )


def _sum(metrics: str, name: str, **labels: str) -> int:
    """Add up the samples of a metric that carry these labels."""
    total = 0.0
    for line in metrics.splitlines():
        sample = _SAMPLE.match(line)
        if sample is None or sample["name"] != name:
            continue
        found = dict(_LABEL.findall(sample["labels"]))
        if labels.items() <= found.items():
            total += float(sample["value"])
    return int(total)
