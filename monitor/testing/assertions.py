"""Assertions: what must be among alerts, in one line, with a failure that says what there was."""

from collections.abc import Iterable
from typing import NoReturn

from monitor.domain import Alert, Entity
from monitor.wording import counted

__all__ = ["assert_alert", "assert_no_alert"]


def assert_alert(
    alerts: Iterable[Alert],
    kind: str | None = None,
    *,
    severity: str | None = None,
    lifecycle: str | None = None,
    change: str | None = None,
    revision: int | None = None,
    actor: str | None = None,
    target: str | None = None,
    place: str | None = None,
    quote: str | None = None,
) -> Alert:
    """Return the first alert that is as asked; what is None may be anything.

    Args:
        alerts: where it is looked for.
        kind: one of its kinds, such as `unrest`.
        severity: `Extreme`, `Severe`, `Moderate`, `Minor` or `Unknown`.
        lifecycle: `alert`, `update` or `cancel`.
        change: what is new, such as `new-story` or `higher-severity`.
        revision: its number, 1 for the first of its story.
        actor: who does it: the id (`IR`), or the words of the article (`Iran`).
        target: to whom, in the same way.
        place: where, in the same way.
        quote: words that its evidence quotes, whatever their case.

    Raises:
        AssertionError: there is none; tells of every alert what it is.
    """
    wanted = _wanted(locals())
    __tracebackhide__ = True  # pytest shows the line that asks
    found = list(alerts)
    for alert in found:
        if not _missing(alert, wanted):
            return alert
    return _fail("no alert", wanted, found)


def assert_no_alert(
    alerts: Iterable[Alert],
    kind: str | None = None,
    *,
    severity: str | None = None,
    lifecycle: str | None = None,
    change: str | None = None,
    revision: int | None = None,
    actor: str | None = None,
    target: str | None = None,
    place: str | None = None,
    quote: str | None = None,
) -> None:
    """Make sure that no alert is as described, in the words of `assert_alert`; none at all without.

    Raises:
        AssertionError: there is one; tells of every alert what it is.
    """
    wanted = _wanted(locals())
    __tracebackhide__ = True  # pytest shows the line that asks
    found = list(alerts)
    if any(not _missing(alert, wanted) for alert in found):
        _fail("an alert", wanted, found)


_Wanted = dict[str, str | int]


def _wanted(arguments: dict[str, object]) -> _Wanted:
    """Return what is asked of an alert."""
    return {
        name: value
        for name, value in arguments.items()
        if name != "alerts" and isinstance(value, str | int)
    }


def _missing(alert: Alert, wanted: _Wanted) -> list[str]:
    """Return the names of what an alert is not."""
    facts: dict[str, Iterable[str | int]] = {
        "kind": [kind.value for kind in alert.kinds],
        "severity": [alert.severity.value],
        "lifecycle": [alert.lifecycle.value],
        "change": [change.value for change in alert.changes],
        "revision": [alert.revision],
        "actor": _names(alert.actors),
        "target": _names(alert.targets),
        "place": _names(alert.places),
    }
    missing = [name for name, value in wanted.items() if name in facts and value not in facts[name]]
    quote = str(wanted.get("quote", "")).casefold()
    if not any(quote in evidence.quote.casefold() for evidence in alert.evidence) and quote:
        missing.append("quote")
    return missing


def _names(entities: Iterable[Entity]) -> set[str]:
    return {name for each in entities for name in (each.text, each.id, each.country) if name}


def _fail(what: str, wanted: _Wanted, alerts: list[Alert]) -> NoReturn:
    """Say what was asked for and what there is."""
    __tracebackhide__ = True
    asked = ", ".join(f"{name}={value!r}" for name, value in wanted.items()) or "at all"
    lines = [f"{what} {'with ' if wanted else ''}{asked}; found {counted(len(alerts), 'alert')}:"]
    for alert in alerts:
        missing = _missing(alert, wanted)
        lines.append(
            f"  {_described(alert)}" + (f"  not so: {', '.join(missing)}" if missing else "")
        )
    raise AssertionError("\n".join(lines))


def _described(alert: Alert) -> str:
    parties = " > ".join(
        "/".join(each.text for each in side) for side in (alert.actors, alert.targets)
    )
    kinds = "+".join(kind.value for kind in alert.kinds)
    quotes = " | ".join(evidence.quote for evidence in alert.evidence)
    return (
        f"{alert.lifecycle.value} {alert.revision} {alert.severity.value} {kinds} {parties}"
        f" [{quotes}]"
    )
