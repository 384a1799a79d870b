"""`news-monitor archive`: a topic's records into a file and back, every byte of them."""

import asyncio
import sys
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli import INTERRUPTED
from monitor.cli.options import run_client, settings_options
from monitor.cli.replay import run_replay
from monitor.cli.replay_options import record_options
from monitor.cli.replay_text import left_out, moment, progress_of
from monitor.cli.stopping import stoppable
from monitor.errors import NewsMonitorError
from monitor.settings import ResolvedSettings, Settings
from monitor.wording import counted

if TYPE_CHECKING:
    from agents.archive import ArchiveRequest
    from agents.replay_report import ReplayReport
    from agents.selection import Selection

__all__ = ["command"]

_PARQUET = ".parquet"
_file = click.Path(dir_okay=False, path_type=Path)


@click.group("archive")
def command() -> None:
    """Keep a topic's records in a file for longer than Kafka does, and send them back.

    \b
    Example:
        news-monitor archive save news.articles.v1 march.jsonl.zst --from-time 2026-03-01
        news-monitor archive show march.jsonl.zst
        news-monitor archive restore march.jsonl.zst march.articles --create

    Exit codes: those of its commands.
    """


@command.command("save")
@settings_options()
@click.argument("topic")
@click.argument("file", type=_file)
@record_options
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def save(
    *, resolved: ResolvedSettings, topic: str, file: Path, selection: "Selection", force: bool
) -> None:
    """Write what TOPIC holds now to FILE: JSON lines in zstd (.jsonl.zst), or Parquet (.parquet).

    Keys, values, headers, times, partitions and offsets are kept exactly; all partitions go together,
    in the order of their timestamps. It grows as FILE.part: after Ctrl-C or a crash the same command
    goes on. Parquet comes with pip install 'news-monitor[parquet]'.

    \b
    Example:
        news-monitor archive save news.articles.v1 march.jsonl.zst --from-time 2026-03-01

    Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong usage, 130 stopped.
    """
    from agents.archive import ArchiveRequest
    from monitor.archive import open_archive

    _check_name(file)
    _refuse_existing(file, force=force)
    is_table = file.name.endswith(_PARQUET)
    path = file.with_name(f"{file.name}.jsonl.zst") if is_table else file
    request = ArchiveRequest(topic=topic, path=path, selection=selection)
    report = run_client(_save(resolved.settings, request, is_table=is_table), resolved)
    if report.stopped:
        message = (
            f"stopped with {counted(report.sent, 'record')} kept: run the same command to go on"
        )
        click.echo(f"news-monitor: {message}", err=True)
        sys.exit(INTERRUPTED)
    if is_table:
        from monitor.archive.parquet import write_parquet

        archive = open_archive(path)
        write_parquet(file, archive.header, archive.records())
        path.unlink()
    before = f", {report.before:,} of them before the interruption" if report.before else ""
    outside = f"; {left_out(report.passed_over)}" if report.passed_over else ""
    click.echo(
        f"archived {counted(report.sent, 'record')} of {topic} in {file}"
        f" ({file.stat().st_size / 1e6:,.1f} MB){before}{outside}"
    )


@command.command("show")
@click.argument("file", type=_file)
def show(*, file: Path) -> None:
    """Read FILE to its end, check every byte of it, and say what it holds.

    \b
    Example:
        news-monitor archive show march.jsonl.zst

    Exit codes: 0 whole, 1 damaged or cut off (where is on standard error), 2 wrong usage.
    """
    from monitor.archive import open_archive

    archive = open_archive(file)
    partitions: Counter[int] = Counter()
    value_bytes = 0
    times: list[int] = []
    for record in archive.records():
        partitions[record.partition] += 1
        value_bytes += len(record.value or b"")
        times = (
            [min(record.timestamp, *times), max(record.timestamp, *times)]
            if times
            else [record.timestamp] * 2
        )
    header = archive.header
    size = file.stat().st_size
    click.echo(f"topic       {header.topic}, {counted(header.partitions, 'partition')}")
    click.echo(f"created     {header.created_at}")
    click.echo(f"selection   {header.selection or 'everything'}")
    click.echo(f"records     {archive.size:,}")
    for partition, records in sorted(partitions.items()):
        click.echo(f"  partition {partition}: {records:,}")
    if times:
        click.echo(f"times       {moment(times[0])} to {moment(times[1])}")
    share = f", {size / value_bytes:.1%} of the values" if value_bytes else ""
    click.echo(f"size        {size:,} bytes for {value_bytes:,} bytes of values{share}")


@command.command("restore")
@settings_options("replay_confirm_records")
@click.argument("file", type=_file)
@click.argument("topic")
@record_options
@click.option(
    "--checkpoint",
    type=_file,
    metavar="STATE",
    help="Note there how far it is; run again with the same STATE, it goes on.",
)
@click.option("--create", is_flag=True, help="Make TOPIC, with the archive's partitions.")
@click.option(
    "--into-live", is_flag=True, help="Allow a topic of this installation: old news alerts again."
)
@click.option("--yes", is_flag=True, help="Do not ask, however many records there are.")
@click.option("--dry-run", is_flag=True, help="Count what would be sent; send nothing.")
def restore(
    *,
    resolved: ResolvedSettings,
    file: Path,
    topic: str,
    selection: "Selection",
    checkpoint: Path | None,
    create: bool,
    into_live: bool,
    yes: bool,
    dry_run: bool,
) -> None:
    """Send the records of FILE to TOPIC as they were: no header is added.

    Nothing tells these records from live ones; to send them as marked copies, at a pace of your
    choice, use `news-monitor replay --from FILE`.

    \b
    Example:
        news-monitor archive restore march.jsonl.zst march.articles --create

    Exit codes: 0 all was sent, 1 refused or broken off (the reason is on standard error), 2 wrong
    usage, 130 stopped.
    """
    from agents.replay_marks import Marks
    from agents.replay_request import LiveTopics, MissingTarget, Origin, ReplayRequest

    _check_name(file)
    request = ReplayRequest(
        source=str(file),
        origin=Origin.ARCHIVE,
        target=topic,
        replay_id=uuid.uuid4().hex,
        selection=selection,
        marks=Marks.NONE,
        missing_target=MissingTarget.CREATE if create else MissingTarget.REFUSE,
        live_topics=LiveTopics.ALLOW if into_live else LiveTopics.REFUSE,
        checkpoint=checkpoint,
    )
    run_replay(request, resolved, confirmed=yes, dry_run=dry_run)


@command.command("convert")
@click.argument("file", type=_file)
@click.argument("other", type=_file)
@click.option("--force", is_flag=True, help="Replace OTHER if it exists.")
def convert(*, file: Path, other: Path, force: bool) -> None:
    """Write the records of the archive FILE to OTHER, in the form that its name says.

    \b
    Example:
        news-monitor archive convert march.jsonl.zst march.parquet

    Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong usage.
    """
    from monitor.archive import ArchiveWriter, open_archive
    from monitor.archive.parquet import write_parquet
    from monitor.archive.writer import part_of

    _check_name(other)
    _refuse_existing(other, force=force)
    archive = open_archive(file)
    if other.name.endswith(_PARQUET):
        write_parquet(other, archive.header, archive.records())
    else:
        part_of(other).unlink(missing_ok=True)
        with ArchiveWriter(other, archive.header) as writer:
            for record in archive.records():
                writer.add(record)
            writer.finish()
    click.echo(
        f"wrote {counted(archive.size, 'record')} to {other} ({other.stat().st_size / 1e6:,.1f} MB)"
    )


async def _save(settings: Settings, request: "ArchiveRequest", *, is_table: bool) -> "ReplayReport":
    from agents.archive import finished_before, save_archive

    if is_table and (report := finished_before(request)):
        return report
    stop = asyncio.Event()
    now = datetime.now(UTC)
    with progress_of(f"to {request.path.name}", None) as progress:
        saving = save_archive(settings, request, now=now, stop=stop, progress=progress)
        return await stoppable(saving, stop)


def _check_name(file: Path) -> None:
    from monitor.archive.reader import is_archive

    if not is_archive(file.name):
        message = f"{file}: the name of an archive ends with .jsonl.zst or .parquet"
        raise click.BadParameter(message)


def _refuse_existing(file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        message = f"{file}: exists; choose another name, or say --force to replace it"
        raise NewsMonitorError(message)
