"""Reading: the text of a subscriptions file as subscriptions, or all that is wrong with it.

Nothing is read from a disk here; `agents.subscriptions_file` does that.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.domain import (
    Certainty,
    EntityList,
    Mute,
    QuietHours,
    Reports,
    Severity,
    SignalKind,
    Subscription,
    Updates,
)
from monitor.lexicon.problem import Problem, suggestion
from monitor.lexicon.toml_text import parse_toml
from monitor.policy.subscriptions.fields import Fields
from monitor.policy.subscriptions.lines import Lines
from monitor.policy.subscriptions.names import countries, entities, words
from monitor.policy.subscriptions.parts import (
    read_mute,
    read_quiet,
    read_watchlist,
    watchlists_named,
)

__all__ = ["SubscriptionsReading", "read_subscriptions"]

_FILE = ("subscription", "watchlists")
_SUBSCRIPTION = (
    *("id", "kinds", "min_severity", "min_certainty", "countries", "parties", "watchlists"),
    *("words", "publishers", "reports", "updates", "quiet", "mute"),
)
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionsReading:
    """What a file says: no subscription of it is to be used where there are problems."""

    subscriptions: tuple[Subscription, ...]
    problems: tuple[Problem, ...]
    """Every one an error, in the order of their lines."""


def read_subscriptions(
    written: bytes, *, file: str, watched: Collection[str] = ()
) -> SubscriptionsReading:
    """Read the bytes of a subscriptions file.

    Args:
        written: what the file holds.
        file: its name, for the problems.
        watched: ids of the watchlists in files of their own, whose items alerts name.
    """
    parsed = parse_toml(written, file=file)
    if isinstance(parsed, Problem):
        return SubscriptionsReading(subscriptions=(), problems=(parsed,))
    reader = _Reader(parsed.content, Lines(parsed.text), file, watched)
    subscriptions = tuple(reader.subscriptions())
    problems = sorted(reader.problems, key=lambda each: each.line or 0)
    return SubscriptionsReading(subscriptions=subscriptions, problems=tuple(problems))


class _Reader:
    """Reads one file; `problems` fills on the way."""

    def __init__(
        self, content: Mapping[str, Any], lines: Lines, file: str, watched: Collection[str]
    ) -> None:
        self._content = content
        self._watched = watched
        self._lines = lines
        self._file = file
        self.problems: list[Problem] = []
        for name in content:
            if name not in _FILE:
                near = suggestion(name, _FILE)
                message = f"unknown {name!r}; {near}a file has: [[subscription]], [watchlists.NAME]"
                self._note(message, line=lines.of_file(name))
        self._watchlists = dict(self._own_watchlists())

    def subscriptions(self) -> Iterator[Subscription]:
        """Yield those that are right by themselves."""
        raws = self._content.get("subscription", [])
        if not isinstance(raws, list) or not raws:
            message = "there is no subscription: begin each with a line [[subscription]] and give it an id"
            self._note(message, line=self._lines.of_file("subscription"))
            return
        self._look_for_twins(raws)
        for number, raw in enumerate(raws):
            subscription = self._subscription(number, raw)
            if subscription is not None:
                yield subscription

    def _look_for_twins(self, raws: list[object]) -> None:
        first: dict[object, int] = {}
        for number, raw in enumerate(raws):
            name = raw.get("id") if isinstance(raw, dict) else None
            if not isinstance(name, str):
                continue
            if first.setdefault(name, number) != number:
                other = self._lines.of_subscription(first[name], "id")
                message = f"id {name!r} is taken by the subscription of line {other}"
                self._note(message, line=self._lines.of_subscription(number, "id"))

    def _subscription(self, number: int, raw: object) -> Subscription | None:
        if not isinstance(raw, dict):
            message = "a subscription is a table: begin it with a line [[subscription]]"
            self._note(message, line=self._lines.of_subscription(number))
            return None
        name = raw.get("id")
        who = f"subscription {name}: " if isinstance(name, str) else ""

        def report(message: str, *, field: str = "", item: int | None = None) -> None:
            line = self._lines.of_subscription(number, field, item)
            self._note(f"{who}{message}", line=line)

        fields = Fields(raw, _SUBSCRIPTION, report)
        if not isinstance(name, str) or not _ID.fullmatch(name):
            message = (
                f"id = {name!r}: must be up to 63 small letters, digits and hyphens, such as"
                ' "gulf-desk": its topic is called by it'
                if "id" in raw
                else 'there is no id; give it one, such as id = "gulf-desk"'
            )
            fields.refuse(message, field="id")
        before = len(self.problems)
        quiet = self._quiet(number, raw["quiet"], who) if "quiet" in raw else None
        mutes = tuple(self._mutes(number, raw.get("mute", []), who))
        watchlists = watchlists_named(fields, self._watchlists, self._watched)
        subscription = Subscription(
            id=str(name),
            kinds=fields.choices("kinds", SignalKind),
            min_severity=fields.choice("min_severity", Severity, Severity.UNKNOWN),
            min_certainty=fields.choice("min_certainty", Certainty, Certainty.UNKNOWN),
            countries=frozenset(countries(fields)),
            parties=entities(fields.texts("parties")),
            watchlists=watchlists.own,
            watched=watchlists.watched,
            words=frozenset(words(fields)),
            publishers=frozenset(
                fields.publisher("publishers", value, item=item)
                for item, value in enumerate(fields.texts("publishers"))
            ),
            reports=fields.choice("reports", Reports, Reports.FIRST),
            updates=fields.choice("updates", Updates, Updates.ALL),
            quiet=quiet,
            mutes=mutes,
        )
        return None if fields.is_wrong or len(self.problems) > before else subscription

    def _quiet(self, number: int, raw: object, who: str) -> QuietHours | None:
        def report(message: str, *, field: str = "", item: int | None = None) -> None:  # noqa: ARG001
            line = self._lines.of_part(number, "quiet", 0, field)
            self._note(f"{who}quiet: {message}", line=line)

        return read_quiet(raw, report)

    def _mutes(self, number: int, raws: object, who: str) -> Iterator[Mute]:
        if not isinstance(raws, list):
            message = f"{who}mute: must be written [[subscription.mute]]"
            self._note(message, line=self._lines.of_part(number, "mute", 0))
            return
        for index, raw in enumerate(raws):

            def report(
                message: str,
                *,
                field: str = "",
                item: int | None = None,  # noqa: ARG001
                index: int = index,
            ) -> None:
                line = self._lines.of_part(number, "mute", index, field)
                self._note(f"{who}mute: {message}", line=line)

            if mute := read_mute(raw, report):
                yield mute

    def _own_watchlists(self) -> Iterator[tuple[str, EntityList]]:
        raws = self._content.get("watchlists", {})
        if not isinstance(raws, dict):
            message = "watchlists: must be written [watchlists.NAME], with ids or names below it"
            self._note(message, line=self._lines.of_file("watchlists"))
            return
        for name, raw in raws.items():

            def report(
                message: str, *, field: str = "", item: int | None = None, name: str = name
            ) -> None:
                line = self._lines.of_watchlist(name, field, item)
                self._note(f"watchlist {name}: {message}", line=line)

            yield name, read_watchlist(raw, report)

    def _note(self, message: str, *, line: int) -> None:
        self.problems.append(Problem(file=self._file, line=line, entry="", message=message))
