"""Letter commands that decide: `news-monitor dead-letters retry` and `discard`."""

import sys
import uuid
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.finite_range import FiniteRange
from monitor.cli.letter_options import LetterName as LetterNameType
from monitor.cli.letter_options import letter_options, selection_from
from monitor.cli.options import run_client, settings_options
from monitor.cli.output import terminal_safe
from monitor.settings import ResolvedSettings, Settings
from monitor.wording import counted

if TYPE_CHECKING:
    from agents.letters import LetterName, Selection
    from agents.retry_judge import RetryRules
    from agents.retry_plan import RetryPlan
    from agents.retry_run import RetryReport

__all__ = ["discard_letters", "retry_letters"]

Command = TypeVar("Command", bound=Callable[..., Any])


def _sending_options(decorated: Command) -> Command:
    for option in (
        click.option("--yes", is_flag=True, help="Do it without asking; for scripts."),
        click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing."),
        click.option("--all", "everything", is_flag=True, help="All letters of these topics."),
        click.argument("names", nargs=-1, metavar="[LETTER]...", type=LetterNameType()),
    ):
        decorated = option(decorated)
    return decorated


@click.command("retry")
@settings_options()
@letter_options
@_sending_options
@click.option("--to", "fallback", metavar="TOPIC", help="Where letters go that name no origin.")
@click.option(
    "--rate",
    type=FiniteRange(min=0, min_open=True),
    default=100.0,
    show_default=True,
    metavar="N",
    help="Letters per second, at most.",
)
@click.option(
    "--max-attempts",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="N",
    help="Leave what died again after so many times of being sent back.",
)
@click.option("--again", is_flag=True, help="Also what was sent back or discarded before.")
def retry_letters(
    *,
    resolved: ResolvedSettings,
    fallback: str | None,
    rate: float,
    max_attempts: int,
    again: bool,
    dry_run: bool,
    yes: bool,
    **chosen: Any,
) -> None:
    """Send dead letters back to where they came from, each once.

    Value, key, partition, time and the record's own headers are as they were; two headers say that it
    was sent back: news-monitor-retry-attempt and news-monitor-retry-of. What would be sent is shown
    first. A letter that was sent back is marked, and not sent again; after a run that was broken off,
    even killed, the next one looks what had arrived and sends the rest.

    \b
    Examples:
        news-monitor dead-letters retry news.articles.v1.dead-letter/3/17
        news-monitor dead-letters retry --reason analysis-failed --dry-run
        news-monitor dead-letters retry --topic connect-dlq --source orders --all --yes

    Exit codes: 0 all that can be was sent, 1 failed, or a letter was refused, is in hand of another
    run or was named and not found, 2 wrong usage.
    """
    from agents.retry import retry
    from agents.retry_judge import RetryRules

    settings = resolved.settings
    selection = selection_from(settings, chosen, needs_choice=True)
    rules = RetryRules(
        run=uuid.uuid4().hex,
        fallback=fallback,
        max_attempts=max_attempts,
        again=again,
        letters_per_second=rate,
    )
    plan = _planned(resolved, selection, rules, waits=not dry_run)
    if dry_run or plan.is_empty:
        click.echo(f"{counted(plan.letters, 'letter')} to send; nothing was sent")
        _end_unmet(plan.unmet)
        return
    _confirm(f"send {counted(plan.letters, 'letter')}?", yes=yes)
    report = run_client(retry(settings, selection, rules, plan, progress=_progress), resolved)
    _tell(report, f"sent {counted(report.sent, 'letter')} back; run {rules.run}")
    _end_unmet(plan.unmet)


@click.command("discard")
@settings_options()
@letter_options
@_sending_options
def discard_letters(*, resolved: ResolvedSettings, dry_run: bool, yes: bool, **chosen: Any) -> None:
    """Mark dead letters as not worth sending back; they stay where they are.

    `retry --again` sends a discarded letter all the same.

    \b
    Example:
        news-monitor dead-letters discard --reason null-value --until-time 2026-03-01 --yes

    Exit codes: 0 done, 1 failed, or a letter was named and not found, 2 wrong usage.
    """
    from agents.retry import discard
    from agents.retry_judge import RetryRules

    settings = resolved.settings
    selection = selection_from(settings, chosen, needs_choice=True)
    pending, unmet = run_client(_count_pending(settings, selection), resolved)
    _tell_unmet(unmet)
    click.echo(f"would discard {counted(pending, 'letter')}")
    if dry_run or not pending:
        _end_unmet(unmet)
        return
    _confirm(f"discard {counted(pending, 'letter')}?", yes=yes)
    rules = RetryRules(run=uuid.uuid4().hex)
    report = run_client(discard(settings, selection, rules), resolved)
    _tell(report, f"discarded {counted(report.discarded, 'letter')}")
    _end_unmet(unmet)


async def _count_pending(
    settings: Settings, selection: "Selection"
) -> "tuple[int, set[LetterName]]":
    """Count the letters that `discard` would mark, and find the names that are of none."""
    from agents.letter_states import read_states

    pending, unmet = 0, set(selection.names)
    async with aclosing(read_states(settings, selection)) as letters:
        async for known in letters:
            pending += known.state in ("open", "doubtful")
            unmet.discard(known.letter.name)
    return pending, unmet


def _tell_unmet(unmet: "set[LetterName]") -> None:
    for name in sorted(unmet):
        click.echo("not found: {}/{}/{}".format(*name), err=True)


def _end_unmet(unmet: "set[LetterName]") -> None:
    """End with exit code 1 where a letter was named that was not found; it has been told."""
    if unmet:
        raise SystemExit(1)


def _planned(
    resolved: ResolvedSettings, selection: "Selection", rules: "RetryRules", *, waits: bool
) -> "RetryPlan":
    """Plan, show the plan, and wait first for what another run has in hand."""
    from agents.retry import wait_for_others
    from agents.retry_plan import plan_retry
    from agents.retry_run import now_ms

    settings = resolved.settings

    def waiting(seconds: float) -> None:
        click.echo(
            f"letters are in hand of another run, or of one that was killed: waiting {seconds:.0f} s",
            err=True,
        )

    if waits:
        run_client(wait_for_others(settings, waiting), resolved)
    plan = run_client(plan_retry(settings, selection, rules, now_ms=now_ms()), resolved)
    _tell_unmet(plan.unmet)
    for (topic, reason), count in sorted(plan.going.items()):
        click.echo(f"would send {count:,} to {terminal_safe(topic)}: {terminal_safe(reason)}")
    for why, count in sorted(plan.staying.items()):
        click.echo(f"leaves {count:,}: {why}")
    if plan.retimed:
        click.echo(
            f"warning: {plan.retimed:,} are older than half of what their topic keeps and go with"
            " the present time; an article that states published_at keeps that",
            err=True,
        )
    if plan.repartitioned:
        click.echo(
            f"warning: {plan.repartitioned:,} go where their keys send them: the partition they"
            " came from is not known or does not exist",
            err=True,
        )
    return plan


def _confirm(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        message = "nobody to ask: say --yes to do it, or --dry-run to look only"
        raise click.UsageError(message)
    click.confirm(question, abort=True, err=True)


def _progress(report: "RetryReport") -> None:
    if sys.stderr.isatty():
        click.echo(f"\rsent {report.sent:,}", err=True, nl=False)


def _tell(report: "RetryReport", done: str) -> None:
    """Say what was done; exit code 1 where something was left that should not have been."""
    from agents.retry_judge import PassedOver

    if report.made_good:
        click.echo(
            f"{report.made_good:,} of a run that was broken off had arrived: marked, not sent again"
        )
    if report.duplicates:
        click.echo(f"warning: {counted(report.duplicates, 'record')} found twice", err=True)
    click.echo(done)
    for line in report.refused:
        click.echo(f"refused: {terminal_safe(line)}", err=True)
    in_hand = report.staying[PassedOver.IN_HAND]
    if in_hand:
        click.echo(f"left {in_hand:,}: {PassedOver.IN_HAND}", err=True)
    if report.refused or in_hand:
        raise SystemExit(1)
