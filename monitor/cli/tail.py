"""`news-monitor tail`: alerts off their topic, as readable text or as JSON lines."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from monitor.cli.finite_range import FiniteRange
from monitor.cli.options import Interrupt, run_client, settings_options
from monitor.domain import Severity, SignalKind
from monitor.settings import ResolvedSettings

if TYPE_CHECKING:
    from agents.tail import ReceivedAlert

__all__ = ["command"]


@click.command("tail")
@settings_options()
@click.option("--topic", metavar="TOPIC", help="An alert topic; `alerts_topic` when not given.")
@click.option("--from-beginning", is_flag=True, help="Begin with the oldest alert the topic holds.")
@click.option(
    "--follow/--no-follow", default=None, help="Wait for further alerts [default: follow]."
)
@click.option(
    "--idle-exit",
    type=FiniteRange(min=0.1),
    metavar="SECONDS",
    help="End after so long without an alert.",
)
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="End after N alerts.")
@click.option(
    "--min-severity",
    type=click.Choice([each.value for each in Severity], case_sensitive=False),
    help="Leave out what is less grave.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([each.value for each in SignalKind]),
    help="Only stories of this kind; may be given several times.",
)
@click.option(
    "--latest",
    is_flag=True,
    help="Show only the newest revision of each alert, as the topic stands now.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="`jsonl`: one alert per line, as it stands on the topic; characters that a terminal"
    " obeys are escaped.",
)
def command(
    *,
    resolved: ResolvedSettings,
    topic: str | None,
    from_beginning: bool,
    follow: bool | None,
    idle_exit: float | None,
    count: int | None,
    min_severity: str | None,
    kinds: tuple[str, ...],
    latest: bool,
    output_format: str,
) -> None:
    """Show alerts as they come; each revision of an alert is shown.

    \b
    Examples:
        news-monitor tail
        news-monitor tail --from-beginning --no-follow --format jsonl > alerts.jsonl
        news-monitor tail --latest --min-severity Severe
        news-monitor tail --kind military-strike --kind retaliation

    Exit codes: 0 done (Ctrl-C while following included), 1 failed, 2 wrong usage.
    """
    from agents.tail import End, Start, tail
    from agents.tail import latest as newest

    if latest and follow:
        message = "--latest shows how things stand; it cannot follow"
        raise click.UsageError(message)
    follows = not latest if follow is None else follow
    shown = _Shown(output_format, _Wanted(min_severity, kinds), count)
    alerts = tail(
        resolved.settings,
        topic=topic or resolved.settings.alerts_topic,
        start=Start.BEGINNING if from_beginning or latest else Start.NOW,
        end=End.NEVER if follows else End.NOW,
        idle_seconds=idle_exit,
        unreadable=lambda record, error: click.echo(
            f"passed over: {record.topic}/{record.partition}/{record.offset}: {error}", err=True
        ),
    )

    async def run() -> None:
        async with aclosing(alerts):
            if not latest:
                await shown.show_all(alerts)
                return
            for received in await newest(alerts):
                if shown.show(received):
                    return

    interrupt = Interrupt.ENDS if follows else Interrupt.BREAKS_OFF
    run_client(run(), resolved, interrupt=interrupt)


class _Wanted:
    """Which alerts are shown."""

    def __init__(self, min_severity: str | None, kinds: tuple[str, ...]) -> None:
        self._rank = Severity(min_severity).rank if min_severity else 0
        self._kinds = frozenset(SignalKind(kind) for kind in kinds)

    def __contains__(self, received: "ReceivedAlert") -> bool:
        alert = received.alert
        of_kind = not self._kinds or not self._kinds.isdisjoint(alert.kinds)
        return of_kind and alert.severity.rank >= self._rank


class _Shown:
    """Prints alerts, and knows when there were enough."""

    def __init__(self, output_format: str, wanted: _Wanted, count: int | None) -> None:
        from monitor.cli.alerts import alert_console

        self._as_text = output_format == "text"
        self._wanted = wanted
        self._left = count
        self._console = alert_console()

    async def show_all(self, alerts: "AsyncIterator[ReceivedAlert]") -> None:
        async for received in alerts:
            if self.show(received):
                return

    def show(self, received: "ReceivedAlert") -> bool:
        """Print an alert if it is wanted; return whether it was the last one."""
        from monitor.cli.alerts import print_alert
        from monitor.cli.output import harmless_json

        if received not in self._wanted:
            return False
        if self._as_text:
            print_alert(self._console, received.alert)
        else:
            click.echo(harmless_json(received.value.decode("utf-8")))
        if self._left is not None:
            self._left -= 1
        return self._left == 0
