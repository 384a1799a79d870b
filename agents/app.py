"""The Faust app: made by a factory, set up so that nothing is lost and nothing is left open."""

import logging
from collections.abc import Mapping
from typing import Any, cast

import faust
from aiokafka import AIOKafkaConsumer
from faust.app.base import BootStrategy
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP, ConsumerMessage

from agents.client import faust_options
from agents.ledger import Ledger, Partition
from agents.shares import seconds_for
from agents.time_order import TimeOrder
from monitor.settings import Settings

__all__ = ["MonitorApp", "create_app"]

_FETCH_MAX_WAIT_MS = 100
_METADATA_MAX_AGE_MS = 10_000
_REQUEST_TIMEOUT_SECONDS = 40.0
_BUFFERED_BATCHES = 3


class QuickConsumerThread(AIOKafkaConsumerThread):
    """Faust's consumer thread, which lets the broker hold back an answer for a short time only.

    Faust fixes that time at 1.5 s. A request covers the partitions whose records were all taken; a
    record of another partition waits until the request before it is answered.
    """

    def _create_worker_consumer(self, transport: Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = _FETCH_MAX_WAIT_MS  # noqa: SLF001  there is no other way in
        return consumer


class LedgerConsumer(Consumer):
    """Faust's consumer, which commits nothing that the ledger does not know as handled."""

    logger = logging.getLogger("faust.transport")

    @property
    def ledger(self) -> Ledger:
        """The books of the app this consumer belongs to."""
        return cast("MonitorApp", self.app).ledger

    def _new_consumer_thread(self) -> QuickConsumerThread:
        return QuickConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Set the positions to the committed offsets."""
        self.ledger.sought()
        await super().perform_seek()

    def _to_message(self, tp: TP, record: Any) -> ConsumerMessage:
        self.ledger.fetched(Partition(tp.topic, tp.partition), record.offset)
        return super()._to_message(tp, record)

    async def _commit_offsets(
        self,
        offsets: Mapping[TP, int],
        start_new_transaction: bool = True,  # noqa: FBT001, FBT002  the parent's
    ) -> bool:
        allowed = {
            TP(*partition): offset
            for partition, offset in self.ledger.committable(dict(offsets.items())).items()
        }
        if not allowed:
            return False
        return await super()._commit_offsets(allowed, start_new_transaction)

    async def commit_first(self, offsets: Mapping[TP, int]) -> None:
        """Commit where reading begins, for partitions that have no committed offset yet."""
        await self._commit(offsets)


class LedgerTransport(Transport):
    """Faust's transport with our consumer."""

    Consumer = LedgerConsumer


class ConsumingOnly(BootStrategy):
    """Starts no web server and no producer: ours are `agents.health` and `agents.delivery`."""

    enable_web = False
    enable_kafka_producer = False


class MonitorApp(faust.App):
    """Faust's app with a ledger, and without what it would leave on disk."""

    BootStrategy = ConsumingOnly
    logger = logging.getLogger("faust.app")
    ledger: Ledger

    def _new_transport(self) -> LedgerTransport:
        return LedgerTransport(self.conf.broker_consumer, self)

    def _create_directories(self) -> None:
        """Make no folders: nothing is stored here, and a container's file system may be read-only."""


def create_app(settings: Settings, *, ledger: Ledger) -> MonitorApp:
    """Return an app without agents; they are registered on it by `analyse` and `alert`.

    Args:
        settings: where the broker is, and how we read from it.
        ledger: what decides about commits.

    Raises:
        InvalidSetting: a certificate or key file cannot be read.
    """
    app = MonitorApp(
        settings.group,
        **faust_options(settings),
        **_consuming(settings),
        autodiscover=False,
        key_serializer="raw",
        value_serializer="raw",
        store="memory://",
        table_standby_replicas=0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
        stream_wait_empty=True,
    )
    app.ledger = ledger
    return app


def _consuming(settings: Settings) -> dict[str, Any]:
    """Return the options for reading: time-outs that let another worker take over soon."""
    session = settings.session_timeout_seconds
    return {
        "broker_session_timeout": session,
        "broker_heartbeat_interval": min(3.0, session / 4),
        # Others wait so long for a worker that reads: two time-outs of the longest text there is.
        "broker_rebalance_timeout": max(
            session, 2 * seconds_for(settings.max_text_chars, settings)
        ),
        "broker_request_timeout": max(_REQUEST_TIMEOUT_SECONDS, session + 1),
        "broker_commit_interval": settings.commit_interval_seconds,
        # All that was fetched is taken at once, so that it can be put into the order of time;
        # `consumer_max_fetch_size` bounds it per partition, aiokafka's 50 MiB per broker in all.
        "broker_max_poll_records": None,
        "ConsumerScheduler": TimeOrder,
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": settings.max_record_bytes,
        "consumer_metadata_max_age_ms": _METADATA_MAX_AGE_MS,
        "producer_metadata_max_age_ms": _METADATA_MAX_AGE_MS,
        "stream_buffer_maxsize": settings.batch_size * _BUFFERED_BATCHES,
    }
