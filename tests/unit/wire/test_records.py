"""Our own records: signals, stories and alerts, strict and deterministic."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import (
    Alert,
    ArticleRef,
    DeskReport,
    EvidenceSpan,
    Figure,
    Quotation,
    Signal,
    Story,
    StoryArticle,
    TextSpan,
)
from monitor.errors import InvalidRecord, Reason
from monitor.wire import alert_v1, examples, signal_v1, story_v1

RECORDS = (signal_v1, story_v1, alert_v1)
by_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.NAME)


def _spans(draw: st.DrawFn) -> dict[str, Any]:
    quote = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9))
    start_char = draw(st.integers(0, 99))
    return {"start_char": start_char, "end_char": start_char + len(quote), "quote": quote}


@st.composite
def _text_spans(draw: st.DrawFn) -> TextSpan:
    return TextSpan(**_spans(draw))


@st.composite
def _evidence(draw: st.DrawFn) -> EvidenceSpan:
    return EvidenceSpan(**_spans(draw), trigger=draw(_text_spans()))


@st.composite
def _quotations(draw: st.DrawFn) -> Quotation:
    kind = draw(st.sampled_from(examples.ALERTS)).kind
    return Quotation(**_spans(draw), trigger=draw(_text_spans()), kind=kind, article_id="a")


_TIMES = st.datetimes(timezones=st.just(UTC))
_FLOATS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
_FIGURES = st.builds(Figure, low=_FLOATS, high=_FLOATS, span=_text_spans())


def _few(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=2).map(tuple)


_SIGNALS = st.builds(
    Signal, evidence=_few(_evidence()), figures=_few(_FIGURES), keywords=_few(st.text())
)
_REFS = st.builds(ArticleRef, published_at=_TIMES, updated_at=st.none() | _TIMES)
_REPORTS = st.builds(DeskReport, signals=_few(_SIGNALS), article=_REFS, terms=_few(st.text()))
_ARTICLES = st.builds(StoryArticle, published_at=_TIMES, updated_at=st.none() | _TIMES)
_STORIES = st.builds(
    Story,
    evidence=_few(_quotations()),
    figures=_few(_FIGURES),
    articles=_few(_ARTICLES),
    first_seen=_TIMES,
    last_seen=_TIMES,
)
_ALERTS = st.builds(
    Alert,
    evidence=_few(_quotations()),
    figures=_few(_FIGURES),
    first_seen=_TIMES,
    last_seen=_TIMES,
)


@given(report=_REPORTS)
def test_reports_survive_the_wire(report: DeskReport) -> None:
    """A report comes back as it was, and equal reports give equal bytes."""
    value = signal_v1.encode(report)

    assert signal_v1.decode(value) == report
    assert signal_v1.encode(signal_v1.decode(value)) == value


@given(story=_STORIES)
def test_stories_survive_the_wire(story: Story) -> None:
    """A story comes back as it was, and equal stories give equal bytes."""
    value = story_v1.encode(story)

    assert story_v1.decode(value) == story
    assert story_v1.encode(story_v1.decode(value)) == value


@given(alert=_ALERTS)
def test_alerts_survive_the_wire(alert: Alert) -> None:
    """An alert comes back as it was, and equal alerts give equal bytes."""
    value = alert_v1.encode(alert)

    assert alert_v1.decode(value) == alert
    assert alert_v1.encode(alert_v1.decode(value)) == value


@by_record
@given(value=st.none() | st.binary(max_size=60))
def test_any_bytes_give_a_value_or_a_reason(record: ModuleType, value: bytes | None) -> None:
    """Decoding random bytes never raises anything but InvalidRecord."""
    with pytest.raises(InvalidRecord):
        record.decode(value)


@by_record
@given(data=st.data())
def test_a_damaged_record_gives_a_value_or_a_reason(
    record: ModuleType, data: st.DataObject
) -> None:
    """Decoding a record with a byte changed or cut off never raises anything but InvalidRecord."""
    whole = data.draw(st.sampled_from(record.EXAMPLES))
    place = data.draw(st.integers(0, len(whole) - 1))
    damage = data.draw(st.binary(max_size=3))
    try:
        value = record.decode(whole[:place] + damage + whole[place + 1 :])
    except InvalidRecord:
        return
    assert record.decode(record.encode(value)) == value


def _changed(value: bytes, path: str, new: object) -> bytes:
    content = json.loads(value)
    *parents, last = path.split(".")
    place = content
    for name in parents:
        place = place[int(name)] if name.isdigit() else place[name]
    place[last] = new
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("path", "new", "reason"),
    [
        ("schema", "news-monitor/alert/2", Reason.UNKNOWN_VERSION),
        ("schema", "news-monitor/story/1", Reason.UNKNOWN_VERSION),
        ("schema", None, Reason.WRONG_TYPE),
        ("revision", "1", Reason.WRONG_TYPE),
        ("severity", "severe", Reason.WRONG_TYPE),
        ("first_seen", "2026-03-02T06:00:00", Reason.WRONG_TYPE),
        ("first_seen", 0, Reason.WRONG_TYPE),
        ("first_seen", "0001-01-01T00:00:00+14:00", Reason.WRONG_TYPE),
        ("headline", None, Reason.WRONG_TYPE),
        ("evidence.0.end_char", 3, Reason.WRONG_TYPE),
    ],
)
def test_a_wrong_member_is_refused_by_name(path: str, new: object, reason: Reason) -> None:
    """A record of ours that is not exactly right is refused with its reason."""
    with pytest.raises(InvalidRecord) as caught:
        alert_v1.decode(_changed(alert_v1.EXAMPLES[0], path, new))

    assert caught.value.reason is reason


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_figure_is_a_finite_number(number: str) -> None:
    """What JSON has no number for is refused."""
    value = alert_v1.EXAMPLES[8].replace(b'"low":23.0', f'"low":{number}'.encode())

    with pytest.raises(InvalidRecord):
        alert_v1.decode(value)
    assert b'"low":23.0' in alert_v1.EXAMPLES[8]


@by_record
def test_unknown_members_are_ignored(record: ModuleType) -> None:
    """A reader of version 1 reads what a later minor release adds to it."""
    value = record.EXAMPLES[0]

    assert record.decode(_changed(value, "added_later", [1])) == record.decode(value)


@by_record
def test_other_json_than_an_object_is_the_wrong_type(record: ModuleType) -> None:
    """A JSON list or number is no record."""
    for value in (b"[]", b"5", b'"text"'):
        with pytest.raises(InvalidRecord) as caught:
            record.decode(value)
        assert caught.value.reason is Reason.WRONG_TYPE


def test_times_are_written_in_utc() -> None:
    """The same instant gives the same bytes, whatever zone it is given in."""
    alert = examples.ALERTS[0]
    elsewhere = alert.first_seen.astimezone(timezone(timedelta(hours=5)))
    moved = alert_v1.decode(_changed(alert_v1.EXAMPLES[0], "first_seen", elsewhere.isoformat()))

    assert alert_v1.encode(moved) == alert_v1.EXAMPLES[0]
    assert moved.first_seen.tzinfo is UTC
    assert b'"first_seen":"2026-03-02T06:00:00Z"' in alert_v1.EXAMPLES[0]


def test_a_time_without_offset_is_not_written() -> None:
    """A naive time is a defect of ours and is not guessed at."""
    naive = ArticleRef(id="a", published_at=datetime(2026, 1, 1))  # noqa: DTZ001
    report = DeskReport(
        desk=examples.REPORTS[0].desk,
        article=naive,
        signals=(),
        versions=examples.REPORTS[0].versions,
    )

    with pytest.raises(ValueError, match="no offset"):
        signal_v1.encode(report)


def test_a_refusal_does_not_repeat_the_content() -> None:
    """Messages name members, not what stands in them: records may be long and private."""
    secret = "x" * 5000
    with pytest.raises(InvalidRecord) as caught:
        alert_v1.decode(_changed(alert_v1.EXAMPLES[0], "severity", secret))

    assert "severity" in str(caught.value)
    assert len(str(caught.value)) < 500


@by_record
@given(st.data())
def test_a_damaged_record_is_judged_alike_with_or_without_the_short_cut(
    record: ModuleType, data: st.DataObject
) -> None:
    """Whoever states the schema plainly is read once; what is wrong with it is told all the same."""
    value = bytearray(data.draw(st.sampled_from(record.EXAMPLES)))
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(value)))
        put = data.draw(
            st.binary(max_size=3)
            | st.sampled_from(
                [b',"schema":"other"', b'"sch\\u0065ma":1,', b"\xff", b"NaN", b"null"]
            )
        )
        value[place : place + data.draw(st.integers(0, 2))] = put

    assert _outcome(record, bytes(value)) == _outcome(record, b" " + bytes(value))


def _outcome(record: ModuleType, value: bytes) -> object:
    """Return what a record says, or the reason and the message of its refusal."""
    try:
        return record.decode(value)
    except InvalidRecord as error:
        message = re.sub(r"(byte|column|position) \d+", r"\1", str(error))
        return error.reason, message


@by_record
def test_a_second_schema_member_counts_however_it_is_spelt(record: ModuleType) -> None:
    """In JSON the last member of a name counts, after the one that we write first too."""
    whole = record.EXAMPLES[0]
    for name in (b'"schema"', b'"sch\\u0065ma"'):
        with pytest.raises(InvalidRecord) as refused:
            record.decode(whole[:-1] + b"," + name + b':"news-monitor/other/1"}')
        assert refused.value.reason is Reason.UNKNOWN_VERSION
