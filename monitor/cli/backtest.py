"""`news-monitor backtest`: what a change of rules gains, loses and changes, on stored news."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import Moment, run_client, settings_options
from monitor.cli.output import remark
from monitor.settings import ResolvedSettings

if TYPE_CHECKING:
    from monitor.backtest.condition import Condition
    from monitor.backtest.summary import Summary

__all__ = ["command"]

_STANDARD_INPUT = "-"
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


class Written(click.Path):
    """A file that will be written: what cannot be written is told before an hour of reading."""

    def __init__(self) -> None:
        """Take a path of a file."""
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Read the path, or refuse it in words."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"{str(path)!r}: there is no folder {str(path.parent)!r}", param, ctx)
        return path


_WRITTEN = Written()


@click.command("backtest")
@click.argument("files", nargs=-1, type=_FILE)
@settings_options("lexicon_overlays", "model", "subscriptions_file", "processes")
@click.option("--topic", metavar="TOPIC", help="Read a topic instead of files.")
@click.option("--from-time", type=Moment(), help="First timestamp, with --topic.")
@click.option("--until-time", type=Moment(), help="Timestamp to stop before, with --topic.")
@click.option(
    "--against",
    metavar="WHAT",
    help="What to compare with: `builtin` (the same settings without overlays), a settings file"
    " (.toml), a file of subscriptions (.toml) instead of the others, a folder of lexicon files as the"
    " only overlay, or a result that --save kept.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="text for people; jsonl: one JSON object per story, then the counts.",
)
@click.option("--html", type=_WRITTEN, metavar="FILE", help="Write a page with the marked texts.")
@click.option("--save", type=_WRITTEN, metavar="FILE", help="Keep the alerts, for --against later.")
@click.option(
    "--list",
    "most",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="How many stories the text shows of each sort.",
)
@click.option(
    "--judge",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Ask about so many alerts, y or n, and say how precise they are.",
)
@click.option(
    "--judge-from",
    type=click.Choice(["gained", "lost", "changed", "all"]),
    help="Which alerts to ask about [default: gained; all without --against].",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Draws another sample.")
@click.option(
    "--fail-if",
    "failing",
    multiple=True,
    metavar="CONDITION",
    help="Exit with 1 where it holds: 'lost > 0', 'changed.severity / before > 1%'; repeatable.",
)
def command(
    *,
    files: tuple[str, ...],
    resolved: ResolvedSettings,
    topic: str | None,
    from_time: datetime | None,
    until_time: datetime | None,
    against: str | None,
    form: str,
    html: Path | None,
    save: Path | None,
    most: int,
    judge: int | None,
    judge_from: str | None,
    seed: int,
    failing: tuple[str, ...],
) -> None:
    """Run the pipeline over the stored news of FILES, without Kafka, and compare its alerts.

    Reads as a worker does, on all cores, and makes the alerts that a worker would make: the same
    ids, revisions and evidence. Input is what `news-monitor publish` takes. With --against two
    configurations are compared: alerts gained, lost and changed, each with its evidence and the
    lexicon entry responsible; with a subscriptions file also for each subscription. With --topic
    the news is what a topic holds now. docs/backtest.md tells more, and every name for --fail-if.

    \b
    Examples:
        news-monitor backtest news.jsonl.gz --lexicon-overlays mine --against builtin
        news-monitor backtest news.jsonl.gz --lexicon-overlays mine --against builtin \\
            --html changes.html --fail-if 'lost > 0'
        news-monitor backtest --topic news.articles.v1 --from-time 2026-03-02 --save monday.jsonl
        news-monitor backtest news.jsonl.gz --against monday.jsonl --judge 30

    Exit codes: 0 done, 1 a condition of --fail-if holds, or failed, 2 wrong usage, 130 broken off
    by Ctrl-C. Records that cannot be read are counted, and named on standard error.
    """
    from monitor.cli.backtest_against import against_named
    from monitor.cli.backtest_run import Plan, carry_out

    if bool(files) == (topic is not None):
        message = "say what to read: FILES (`-` for standard input), or --topic"
        raise click.UsageError(message)
    if topic is None and (from_time or until_time):
        message = "--from-time and --until-time go with --topic"
        raise click.UsageError(message)
    if judge is not None and (_STANDARD_INPUT in files or not sys.stdin.isatty()):
        message = "--judge asks at a terminal: news and answers cannot both come from elsewhere"
        raise click.UsageError(message)
    if against is None and judge_from not in (None, "all"):
        message = f"--judge-from {judge_from} compares: say with what, by --against"
        raise click.UsageError(message)
    compared_with = against_named(against, resolved.settings)
    audience = compared_with.audience()
    conditions = _conditions(failing, audience.names)
    plan = Plan(
        files=files,
        topic=topic,
        times=(from_time, until_time),
        settings=resolved.settings,
        against=compared_with,
        against_name=against or "",
        audience=audience,
        form=form,
        html=html,
        save=save,
        most=most,
        judge=judge,
        judge_from=judge_from or ("gained" if against is not None else "all"),
        seed=seed,
    )
    summary = run_client(carry_out(plan), resolved)
    _fail_where(conditions, summary)


def _conditions(texts: tuple[str, ...], subscriptions: tuple[str, ...]) -> "list[Condition]":
    """Read the conditions before anything is run."""
    from monitor.backtest.condition import parse_condition
    from monitor.backtest.summary import names_for

    names = names_for(subscriptions)
    try:
        return [parse_condition(text, names=names) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fail-if") from error


def _fail_where(conditions: "list[Condition]", summary: "Summary") -> None:
    """Exit with 1 where a condition holds, and say which."""
    values = summary.values()
    holding = [condition for condition in conditions if condition.holds(values)]
    for condition in holding:
        remark(f"failed: {condition.text}")
    if holding:
        sys.exit(1)
