"""Replay text: what a replay prints: its plan, how far it is, how it ended."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, Progress, TextColumn

from monitor.cli.output import error_console
from monitor.wording import counted

if TYPE_CHECKING:
    from agents.replay_count import Count
    from agents.replay_plan import ReplayPlan
    from agents.replay_report import ReplayReport
    from agents.replay_request import ReplayRequest

__all__ = ["left_out", "moment", "print_count", "progress_of", "report_text"]

_LINE_SECONDS = 10.0


def moment(time_ms: int | None) -> str:
    """Write a timestamp for people; what Kafka takes for none, or cannot be a date, as its number."""
    from agents.record_times import moment_of

    if time_ms is None:
        return "-"
    at = moment_of(time_ms)
    return f"timestamp {time_ms}" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


@contextmanager
def progress_of(
    title: str, total: int | None, *, advice: str = ""
) -> "Iterator[Callable[[ReplayReport], None]]":
    """Show how far a run is: a bar on a terminal, a line every ten seconds elsewhere.

    Args:
        title: what is under way.
        total: how many records there are; None where nobody knows.
        advice: what is said where the next record is long in coming.
    """
    console = error_console()
    began = shown = time.monotonic()

    def words(report: "ReplayReport") -> str:
        seconds = max(0.001, time.monotonic() - began)
        rate = (report.done - report.before) / seconds
        of = "" if total is None else f" of {total:,}"
        left = ""
        if report.next_ms is not None:
            left = f", the next one at {moment(report.next_ms)}{advice}"
        elif total is not None and rate > 0:
            left = f", {_duration((total - report.done) / rate)} left"
        return f"{report.done:,}{of} records, {rate:,.0f}/s, at {moment(report.position_ms)}{left}"

    if console.is_terminal:
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[words]}"),
            console=console,
            transient=True,
        )
        task = bar.add_task(title, total=total, words="")
        with bar:
            yield lambda report: bar.update(task, completed=report.done, words=words(report))
        return

    def line(report: "ReplayReport") -> None:
        nonlocal shown
        if report.next_ms is not None or time.monotonic() - shown >= _LINE_SECONDS:
            shown = time.monotonic()
            click.echo(f"{title}: {words(report)}", err=True)

    yield line


def print_count(request: "ReplayRequest", plan: "ReplayPlan", found: "Count") -> None:
    """Print what a run would send."""
    for partition, records in sorted(found.partitions.items()):
        click.echo(f"{request.source}/{partition}: {counted(records, 'record')}")
    where = request.target if plan.target_exists else f"{request.target} (to be created)"
    outside = f"; {left_out(found.passed_over)}" if found.passed_over else ""
    times = ""
    if found.records:
        times = f", from {moment(found.first_ms)} to {moment(found.last_ms)}"
    click.echo(
        f"would send {counted(found.records, 'record')} ({found.value_bytes / 1e6:,.1f} MB) to {where}"
        f"{times}{outside}; nothing was sent"
    )


def report_text(request: "ReplayRequest", report: "ReplayReport") -> str:
    """Say how a run ended."""
    total = report.sent + report.found
    parts = [f"replayed {counted(total, 'record')} from {request.source} to {request.target}"]
    if report.before:
        parts.append(f"the first {counted(report.before, 'record')} of the source in a run before")
    if report.passed_over:
        parts.append(left_out(report.passed_over))
    if report.found:
        parts.append(f"{report.found:,} of them were there already and were not sent again")
    parts.append(f"news-monitor-replay-id {report.replay_id}")
    return "; ".join(parts)


def left_out(records: int) -> str:
    """Say how many records are not sent: what is a canary's, of whatever selection, is no news."""
    return f"{records:,} left out (outside the selection, or canaries)"


def _duration(seconds: float) -> str:
    whole = int(seconds)
    if whole < 60:  # noqa: PLR2004  seconds of a minute
        return f"{whole} s"
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
