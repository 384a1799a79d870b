"""`news-monitor publish`: articles from files or standard input to a topic."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from monitor.cli.options import run_client, settings_options
from monitor.cli.output import error_console, terminal_safe
from monitor.settings import ResolvedSettings, Settings
from monitor.wording import counted

if TYPE_CHECKING:
    from agents.article_files import InputRecord, Layout
    from agents.publish import PublishReport

__all__ = ["command"]

_SHOWN_REFUSALS = 20


@click.command("publish")
@click.argument("files", nargs=-1, required=True, metavar="FILE...|-")
@settings_options()
@click.option(
    "--topic", metavar="TOPIC", help="Where to send; the first of `article_topics` when not given."
)
@click.option(
    "--layout",
    type=click.Choice(["auto", "lines", "whole"]),
    default="auto",
    show_default=True,
    help="`lines`: one record per line. `whole`: the input is one article."
    " `auto`: by the name (.jsonl, .txt), else by the first character: { means lines.",
)
def command(
    *, files: tuple[str, ...], resolved: ResolvedSettings, topic: str | None, layout: str
) -> None:
    """Send articles to a topic: JSON lines or plain text, from files, gzip files, pipes or `-`.

    Input that begins with `{` has one JSON article per line (`news-monitor schemas article-v1`), or
    each over several lines; any other input is the text of one article. --layout lines makes every
    line a record, whatever it holds. Records are sent untouched, blank lines left out: what cannot
    be read becomes a dead letter of the worker. Files may be of any size. The record's key is the
    article's id; its time is now, but a millisecond after the one before, so for long at
    most a thousand records a second are sent.

    \b
    Examples:
        news-monitor publish articles.jsonl archive.jsonl.gz
        news-monitor publish report.txt
        echo "Iran fired missiles at Israel on Monday." | news-monitor publish -
        tail -f headlines | news-monitor publish --layout lines -

    Exit codes: 0 all were delivered, 1 some were refused or the broker went away (the rest was
    sent; reasons on standard error), 2 wrong usage.
    """
    from agents.article_files import STANDARD_INPUT, Layout

    for file in files:
        if file != STANDARD_INPUT and (not Path(file).exists() or Path(file).is_dir()):
            message = f"{file}: there is no such file"
            raise click.BadParameter(message, param_hint="FILE")
    settings = resolved.settings
    topic = topic or settings.article_topics[0]
    began = time.monotonic()
    report = run_client(_publish(settings, files, topic, Layout(layout)), resolved)
    _print_report(report, topic, time.monotonic() - began)
    if report.refused_total:
        raise SystemExit(1)


async def _publish(
    settings: Settings, files: tuple[str, ...], topic: str, layout: "Layout"
) -> "PublishReport":
    from agents.article_files import read_records, size_of
    from agents.publish import publish

    console = error_console()
    sizes = [size_of(file) for file in files]
    known = [size for size in sizes if size is not None]
    total = sum(known) if len(known) == len(sizes) else None
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[records]:,} records"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task(f"to {topic}", total=total, records=0)
    records = 0
    finished_bytes = 0

    def show(share: "Sequence[InputRecord]") -> None:
        nonlocal records
        records += len(share)
        bar.update(task, completed=finished_bytes + share[-1].position, records=records)

    async def everything() -> "AsyncIterator[Sequence[InputRecord]]":
        nonlocal finished_bytes
        for file, size in zip(files, sizes, strict=True):
            async for share in read_records(
                file, max_bytes=settings.max_record_bytes, layout=layout
            ):
                yield share
            finished_bytes += size or 0

    with bar if console.is_terminal else nullcontext():
        return await publish(settings, everything(), topic=topic, progress=show)


def _print_report(report: "PublishReport", topic: str, seconds: float) -> None:
    for refused in report.refused[:_SHOWN_REFUSALS]:
        click.echo(terminal_safe(f"refused: {refused.place}: {refused.reason}"), err=True)
    if report.refused_total > _SHOWN_REFUSALS:
        click.echo(f"refused: and {report.refused_total - _SHOWN_REFUSALS:,} more", err=True)
    megabytes = report.published_bytes / 1e6
    click.echo(
        f"published {counted(report.published, 'record')} ({megabytes:,.1f} MB) to {topic}"
        f" in {seconds:.1f} s; refused {report.refused_total:,}"
    )
