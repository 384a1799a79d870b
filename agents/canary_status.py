"""Canary status: which canary came back last, as its topic tells whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiokafka import TopicPartition

from agents.client import create_consumer, running
from agents.topic_reader import Stretch, drained
from monitor.domain import CanaryReturn, Desk
from monitor.errors import InvalidRecord
from monitor.policy.canaries import of_slowest_desk
from monitor.settings import Settings
from monitor.wire import canary_v1

__all__ = ["CanaryStatus", "read_canary"]

_RETURNS = 300
"""How many returns are looked at: an hour's and more of one group, at the usual pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryStatus:
    """The newest canary that is known to be back on the way of every desk."""

    sent_at: datetime
    seconds: float
    """How long its way took, by the clocks of the workers."""


async def read_canary(
    settings: Settings,
    partitions: Sequence[TopicPartition],
    first: Mapping[TopicPartition, int],
    last: Mapping[TopicPartition, int],
) -> CanaryStatus | None:
    """Read the newest returns: the canary of the slowest desk is the newest that is all the way back.

    Args:
        settings: where the broker is, and of which group.
        partitions: of the canary topic; none where there is no such topic.
        first: the first offset of each.
        last: the offset after the last of each.

    Returns:
        None where not every desk has given one back.

    Raises:
        BrokerUnavailable: the broker went away.
    """
    ends = [
        Stretch(partition=each, start=max(first[each], last[each] - _RETURNS), end=last[each])
        for each in partitions
    ]
    newest: dict[Desk, CanaryReturn] = {}
    async with running(create_consumer(settings), settings) as consumer:
        async for record in drained(consumer, ends):
            try:
                back = canary_v1.decode(record.value)
            except InvalidRecord:
                continue
            known = newest.get(back.desk)
            if back.group == settings.group and (known is None or back.sent_at >= known.sent_at):
                newest[back.desk] = back
    slowest = of_slowest_desk(newest, desks=tuple(Desk), key=_oldest_first)
    if slowest is None:
        return None
    seconds = max(0.0, (slowest.returned_at - slowest.sent_at).total_seconds())
    return CanaryStatus(sent_at=slowest.sent_at, seconds=seconds)


def _oldest_first(back: CanaryReturn) -> tuple[datetime, float]:
    """Sort by when a canary was sent; of one that several desks gave back the last way counts."""
    return back.sent_at, -back.returned_at.timestamp()
