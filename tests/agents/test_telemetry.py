"""Telemetry: a worker says that it is ready only if it does its work."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata
from faust.types import TP

from agents.app import LedgerConsumer, create_app
from agents.batches import Progress, Surroundings
from agents.health import ReadyState
from agents.ledger import Ledger, Partition
from agents.pool import ReadingPool
from agents.shutdown import Shutdown
from agents.telemetry import Telemetry
from monitor.errors import BrokerUnavailable
from monitor.metrics import Agent, MemoryRecorder
from monitor.metrics.catalogue import (
    BROKER_ANSWERED_TIMESTAMP_SECONDS,
    COMMIT_AGE_SECONDS,
    LAG_RECORDS,
    LAG_SECONDS,
    LAST_PROGRESS_TIMESTAMP_SECONDS,
    OLDEST_UNACKNOWLEDGED_SECONDS,
    PARTITIONS_ASSIGNED,
    REBALANCES,
)
from monitor.settings import Settings

PLACE = TopicPartition("news.articles.v1", 0)


class Pool(ReadingPool):
    """A pool that says it runs two processes, and whether they get on."""

    working = False

    def is_at_work(self, *, patience: float) -> bool:
        """Whether the test says so."""
        return self.working and patience > 0

    @property
    def processes(self) -> tuple[int, ...]:
        """Two of them."""
        return (1, 2)


@pytest.fixture
async def around() -> AsyncIterator[Surroundings]:
    """Give what telemetry watches."""
    settings = Settings(stuck_after_seconds=10)
    made = Surroundings(
        app=create_app(settings, ledger=Ledger()),
        settings=settings,
        recorder=MemoryRecorder(),
        shutdown=Shutdown(grace_seconds=1),
        progress={agent: Progress() for agent in Agent},
    )
    yield made
    if made.app._consumer is not None:
        assert isinstance(made.app.consumer, LedgerConsumer)
        made.app.consumer._thread.thread_loop.close()


@pytest.fixture
async def telemetry(around: Surroundings) -> Telemetry:
    """Watch a worker that has one partition."""
    made = Telemetry(around, pool=Pool(around.settings, recorder=around.recorder))
    made.connect()
    await around.app.on_partitions_assigned.send({TP(*PLACE)})
    return made


def _pass_seconds(telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch, seconds: float) -> float:
    """Let the clock go on while the event loop turns; return the time by then."""
    later = time.monotonic() + seconds
    monkeypatch.setattr(time, "monotonic", lambda: later)
    telemetry._loop._turned = later
    return later


async def test_a_worker_that_moves_is_ready(around: Surroundings, telemetry: Telemetry) -> None:
    """With partitions, processes and no standstill the worker is ready."""
    telemetry._partitions.note(PLACE, 5, 9)
    assert telemetry.readiness().state is ReadyState.READY
    assert telemetry.readiness().details["lag_records"] == 4
    assert around.recorder.value(PARTITIONS_ASSIGNED) == 1  # type: ignore[attr-defined]


async def test_a_worker_without_partitions_is_not_ready(
    around: Surroundings, telemetry: Telemetry
) -> None:
    """Before the first assignment, and after a revocation, the reason is said."""
    await around.app.on_partitions_revoked.send({TP(*PLACE)})
    (reason,) = telemetry.readiness().reasons
    assert "No partition is assigned" in reason
    assert around.recorder.value(PARTITIONS_ASSIGNED) == 0  # type: ignore[attr-defined]


async def test_a_partition_that_stands_still_is_named(
    telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records wait, the committed offset does not move: not ready, whatever the others do."""
    telemetry._partitions.note(PLACE, 5, 9)
    telemetry._looked = _pass_seconds(telemetry, monkeypatch, 11)
    telemetry._partitions.note(PLACE, 5, 20)
    (reason,) = telemetry.readiness().reasons
    assert "news.articles.v1 partition 0 stands still at offset 5" in reason
    assert "15 records waiting" in reason
    telemetry._partitions.note(PLACE, 6, 20)
    assert telemetry.readiness().state is ReadyState.READY


@pytest.mark.parametrize("working", [True, False])
@pytest.mark.parametrize("fetched", [True, False])
async def test_a_partition_whose_records_are_being_read_does_not_stand_still(
    around: Surroundings,
    telemetry: Telemetry,
    monkeypatch: pytest.MonkeyPatch,
    *,
    working: bool,
    fetched: bool,
) -> None:
    """A batch of long articles may outlast the limit, if its record is here and the pool gets on."""
    monkeypatch.setattr(Pool, "working", working)
    telemetry._partitions.note(PLACE, 5, 9)
    if fetched:
        around.app.ledger.fetched(Partition(*PLACE), 5)
    telemetry._looked = _pass_seconds(telemetry, monkeypatch, 11)
    state = telemetry.readiness().state
    assert state is (ReadyState.READY if working and fetched else ReadyState.NOT_READY)


async def test_an_idle_partition_does_not_stand_still(
    telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing waits, nothing is stuck; the clock starts with the first record that waits."""
    telemetry._partitions.note(PLACE, 5, 5)
    telemetry._looked = _pass_seconds(telemetry, monkeypatch, 100)
    telemetry._partitions.note(PLACE, 5, 6)
    assert telemetry.readiness().state is ReadyState.READY


async def test_a_silent_broker_is_said(
    telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the broker has not answered for long, lag is unknown and the worker is not ready."""
    _pass_seconds(telemetry, monkeypatch, 11)
    (reason,) = telemetry.readiness().reasons
    assert "has not answered" in reason


async def test_a_worker_that_stops_is_not_ready(around: Surroundings, telemetry: Telemetry) -> None:
    """From the request to stop on, others shall take the traffic."""
    around.shutdown.request()
    assert telemetry.readiness().reasons == ("The worker is stopping.",)


async def test_lag_is_recorded_in_records_and_in_seconds(
    around: Surroundings, telemetry: Telemetry
) -> None:
    """Seconds are the age of the first record that is not done; none where nothing waits."""
    telemetry._partitions.note(PLACE, 5, 9)
    state = telemetry._partitions._states[PLACE]
    state.waiting_offset, state.waiting_since = 5, time.time() - 30
    telemetry._partitions.record()
    recorder = around.recorder
    assert isinstance(recorder, MemoryRecorder)
    labels = {"topic": PLACE.topic, "partition": "0"}
    assert recorder.value(LAG_RECORDS, **labels) == 4
    assert 30 <= recorder.value(LAG_SECONDS, **labels) < 40
    telemetry._partitions.note(PLACE, 9, 9)
    telemetry._partitions.record()
    assert recorder.value(LAG_SECONDS, **labels) == 0


async def test_commit_age_grows_only_while_records_wait(
    around: Surroundings, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An offset that does not move is old only if something waits behind it."""
    recorder = around.recorder
    assert isinstance(recorder, MemoryRecorder)
    labels = {"topic": PLACE.topic, "partition": "0"}
    telemetry._partitions.note(PLACE, 5, 9)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 40)
    telemetry._partitions.record()
    assert 40 <= recorder.value(COMMIT_AGE_SECONDS, **labels) < 50
    telemetry._partitions.note(PLACE, 9, 9)
    telemetry._partitions.record()
    assert recorder.value(COMMIT_AGE_SECONDS, **labels) == 0


async def test_a_quiet_day_does_not_look_like_a_standstill(
    around: Surroundings, telemetry: Telemetry
) -> None:
    """Where nothing waits an agent is where it should be now; where something waits, its time stays."""
    recorder = around.recorder
    assert isinstance(recorder, MemoryRecorder)
    quiet = TopicPartition(around.settings.alerts_topic, 0)
    await around.app.on_partitions_assigned.send({TP(*PLACE), TP(*quiet)})
    for agent in Agent:
        recorder.set(LAST_PROGRESS_TIMESTAMP_SECONDS, 1, agent=agent)

    def told() -> dict[Agent, bool]:
        value = recorder.value
        return {each: value(LAST_PROGRESS_TIMESTAMP_SECONDS, agent=each) > 1 for each in Agent}

    telemetry._partitions.note(PLACE, 5, 9)
    telemetry._note_idle()
    # Of a partition that was not looked at yet nobody knows whether something waits.
    assert told() == {Agent.ANALYSE: False, Agent.ALERT: True, Agent.SERVE: False}
    telemetry._partitions.note(quiet, 3, 3)
    telemetry._note_idle()
    assert told() == {Agent.ANALYSE: False, Agent.ALERT: True, Agent.SERVE: True}
    telemetry._partitions.note(PLACE, 9, 9)
    around.progress[Agent.ANALYSE].in_hand_since = time.monotonic()
    telemetry._note_idle()
    assert not told()[Agent.ANALYSE]
    around.progress[Agent.ANALYSE].in_hand_since = None
    telemetry._note_idle()
    assert told()[Agent.ANALYSE]


async def test_what_the_broker_says_too_late_of_a_partition_is_not_kept(
    around: Surroundings, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went to another worker during the look: here it would stand still, and end this worker."""
    await around.app.on_partitions_revoked.send({TP(*PLACE)})
    telemetry._partitions.note(PLACE, 5, 9)
    telemetry._looked = _pass_seconds(telemetry, monkeypatch, 400)
    assert telemetry.standing(300) is None


async def test_rebalances_are_counted(around: Surroundings, telemetry: Telemetry) -> None:
    """Each time that partitions are dealt out counts, also where they are the same as before."""
    recorder = around.recorder
    assert isinstance(recorder, MemoryRecorder)
    before = recorder.value(REBALANCES)
    await around.app.on_partitions_assigned.send({TP(*PLACE)})
    assert recorder.value(REBALANCES) == before + 1
    assert telemetry.readiness().details["partitions"] == 1


async def test_a_worker_that_stands_still_does_not_blame_the_broker(
    telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the event loop is held nobody asks the broker, whose silence then says nothing."""
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 31)
    (reason,) = telemetry.readiness().reasons
    assert "The worker itself has stood still for 30 s" in reason


async def test_the_time_of_the_last_answer_stands_still_while_the_broker_is_away(
    around: Surroundings, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the start on there is a time, and only an answer renews it; what is in hand grows older."""
    recorder = around.recorder
    assert isinstance(recorder, MemoryRecorder)
    looks = 0
    enough = asyncio.Event()

    async def watch() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            enough.set()
        message = "nobody answers"
        raise BrokerUnavailable(message)

    monkeypatch.setattr("agents.telemetry.LOOK_SECONDS", 0.01)
    monkeypatch.setattr(telemetry, "_watch", watch)
    monkeypatch.setattr(time, "time", lambda: 1000.0 + looks)
    around.progress[Agent.ANALYSE].in_hand_since = time.monotonic() - 90
    running = asyncio.create_task(telemetry.run())
    await enough.wait()
    await asyncio.sleep(0)
    running.cancel()
    assert recorder.value(BROKER_ANSWERED_TIMESTAMP_SECONDS) == 1000
    assert recorder.value(OLDEST_UNACKNOWLEDGED_SECONDS, agent=Agent.ANALYSE) >= 90


async def test_while_a_worker_starts_the_broker_has_answered_at_its_start(
    around: Surroundings,
) -> None:
    """Models take a while; nobody is called meanwhile for a broker that was not asked yet."""
    recorder = around.recorder
    assert isinstance(recorder, MemoryRecorder)
    begun = time.time()
    Telemetry(around, pool=Pool(around.settings, recorder=recorder))
    assert recorder.value(BROKER_ANSWERED_TIMESTAMP_SECONDS) >= begun


class Answers:
    """A consumer of a broker that answers: nothing waits."""

    async def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Say that every partition ends at 5."""
        return dict.fromkeys(places, 5)

    @property
    def _coordinator(self) -> "Answers":
        return self

    async def fetch_committed_offsets(
        self, places: list[TopicPartition]
    ) -> dict[TopicPartition, OffsetAndMetadata]:
        """Say that all of it is done."""
        return dict.fromkeys(places, OffsetAndMetadata(5, ""))


@pytest.mark.parametrize("assigned", [True, False])
async def test_an_answer_renews_the_time(
    around: Surroundings,
    telemetry: Telemetry,
    monkeypatch: pytest.MonkeyPatch,
    *,
    assigned: bool,
) -> None:
    """A look that came through is the newest answer, also for a worker that waits for its turn."""
    if not assigned:
        await around.app.on_partitions_revoked.send({TP(*PLACE)})
    recorder = around.recorder
    assert isinstance(recorder, MemoryRecorder)
    monkeypatch.setattr(time, "time", lambda: 2000.0)
    await telemetry._look(Answers(), Answers())
    assert recorder.value(BROKER_ANSWERED_TIMESTAMP_SECONDS) == 2000
