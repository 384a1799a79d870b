"""Time order: what several partitions bring is handled as the news came."""

from dataclasses import dataclass

from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from agents.time_order import TimeOrder


@dataclass(frozen=True)
class FetchedRecord:
    """What Faust is given of a record, as far as its order goes."""

    timestamp: int
    offset: int


Times = st.lists(st.lists(st.integers(0, 50), max_size=12), min_size=1, max_size=5)


def fetched(times: list[list[int]]) -> dict[TP, list[FetchedRecord]]:
    """Return records of one topic, a partition per list of times."""
    return {
        TP("articles", partition): [
            FetchedRecord(timestamp, offset) for offset, timestamp in enumerate(stamps)
        ]
        for partition, stamps in enumerate(times)
    }


@given(times=Times)
def test_every_record_comes_once_and_partitions_keep_their_order(times: list[list[int]]) -> None:
    """Merging loses nothing, repeats nothing, and never turns a partition's order round."""
    records = fetched(times)

    merged = list(TimeOrder().iterate(records))

    for partition, rows in records.items():
        assert [record for tp, record in merged if tp == partition] == rows


@given(times=Times)
def test_older_records_come_first(times: list[list[int]]) -> None:
    """Where times only go forward in each partition, they only go forward in all."""
    records = fetched([sorted(stamps) for stamps in times])

    stamps = [record.timestamp for _, record in TimeOrder().iterate(records)]

    assert stamps == sorted(stamps)


@given(times=Times)
def test_the_order_does_not_depend_on_which_partition_came_first(times: list[list[int]]) -> None:
    """The broker may answer in any order: the same records give the same order."""
    records = fetched(times)
    turned = dict(reversed(records.items()))

    assert list(TimeOrder().iterate(records)) == list(TimeOrder().iterate(turned))
