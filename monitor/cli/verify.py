"""`news-monitor verify`: runs regression cases and shows the first difference of each."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import run_client, settings_options
from monitor.cli.output import output_console, remark, terminal_safe
from monitor.errors import NewsMonitorError
from monitor.settings import ResolvedSettings, Settings

if TYPE_CHECKING:
    from monitor.backtest.cases import Difference

__all__ = ["command"]

_SHOWN_CHARS = 400


@click.command("verify")
@click.argument(
    "cases", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@settings_options("processes")
def command(*, cases: tuple[Path, ...], resolved: ResolvedSettings) -> None:
    """Run the regression CASES that `news-monitor record` kept; show each one's first difference.

    A case is run with the settings and overlays that it holds. Signals and alerts must be the
    same, member by member; versions of lexicon and model may differ. A case that cannot be read is
    told, and the others are run.

    \b
    Examples:
        news-monitor verify cases/*

    Exit codes: 0 all is as it was, 1 something differs, or a case cannot be read, 2 wrong usage.
    """
    differing = unread = 0
    for case in cases:
        try:
            difference = run_client(_verify(case, resolved.settings), resolved)
        except NewsMonitorError as error:
            unread += 1
            remark(f"news-monitor: {error}")
            continue
        differing += difference is not None
        if difference is None:
            output_console().print(terminal_safe(f"{case}: as it was"))
        else:
            _print(case, difference)
    if differing:
        remark(f"{differing} of {len(cases)} differ")
    if unread:
        remark(f"{unread} of {len(cases)} cannot be read")
    if differing or unread:
        sys.exit(1)


async def _verify(folder: Path, base: Settings) -> "Difference | None":
    from agents.pool_reader import pool_reader
    from monitor.backtest.cases import open_case, verify_case

    case = open_case(folder, base=base)
    async with pool_reader(case.settings) as (reader, _):
        return await verify_case(case, reader)


def _print(case: Path, difference: "Difference") -> None:
    article = f" (article {difference.article})" if difference.article else ""
    lines = (
        f"{case}: record {difference.record}{article} differs in {difference.path}",
        f"  expected {_shown(difference.expected)}",
        f"  found    {_shown(difference.found)}",
    )
    output_console().print(terminal_safe("\n".join(lines)))


def _shown(value: Any) -> str:
    """Return a JSON value in one line; null where the member is missing."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]} ..."
