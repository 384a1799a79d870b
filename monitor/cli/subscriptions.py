"""`news-monitor subscriptions`: check a file of subscriptions, and try it on past alerts."""

import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.options import Moment, run_client, settings_options
from monitor.cli.output import harmless_json, json_line, terminal_safe
from monitor.errors import InvalidRecord, InvalidSetting
from monitor.settings import ResolvedSettings

if TYPE_CHECKING:
    from monitor.domain import Alert
    from monitor.policy.subscriptions.serving import Service
    from monitor.policy.subscriptions.trial import Outcome, Trial

__all__ = ["command"]

FilePath = click.Path(dir_okay=False, path_type=Path)
ExistingFile = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("subscriptions")
def command() -> None:
    """Check a file of subscriptions, and try it on past alerts.

    How to write one: docs/subscriptions.md.

    \b
    Example:
        news-monitor subscriptions check subscriptions.toml

    Exit codes: 0 done, 1 something is wrong, 2 wrong usage.
    """


@command.command("check")
@click.argument("file", required=False, type=FilePath)
@settings_options("watchlists")
def check(file: Path | None, *, resolved: ResolvedSettings) -> None:
    """Check FILE, by default the one of the setting subscriptions_file; needs no broker.

    Everything that is wrong is listed as FILE:LINE: what, with what is allowed. A worker refuses
    such a file at its start; a running one keeps to what was in force.

    \b
    Examples:
        news-monitor subscriptions check subscriptions.toml
        NEWS_MONITOR_SUBSCRIPTIONS_FILE=subscriptions.toml news-monitor subscriptions check

    Exit codes: 0 it is right, 1 it is not, 2 wrong usage.
    """
    from agents.subscriptions_file import load_subscriptions
    from agents.topics import subscription_topics

    file = file or resolved.settings.subscriptions_file
    if file is None:
        message = "no file to check: name one, or set subscriptions_file"
        raise InvalidSetting(message)
    subscriptions = load_subscriptions(file, watchlists=resolved.settings.watchlists)
    specs = subscription_topics(resolved.settings, [each.id for each in subscriptions])
    for subscription, spec in zip(subscriptions, specs, strict=True):
        click.echo(f"{subscription.id}: {spec.name}")
    click.echo(f"{terminal_safe(str(file))}: right; subscriptions: {len(subscriptions)}")


@command.command("test")
@click.argument("file", type=FilePath)
@settings_options("watchlists")
@click.option(
    "--alerts",
    type=ExistingFile,
    metavar="JSONL",
    help="Alerts from a file instead of a topic, one JSON object a line, as `news-monitor tail"
    " --format jsonl` prints them; needs no broker.",
)
@click.option("--topic", metavar="TOPIC", help="An alert topic; `alerts_topic` when not given.")
@click.option("--from-time", type=Moment(), help="First timestamp of the stretch.")
@click.option("--until-time", type=Moment(), help="Timestamp to stop before.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="jsonl: one JSON object per alert that would have been sent, then one per subscription"
    " with its totals.",
)
def test(
    file: Path,
    *,
    resolved: ResolvedSettings,
    alerts: Path | None,
    topic: str | None,
    from_time: datetime | None,
    until_time: datetime | None,
    form: str,
) -> None:
    """Show what each subscription of FILE would have received from past alerts. Sends nothing.

    The stretch is served as a worker serves it, by subscriptions that were told of nothing before:
    updates, withdrawals, quiet hours and mutes included.

    \b
    Examples:
        news-monitor subscriptions test subscriptions.toml --from-time 2026-03-01
        news-monitor subscriptions test subscriptions.toml --alerts alerts.jsonl --format jsonl

    Exit codes: 0 done, 1 the file is wrong, or no broker answers, 2 wrong usage.
    """
    from agents.subscriptions_file import load_subscriptions
    from monitor.policy.subscriptions.trial import Trial

    if alerts is not None and (topic or from_time or until_time):
        message = (
            "--alerts reads a file whole: it goes with none of --topic, --from-time, --until-time"
        )
        raise click.UsageError(message)
    trial = Trial(load_subscriptions(file, watchlists=resolved.settings.watchlists))
    if alerts is not None:
        for line, alert in _alerts_of(alerts):
            _serve(trial, alert, offset=line, partition=0, form=form)
    else:
        topic = topic or resolved.settings.alerts_topic
        stretch = _stretch(resolved, topic, from_time, until_time)
        run_client(_serve_all(trial, stretch, form), resolved)
    for name, outcome in trial.outcomes().items():
        _print(name, outcome, form)
    sys.exit(0)


def _alerts_of(file: Path) -> "Iterator[tuple[int, Alert]]":
    """Yield the alerts of a file of JSON lines, with their line numbers."""
    from monitor.wire import alert_v1

    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                alert = alert_v1.decode(line)
            except InvalidRecord as error:
                click.echo(f"passed over: {file}:{number}: {error}", err=True)
                continue
            yield number, alert


async def _stretch(
    resolved: ResolvedSettings,
    topic: str,
    from_time: datetime | None,
    until_time: datetime | None,
) -> "AsyncIterator[tuple[int, int, Alert]]":
    """Yield the alerts of a stretch of a topic, with partition and offset, oldest first."""
    from agents.client import create_consumer, running
    from agents.topic_reader import merged, milliseconds, partitions_of, stretches
    from monitor.wire import alert_v1

    settings = resolved.settings
    partitions = await partitions_of(settings, topic)
    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(consumer, partitions, from_time=from_time)
    first = milliseconds(from_time) if from_time else 0
    last = milliseconds(until_time) if until_time else sys.maxsize
    async with aclosing(merged(settings, parts)) as records:
        async for record in records:
            if not first <= record.timestamp < last:
                continue
            try:
                alert = alert_v1.decode(record.value)
            except InvalidRecord as error:
                place = f"{record.topic}/{record.partition}/{record.offset}"
                click.echo(f"passed over: {place}: {error}", err=True)
                continue
            yield record.partition, record.offset, alert


async def _serve_all(
    trial: "Trial", alerts: "AsyncIterator[tuple[int, int, Alert]]", form: str
) -> None:
    async for partition, offset, alert in alerts:
        _serve(trial, alert, offset=offset, partition=partition, form=form)


def _serve(trial: "Trial", alert: "Alert", *, offset: int, partition: int, form: str) -> None:
    """Serve one alert; in `jsonl`, print at once what would have been sent."""
    from monitor.wire import alert_v1

    for service in trial.take(alert, offset=offset, partition=partition):
        if form == "jsonl":
            head = json.dumps({"subscription": service.subscription, "fate": service.fate})
            body = alert_v1.encode(service.alert).decode()
            click.echo(harmless_json(f'{head[:-1]}, "alert": {body}}}'))


def _print(name: str, outcome: "Outcome", form: str) -> None:
    """Print what became of a subscription; in `text`, with every alert it would have received."""
    totals = {
        "subscription": name,
        "sent": len(outcome.sent),
        "held_at_the_end": outcome.waiting,
        "fates": {str(fate): amount for fate, amount in sorted(outcome.fates.items())},
        "unmet": {str(wish): amount for wish, amount in sorted(outcome.unmet.items())},
    }
    if form == "jsonl":
        click.echo(json_line(totals))
        return
    click.echo(f"{name}: {len(outcome.sent)} sent")
    for service in outcome.sent:
        click.echo(f"  {_line(service)}")
    silent = [
        f"{amount} {fate}"
        for fate, amount in sorted(outcome.fates.items())
        if not fate.is_sent and amount
    ]
    reasons = ", ".join(f"{wish} {amount}" for wish, amount in sorted(outcome.unmet.items()))
    if reasons:
        silent.append(f"unfit by {reasons}")
    if outcome.waiting:
        silent.append(f"{outcome.waiting} still held back at the end")
    if silent:
        click.echo(f"  not sent: {'; '.join(silent)}")


def _line(service: "Service") -> str:
    alert = service.alert
    parts = (
        f"{service.fate:<8}",
        f"{alert.last_seen:%Y-%m-%d %H:%M} UTC",
        f"{alert.severity:<8}",
        f"{alert.certainty:<8}",
        f"{alert.kind}:",
        " ".join(terminal_safe(alert.headline).split()),
    )
    return " ".join(parts)
