"""`news-monitor replay`: a topic's records through Kafka again."""

import uuid
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.cli.options import Moment, run_client, settings_options
from monitor.cli.output import error_console
from monitor.settings import ResolvedSettings, Settings

if TYPE_CHECKING:
    from agents.replay import ReplayReport
    from agents.replay_plan import ReplayPlan, ReplayRequest

__all__ = ["command"]


@click.command("replay")
@settings_options()
@click.option("--from", "source", required=True, metavar="TOPIC", help="Topic to read.")
@click.option("--to", "target", required=True, metavar="TOPIC", help="Topic to send to.")
@click.option(
    "--from-offset", type=click.IntRange(min=0), metavar="N", help="First offset, per partition."
)
@click.option("--from-time", type=Moment(), help="First timestamp.")
@click.option(
    "--until-offset",
    type=click.IntRange(min=0),
    metavar="N",
    help="Offset to stop before, per partition.",
)
@click.option("--until-time", type=Moment(), help="Timestamp to stop before.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    metavar="FACTOR",
    help="Keep the records' pace, so many times faster: 1 is the original pace"
    " [default: as fast as possible].",
)
@click.option(
    "--create",
    is_flag=True,
    help="Make the target, with the source's partitions, if it does not exist.",
)
@click.option(
    "--into-live", is_flag=True, help="Allow a target that workers read: old news alerts again."
)
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def command(
    *,
    resolved: ResolvedSettings,
    source: str,
    target: str,
    from_offset: int | None,
    from_time: datetime | None,
    until_offset: int | None,
    until_time: datetime | None,
    speed: float | None,
    create: bool,
    into_live: bool,
    dry_run: bool,
) -> None:
    """Send a topic's records to another topic, with their keys, headers and timestamps.

    What the topic holds when the command starts is sent, all partitions together in the order of
    their timestamps. Headers news-monitor-replay-id, -source-topic, -source-partition and
    -source-offset mark every record.

    \b
    Examples:
        news-monitor replay --from news.articles.v1 --to try.articles --create --dry-run
        news-monitor replay --from news.articles.v1 --to try.articles --create \\
            --from-time 2026-03-02T06:00:00Z --speed 60

    Exit codes: 0 all was sent, 1 refused or broken off (the reason is on standard error), 2 wrong
    usage.
    """
    from agents.replay_plan import LiveTopics, MissingTarget, ReplayRequest, plan_replay

    request = ReplayRequest(
        source=source,
        target=target,
        replay_id=uuid.uuid4().hex,
        from_offset=from_offset,
        from_time=from_time,
        until_offset=until_offset,
        until_time=until_time,
        speed=speed,
        missing_target=MissingTarget.CREATE if create else MissingTarget.REFUSE,
        live_topics=LiveTopics.ALLOW if into_live else LiveTopics.REFUSE,
    )
    settings = resolved.settings
    plan = run_client(plan_replay(settings, request, now=datetime.now(UTC)), resolved)
    for warning in plan.warnings:
        click.echo(f"warning: {warning}", err=True)
    if dry_run:
        _print_plan(request, plan)
        return
    report = run_client(_replay(settings, request, plan), resolved)
    outside = f"; {report.passed_over:,} outside the times asked for" if report.passed_over else ""
    click.echo(
        f"replayed {report.sent:,} records from {source} to {target}{outside};"
        f" news-monitor-replay-id {report.replay_id}"
    )


async def _replay(
    settings: Settings, request: "ReplayRequest", plan: "ReplayPlan"
) -> "ReplayReport":
    from agents.replay import replay
    from agents.replay_plan import create_target

    if not plan.target_exists:
        await create_target(settings, request)
    console = error_console()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task(f"to {request.target}", total=plan.records)

    def show(report: "ReplayReport") -> None:
        bar.update(task, completed=report.sent + report.passed_over)

    with bar if console.is_terminal else nullcontext():
        return await replay(settings, request, plan, progress=show)


def _print_plan(request: "ReplayRequest", plan: "ReplayPlan") -> None:
    for part in plan.stretches:
        click.echo(
            f"{request.source}/{part.partition.partition}: offsets {part.start:,} up to"
            f" {part.end:,} ({part.size:,} records at most)"
        )
    oldest = f", the oldest of {plan.oldest:%Y-%m-%d %H:%M:%S} UTC" if plan.oldest else ""
    where = request.target if plan.target_exists else f"{request.target} (to be created)"
    click.echo(f"would send at most {plan.records:,} records to {where}{oldest}; nothing was sent")
