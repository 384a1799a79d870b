"""Fields: the values of one table of a subscriptions file, each checked, all problems reported."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from monitor.domain import ArticleRef
from monitor.lexicon.problem import suggestion
from monitor.policy.publishers import publisher_of

__all__ = ["Fields", "Report", "publisher_named"]

Choice = TypeVar("Choice", bound=StrEnum)

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_ANY_TIME = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


class Report(Protocol):
    """Takes note of what is wrong with a table."""

    def __call__(self, message: str, *, field: str = "", item: int | None = None) -> None:
        """Note what is wrong and what is allowed, in the table, a field, or a member of its list."""


class Fields:
    """Reads the fields of a table, and remembers whether one was wrong."""

    def __init__(self, raw: Mapping[str, Any], allowed: Collection[str], report: Report) -> None:
        """Take the table as written; report fields that it should not have."""
        self._raw = raw
        self._report = report
        self.is_wrong = False
        for name in raw:
            if name not in allowed:
                near = suggestion(name, allowed)
                message = f"unknown field {name!r}; {near}allowed: {', '.join(allowed)}"
                self.refuse(message, field=name)

    def refuse(self, message: str, *, field: str = "", item: int | None = None) -> None:
        """Report what is wrong."""
        self.is_wrong = True
        self._report(message, field=field, item=item)

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts, none of them blank; empty where the field is not given."""
        if name not in self._raw:
            return ()
        values = self._raw[name]
        if not isinstance(values, list) or not values:
            message = f'{name} = {values!r}: must be a list of texts, such as {name} = ["..."]'
            self.refuse(f"{message}; leave it out where it does not matter", field=name)
            return ()
        for item, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                message = f"{name}: {value!r} must be a text in quotation marks, and not blank"
                self.refuse(message, field=name, item=item)
                return ()
        return tuple(values)

    def choices(self, name: str, enum: type[Choice]) -> frozenset[Choice]:
        """Read a list of members of an enum."""
        found = []
        for item, value in enumerate(self.texts(name)):
            member = self._member(name, value, enum, item=item)
            if member is not None:
                found.append(member)
        return frozenset(found)

    def choice(self, name: str, enum: type[Choice], default: Choice) -> Choice:
        """Read one member of an enum."""
        if name not in self._raw:
            return default
        return self._member(name, self._raw[name], enum) or default

    def _member(
        self, name: str, value: object, enum: type[Choice], *, item: int | None = None
    ) -> Choice | None:
        known = [member.value for member in enum]
        if isinstance(value, str) and value in known:
            return enum(value)
        message = (
            f"{name}: unknown {value!r}; {suggestion(value, known)}allowed: {', '.join(known)}"
        )
        self.refuse(message, field=name, item=item)
        return None

    def text(self, name: str) -> str | None:
        """Read a text that is not blank; None where the field is not given."""
        if name not in self._raw:
            return None
        value = self._raw[name]
        if isinstance(value, str) and value.strip():
            return value.strip()
        message = f"{name} = {value!r}: must be a text in quotation marks, and not blank"
        self.refuse(message, field=name)
        return None

    def clock(self, name: str) -> time:
        """Read a time of day, which must be given."""
        value = self._raw.get(name)
        if isinstance(value, time):
            return value
        if isinstance(value, str) and _CLOCK.fullmatch(value):
            return time.fromisoformat(value)
        given = f" = {value!r}" if name in self._raw else ""
        self.refuse(f'{name}{given}: must be a time of day, such as {name} = "22:00"', field=name)
        return time()

    def moment(self, name: str) -> datetime | None:
        """Read a moment; None where the field is not given."""
        if name not in self._raw:
            return None
        value = self._raw[name]
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value
        message = (
            f"{name} = {value}: must be a date and time with its offset from UTC, without quotation"
            f" marks, such as {name} = 2026-03-09T06:00:00Z"
        )
        self.refuse(message, field=name)
        return None

    def publisher(self, name: str, value: str, *, item: int | None = None) -> str:
        """Even out a publisher's name."""
        publisher = publisher_named(value)
        if not publisher:
            self.refuse(f"{name}: {value!r} names no publisher", field=name, item=item)
        return publisher


def publisher_named(value: str) -> str:
    """Return the evened-out name of a publisher, given as a name, a host or a url."""
    return publisher_of(ArticleRef(id="", source=value, published_at=_ANY_TIME))
