"""Monitor: reads records as a worker does, without Kafka, with a clock that moves when it is told."""

from datetime import datetime, timedelta
from typing import Self

from monitor.backtest.deciding import Decider
from monitor.backtest.readers import Reading
from monitor.domain import Alert, Signal, Unread
from monitor.errors import InvalidRecord
from monitor.pipeline import Pipeline, RawRecord, build_pipeline, story_rules
from monitor.settings import Settings
from monitor.testing.news import NOON

__all__ = ["Monitor"]


class Monitor:
    """Reads articles and keeps their stories; the same records at the same times, the same alerts."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        pipeline: Pipeline | None = None,
        now: datetime = NOON,
    ) -> None:
        """Begin without any story.

        Args:
            settings: such as `lexicon_overlays`; all defaults where None, whatever the environment.
            pipeline: one that is built already with these settings; building takes seconds.
            now: when the clock stands; with a time zone.
        """
        chosen = settings or Settings()
        self.now = now
        """The time of the records that are read next; set it, or move it by `advance`."""
        self._pipeline = pipeline or build_pipeline(chosen)
        self._decider = Decider(story_rules(chosen), partitions=chosen.signals_partitions)
        self._read = 0

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> Self:
        """Move the clock on, and return the monitor."""
        self.now += timedelta(days=days, hours=hours, minutes=minutes)
        return self

    def signals(self, record: bytes | str) -> tuple[Signal, ...]:
        """Return all that an article reports, active or not; no story knows of it.

        Args:
            record: JSON or plain text, as an article topic takes it.

        Raises:
            InvalidRecord: it cannot be read; says why.
        """
        ((_, signals),) = self._pipeline.analyse([self._pipeline.decode(self._raw(record))])
        return signals

    def alerts(self, *records: bytes | str) -> tuple[Alert, ...]:
        """Read articles, in order, and return the alerts that they raise, in order.

        Stories go on from one call to the next.

        Args:
            records: JSON or plain text, as an article topic takes it.

        Raises:
            InvalidRecord: one cannot be read; says why. Those before it were read.
        """
        raised: list[Alert] = []
        for record in records:
            (found,) = self._pipeline.read([self._raw(record)])
            if isinstance(found, Unread):
                raise InvalidRecord(found.reason, found.message)
            reading = Reading(reports=found.reports, published_at=found.article.published_at)
            decided = self._decider.take_in(reading, record=self._read)
            self._read += 1
            raised += [each.alert for each in decided.revisions]
        return tuple(raised)

    def _raw(self, record: bytes | str) -> RawRecord:
        value = record.encode() if isinstance(record, str) else record
        return RawRecord(value=value, timestamp=self.now)
