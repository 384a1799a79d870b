"""Alerts for people: one look says what, how grave, who to whom, where, and what proves it.

Severe   military-strike  Israeli (IL) > Syria (SY), in Latakia
         "Israeli jets *bombed* an arms depot near Latakia before dawn on Monday."
         new story; 1 article; Example News; 2026-03-02 06:00 UTC
"""

from collections.abc import Sequence
from enum import StrEnum

from rich.console import Console
from rich.text import Text

from monitor.cli.output import terminal_safe
from monitor.domain import (
    Alert,
    Change,
    Entity,
    Figure,
    Lifecycle,
    Measure,
    Precision,
    Quotation,
    Severity,
)
from monitor.wording import counted

__all__ = ["Marking", "alert_console", "print_alert", "render_alert"]

_INDENT = 10
_QUOTE_CHARS = 320
_NAMES_SHOWN = 3
_PIPED_WIDTH = 100
_MOST_WIDTH = 120
_LEAST_WIDTH = 20

_SEVERITY_STYLES = {
    Severity.EXTREME: "bold white on red",
    Severity.SEVERE: "bold red",
    Severity.MODERATE: "bold yellow",
    Severity.MINOR: "bold cyan",
    Severity.UNKNOWN: "dim",
}
_LIFECYCLE_STYLES = {
    Lifecycle.ALERT: "bold",
    Lifecycle.UPDATE: "magenta",
    Lifecycle.CANCEL: "bold green",
}
_PRECISIONS = {
    Precision.EXACT: "",
    Precision.AT_LEAST: "at least ",
    Precision.AT_MOST: "up to ",
    Precision.ABOUT: "about ",
}


class Marking(StrEnum):
    """How the words that prove an alert are marked in its quotation."""

    STYLE = "style"
    """By the terminal: bold and underlined."""
    ASTERISKS = "asterisks"
    """*So*, for output that goes to a file or a pipe."""


def alert_console() -> Console:
    """Return a console for alerts: as wide as the terminal up to 120 columns, 100 when piped."""
    console = Console(markup=False, highlight=False)
    console.width = min(console.width, _MOST_WIDTH) if console.is_terminal else _PIPED_WIDTH
    return console


def print_alert(console: Console, alert: Alert) -> None:
    """Print an alert, marked in the way that the console's reader can see."""
    marking = Marking.STYLE if console.is_terminal and console.color_system else Marking.ASTERISKS
    text = render_alert(alert, width=console.width, marking=marking)
    console.print(text, soft_wrap=True)


def render_alert(alert: Alert, *, width: int, marking: Marking) -> Text:
    """Return an alert as three or more lines of at most *width* columns."""
    heading = Text(f"{alert.severity.value:<{_INDENT}}", style=_SEVERITY_STYLES[alert.severity])
    paragraphs = [_what(alert), _proof(alert, marking), _circumstances(alert)]
    measure = Console(width=width)  # for its tab size; nothing is printed to it
    lines: list[Text] = []
    for paragraph in paragraphs:
        if paragraph:
            lines += paragraph.wrap(measure, max(_LEAST_WIDTH, width - _INDENT))
    result = Text()
    for number, line in enumerate(lines):
        line.rstrip()
        start = heading if number == 0 else Text(" " * _INDENT)
        result.append_text(start).append_text(line).append("\n")
    result.rstrip()
    return result.append("\n")


def _what(alert: Alert) -> Text:
    """Say the kind, who to whom, where."""
    text = Text()
    if alert.lifecycle is not Lifecycle.ALERT:
        text.append(f"{alert.lifecycle.value.upper()} ", _LIFECYCLE_STYLES[alert.lifecycle])
    text.append(alert.kind.value, "bold")
    others = [kind.value for kind in alert.kinds if kind is not alert.kind]
    if others:
        text.append(f" + {', '.join(others)}", "bold dim")
    parties = " > ".join(names for names in (_names(alert.actors), _names(alert.targets)) if names)
    if parties:
        text.append("  ").append(parties if alert.actors else f"> {parties}", "bold blue")
    if alert.places:
        text.append(", in " if parties else "  in ").append(_names(alert.places), "blue")
    return text


def _proof(alert: Alert, marking: Marking) -> Text:
    """Quote the clause that proves the alert's news."""
    proof = _best_proof(alert)
    if proof is None:
        return Text(terminal_safe(alert.headline), "italic")
    start = proof.trigger.start_char - proof.start_char
    end = proof.trigger.end_char - proof.start_char
    inside = proof.trigger.field is proof.field and 0 <= start < end <= len(proof.quote)
    if not inside:
        start = end = 0
    left = max(0, min(start - _QUOTE_CHARS // 3, len(proof.quote) - _QUOTE_CHARS))
    right = max(end, min(len(proof.quote), left + _QUOTE_CHARS))
    mark = "*" if inside and marking is Marking.ASTERISKS else ""
    text = Text('"')
    text.append("... " if left else "")
    text.append(_one_line(proof.quote[left:start]))
    text.append(f"{mark}{_one_line(proof.quote[start:end])}{mark}", "bold underline")
    text.append(_one_line(proof.quote[end:right]))
    return text.append(" ..." if right < len(proof.quote) else "").append('"')


def _circumstances(alert: Alert) -> Text:
    """Say what is new, the figures, how well it is attested, and when."""
    changes = [change.value.replace("-", " ") for change in alert.changes]
    if alert.lifecycle is not Lifecycle.ALERT:
        changes.insert(0, f"revision {alert.revision}")
    figures = [words for words in map(_figure, alert.figures) if words][:_NAMES_SHOWN]
    sources = dict.fromkeys(quotation.source for quotation in alert.evidence if quotation.source)
    attested = counted(alert.articles, "article")
    if alert.publishers > 1:
        attested += f" from {alert.publishers} publishers"
    parts = [
        ", ".join(changes),
        ", ".join(figures),
        attested,
        ", ".join(list(sources)[:2]),
        f"{alert.last_seen.isoformat(' ', 'minutes').removesuffix('+00:00')} UTC",
    ]
    return Text(_one_line("; ".join(part for part in parts if part)), "dim")


def _best_proof(alert: Alert) -> Quotation | None:
    """Return the quotation of the newest kind if that is the news, else of the alert's kind."""
    wanted = alert.kinds[-1] if Change.NEW_KIND in alert.changes and alert.kinds else alert.kind
    fitting = [quotation for quotation in alert.evidence if quotation.kind is wanted]
    return next(iter([*fitting, *alert.evidence]), None)


def _names(entities: Sequence[Entity]) -> str:
    shown = [_name(entity) for entity in entities[:_NAMES_SHOWN]]
    if len(entities) > _NAMES_SHOWN:
        shown.append(f"{len(entities) - _NAMES_SHOWN} more")
    return ", ".join(shown)


def _name(entity: Entity) -> str:
    name = _one_line(entity.text)
    country = entity.id if entity.id and entity.id == entity.country else None
    return f"{name} ({country})" if country and country != name else name


def _figure(figure: Figure) -> str:
    amount = ""
    if figure.low is not None or figure.high is not None:
        bounds = dict.fromkeys(
            f"{bound:,g}" if bound < 1e6 else f"{bound:,.0f}"  # noqa: PLR2004 - where %g turns to 1e+06
            for bound in (figure.low, figure.high)
            if bound is not None
        )
        amount = _PRECISIONS[figure.precision] + " to ".join(bounds)
    if figure.measure is Measure.LEVEL:
        return " ".join(part for part in (figure.subject, "at", amount, figure.unit) if part)
    if figure.direction is not None:
        if not (figure.subject or amount):
            return ""  # a mere "up" tells nobody anything
        unit = "" if figure.unit == "people" else figure.unit
        return " ".join(
            part for part in (figure.subject, figure.direction.value, amount, unit) if part
        )
    counted = figure.subject or figure.unit
    who = f" {counted}" if counted not in ("", "people") else ""
    return f"{amount}{who} {figure.measure.value.replace('-', ' ')}" if amount else ""


def _one_line(text: str) -> str:
    """Make text of an article safe and fit for a line, keeping blanks at its ends."""
    safe = terminal_safe(text)
    return safe.replace("\n", " ").replace("\t", " ")
