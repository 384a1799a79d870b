"""The place of a fault: the byte that whoever mends the producer should look at."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import InvalidRecord, Reason
from monitor.wire import article_v1
from monitor.wire.fault import fault_at

NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b'{"text": "ok \xff\xfe"}', b"\xff\xfe"),
        (b'{"text": "a" "b"}', b'"b"}'),
        ('\ufeff{"text": "ä", }'.encode(), b"}"),
        (b'{"text": "cut', b'"cut'),
        (b'{"id": "x", "text": 5, "url": "u"}', b"5, "),
        ('{"title": "ää", "published_at": "yesterday", "text": "t"}'.encode(), b'"yesterday"'),
        (b'{"text": "first", "text": "  "}', b'"  "'),
        (b'{"schema": "news-monitor/article/9", "text": "a"}', b'"news-monitor/article/9"'),
    ],
)
def test_the_fault_is_shown_where_it_is(value: bytes, shown: bytes) -> None:
    """From the record's bytes and its dead letter's words the place is found again."""
    with pytest.raises(InvalidRecord) as refused:
        article_v1.decode(value, timestamp=NOW)
    place = fault_at(value, reason=refused.value.reason, message=str(refused.value))

    assert place is not None
    assert value[place:].startswith(shown)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, Reason.NULL_VALUE),
        (b"any text", Reason.ANALYSIS_CRASHED),
        (b'{"id": "1"}', Reason.NO_TEXT),
        (b"\x00\x00\x01avro", "DataException"),
    ],
)
def test_where_no_byte_is_at_fault_none_is_named(value: bytes | None, reason: str) -> None:
    """A tombstone, a crash, a missing member and other people's errors have no place."""
    assert fault_at(value, reason=reason, message="text is missing") is None


@given(value=st.none() | st.binary(max_size=40), reason=st.sampled_from(Reason), message=st.text())
def test_any_bytes_give_a_place_inside_or_none(
    value: bytes | None, reason: Reason, message: str
) -> None:
    """Nothing is raised, and a place is the offset of a byte that exists."""
    place = fault_at(value, reason=reason, message=message)

    assert place is None or (value is not None and 0 <= place < max(1, len(value)))
