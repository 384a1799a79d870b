"""Dead letters: bytes untouched, headers that other people's tools read."""

import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import DeadLetter, Origin, Stage
from monitor.errors import InvalidRecord, Reason
from monitor.wire import dead_letter_v1

LETTER = dead_letter_v1.LETTERS[0]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_LETTERS = st.builds(
    DeadLetter,
    value=st.none() | st.binary(max_size=20),
    key=st.none() | st.binary(max_size=20),
    headers=st.lists(st.tuples(_TEXTS.map("x-".__add__), st.binary(max_size=9)), max_size=3).map(
        tuple
    ),
    origin=st.builds(
        Origin,
        topic=_TEXTS,
        partition=st.integers(0, 2**31 - 1),
        offset=st.integers(0, 2**63 - 1),
        timestamp=st.integers(0, 2**42).map(lambda ms: _EPOCH + timedelta(milliseconds=ms)),
    ),
    reason=st.sampled_from(Reason),
    stage=st.sampled_from(Stage),
    exception=_TEXTS,
    message=_TEXTS,
)


@given(letter=_LETTERS)
def test_letters_survive_the_wire(letter: DeadLetter) -> None:
    """Key, value, headers and everything known of the failure come back as they were."""
    assert dead_letter_v1.decode(*dead_letter_v1.encode(letter)) == letter


def test_both_header_families_say_where_from_and_why() -> None:
    """Kafka Connect's headers are text; Spring Kafka's numbers are big endian."""
    _, _, headers = dead_letter_v1.encode(LETTER)
    found = dict(headers)

    assert found["__connect.errors.topic"] == b"news.articles.v1"
    assert found["__connect.errors.partition"] == b"3"
    assert found["__connect.errors.offset"] == b"41"
    assert found["__connect.errors.stage"] == b"VALUE_CONVERTER"
    assert found["__connect.errors.exception.class.name"] == b"monitor.errors.InvalidRecord"
    assert found["kafka_dlt-original-topic"] == b"news.articles.v1"
    assert found["kafka_dlt-original-partition"] == struct.pack(">i", 3)
    assert found["kafka_dlt-original-offset"] == struct.pack(">q", 41)
    milliseconds = int(LETTER.origin.timestamp.timestamp() * 1000)
    assert found["kafka_dlt-original-timestamp"] == struct.pack(">q", milliseconds)
    assert found["kafka_dlt-exception-message"] == found["__connect.errors.exception.message"]
    assert found["news-monitor-reason"] == b"not-json"
    assert found["news-monitor-stage"] == b"decode"
    assert found["traceparent"] == dict(LETTER.headers)["traceparent"]


def test_long_messages_are_cut_between_characters() -> None:
    """A header value is bounded and stays UTF-8."""
    letter = replace(LETTER, message="ä" * 5000 + "\ud800", exception="E" * 900)
    found = dict(dead_letter_v1.encode(letter)[2])
    message = found["__connect.errors.exception.message"]

    assert len(message) <= dead_letter_v1.MAX_MESSAGE_BYTES
    assert message.decode() == "ä" * (len(message) // 2)
    assert max(len(value) for value in found.values()) <= dead_letter_v1.MAX_MESSAGE_BYTES


def test_a_second_death_replaces_the_headers_of_the_first() -> None:
    """A dead letter that was sent back and dies again tells of its last death, once."""
    key, value, headers = dead_letter_v1.encode(LETTER)
    again = replace(
        LETTER, key=key, value=value, headers=tuple(headers), reason=Reason.ANALYSIS_FAILED
    )
    names = [name for name, _ in dead_letter_v1.encode(again)[2]]

    assert len(names) == len(set(names))
    assert dead_letter_v1.decode(*dead_letter_v1.encode(again)).reason is Reason.ANALYSIS_FAILED


@pytest.mark.parametrize("name", ["news-monitor-reason", "kafka_dlt-original-offset"])
def test_a_letter_without_our_headers_is_refused(name: str) -> None:
    """What somebody else put on the topic is told apart by name of the missing header."""
    key, value, headers = dead_letter_v1.encode(LETTER)

    with pytest.raises(InvalidRecord, match=name):
        dead_letter_v1.decode(key, value, [pair for pair in headers if pair[0] != name])


@given(data=st.data())
def test_any_headers_give_a_letter_or_a_reason(data: st.DataObject) -> None:
    """Malformed headers never raise anything but InvalidRecord."""
    key, value, headers = dead_letter_v1.encode(LETTER)
    place = data.draw(st.integers(0, len(headers) - 1))
    headers[place] = (headers[place][0], data.draw(st.binary(max_size=9)))
    try:
        letter = dead_letter_v1.decode(key, value, headers)
    except InvalidRecord:
        return
    assert letter.value == LETTER.value


def test_headers_can_be_shown() -> None:
    """The readable form has numbers for Spring's numbers and text for everything else."""
    shown = dead_letter_v1.readable([*dead_letter_v1.encode(LETTER)[2], ("x", b"\xff")])

    assert shown["kafka_dlt-original-offset"] == 41
    assert shown["kafka_dlt-original-partition"] == 3
    assert shown["__connect.errors.offset"] == "41"
    assert shown["x"] == "\N{REPLACEMENT CHARACTER}"
