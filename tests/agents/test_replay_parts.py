"""The parts of a replay that need no broker: pace, selection, places, checkpoints, leftovers."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.structs import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from agents.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from agents.delivery import Outgoing
from agents.pace import Pace, Schedule
from agents.replay_marks import REPLAY_HEADERS, AlertsWanted, RunMarks, are_alerts_withheld, marked
from agents.replay_plan import _warnings
from agents.replay_request import Origin, ReplayRequest, origin_of
from agents.replay_sources import file_source
from agents.replay_target import Leftovers, partition_for
from agents.selection import Selection
from agents.topic_state import TopicState
from monitor.archive import StoredRecord
from monitor.errors import NewsMonitorError
from monitor.settings import Settings


def _record(**changes: object) -> StoredRecord:
    parts: dict[str, object] = {
        "partition": 2,
        "offset": 7,
        "timestamp": 5000,
        "key": b"k",
        "value": b"v",
        "headers": (),
    }
    return StoredRecord(**(parts | changes))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("pace", "due"),
    [
        (Pace(), [0, 0, 0, 0, 0]),
        (Pace(factor=1), [0, 1, 1, 1, 61]),
        (Pace(factor=10), [0, 0.1, 0.1, 0.1, 6.1]),
        (Pace(factor=1, max_gap_seconds=5), [0, 1, 1, 1, 6]),
        (Pace(factor=10, max_gap_seconds=5), [0, 0.1, 0.1, 0.1, 5.1]),
        (Pace(per_second=2), [0, 0.5, 1, 1.5, 2]),
    ],
    ids=str,
)
def test_a_pace_says_when_each_record_is_due(pace: Pace, due: list[float]) -> None:
    """Distances are divided by the factor and capped as played; what goes back is due at once."""
    schedule = Schedule(pace)

    assert [schedule.due(time) for time in (1000, 2000, 2000, 1500, 62_000)] == pytest.approx(due)


@given(times=st.lists(st.integers(-1, 10**12)), factor=st.floats(0.01, 1000))
def test_due_times_never_fall(times: list[int], factor: float) -> None:
    """Whatever the timestamps, nobody has to send into the past."""
    schedule = Schedule(Pace(factor=factor))
    due = [schedule.due(time) for time in times]

    assert due == sorted(due)


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(), True),
        (Selection(from_offset=7, until_offset=8), True),
        (Selection(from_offset=8), False),
        (Selection(until_offset=7), False),
        (Selection(from_time=datetime.fromtimestamp(5, UTC)), True),
        (Selection(until_time=datetime.fromtimestamp(5, UTC)), False),
        (Selection(keys=frozenset({b"k"}), partitions=frozenset({2})), True),
        (Selection(keys=frozenset({b"other"})), False),
        (Selection(partitions=frozenset({1})), False),
    ],
    ids=lambda value: value.words if isinstance(value, Selection) else str(value),
)
def test_a_selection_is_half_open_and_all_of_it_holds(
    selection: Selection, *, chosen: bool
) -> None:
    """Every condition must hold; the upper borders are outside."""
    assert selection.chosen()(_record()) is chosen


@given(key=st.binary(max_size=40), partitions=st.integers(1, 64))
def test_keys_go_where_every_client_sends_them(key: bytes, partitions: int) -> None:
    """Among another number of partitions, a key's place is that of Kafka's default partitioner."""
    everywhere = list(range(partitions))
    expected = DefaultPartitioner()(key, everywhere, everywhere)

    assert partition_for(_record(key=key), partitions) == expected


def test_marks_replace_those_of_an_earlier_replay() -> None:
    """The record's own headers stay first and in order; only the last run's marks are there."""
    own = (("a", b"1"), ("a", None))
    first = RunMarks.of("one", topic="t", alerts=AlertsWanted.PUBLISH)
    second = RunMarks.of("two", topic="t", alerts=AlertsWanted.WITHHOLD)
    once = marked(_record(headers=own), first)
    twice = marked(_record(headers=once, offset=9), second)

    assert twice[:2] == own
    assert tuple(name for name, _ in twice[2:]) == REPLAY_HEADERS
    assert dict(twice)["news-monitor-replay-id"] == b"two"
    assert dict(twice)["news-monitor-replay-source-offset"] == b"9"
    assert not are_alerts_withheld(once)
    assert are_alerts_withheld(twice)
    assert not are_alerts_withheld(own)


def _lying(value: bytes, partition: int = 0) -> ConsumerRecord[bytes, bytes]:
    return ConsumerRecord("t", partition, 5, 123, 0, b"k", value, None, 1, 1, (("n", b"1"),))


def _to_send(value: bytes, partition: int = 0) -> Outgoing:
    return Outgoing(topic="t", key=b"k", value=value, headers=(("n", b"1"),), partition=partition)


def test_what_an_interrupted_run_left_is_met_once() -> None:
    """Equal records count: of three to send, two lie there, and one is sent."""
    left = Leftovers()
    left.put(_lying(b"a"))
    left.put(_lying(b"a"))

    assert [left.take(_to_send(b"a")) for _ in range(3)] == [True, True, False]
    assert left.count == 0


def test_the_first_record_that_is_missing_ends_what_was_left() -> None:
    """Order is strict within a partition: behind a gap nothing was sent; others are not touched."""
    left = Leftovers()
    for value, partition in ((b"a", 0), (b"c", 0), (b"a", 1)):
        left.put(_lying(value, partition))

    assert [left.take(_to_send(value)) for value in (b"a", b"b", b"c")] == [True, False, False]
    assert left.count == 1
    assert left.take(_to_send(b"a", 1))


def test_a_checkpoint_comes_back(tmp_path: Path) -> None:
    """What is written is read, for the same request only."""
    path = tmp_path / "state"
    request = {"source": "a", "target": "b"}
    kept = Checkpoint(replay_id="r", request=request, ends={0: 9}, positions={0: 4}, sent=4)
    assert read_checkpoint(path, request) is None
    write_checkpoint(path, kept)

    assert read_checkpoint(path, request) == kept
    with pytest.raises(NewsMonitorError, match="its target is 'b', not 'c'"):
        read_checkpoint(path, request | {"target": "c"})


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 2}', "\x00"])
def test_what_is_no_checkpoint_is_refused(content: str, tmp_path: Path) -> None:
    """A file of something else is named, and neither used nor replaced."""
    path = tmp_path / "state"
    path.write_text(content)

    with pytest.raises(NewsMonitorError, match="not a checkpoint"):
        read_checkpoint(path, {})
    assert path.read_text() == content


def test_a_checkpoint_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The folder that is missing is an error in words."""
    checkpoint = Checkpoint(replay_id="r", request={})

    with pytest.raises(NewsMonitorError, match="cannot be written"):
        write_checkpoint(tmp_path / "none" / "state", checkpoint)


def test_a_source_is_known_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives by their endings, files by a slash or by being there, topics by neither."""
    monkeypatch.chdir(tmp_path)
    Path("articles").write_text(json.dumps({}))

    names = ["a.jsonl.zst", "a.parquet", "./none", "articles", "news.articles.v1", "a.jsonl"]
    assert [origin_of(name) for name in names] == [
        Origin.ARCHIVE,
        Origin.ARCHIVE,
        Origin.FILE,
        Origin.FILE,
        Origin.TOPIC,
        Origin.TOPIC,
    ]


@pytest.mark.parametrize(
    ("retention_ms", "warned"),
    [(2**63 - 1, False), (10**14, False), (86_400_000, False), (86_399_999, True), (-1, False)],
)
def test_a_target_that_forgets_is_warned_of(
    retention_ms: int, *, warned: bool, tmp_path: Path
) -> None:
    """By its retention.ms, up to the largest one, which people write for "for ever"."""
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    request = ReplayRequest(source="a", target="b", replay_id="r", origin=Origin.FILE)
    target = TopicState(
        partitions=1, replication=1, leaderless=0, config={"retention.ms": str(retention_ms)}
    )
    source = file_source(replace(request, source=str(tmp_path / "none")), Settings(), now=now)
    oldest = now - timedelta(days=1)

    found = _warnings(request, source, target, oldest, now)

    assert any("may be gone" in each for each in found) is warned
