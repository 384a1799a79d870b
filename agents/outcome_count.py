"""What every agent counts of the records of a batch: how many, what became of them, and why not."""

from collections import Counter
from collections.abc import Iterable

from monitor.domain import Unread
from monitor.metrics import Outcome, Recorder
from monitor.metrics.catalogue import DEAD_LETTERS, RECORDS, RECORDS_READ

__all__ = ["count_outcomes"]


def count_outcomes(recorder: Recorder, fates: Iterable[tuple[str, Outcome | Unread]]) -> None:
    """Count records read by what became of them, so that the two sums are always equal.

    Args:
        recorder: takes the counts.
        fates: of each record its topic, and how it ended or why it could not be used.
    """
    ends: Counter[tuple[str, Outcome]] = Counter()
    for topic, fate in fates:
        if isinstance(fate, Unread):
            recorder.count(DEAD_LETTERS, topic=topic, reason=fate.reason, stage=fate.stage)
            ends[topic, Outcome.DEAD_LETTER] += 1
        else:
            ends[topic, fate] += 1
    for (topic, outcome), amount in ends.items():
        recorder.count(RECORDS_READ, amount, topic=topic)
        recorder.count(RECORDS, amount, topic=topic, outcome=outcome)
