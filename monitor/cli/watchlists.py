"""`news-monitor watchlists`: check the lists of what a user wants to be told of."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import problem_options, settings_options
from monitor.cli.output import json_line, terminal_safe
from monitor.settings import ResolvedSettings
from monitor.wording import counted

if TYPE_CHECKING:
    from monitor.lexicon.problem import Problem

__all__ = ["command"]


@click.group("watchlists")
def command() -> None:
    """Check the lists of what you want to be told of.

    How to write them: docs/watchlists.md.

    \b
    Example:
        news-monitor watchlists check shipping.toml suppliers.csv

    Exit codes: 0 done, 1 something is wrong, 2 wrong usage.
    """


@command.command("check")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@problem_options
@settings_options("watchlists")
def check(
    files: tuple[Path, ...],
    form: str,
    strict: bool,  # noqa: FBT001  (click hands a flag over so)
    *,
    resolved: ResolvedSettings,
) -> None:
    """Check the watchlists of FILES, without FILEs those of the setting watchlists.

    Every problem is listed with file, line and what is allowed. A worker refuses files with an error.
    Warnings say what breaks no rule but may not be meant: a file without items, a name that an earlier
    item of the same list has.

    \b
    Examples:
        news-monitor watchlists check shipping.toml suppliers.csv --strict
        news-monitor watchlists check --format jsonl

    Exit codes: 0 fine, 1 errors (with --strict: or warnings), 2 wrong usage.
    """
    from monitor.lexicon.watchlists import read_watchlists

    reading = read_watchlists(files or resolved.settings.watchlists)
    errors = len(reading.errors)
    totals = {
        "watchlists": len(reading.watchlists),
        "items": reading.items,
        "errors": errors,
        "warnings": len(reading.problems) - errors,
    }
    for problem in reading.problems:
        click.echo(json_line(_as_json(problem)) if form == "jsonl" else _as_text(problem))
    click.echo(json_line(totals) if form == "jsonl" else _summary(totals))
    sys.exit(1 if errors or (strict and totals["warnings"]) else 0)


def _as_json(problem: "Problem") -> dict[str, Any]:
    """Return a problem as the object that `--format jsonl` prints."""
    return {
        "severity": problem.severity.value,
        "file": problem.file,
        "line": problem.line,
        "message": problem.message,
    }


def _as_text(problem: "Problem") -> str:
    """Return a problem in one line, as compilers write theirs, so that editors find the place."""
    line = f"{problem.place}: {problem.severity.value}: {problem.message}"
    return " ".join(terminal_safe(line).splitlines())


def _summary(totals: Mapping[str, int]) -> str:
    """Return the totals in one line."""
    return ", ".join(counted(count, name.removesuffix("s")) for name, count in totals.items())
