"""Parts: the tables inside a subscriptions file: quiet hours, what is muted, watchlists."""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.domain import EntityList, Mute, QuietHours, Severity
from monitor.lexicon.problem import suggestion
from monitor.policy.subscriptions.fields import Fields, Report
from monitor.policy.subscriptions.names import entities

__all__ = ["NamedWatchlists", "read_mute", "read_quiet", "read_watchlist", "watchlists_named"]

_QUIET = ("from", "until", "timezone", "unless")
_MUTE = ("story", "publisher", "until")
_WATCHLIST = ("ids", "names")


def read_quiet(raw: object, report: Report) -> QuietHours | None:
    """Read quiet hours; None where something is wrong with them."""
    if not isinstance(raw, dict):
        report("must be a table: write [subscription.quiet], and from, until, timezone below it")
        return None
    fields = Fields(raw, _QUIET, report)
    start, end = fields.clock("from"), fields.clock("until")
    unless = fields.choice("unless", Severity, Severity.EXTREME)
    zone = _zone(fields, "timezone" in raw)
    if not fields.is_wrong and start == end:
        fields.refuse(f"from and until are both {start:%H:%M}: that is no stretch of a day")
    if fields.is_wrong or zone is None:
        return None
    return QuietHours(start=start, end=end, zone=zone, unless=unless)


def read_mute(raw: object, report: Report) -> Mute | None:
    """Read what is muted; None where something is wrong with it."""
    if not isinstance(raw, dict):
        report("must be a table: write [[subscription.mute]]")
        return None
    fields = Fields(raw, _MUTE, report)
    story, publisher, until = fields.text("story"), fields.text("publisher"), fields.moment("until")
    if not fields.is_wrong and (story is None) == (publisher is None):
        fields.refuse(
            "give one of story (an alert_id) and publisher (a name, host or url); for several"
            " things write several [[subscription.mute]]"
        )
    if publisher is not None:
        publisher = fields.publisher("publisher", publisher)
    return None if fields.is_wrong else Mute(story=story, publisher=publisher, until=until)


def read_watchlist(raw: object, report: Report) -> EntityList:
    """Read a watchlist; empty where it is no table."""
    if not isinstance(raw, dict):
        report("must be a table: write [watchlists.NAME], with ids or names below it")
        return EntityList()
    fields = Fields(raw, _WATCHLIST, report)
    ids, names = fields.texts("ids"), fields.texts("names")
    if not fields.is_wrong and not ids and not names:
        fields.refuse("is empty: give it ids or names")
    known = entities(names)
    return EntityList(ids=known.ids | frozenset(ids), names=known.names)


class NamedWatchlists(NamedTuple):
    """The watchlists that a subscription names."""

    own: tuple[EntityList, ...]
    """Those of the subscriptions file."""
    watched: frozenset[str]
    """Ids of those in files of their own, whose items alerts name."""


def watchlists_named(
    fields: Fields, own: Mapping[str, EntityList], watched: Collection[str]
) -> NamedWatchlists:
    """Return the watchlists that a subscription names; one of both kinds counts as both.

    Args:
        fields: the subscription's.
        own: the watchlists of the file, by name.
        watched: ids of the watchlists whose items alerts name.
    """
    names = fields.texts("watchlists")
    known = (*own, *(name for name in watched if name not in own))
    for item, name in enumerate(names):
        if name not in known:
            near = suggestion(name, known)
            message = (
                f"watchlists: unknown {name!r}; {near}allowed: {', '.join(known) or 'none'}"
                " ([watchlists.NAME], and the files of the setting watchlists)"
            )
            fields.refuse(message, field="watchlists", item=item)
    return NamedWatchlists(
        own=tuple(own[name] for name in names if name in own),
        watched=frozenset(names).intersection(watched),
    )


def _zone(fields: Fields, is_given: bool) -> ZoneInfo | None:  # noqa: FBT001
    name = fields.text("timezone")
    if not is_given:
        fields.refuse('there is no timezone; give it, such as timezone = "Europe/Berlin"')
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder of the database, a path, no such zone
        message = (
            f"timezone: unknown {name!r}; allowed: names of the IANA time zone database, such as"
            ' "Europe/Berlin", "America/New_York", "UTC"'
        )
        fields.refuse(message, field="timezone")
        return None
