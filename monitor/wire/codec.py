"""Codec: one domain value as one versioned JSON record, and back.

Here live the rules that every JSON record of ours shares: the `schema` member that names record and
version, readers that ignore members they do not know, times in RFC 3339 with `Z`, and errors that
carry the reason of a dead letter. What a single record means lives in the module of its name.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, RootModel, ValidationError
from pydantic_core import from_json

from monitor.domain import Ladder, altered
from monitor.errors import InvalidRecord, Reason
from monitor.wire.descriptions import explained

__all__ = [
    "RECORD_CONFIG",
    "SCHEMA_PREFIX",
    "Codec",
    "SchemaMember",
    "altered_where_new",
    "described",
    "ladder_in_utc",
    "schema_id",
    "schema_name",
    "utc",
]

T = TypeVar("T")

SCHEMA_PREFIX = "news-monitor/"
JSON_SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

RECORD_CONFIG = ConfigDict(strict=True, allow_inf_nan=False, use_attribute_docstrings=True)
"""How pydantic reads our own records: exact types, no NaN, docstrings as descriptions."""

_SHOWN_PROBLEMS = 3


def schema_name(name: str, version: int) -> str:
    """Return the value of a record's `schema` member, `news-monitor/<name>/<version>`."""
    return f"{SCHEMA_PREFIX}{name}/{version}"


def schema_id(name: str, version: int) -> str:
    """Return the URI that names a record's JSON Schema, also used as CloudEvents `dataschema`."""
    return f"urn:news-monitor:schema:{name}:{version}"


def utc(moment: datetime) -> datetime:
    """Return the same instant in UTC.

    Raises:
        ValueError: if the time has no offset, or leaves the years 1 to 9999 in UTC.
    """
    if moment.tzinfo is None:
        message = f"time {moment.isoformat()} has no offset from UTC"
        raise ValueError(message)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        message = f"time {moment.isoformat()} lies outside the years 1 to 9999"
        raise ValueError(message) from error


def ladder_in_utc(ladder: Ladder | None) -> Ladder | None:
    """Return a ladder, if there is one, with its time in UTC."""
    if ladder is None:
        return None
    since = utc(ladder.since)
    return ladder if since is ladder.since else altered(ladder, since=since)


def altered_where_new(value: T, **members: object) -> T:
    """Return a value with these members in place of its own; the very value where it has them all.

    Nearly all times are in UTC already, and a story has 36 members to copy.
    """
    if all(getattr(value, name) is member for name, member in members.items()):
        return value
    return altered(value, **members)  # type: ignore[type-var]


class SchemaMember(StrEnum):
    """Whether a record must state its schema."""

    REQUIRED = "required"
    """Our own records always do."""
    OPTIONAL = "optional"
    """What others send us need not."""


def described(  # noqa: D417  the keyword-only arguments speak for themselves
    schema: dict[str, Any],
    *,
    name: str,
    version: int,
    examples: tuple[bytes, ...],
    stated: SchemaMember,
) -> dict[str, Any]:
    """Complete a JSON Schema with dialect, id, title, the `schema` member, meanings and examples.

    Args:
        schema: what pydantic makes of the record's class.
    """
    body = dict(schema)
    class_name = str(body.get("title", ""))
    if "$ref" in body:
        definitions = dict(body["$defs"])
        class_name = body["$ref"].rpartition("/")[2]
        body = {**definitions.pop(class_name), "$defs": definitions}
    body = explained(body, name=class_name)
    stated_schema = {
        "const": schema_name(name, version),
        "description": "Name and version of this record.",
    }
    required = ["schema"] if stated is SchemaMember.REQUIRED else []
    return {
        "$schema": JSON_SCHEMA_DIALECT,
        "$id": schema_id(name, version),
        "title": f"News Monitor {name}, version {version}",
        "description": body.pop("description", ""),
        "type": body.pop("type", "object"),
        "properties": {"schema": stated_schema, **body.pop("properties")},
        "required": required + body.pop("required", []),
        **body,
        "examples": [from_json(example) for example in examples],
    }


class Codec(Generic[T]):
    """Writes values of one class as JSON records and reads them back."""

    def __init__(
        self,
        *,
        name: str,
        version: int,
        record: type[RootModel[T]],
        in_utc: Callable[[T], T],
    ) -> None:
        """Bind a record's name and version to its model.

        Args:
            name: the record's name, as in `news-monitor/<name>/<version>`.
            version: the schema version that is written, and the only one that is read.
            record: a RootModel over the domain class, with `RECORD_CONFIG`.
            in_utc: gives a value with every time in UTC; may raise ValueError.
        """
        self._name = name
        self._version = version
        self._schema = schema_name(name, version)
        self._opening = b'{"schema":"' + self._schema.encode() + b'",'
        self._record = record
        self._in_utc = in_utc

    def encode(self, value: T) -> bytes:
        """Write the value: equal values give equal bytes; absent optional members are left out."""
        record = self._record.model_construct(self._in_utc(value))
        body = record.__pydantic_serializer__.to_json(record, exclude_none=True)
        return self._opening + body[1:]

    def decode(self, value: bytes | None) -> T:
        """Read a record's value.

        Raises:
            InvalidRecord: with NULL_VALUE, NOT_UTF8, NOT_JSON, UNKNOWN_VERSION or WRONG_TYPE.
        """
        if value is None:
            raise InvalidRecord(Reason.NULL_VALUE, f"{self._name} record has no value")
        if not self._says_so_plainly(value):
            self._check_schema(value)
        try:
            return self._in_utc(self._record.model_validate_json(value).root)
        except ValidationError as error:
            self._check_schema(value)  # It may not even be JSON.
            raise InvalidRecord(Reason.WRONG_TYPE, self._explain(error)) from error
        except ValueError as error:
            raise InvalidRecord(Reason.WRONG_TYPE, f"{self._name} record: {error}") from error

    def _says_so_plainly(self, value: bytes) -> bool:
        """Whether a record states this schema first and no other: as all do that we have written.

        An escaped name could spell `schema` again, and the last one of a name counts in JSON.
        """
        opening = self._opening
        return (
            value.startswith(opening)
            and value.find(b'schema"', len(opening)) < 0
            and b"\\u" not in value
        )

    def _check_schema(self, value: bytes) -> None:
        """Refuse what is not a JSON object of this record and version."""
        try:
            value.decode()
        except UnicodeDecodeError as error:
            message = f"{self._name} record is not UTF-8: byte {error.start} is {error.reason}"
            raise InvalidRecord(Reason.NOT_UTF8, message) from error
        try:
            content = from_json(value)
        except ValueError as error:
            message = f"{self._name} record is not JSON: {error}"
            raise InvalidRecord(Reason.NOT_JSON, message) from error
        if not isinstance(content, dict):
            message = f"{self._name} record is a JSON {type(content).__name__}, not an object"
            raise InvalidRecord(Reason.WRONG_TYPE, message)
        stated = content.get("schema")
        if not isinstance(stated, str):
            message = f"{self._name} record states no schema; expected {self._schema!r}"
            raise InvalidRecord(Reason.WRONG_TYPE, message)
        if stated != self._schema:
            message = f"schema is {stated[:80]!r}; this release reads {self._schema!r}"
            raise InvalidRecord(Reason.UNKNOWN_VERSION, message)

    def _explain(self, error: ValidationError) -> str:
        """Name the members that are wrong and what is wrong with them, without their content."""
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        parts = [
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in problems[:_SHOWN_PROBLEMS]
        ]
        if len(problems) > _SHOWN_PROBLEMS:
            parts.append(f"and {len(problems) - _SHOWN_PROBLEMS} more")
        return f"{self._name} record: {'; '.join(parts)}"

    def json_schema(self, *, examples: tuple[bytes, ...]) -> dict[str, Any]:
        """Return the record's JSON Schema, draft 2020-12, made from the domain class."""
        return described(
            self._record.model_json_schema(),
            name=self._name,
            version=self._version,
            examples=examples,
            stated=SchemaMember.REQUIRED,
        )
