"""The article codec: lenient in form, exact in content."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import Article, ArticleRef, ArticleStatus
from monitor.errors import InvalidRecord, Reason
from monitor.wire import article_v1

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def decode(value: bytes | None, *, max_text_chars: int = 1000) -> Article:
    """Decode with a record time of noon."""
    return article_v1.decode(value, timestamp=NOW, max_text_chars=max_text_chars)


def of(**members: object) -> bytes:
    """Return a JSON article with a text and other members."""
    return json.dumps({"text": "Jets bombed a depot.", **members}).encode()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, Reason.NULL_VALUE),
        (b"", Reason.NO_TEXT),
        (b" \n\t ", Reason.NO_TEXT),
        (b"\xff\xfe\x00", Reason.NOT_UTF8),
        (b"caf\xe9 closed by strike", Reason.NOT_UTF8),
        (b'{"text": "cut off', Reason.NOT_JSON),
        (b'\xef\xbb\xbf {"text":', Reason.NOT_JSON),
        (b"{}x", Reason.NOT_JSON),
        (b'{"a":' * 100_000, Reason.NOT_JSON),
        (b"{}", Reason.NO_TEXT),
        (b'{"text": null}', Reason.NO_TEXT),
        (b'{"text": "  "}', Reason.NO_TEXT),
        (b'{"title": "only a title"}', Reason.NO_TEXT),
        (b'{"status": "cancelled"}', Reason.NO_TEXT),
        (b'{"text": 5}', Reason.WRONG_TYPE),
        (b'{"text": ["a"]}', Reason.WRONG_TYPE),
        (b'["a", "b"]', Reason.WRONG_TYPE),
        (b'"a string"', Reason.WRONG_TYPE),
        (b'{"text": "half \\ud800"}', Reason.WRONG_TYPE),
        (of(id=5), Reason.WRONG_TYPE),
        (of(id="x" * 1025), Reason.WRONG_TYPE),
        (of(status="maybe"), Reason.WRONG_TYPE),
        (of(published_at=1741000000), Reason.WRONG_TYPE),
        (of(published_at="yesterday"), Reason.WRONG_TYPE),
        (of(published_at="2026-03-02"), Reason.WRONG_TYPE),
        (of(published_at="2026-03-02T06:00:00"), Reason.WRONG_TYPE),
        (of(published_at="2026-02-30T06:00:00Z"), Reason.WRONG_TYPE),
        (of(published_at="0000-01-01T00:00:00Z"), Reason.WRONG_TYPE),
        (of(published_at="0001-01-01T00:00:00+14:00"), Reason.WRONG_TYPE),
        (of(published_at="9999-12-31T23:59:59-14:00"), Reason.WRONG_TYPE),
        (of(schema="news-monitor/article/2"), Reason.UNKNOWN_VERSION),
        (of(schema="news-monitor/story/1"), Reason.UNKNOWN_VERSION),
        (b"x" * 1001, Reason.TOO_LONG),
        (of(text="x" * 900, title="y" * 101), Reason.TOO_LONG),
    ],
)
def test_bad_records_get_their_reason(value: bytes | None, reason: Reason) -> None:
    """Every kind of bad record is refused with the reason that the documentation promises."""
    with pytest.raises(InvalidRecord) as caught:
        decode(value)

    assert caught.value.reason is reason
    assert str(caught.value)


def test_the_message_names_the_member_and_what_is_allowed() -> None:
    """Who reads a dead letter learns which member is wrong and how to write it."""
    with pytest.raises(
        InvalidRecord, match=r"published_at: must be RFC 3339 .* 2026-03-02T06:00:00Z"
    ):
        decode(of(published_at="1 May"))


@pytest.mark.parametrize(
    "text", ["plain words", "[sic] he said", '"Never," he said', "42", "null", "a\0b\u202e\x1b[31m"]
)
def test_any_other_text_is_an_article(text: str) -> None:
    """A record that is neither a JSON object nor other JSON of brackets or quotes is its text."""
    article = decode(text.encode())

    assert article.text == text
    assert article.ref.published_at == NOW


def test_a_text_is_kept_to_the_character() -> None:
    """Blanks, markup and control characters stay, so that offsets hold for the text as it came."""
    text = "  <p>Two\r\n\tdead\u00a0here</p>\u200f "

    assert decode(of(text=text)).text == text
    assert decode(text.encode()).text == text


def test_a_byte_order_mark_is_no_character() -> None:
    """A leading byte-order mark belongs to the encoding, not to the text."""
    assert decode(b"\xef\xbb\xbfwords").text == "words"
    assert decode(b"\xef\xbb\xbf" + of()).text == "Jets bombed a depot."


def test_unknown_members_are_ignored_and_null_is_absent() -> None:
    """Other people's members do no harm, whatever they hold."""
    value = of(title=None, tags=["a"], body={"x": "\ud800"}, schema="acme/7")
    numbered = of(schema=2)
    digits = value[:-1] + b', "n": ' + b"9" * 10_000 + b"}"

    assert decode(value) == decode(of())
    assert decode(numbered) == decode(of())
    assert decode(digits) == decode(of())


def test_an_article_without_id_is_named_by_its_content() -> None:
    """The same title and text give the same id, and nothing else does."""
    bare = decode(of()).ref.id

    assert len(bare) == 32
    assert decode(of(url="https://a.example", id=" ")).ref.id == bare
    assert decode(b"Jets bombed a depot.").ref.id == bare
    assert decode(of(title="T")).ref.id != bare


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("2026-03-02T06:00:00Z", datetime(2026, 3, 2, 6, tzinfo=UTC)),
        ("2026-03-02t06:00:00.123456789z", datetime(2026, 3, 2, 6, 0, 0, 123456, tzinfo=UTC)),
        ("2026-03-02 08:00:00+02:00", datetime(2026, 3, 2, 6, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("1987-03-27T00:00:00Z", datetime(1987, 3, 27, tzinfo=UTC)),
        ("2026-03-03T12:00:00Z", NOW + timedelta(days=1)),
        ("2026-03-03T12:00:01Z", NOW),
        ("9999-12-31T23:59:59Z", NOW),
        ("0001-01-01T00:00:00Z", NOW),
        ("1900-12-31T23:59:59Z", NOW),
        ("1901-01-01T00:00:00Z", datetime(1901, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_read_and_absurd_ones_are_not_believed(stated: str, read: datetime) -> None:
    """RFC 3339 in its spellings; before 1901, or a day ahead of the record's time, is unstated."""
    ref = decode(of(published_at=stated, updated_at=stated)).ref

    assert ref.published_at == read
    assert ref.states_time == (read != NOW)
    assert ref.updated_at == (read if ref.states_time else None)


@pytest.mark.parametrize("spelling", ["cancelled", "Canceled", "stat:canceled"])
def test_a_withdrawal_needs_no_text(spelling: str) -> None:
    """NITF's and NewsML's spellings withdraw the article of an id."""
    article = decode(json.dumps({"id": "a", "status": spelling}).encode())

    assert article.ref.status is ArticleStatus.CANCELLED
    assert article.text == ""


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_TIMES = st.integers(-(10**9), 24 * 3600).map(lambda seconds: NOW + timedelta(seconds=seconds))
_ARTICLES = st.builds(
    Article,
    text=_TEXTS.filter(lambda text: bool(text.strip())),
    ref=st.builds(
        ArticleRef,
        id=_TEXTS.filter(lambda text: bool(text.strip())),
        title=_TEXTS,
        url=_TEXTS,
        source=_TEXTS,
        language=_TEXTS,
        published_at=_TIMES,
        updated_at=st.none() | _TIMES,
        status=st.sampled_from(ArticleStatus),
    ),
)


@given(article=_ARTICLES)
def test_articles_survive_the_wire(article: Article) -> None:
    """What was encoded is decoded as it was, and encoded again gives the same bytes."""
    value = article_v1.encode(article)

    assert decode(value) == article
    assert article_v1.encode(decode(value)) == value


_JSON = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8)
_MEMBERS = st.dictionaries(
    st.sampled_from(["text", "title", "id", "status", "published_at", "updated_at", "schema", "x"]),
    _JSON
    | st.lists(_JSON, max_size=2)
    | st.sampled_from(["usable", "2026-03-02T06:00:00Z", "news-monitor/article/1"]),
)


@given(value=st.none() | st.binary(max_size=40) | _MEMBERS.map(lambda m: json.dumps(m).encode()))
def test_any_bytes_give_an_article_or_a_reason(value: bytes | None) -> None:
    """Decoding never raises anything but InvalidRecord, and what it accepts has content."""
    try:
        article = decode(value)
    except InvalidRecord:
        return
    assert article.ref.id
    assert article.text.strip() or article.ref.status is not ArticleStatus.USABLE
