"""A backtest for people: stories with their evidence and entries, then the counts."""

from collections import Counter
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.backtest.comparison import Aspect, Pair, StoryResult, Verdict
from monitor.backtest.interval import wilson
from monitor.backtest.served import Compared, Served
from monitor.backtest.summary import Judgement, Summary
from monitor.cli.alerts import print_alert
from monitor.cli.output import terminal_safe
from monitor.wording import counted

__all__ = ["print_story", "print_summary"]

_STYLES = {
    Verdict.GAINED: "bold green",
    Verdict.LOST: "bold red",
    Verdict.CHANGED: "bold yellow",
    Verdict.SAME: "dim",
}


def print_story(console: Console, compared: Compared, *, alone: bool) -> None:
    """Print a story: what became of it, by which entry, for whom, and the alert that tells it.

    Args:
        console: where to.
        compared: the story.
        alone: whether there is but one run, with nothing to compare.
    """
    pair = compared.pair
    newest = pair.newest
    heading = Text()
    if not alone:
        heading.append(f"{pair.verdict.value:<8}", _STYLES[pair.verdict])
        changes = "; ".join(_change(aspect, pair) for aspect in pair.aspects)
        heading.append(f" {changes}" if changes else "")
    if alone or pair.verdict is not Verdict.SAME:
        entries = newest.entries if alone else pair.responsible
        by = ", ".join(map(terminal_safe, entries)) or "no entry of its evidence"
        heading.append(f" by {by}", "cyan")
    console.print(heading)
    if compared.served:
        told = "; ".join(_told(each, alone=alone) for each in compared.served)
        console.print(Text(f"for {told}", "magenta"))
    print_alert(console, newest.told.alert)


def _told(served: Served, *, alone: bool) -> str:
    """Say what a change does for a subscription."""
    if alone:
        return f"{served.subscription} ({', '.join(map(str, served.after.fates))})"
    reasons = ", ".join((*served.aspects, *served.why))
    return f"{served.subscription}: {served.verdict}{f' ({reasons})' if reasons else ''}"


def _change(aspect: Aspect, pair: Pair) -> str:
    """Say in what a story differs."""
    before, after = pair.before, pair.after
    assert before is not None
    assert after is not None
    match aspect:
        case Aspect.SEVERITY:
            return f"severity {before.severity} > {after.severity}"
        case Aspect.KINDS:
            return f"kinds {_kinds(before)} > {_kinds(after)}"
        case Aspect.REVISIONS:
            return f"revisions {len(before.revisions)} > {len(after.revisions)}"
        case Aspect.TIMING:
            return _timing(before, after)
        case Aspect.WITHDRAWN:
            return "now withdrawn" if after.withdrawn else "no longer withdrawn"
        case Aspect.EVIDENCE:
            return "evidence"


def _kinds(story: StoryResult) -> str:
    return "+".join(sorted(story.kinds))


def _timing(before: StoryResult, after: StoryResult) -> str:
    seconds = (after.raised_at - before.raised_at).total_seconds()
    if not seconds:
        return "first told by another article"
    hours, minutes = divmod(round(abs(seconds) / 60), 60)
    return f"{hours} h {minutes:02} min {'later' if seconds > 0 else 'earlier'}"


def print_summary(console: Console, summary: Summary, *, most: int) -> None:
    """Print the counts.

    Args:
        console: where to.
        summary: the counts.
        most: how many stories of each sort were shown above.
    """
    if summary.is_comparison:
        verdicts: tuple[Verdict, ...] = tuple(Verdict)
        hidden = [
            f"{summary.verdicts[each] - most:,} {each.value}"
            for each in verdicts[:-1]
            if summary.verdicts[each] > most
        ]
        if summary.served_otherwise > most:
            hidden.append(f"{summary.served_otherwise - most:,} told otherwise")
    else:
        verdicts = (Verdict.SAME,)
        count = summary.verdicts[Verdict.SAME]
        hidden = [f"{count - most:,}"] if count > most else []
    if hidden:
        console.print(Text(f"Not shown: {', '.join(hidden)}; --list shows more.", "dim"))
    kinds = {kind.value: counts for kind, counts in summary.kinds.items()}
    console.print(_table("kind", kinds, summary.verdicts, verdicts))
    console.print(_table("day", summary.days, None, verdicts))
    if summary.subscriptions:
        console.print(_subscriptions(summary, verdicts))
    totals = summary.totals
    read = totals.records - totals.unreadable.total()
    console.print(
        f"{counted(totals.records, 'record')} = {read:,} read + {totals.unreadable.total():,} unreadable"
    )
    if summary.is_comparison:
        console.print(
            f"{counted(summary.before, 'alert')} in {counted(summary.revisions_before, 'revision')} before,"
            f" {summary.after:,} in {summary.revisions_after:,} after"
        )
        aspects = ", ".join(
            f"{aspect.value} {summary.aspects[aspect]:,}"
            for aspect in Aspect
            if summary.aspects[aspect]
        )
        if aspects:
            console.print(f"changed in: {aspects}")
    else:
        console.print(
            f"{counted(summary.after, 'alert')} in {counted(summary.revisions_after, 'revision')}"
        )
    if summary.judgement is not None:
        console.print(_judged(summary.judgement))


def _table(
    name: str,
    rows: Mapping[str, Counter[Verdict]],
    total: Counter[Verdict] | None,
    verdicts: tuple[Verdict, ...],
) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(name)
    for verdict in verdicts:
        table.add_column("alerts" if len(verdicts) == 1 else verdict.value, justify="right")
    for row in sorted(rows):
        table.add_row(str(row), *(f"{rows[row][verdict]:,}" for verdict in verdicts))
    if total is not None:
        table.add_row("all", *(f"{total[verdict]:,}" for verdict in verdicts), style="bold")
    return table


def _subscriptions(summary: Summary, verdicts: tuple[Verdict, ...]) -> Table:
    """Say what each subscription is told, with the records that it receives."""
    table = Table(box=None, pad_edge=False)
    table.add_column("subscription")
    for verdict in verdicts:
        table.add_column("alerts" if len(verdicts) == 1 else verdict.value, justify="right")
    table.add_column("records", justify="right")
    for name, counts in summary.subscriptions.items():
        records = f"{counts.sent_after:,}"
        if summary.is_comparison:
            records = f"{counts.sent_before:,} > {records}"
        table.add_row(name, *(f"{counts.verdicts[verdict]:,}" for verdict in verdicts), records)
    return table


def _judged(judgement: Judgement) -> str:
    if judgement.precision is None:
        return "precision: nothing was judged"
    low, high = wilson(judgement.right, judgement.asked)
    return (
        f"precision {judgement.precision:.2f} (95 %: {low:.2f} to {high:.2f}):"
        f" {judgement.right} right of {judgement.asked} judged"
    )
