"""The article record, version 1: what publishers send us; lenient in form, exact in content.

A value that starts like a JSON object is one; any other UTF-8 text is an article that has only a
text. Unknown members are ignored, null counts as absent. Nothing is trimmed, unescaped or
normalised: `start_char` and `end_char` count characters of the text as it came (a leading
byte-order mark aside). Control and bidirectional characters stay; terminals are guarded elsewhere.
"""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from monitor.domain import Article, ArticleRef, ArticleStatus
from monitor.errors import InvalidRecord, Reason
from monitor.wire import examples
from monitor.wire.codec import SCHEMA_PREFIX, SchemaMember, described, schema_name, utc

__all__ = [
    "BELIEVED_AHEAD",
    "BELIEVED_SINCE",
    "DEFAULT_MAX_TEXT_CHARS",
    "EXAMPLES",
    "NAME",
    "VERSION",
    "decode",
    "encode",
    "json_schema",
]

NAME = "article"
VERSION = 1
DEFAULT_MAX_TEXT_CHARS = 500_000

BELIEVED_AHEAD = timedelta(days=1)
"""A stated time further ahead of the record's own is not believed: clocks and zones err by hours."""
BELIEVED_SINCE = datetime(1901, 1, 1, tzinfo=UTC)
"""A stated time before it is not believed: the zeros of calendars in use, which mean that nothing was
set, lie there (year 1 of .NET, 1601 of Windows, 1899 of OLE, 1900 of NTP and SQL Server)."""

_SCHEMA = schema_name(NAME, VERSION)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SURROGATE = re.compile("[\ud800-\udfff]")
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:)([0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_SPELLINGS = {"canceled": "cancelled"}


def _whole_text(value: object) -> object:
    """Refuse half a surrogate pair: JSON can spell it, but no text contains it."""
    if isinstance(value, str) and (half := _SURROGATE.search(value)):
        message = f"character {half.start()} is half of a surrogate pair"
        raise ValueError(message)
    return value


def _moment(value: object) -> object:
    """Read an RFC 3339 time; numbers and times without an offset mean nothing for sure."""
    if value is None or isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not (parts := _RFC3339.fullmatch(value.strip())):
        message = "must be RFC 3339 with an offset, such as 2026-03-02T06:00:00Z"
        raise ValueError(message)
    date, minute, second, fraction, offset = parts.groups(default="")
    # RFC 3339 allows leap seconds; datetime has no 60th second.
    second = "59" if second == "60" else second
    return utc(datetime.fromisoformat(f"{date}T{minute}{second}{fraction[:7]}{offset.upper()}"))


def _status(value: object) -> object:
    """Read the spellings of NITF and NewsML too, such as `stat:canceled`."""
    if isinstance(value, str):
        word = value.strip().lower().removeprefix("stat:")
        return _SPELLINGS.get(word, word)
    return value


_Text = Annotated[str | None, BeforeValidator(_whole_text)]
_Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class _Record(BaseModel):
    """One published text with its source and time."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    text: _Text = None
    """The article's text, cased or not, punctuated or not. Required, except to withdraw an article."""
    title: _Text = None
    """The headline."""
    id: _Text = Field(default=None, max_length=1024)
    """Identity of the article at its publisher; an update carries the same. A hash of title and text if absent."""
    url: _Text = Field(default=None, max_length=8192)
    """Where the article can be read."""
    source: _Text = Field(default=None, max_length=1024)
    """Name or domain of the publisher."""
    language: _Text = Field(default=None, max_length=100)
    """Language of the text, BCP 47."""
    published_at: _Moment = None
    """Time of publication, RFC 3339 with offset; the record's time if absent or more than a day after it."""
    updated_at: _Moment = None
    """Time of the last change, RFC 3339 with offset."""
    status: Annotated[ArticleStatus | None, BeforeValidator(_status)] = None
    """`usable` if absent; `withheld` and `cancelled` withdraw the article of that id."""


def decode(
    value: bytes | None, *, timestamp: datetime, max_text_chars: int = DEFAULT_MAX_TEXT_CHARS
) -> Article:
    """Read the value of a record of an article topic.

    Args:
        value: the record's value.
        timestamp: the record's own time, UTC.
        max_text_chars: most characters that title and text may have together.

    Raises:
        InvalidRecord: with NULL_VALUE, NOT_UTF8, NOT_JSON, NO_TEXT, WRONG_TYPE, UNKNOWN_VERSION
            or TOO_LONG, and never anything else, whatever the bytes.
    """
    if value is None:
        raise InvalidRecord(Reason.NULL_VALUE, "article record has no value")
    try:
        content = value.removeprefix(_BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as error:
        message = f"article record is not UTF-8: byte {error.start}: {error.reason}"
        raise InvalidRecord(Reason.NOT_UTF8, message) from error
    record = _record_of(content)
    text = record.text or ""
    title = record.title or ""
    status = record.status or ArticleStatus.USABLE
    if len(text) + len(title) > max_text_chars:
        message = (
            f"title and text have {len(text) + len(title)} characters; most is {max_text_chars}"
        )
        raise InvalidRecord(Reason.TOO_LONG, message)
    named = record.id is not None and bool(record.id.strip())
    if not text.strip() and (status is ArticleStatus.USABLE or not named):
        what = "is missing" if record.text is None else "is blank"
        raise InvalidRecord(Reason.NO_TEXT, f"text {what}")
    published_at = _believed(record.published_at, timestamp)
    ref = ArticleRef(
        id=record.id if named and record.id else _content_hash(title, text),
        title=title,
        url=record.url or "",
        source=record.source or "",
        language=record.language or "",
        published_at=timestamp if published_at is None else published_at,
        states_time=published_at is not None,
        updated_at=_believed(record.updated_at, timestamp),
        status=status,
    )
    return Article(ref=ref, text=text)


def _record_of(content: str) -> _Record:
    """Tell JSON from plain text and check the JSON's form."""
    opening = content.lstrip()[:1]
    if opening != "{":
        if opening in ("[", '"') and _is_json(content):
            message = (
                "article record is JSON but not an object; expected an object or plain text, and of"
                " an array each article in a record of its own (jq -c '.[]')"
            )
            raise InvalidRecord(Reason.WRONG_TYPE, message)
        return _Record.model_construct(text=content)
    members = _members(content)
    stated = members.get("schema")
    if isinstance(stated, str) and stated.startswith(SCHEMA_PREFIX) and stated != _SCHEMA:
        message = f"schema is {stated[:80]!r}; this release reads {_SCHEMA!r}"
        raise InvalidRecord(Reason.UNKNOWN_VERSION, message)
    try:
        return _Record.model_validate(members)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        parts = [
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in problems
        ]
        raise InvalidRecord(Reason.WRONG_TYPE, "; ".join(parts)) from error


def _is_json(content: str) -> bool:
    try:
        json.loads(content, parse_int=float)
    except (ValueError, RecursionError):
        return False
    return True


def _members(content: str) -> dict[str, Any]:
    try:
        # As float: an integer of ten thousand digits in a member that nobody reads is no error.
        members = json.loads(content, parse_int=float)
    except ValueError as error:
        message = f"article record starts like a JSON object but is none: {error}"
        raise InvalidRecord(Reason.NOT_JSON, message) from error
    except RecursionError as error:
        message = "article record is nested too deeply to be read as JSON"
        raise InvalidRecord(Reason.NOT_JSON, message) from error
    return dict(members)


def _believed(stated: datetime | None, timestamp: datetime) -> datetime | None:
    """Return the stated time, unless it lies too far in the future of the record's, or is nobody's."""
    if stated is not None and (stated < BELIEVED_SINCE or stated - timestamp > BELIEVED_AHEAD):
        return None
    return stated


def _content_hash(title: str, text: str) -> str:
    content = f"{title}\0{text}".encode()
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def encode(article: Article) -> bytes:
    """Write an article as a JSON record; equal articles, equal bytes; empty members left out."""
    ref = article.ref
    members: dict[str, str] = {
        "schema": _SCHEMA,
        "id": ref.id,
        "title": ref.title,
        "text": article.text,
        "url": ref.url,
        "source": ref.source,
        "language": ref.language,
        "published_at": _rfc3339(ref.published_at) if ref.states_time else "",
        "updated_at": "" if ref.updated_at is None else _rfc3339(ref.updated_at),
        "status": ref.status.value,
    }
    present = {name: value for name, value in members.items() if value}
    return json.dumps(present, ensure_ascii=False, separators=(",", ":")).encode()


def _rfc3339(moment: datetime) -> str:
    return utc(moment).astimezone(UTC).isoformat().replace("+00:00", "Z")


EXAMPLES: tuple[bytes, ...] = (
    *(encode(article) for article in examples.ARTICLES),
    b'{"text":"dockers walked out in santos over pay"}',
    b"israeli jets bombed an arms depot near latakia before dawn on monday",
)
"""Published examples: one per kind, a cancellation, a bare JSON text and a plain text."""


def json_schema() -> dict[str, Any]:
    """Return the record's JSON Schema (draft 2020-12); plain-text records are outside of it."""
    schema = _Record.model_json_schema()
    schema["anyOf"] = [
        {"required": ["text"]},
        {
            "required": ["id", "status"],
            "properties": {"status": {"enum": ["withheld", "cancelled"]}},
        },
    ]
    in_json = tuple(example for example in EXAMPLES if example.startswith(b"{"))
    return described(
        schema,
        name=NAME,
        version=VERSION,
        examples=in_json,
        stated=SchemaMember.OPTIONAL,
    )
