"""Headers of dead letters of every family: read as their writers wrote them."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import HeaderFamily, LetterPlace
from monitor.wire import dead_letter_v1
from monitor.wire.dead_letter_headers import read, retry_headers

OWN: list[tuple[str, bytes | None]] = [("traceparent", b"\x00\xff"), ("empty", None), ("a", b"1")]
PLACE = LetterPlace(topic="dlq", partition=2, offset=9, timestamp_ms=1_772_431_200_000)


def _connect() -> list[tuple[str, bytes | None]]:
    """What DeadLetterQueueReporter adds with context headers enabled."""
    return [
        ("__connect.errors.topic", b"orders"),
        ("__connect.errors.partition", b"5"),
        ("__connect.errors.offset", b"41007"),
        ("__connect.errors.connector.name", b"sink"),
        ("__connect.errors.task.id", b"0"),
        ("__connect.errors.stage", b"VALUE_CONVERTER"),
        ("__connect.errors.class.name", b"org.apache.kafka.connect.json.JsonConverter"),
        ("__connect.errors.exception.class.name", b"org.apache.kafka.connect.errors.DataException"),
        ("__connect.errors.exception.message", b"Converting byte[] failed"),
        ("__connect.errors.exception.stacktrace", b"at org.apache..."),
    ]


def _spring(topic: bytes, partition: int, offset: int) -> list[tuple[str, bytes | None]]:
    """What DeadLetterPublishingRecoverer adds."""
    return [
        ("kafka_dlt-original-topic", topic),
        ("kafka_dlt-original-partition", struct.pack(">i", partition)),
        ("kafka_dlt-original-offset", struct.pack(">q", offset)),
        ("kafka_dlt-original-timestamp", struct.pack(">q", 1_772_431_200_123)),
        ("kafka_dlt-original-timestamp-type", b"CreateTime"),
        ("kafka_dlt-original-consumer-group", b"billing"),
        ("kafka_dlt-exception-fqcn", b"org.springframework.kafka.ListenerExecutionFailedException"),
        ("kafka_dlt-exception-cause-fqcn", b"java.lang.IllegalStateException"),
        ("kafka_dlt-exception-message", b"no such customer"),
        ("kafka_dlt-exception-stacktrace", b"at com.example..."),
    ]


def test_kafka_connect_writes_text() -> None:
    """Numbers are decimal digits; the reason is the error's class; no time of its own is told."""
    facts = read([*OWN, *_connect()])

    assert facts.family is HeaderFamily.CONNECT
    assert (facts.topic, facts.partition, facts.offset) == ("orders", 5, 41007)
    assert facts.timestamp_ms is None
    assert facts.reason == "DataException"
    assert facts.exception == "org.apache.kafka.connect.errors.DataException"
    assert facts.message == "Converting byte[] failed"
    assert facts.stage == "VALUE_CONVERTER"
    assert facts.own_headers == tuple(OWN)


def test_spring_writes_big_endian_numbers_and_appends() -> None:
    """Of several deaths the last one counts; the cause says more than the wrapper around it."""
    facts = read([*OWN, *_spring(b"first", 1, 2), *_spring(b"orders", 3, 2**40)])

    assert facts.family is HeaderFamily.SPRING
    assert (facts.topic, facts.partition, facts.offset) == ("orders", 3, 2**40)
    assert facts.timestamp_ms == 1_772_431_200_123
    assert facts.reason == "IllegalStateException"
    assert facts.message == "no such customer"
    assert facts.own_headers == tuple(OWN)


def test_retry_topics_of_spring_lead_to_the_first_topic() -> None:
    """Non-blocking retries name the main topic, and their counters do not go back with the record."""
    facts = read(
        [
            *OWN,
            ("kafka_original-topic", b"orders"),
            ("kafka_original-partition", struct.pack(">i", 4)),
            ("kafka_original-offset", struct.pack(">q", 8)),
            ("kafka_exception-fqcn", b"java.lang.IllegalArgumentException"),
            ("retry_topic-attempts", struct.pack(">i", 4)),
            ("retry_topic-original-timestamp", b"\x01\x9c\xad"),
            ("retry_topic-backoff-timestamp", b"\x01\x9c\xae"),
        ]
    )

    assert facts.family is HeaderFamily.SPRING_RETRY
    assert (facts.topic, facts.partition, facts.offset) == ("orders", 4, 8)
    assert facts.reason == "IllegalArgumentException"
    assert facts.own_headers == tuple(OWN)


def test_ours_are_read_as_they_were_written() -> None:
    """Our letters give back reason, origin, time, and the record's own headers."""
    letter = dead_letter_v1.LETTERS[0]
    facts = read(dead_letter_v1.encode(letter)[2])

    assert facts.family is HeaderFamily.OURS
    assert (facts.topic, facts.partition, facts.offset) == ("news.articles.v1", 3, 41)
    assert facts.timestamp_ms == int(letter.origin.timestamp.timestamp() * 1000)
    assert (facts.reason, facts.stage, facts.message) == ("not-json", "decode", letter.message)
    assert facts.own_headers == letter.headers


def test_a_record_without_such_headers_says_nothing() -> None:
    """Kafka Connect adds none by default: the record is all own headers."""
    facts = read(OWN)

    assert facts.family is HeaderFamily.NONE
    assert (facts.topic, facts.partition, facts.reason) == (None, None, "unknown")
    assert facts.own_headers == tuple(OWN)


def test_what_is_sent_back_tells_of_no_death_but_of_its_retry() -> None:
    """The next death is told afresh, and the attempts are counted through all of them."""
    first = read([*OWN, *_connect(), *_spring(b"orders", 3, 7)])
    sent = retry_headers(first, PLACE, 1)
    died_again = read([*sent, *_spring(b"orders", 3, 99)])

    assert sent[:-2] == tuple(OWN)
    assert dict(sent[-2:]) == {
        "news-monitor-retry-attempt": b"1",
        "news-monitor-retry-of": b"dlq/2/9@1772431200000",
    }
    assert died_again.attempts == 1
    assert died_again.offset == 99
    assert retry_headers(died_again, PLACE, 2)[:-2] == tuple(OWN)


_NAMES = st.sampled_from([name for name, _ in [*_connect(), *_spring(b"t", 0, 0)]]) | st.text()


@given(headers=st.lists(st.tuples(_NAMES, st.none() | st.binary(max_size=20)), max_size=8))
def test_any_headers_are_read(headers: list[tuple[str, bytes | None]]) -> None:
    """Malformed headers raise nothing, and numbers they give can be used as they are."""
    facts = read(headers)

    for number in (facts.partition, facts.offset, facts.timestamp_ms):
        assert number is None or 0 <= number < 2**63
