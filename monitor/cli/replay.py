"""`news-monitor replay`: records of a topic, an archive or a file through Kafka again."""

import asyncio
import sys
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli import INTERRUPTED
from monitor.cli.finite_range import FiniteRange
from monitor.cli.options import run_client, settings_options
from monitor.cli.replay_options import Duration, record_options
from monitor.cli.replay_text import print_count, progress_of, report_text
from monitor.cli.stopping import stoppable
from monitor.errors import NewsMonitorError
from monitor.settings import ResolvedSettings, Settings
from monitor.wording import counted

if TYPE_CHECKING:
    from agents.checkpoint import Checkpoint
    from agents.replay_plan import ReplayPlan
    from agents.replay_report import ReplayReport
    from agents.replay_request import ReplayRequest
    from agents.selection import Selection

__all__ = ["command", "run_replay"]

_above_zero = FiniteRange(min=0, min_open=True)


@click.command("replay")
@settings_options("replay_confirm_records")
@click.option(
    "--from",
    "source",
    required=True,
    metavar="TOPIC|FILE",
    help="Topic, archive (.jsonl.zst, .parquet) or file of articles to read; a file that is no"
    " archive is told by a slash or by its being there.",
)
@click.option("--to", "target", required=True, metavar="TOPIC", help="Topic to send to.")
@record_options
@click.option(
    "--speed",
    type=_above_zero,
    metavar="FACTOR",
    help="Keep the records' pace, so many times faster: 1 is the original pace"
    " [default: as fast as possible].",
)
@click.option("--rate", type=_above_zero, metavar="N", help="Send N records a second instead.")
@click.option(
    "--max-gap",
    type=Duration(),
    help="With --speed: wait no longer than this between two records: 5s, 500ms, 2m.",
)
@click.option(
    "--timestamps",
    type=click.Choice(["keep", "now"]),
    default="keep",
    show_default=True,
    help="`keep`: as recorded. `now`: the moment at which each record is sent.",
)
@click.option(
    "--alerts",
    type=click.Choice(["withhold", "publish"]),
    default="withhold",
    show_default=True,
    help="What workers that read the target do with alerts that follow: `withhold` them from"
    " subscribers, or `publish` them.",
)
@click.option(
    "--compression",
    type=click.Choice(["zstd", "lz4", "gzip"]),
    default="zstd",
    show_default=True,
    help="How batches are compressed.",
)
@click.option(
    "--checkpoint",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Note there how far the replay is; run again with the same FILE, it goes on.",
)
@click.option(
    "--create",
    is_flag=True,
    help="Make the target, with the source's partitions, if it does not exist.",
)
@click.option(
    "--into-live", is_flag=True, help="Allow a target that is a topic of this installation."
)
@click.option("--yes", is_flag=True, help="Do not ask, however many records there are.")
@click.option("--dry-run", is_flag=True, help="Read and count what would be sent; send nothing.")
def command(
    *,
    resolved: ResolvedSettings,
    source: str,
    target: str,
    selection: "Selection",
    speed: float | None,
    rate: float | None,
    max_gap: float | None,
    timestamps: str,
    alerts: str,
    compression: str,
    checkpoint: Path | None,
    create: bool,
    into_live: bool,
    yes: bool,
    dry_run: bool,
) -> None:
    """Send records to a topic again, with their keys, headers, timestamps and order.

    From a topic, what it holds when the command starts is sent, all partitions together in the order
    of their timestamps. Headers news-monitor-replay-* mark every record: docs/replay.md. Ctrl-C or
    SIGTERM ends after the records in hand; with --checkpoint the same command goes on later, also
    after a crash.

    \b
    Examples:
        news-monitor replay --from news.articles.v1 --to try.articles --create --dry-run
        news-monitor replay --from news.articles.v1 --to try.articles --create \\
            --from-time 2026-03-02T06:00:00Z --speed 60 --max-gap 5s
        news-monitor replay --from march.jsonl.zst --to try.articles --checkpoint march.state

    Exit codes: 0 all was sent, 1 refused or broken off (the reason is on standard error), 2 wrong
    usage, 130 stopped.
    """
    from agents.pace import Pace
    from agents.replay_marks import AlertsWanted
    from agents.replay_request import (
        Compression,
        LiveTopics,
        MissingTarget,
        ReplayRequest,
        Timestamps,
        origin_of,
    )

    if speed is not None and rate is not None:
        message = "--speed and --rate: give one of them"
        raise click.UsageError(message)
    if max_gap is not None and speed is None:
        message = "--max-gap: needs --speed"
        raise click.UsageError(message)
    request = ReplayRequest(
        source=source,
        origin=origin_of(source),
        target=target,
        replay_id=uuid.uuid4().hex,
        selection=selection,
        pace=Pace(factor=speed, per_second=rate, max_gap_seconds=max_gap),
        timestamps=Timestamps(timestamps),
        alerts=AlertsWanted(alerts),
        compression=Compression(compression),
        missing_target=MissingTarget.CREATE if create else MissingTarget.REFUSE,
        live_topics=LiveTopics.ALLOW if into_live else LiveTopics.REFUSE,
        checkpoint=checkpoint,
    )
    run_replay(request, resolved, confirmed=yes, dry_run=dry_run)


def run_replay(
    request: "ReplayRequest", resolved: ResolvedSettings, *, confirmed: bool, dry_run: bool
) -> None:
    """Plan a replay, ask where there is reason to, run it, and say what it did."""
    from agents.checkpoint import read_checkpoint
    from agents.replay_count import count
    from agents.replay_plan import plan_replay

    settings = resolved.settings
    resumed = None
    if request.checkpoint is not None:
        resumed = read_checkpoint(request.checkpoint, request.identity)
    if resumed is not None:
        request = replace(request, replay_id=resumed.replay_id)
        if resumed.finished:
            click.echo(
                f"{request.checkpoint}: this replay is finished ({counted(resumed.sent, 'record')}); remove"
                " the file to begin it again"
            )
            return
    planning = plan_replay(
        settings, request, now=datetime.now(UTC), ends=resumed.ends if resumed else None
    )
    plan = run_client(planning, resolved)
    for warning in plan.warnings:
        click.echo(f"warning: {warning}", err=True)
    if dry_run:
        print_count(request, plan, run_client(count(request, plan), resolved))
        return
    if not confirmed and resumed is None:
        _confirm(plan, settings, resolved)
    report = run_client(_replay(settings, request, plan, resumed), resolved)
    click.echo(report_text(request, report))
    if report.stopped:
        advice = " run it again with the same --checkpoint to go on" if request.checkpoint else ""
        click.echo(
            f"news-monitor: stopped before the end;{advice or ' the rest was not sent'}", err=True
        )
        sys.exit(INTERRUPTED)


def _confirm(plan: "ReplayPlan", settings: Settings, resolved: ResolvedSettings) -> None:
    """Ask before many records are sent; where nobody can answer, refuse."""
    records = plan.records
    if records is None:
        records = run_client(_size(plan), resolved)
    if records <= settings.replay_confirm_records:
        return
    what = f"up to {counted(records, 'record')}, more than replay_confirm_records ({settings.replay_confirm_records:,})"
    if not sys.stdin.isatty():
        message = f"this would send {what}: say --yes if you want that"
        raise NewsMonitorError(message)
    click.confirm(f"This sends {what}. Go on?", abort=True, err=True)


async def _size(plan: "ReplayPlan") -> int:
    """Count the records of a file."""
    found = 0
    async for batch in plan.source.batches({}):
        found += len(batch)
    return found


async def _replay(
    settings: Settings,
    request: "ReplayRequest",
    plan: "ReplayPlan",
    resumed: "Checkpoint | None",
) -> "ReplayReport":
    from agents.collector import look_rarely
    from agents.replay import replay
    from agents.replay_plan import create_target

    if not plan.target_exists:
        await create_target(settings, request, plan)
    stop = asyncio.Event()
    total = plan.records
    look_rarely()
    can_be_shortened = request.pace.factor is not None and request.pace.max_gap_seconds is None
    advice = " (--max-gap shortens gaps)" if can_be_shortened else ""
    with progress_of(f"to {request.target}", total, advice=advice) as show:
        running = replay(settings, request, plan, resumed=resumed, stop=stop, progress=show)
        return await stoppable(running, stop)
