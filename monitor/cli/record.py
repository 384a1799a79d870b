"""`news-monitor record`: keeps a stretch of news, and what comes of it, as a regression case."""

from pathlib import Path

import click

from monitor.cli.options import run_client, settings_options
from monitor.cli.output import remark
from monitor.settings import ResolvedSettings, Settings
from monitor.wording import counted

__all__ = ["command"]


@click.command("record")
@click.argument("case", type=click.Path(path_type=Path))
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option(
    "--skip",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Leave out so many records at the beginning.",
)
@click.option("--count", type=click.IntRange(min=1), help="Keep at most so many records.")
@settings_options("lexicon_overlays", "model", "processes")
def command(
    *,
    case: Path,
    files: tuple[str, ...],
    skip: int,
    count: int | None,
    resolved: ResolvedSettings,
) -> None:
    """Keep a stretch of FILES with its signals and alerts as the regression case CASE, a folder.

    `news-monitor verify CASE` runs it again, with a later release or other lexicon files, and
    shows the first difference. The case holds the records byte for byte, the lexicon overlays and
    watchlists, and the settings that the outcome depends on.

    \b
    Examples:
        news-monitor record cases/hormuz news.jsonl.gz --skip 1200 --count 300

    Exit codes: 0 kept, 1 the folder exists or cannot be written, 2 wrong usage.
    """
    kept = run_client(_record(case, files, skip, count, resolved.settings), resolved)
    remark(f"{case}: {counted(kept, 'record')} kept")


async def _record(
    case: Path, files: tuple[str, ...], skip: int, count: int | None, settings: Settings
) -> int:
    from agents.pool_reader import pool_reader
    from agents.stored_news import stored_news, stretch_of
    from monitor.backtest.cases import record_case

    news = stretch_of(stored_news(files, settings), skip=skip, count=count)
    async with pool_reader(settings) as (reader, versions):
        made_with = {"lexicon": versions.lexicon, "model": versions.model}
        return await record_case(case, news, reader, settings, versions=made_with)
