"""Records of every shape that Kafka can hold, for property tests."""

from hypothesis import strategies as st

from monitor.archive import StoredRecord

__all__ = ["contents", "logs", "records"]

_JSON = st.sampled_from(
    [b'{"text":"Iran \\u00e9"}', '{"text":"caf\u00e9 \u2028"}'.encode(), b'{"base64":"AA=="}']
)
contents = st.none() | st.binary(max_size=60) | st.text(max_size=40).map(str.encode) | _JSON
"""Keys, values and what headers hold: null, any bytes, any text."""
_names = st.text(max_size=12)
_times = st.integers(min_value=-1, max_value=2**53) | st.sampled_from([-1, 0, 2**63 - 1])


def records(partition: int, offset: int) -> st.SearchStrategy[StoredRecord]:
    """Return records with a given place."""
    return st.builds(
        StoredRecord,
        partition=st.just(partition),
        offset=st.just(offset),
        timestamp=_times,
        timestamp_type=st.sampled_from([0, 1]),
        key=contents,
        value=contents,
        headers=st.lists(st.tuples(_names, contents), max_size=4).map(tuple),
    )


@st.composite
def logs(draw: st.DrawFn, *, partitions: int = 3, most: int = 30) -> list[StoredRecord]:
    """Return the records of a topic in an order that keeps the offsets of each partition rising."""
    offsets = [0] * partitions
    found = []
    for partition in draw(st.lists(st.integers(0, partitions - 1), max_size=most)):
        offsets[partition] += draw(st.integers(0, 3))
        found.append(draw(records(partition, offsets[partition])))
        offsets[partition] += 1
    return found
