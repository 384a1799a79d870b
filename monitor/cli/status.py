"""`news-monitor status`: whether news flows, in one look."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from monitor.cli.finite_range import FiniteRange
from monitor.cli.options import run_client, settings_options
from monitor.cli.output import harmless_json, output_console, terminal_safe
from monitor.errors import BrokerUnavailable
from monitor.settings import ResolvedSettings

if TYPE_CHECKING:
    from agents.status import Status, TopicStatus

__all__ = ["command"]


@click.command("status")
@settings_options("group", "http_port")
@click.option(
    "--max-lag",
    "max_lag_seconds",
    type=FiniteRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a record may wait before the status is bad.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
def command(*, resolved: ResolvedSettings, max_lag_seconds: float, output_format: str) -> None:
    """Say whether news flows: topics, group, lag in records and seconds, last alert, last canary.

    Asks the broker, and the worker on this machine if there is one. `doctor` looks closer and says
    what to do.

    \b
    Examples:
        news-monitor status
        news-monitor status --format json --max-lag 300

    Exit codes: 0 news flows, 1 something is wrong (the sentences say what), no canary has come back
    yet or no broker answers, 2 wrong usage.
    """
    from agents.status import judge, read_status

    as_json = output_format == "json"
    try:
        status = run_client(read_status(resolved.settings), resolved)
    except BrokerUnavailable as error:
        if not as_json:
            raise
        # Who asks for JSON reads JSON, above all when nothing works.
        _print_json({"status": "bad", "reasons": [str(error)]})
        raise SystemExit(1) from error
    wrong = judge(
        status,
        max_lag_seconds=max_lag_seconds,
        canary_seconds=resolved.settings.canary_seconds,
    )
    if as_json:
        _print_json(_as_json(status, wrong))
    else:
        _print(status, wrong)
    if wrong:
        raise SystemExit(1)


def _print_json(content: Mapping[str, Any]) -> None:
    click.echo(harmless_json(json.dumps(content, ensure_ascii=False)))


def _as_json(status: "Status", wrong: tuple[str, ...]) -> dict[str, Any]:
    last = status.last_alert
    return {
        "status": "bad" if wrong else "ok",
        "reasons": list(wrong),
        "brokers": status.brokers,
        "group": {"name": status.group, "workers": status.workers},
        "topics": [
            {
                "topic": topic.topic,
                "partitions": topic.partitions,
                "records": topic.records,
                "lag_records": topic.lag_records,
                "lag_seconds": topic.lag_seconds,
            }
            for topic in status.topics
        ],
        "dead_letters": status.dead_letters,
        "last_alert": last
        and {
            "alert_id": last.alert.alert_id,
            "revision": last.alert.revision,
            "kind": last.alert.kind.value,
            "severity": last.alert.severity.value,
            "headline": last.alert.headline,
            "sent_at": last.sent_at.isoformat().replace("+00:00", "Z"),
        },
        "canary": status.canary
        and {
            "sent_at": status.canary.sent_at.isoformat().replace("+00:00", "Z"),
            "seconds": status.canary.seconds,
        },
        "versions": {
            "news_monitor": status.version,
            "lexicon": last.alert.versions.lexicon if last else None,
            "model": last.alert.versions.model if last else None,
        },
        "local_worker": status.local_worker,
    }


def _print(status: "Status", wrong: tuple[str, ...]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("topic", no_wrap=True)
    for name in ("partitions", "records", "lag", "lag s"):
        table.add_column(name, justify="right", no_wrap=True)
    for topic in status.topics:
        table.add_row(*_row(topic))
    output_console().print(table)
    workers = "unknown" if status.workers is None else f"{status.workers:,}"
    click.echo(f"\ngroup         {status.group}, workers: {workers}")
    click.echo(f"last alert    {_last(status)}")
    click.echo(f"last canary   {_canary(status)}")
    click.echo(f"dead letters  {status.dead_letters:,}")
    click.echo(f"versions      {_versions(status)}")
    worker = status.local_worker
    told = terminal_safe(str(worker["status"])) if worker else "none answers on this machine"
    click.echo(f"worker        {told}")
    for sentence in wrong or ("News flows.",):
        click.echo(f"{'bad' if wrong else 'ok':<13} {terminal_safe(sentence)}")


def _row(topic: "TopicStatus") -> tuple[str, ...]:
    if not topic.partitions:
        return topic.topic, "missing", "", "", ""
    return (
        topic.topic,
        f"{topic.partitions:,}",
        f"{topic.records:,}",
        "" if topic.lag_records is None else f"{topic.lag_records:,}",
        "" if topic.lag_seconds is None else f"{topic.lag_seconds:,.1f}",
    )


def _last(status: "Status") -> str:
    last = status.last_alert
    if last is None:
        return "none"
    age = max(0.0, (datetime.now(UTC) - last.sent_at).total_seconds())
    headline = " ".join(terminal_safe(last.alert.headline).split())
    return f"{age:,.0f} s ago, {last.alert.severity} {last.alert.kind}: {headline}"


def _canary(status: "Status") -> str:
    canary = status.canary
    if canary is None:
        return "none"
    age = max(0.0, (datetime.now(UTC) - canary.sent_at).total_seconds())
    return f"sent {age:,.0f} s ago, back on every desk after {canary.seconds:,.2f} s"


def _versions(status: "Status") -> str:
    last = status.last_alert
    read = (
        f", lexicon {last.alert.versions.lexicon}, model {last.alert.versions.model}"
        if last
        else ""
    )
    return terminal_safe(f"news-monitor {status.version}{read}")
