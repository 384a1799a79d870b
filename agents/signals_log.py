"""Signals log: whether a partition of the signals topic is the one that its stories come from.

Stories keep offsets of the signals topic, and what lies below the highest of them counts as done. If
that topic is deleted and made again, renamed or restored, its offsets begin anew: every new signal
would be taken for an old one, and nothing would ever be said again.
"""

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from monitor.errors import InvalidRecord, Reason, TopicMismatch
from monitor.policy.stories import NOTHING_APPLIED, StoryBook
from monitor.wire import signal_v1

__all__ = ["require_same_log"]

_POLL_MS = 500


async def require_same_log(
    consumer: AIOKafkaConsumer, place: TopicPartition, book: StoryBook, *, stories_topic: str
) -> None:
    """Compare a partition of the signals topic with the stories that were read back for it.

    The record at the highest offset applied must still be the one that changed those stories. Where
    retention has deleted it, every record that is left is newer, and none is taken for done.

    Args:
        consumer: one without a group, started; it is assigned the partition.
        place: the partition of the signals topic.
        book: the stories of that partition, read back to the end.
        stories_topic: where they were read, for the message.

    Raises:
        TopicMismatch: the log is another one; says what to do.
    """
    applied = book.applied_offset
    if applied == NOTHING_APPLIED:
        return
    begin = (await consumer.beginning_offsets([place]))[place]
    end = (await consumer.end_offsets([place]))[place]
    if begin > applied:
        return
    if applied >= end:
        raise TopicMismatch(_another_log(place, stories_topic, applied, f"it ends before {end}"))
    record = await _record_at(consumer, place, applied)
    if record is not None and not _is_the_one(record, book):
        why = "there stands a record that none of them took in"
        raise TopicMismatch(_another_log(place, stories_topic, applied, why))


async def _record_at(
    consumer: AIOKafkaConsumer, place: TopicPartition, offset: int
) -> ConsumerRecord[bytes, bytes] | None:
    """Read one record; None where it has been deleted meanwhile."""
    consumer.assign([place])
    consumer.seek(place, offset)
    while await consumer.position(place) <= offset:
        found = await consumer.getmany(place, timeout_ms=_POLL_MS, max_records=1)
        for record in found.get(place, ()):
            return record if record.offset == offset else None
    return None


def _is_the_one(record: ConsumerRecord[bytes, bytes], book: StoryBook) -> bool:
    try:
        report = signal_v1.decode(record.value)
    except InvalidRecord as error:
        # A newer release may have applied what this one cannot read; nobody applies anything else.
        return error.reason is Reason.UNKNOWN_VERSION
    return book.applied_last(report)


def _another_log(place: TopicPartition, stories_topic: str, applied: int, why: str) -> str:
    return (
        f"{place.topic} partition {place.partition} is not the log that the stories of "
        f"{stories_topic} come from: they hold signals up to its offset {applied}, and {why}. It was "
        "deleted, made again, renamed or restored, and its signals would be taken for old ones. "
        "Stop all workers, name another `stories_topic` (or delete this one), run `news-monitor "
        "topics create` and start again: all signals are then applied, and open stories begin anew"
    )
