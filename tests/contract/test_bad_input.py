"""Whatever a record holds, it gets a reason of the closed list or an honest answer: never a crash."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.domain import ArticleStatus, Stage, Unread
from monitor.errors import Reason
from monitor.pipeline import Pipeline, RawRecord, Readable
from monitor.text.analyser import Analyser
from tests.builders import NOON
from tests.conftest import MAX_TEXT_CHARS

pytestmark = [pytest.mark.model, pytest.mark.timeout(60)]

STRIKE = "Iran fired missiles at Israel on Monday."


def read(pipeline: Pipeline, value: bytes | None) -> Readable | Unread:
    """The one outcome of one record."""
    (outcome,) = pipeline.read([RawRecord(value=value, timestamp=NOON)])
    return outcome


def an_article(**members: object) -> bytes:
    """A JSON record of these members."""
    return json.dumps(members).encode()


UNREADABLE = {
    "tombstone": (None, Reason.NULL_VALUE),
    "not UTF-8": (b"\xff\xfe\xfa", Reason.NOT_UTF8),
    "UTF-16": (STRIKE.encode("utf-16"), Reason.NOT_UTF8),
    "Latin-1": ("Café fired at".encode("latin-1"), Reason.NOT_UTF8),
    "surrogates in UTF-8": (b"a \xed\xa0\x80 b", Reason.NOT_UTF8),
    "gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", Reason.NOT_UTF8),
    "broken JSON": (b'{"text": "x"', Reason.NOT_JSON),
    "single quotes": (b"{'text': 'x'}", Reason.NOT_JSON),
    "deep JSON": (b'{"text":' + b"[" * 100_000, Reason.NOT_JSON),
    "two objects": (b'{"text": "x"}{"text": "y"}', Reason.NOT_JSON),
    "a raw newline in a string": (b'{"text": "x\ny"}', Reason.NOT_JSON),
    "empty": (b"", Reason.NO_TEXT),
    "blank": (b" \r\n\t ", Reason.NO_TEXT),
    "only a byte-order mark": (b"\xef\xbb\xbf", Reason.NO_TEXT),
    "no text": (an_article(id="a", title="Title only"), Reason.NO_TEXT),
    "null text": (an_article(text=None), Reason.NO_TEXT),
    "empty text": (an_article(text=""), Reason.NO_TEXT),
    "blank text": (an_article(text=" \n\u00a0\u3000"), Reason.NO_TEXT),
    "empty object": (b"{}", Reason.NO_TEXT),
    "a number for a text": (an_article(text=5), Reason.WRONG_TYPE),
    "a list for a text": (an_article(text=["a"]), Reason.WRONG_TYPE),
    "an object for a title": (an_article(text="x", title={}), Reason.WRONG_TYPE),
    "a number for an id": (an_article(text="x", id=7), Reason.WRONG_TYPE),
    "a status that is none": (an_article(text="x", status="gone"), Reason.WRONG_TYPE),
    "a time that is none": (an_article(text="x", published_at="yesterday"), Reason.WRONG_TYPE),
    "the 30th of February": (
        an_article(text="x", published_at="2026-02-30T00:00:00Z"),
        Reason.WRONG_TYPE,
    ),
    "half a surrogate pair": (b'{"text": "x \\ud800 y"}', Reason.WRONG_TYPE),
    "a list": (b'[{"text": "x"}]', Reason.WRONG_TYPE),
    "a string": (b'"x"', Reason.WRONG_TYPE),
    "another version": (
        an_article(schema="news-monitor/article/2", text="x"),
        Reason.UNKNOWN_VERSION,
    ),
    "five megabytes": (an_article(text="word " * 1_000_000), Reason.TOO_LONG),
    "five megabytes of plain text": (b"word " * 1_000_000, Reason.TOO_LONG),
    "five megabytes of one token": (b"x" * 5_000_000, Reason.TOO_LONG),
    "one character too many": (an_article(text="x" * (MAX_TEXT_CHARS + 1)), Reason.TOO_LONG),
    "a title that is too long": (
        an_article(text="x", title="y" * MAX_TEXT_CHARS),
        Reason.TOO_LONG,
    ),
}


@pytest.mark.parametrize(("value", "reason"), UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_is_no_article_gets_its_reason(
    pipeline: Pipeline, value: bytes | None, reason: Reason
) -> None:
    """A record that is no article is unreadable, with its reason, and says what is wrong."""
    outcome = read(pipeline, value)
    assert isinstance(outcome, Unread)
    assert (outcome.reason, outcome.stage) == (reason, Stage.DECODE)
    assert outcome.exception == "InvalidRecord"
    assert 0 < len(outcome.message) < 2_000


GERMAN = (
    "Die Regierung hat am Montag Raketen auf die Stadt abgefeuert und dabei nach Angaben der "
    "Armee mindestens zwölf Menschen getötet, wie ein Sprecher am Abend sagte. Man habe mit "
    "einer solchen Reaktion gerechnet und werde sie nicht unbeantwortet lassen, hiess es."
)
SILENT = {
    "another language": an_article(text=GERMAN),
    "another script": an_article(text="伊朗周一向以色列发射导弹" * 20),
    "one endless token": an_article(text="x" * MAX_TEXT_CHARS),
    "one endless row of digits": an_article(text="1" * MAX_TEXT_CHARS),
    "one endless mark": an_article(text="<" * MAX_TEXT_CHARS),
    "a lot of words": an_article(text="word " * 50_000),
    "a lot of short tokens": an_article(text="a.b " * 50_000),
    "emoji": an_article(text="\U0001f600" * 1_000),
    "controls": an_article(text="".join(map(chr, range(1, 32))) * 100),
    "null characters": an_article(text="\0" * 1_000),
    "combining marks": an_article(text="a" + "\u0301" * 100_000),
    "markup alone": an_article(text="<p></p>" * 1_000 + "<!-- fired missiles at Israel -->"),
    "a script": an_article(text="function(){return 1}" * 100),
    "a number": b"5",
    "unknown members": an_article(text="x", body="y", numbers=[10**400]),
}


@pytest.mark.parametrize("value", SILENT.values(), ids=list(SILENT))
def test_what_says_nothing_gives_no_signal(pipeline: Pipeline, value: bytes) -> None:
    """A text that reports nothing readable is read, and gives no signal."""
    outcome = read(pipeline, value)
    assert isinstance(outcome, Readable)
    assert outcome.reports == ()


HEARD = {
    "byte-order mark": b"\xef\xbb\xbf" + an_article(text=STRIKE),
    "blanks before the brace": b" \r\n" + an_article(text=STRIKE),
    "plain text": STRIKE.encode(),
    "plain text that starts like a list": b"[AFP] " + STRIKE.encode(),
    "HTML": an_article(text=f"<html><body><p>{STRIKE}</p></body></html>"),
    "escaped HTML": an_article(text=f"&lt;p&gt;{STRIKE}&lt;/p&gt;"),
    "controls": an_article(text=f"\0\x1b[31m {STRIKE} \x07"),
    "bidirectional controls": an_article(text=f"\u202e{STRIKE}\u202c \u2066x\u2069"),
    "line separators": an_article(text=f"x\u2028{STRIKE}\u2029x"),
    "emoji": an_article(text=f"\U0001f680\U0001f680 {STRIKE} \U0001f480"),
    "an endless token beside it": an_article(text=f"{STRIKE} {'x' * 500_000}"),
    "an absurd date": an_article(text=STRIKE, published_at="9999-12-31T23:59:59Z"),
    "an ancient date": an_article(text=STRIKE, published_at="0001-01-01T00:00:00Z"),
    "unknown members": an_article(text=STRIKE, foo={"bar": [1, None]}),
    "null members": an_article(text=STRIKE, id=None, title=None, status=None),
    "duplicate members": b'{"text": "x", "text": "' + STRIKE.encode() + b'"}',
    "a foreign language's label": an_article(text=STRIKE, language="xx-XX"),
}


@pytest.mark.parametrize("value", HEARD.values(), ids=list(HEARD))
def test_odd_clothes_do_not_hide_a_strike(pipeline: Pipeline, value: bytes) -> None:
    """Marks, controls, markup, absurd dates and unknown members change nothing in what is said."""
    outcome = read(pipeline, value)
    assert isinstance(outcome, Readable)
    kinds = [signal.kind.value for report in outcome.reports for signal in report.signals]
    assert kinds == ["military-strike"]


def test_a_date_far_ahead_is_not_believed(pipeline: Pipeline) -> None:
    """A time more than a day ahead of the record's is replaced by the record's."""
    outcome = read(pipeline, HEARD["an absurd date"])
    assert isinstance(outcome, Readable)
    assert outcome.article.published_at == NOON


def test_a_withdrawal_needs_no_text(pipeline: Pipeline) -> None:
    """A cancelled article withdraws what it said, desk by desk, text or none."""
    for text in (None, STRIKE):
        outcome = read(pipeline, an_article(id="a", status="cancelled", text=text))
        assert isinstance(outcome, Readable)
        assert outcome.article.status is ArticleStatus.CANCELLED
        assert len(outcome.reports) == 3
        assert all(report.signals == () for report in outcome.reports)


def test_each_record_has_one_outcome_in_its_place(pipeline: Pipeline) -> None:
    """In a batch of everything, outcomes are those of the records alone, in order."""
    values = [value for value, _ in UNREADABLE.values() if value is None or len(value) < 10_000]
    values += [value for value in (*SILENT.values(), *HEARD.values()) if len(value) < 10_000]
    outcomes = pipeline.read([RawRecord(value=value, timestamp=NOON) for value in values])
    assert outcomes == [read(pipeline, value) for value in values]


def test_no_records_no_outcomes(pipeline: Pipeline) -> None:
    """An empty batch is read as one."""
    assert pipeline.read([]) == []


class Defect(Exception):
    """An error of ours, for testing."""


def test_an_error_of_ours_costs_one_article_alone(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where reading one article raises, the others are read and that one is a dead letter."""
    reading = Analyser._findings_of

    def failing(self: Analyser, article: object, *rest: object) -> object:
        if "xyzzy" in str(article):
            message = "cannot read this"
            raise Defect(message)
        return reading(self, article, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Analyser, "_findings_of", failing)
    values = [STRIKE.encode(), b"xyzzy", b"\xff", STRIKE.encode()]
    first, failed, bad, last = pipeline.read(
        [RawRecord(value=value, timestamp=NOON) for value in values]
    )
    assert first == last
    assert isinstance(first, Readable)
    assert first.reports
    assert isinstance(failed, Unread)
    assert replace(failed, traceback="") == Unread(
        reason=Reason.ANALYSIS_FAILED,
        stage=Stage.ANALYSE,
        exception="Defect",
        message="cannot read this",
    )
    assert "in failing" in failed.traceback
    assert isinstance(bad, Unread)
    assert bad.traceback == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
MEMBERS = ["text", "title", "id", "status", "published_at", "updated_at", "schema", "language", "x"]
TIMES = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)


@settings(max_examples=150, deadline=timedelta(seconds=10), suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=300)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=300).map(str.encode)
    | st.dictionaries(st.sampled_from(MEMBERS), JSON).map(lambda row: json.dumps(row).encode()),
    TIMES,
)
@example(b'{"text": "x", "published_at": "0001-01-01T00:00:00+14:00"}', NOON)
@example(b'{"text": "x", "published_at": "9999-12-31T23:59:59-14:00"}', NOON)
def test_any_bytes_have_one_outcome(pipeline: Pipeline, value: bytes, timestamp: datetime) -> None:
    """Whatever the bytes and the time, there is exactly one outcome, and the same one again."""
    record = RawRecord(value=value, timestamp=timestamp)
    (first,) = pipeline.read([record])
    assert isinstance(first, Readable | Unread)
    assert not isinstance(first, Unread) or first.stage is Stage.DECODE
    assert pipeline.read([record, record]) == [first, first]
