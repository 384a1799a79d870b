"""`news-monitor doctor`: what is wrong with this installation, and what to do."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from monitor.cli.options import run_client, settings_options
from monitor.cli.output import output_console, terminal_safe
from monitor.settings import ResolvedSettings, Settings

if TYPE_CHECKING:
    from agents.finding import Finding

__all__ = ["command"]

_STYLES = {"ok": "green", "warn": "bold yellow", "fail": "bold red"}
_CHECK_WIDTH = 18


@click.command("doctor")
@settings_options("group", "http_port")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
def command(*, resolved: ResolvedSettings, output_format: str) -> None:
    """Check Python, packages, model, lexicon, ports, broker, topics, group, lag and clocks.

    Changes nothing and sends nothing.

    \b
    Examples:
        news-monitor doctor
        news-monitor doctor --broker kafka:9092 --format json

    Exit codes: 0 nothing failed (there may be warnings), 1 something did, or a setting is wrong.
    """
    as_text = output_format == "text"
    findings = run_client(_diagnose(resolved.settings, as_text=as_text), resolved)
    if not as_text:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    if any(finding.grade.value == "fail" for finding in findings):
        raise SystemExit(1)


async def _diagnose(settings: Settings, *, as_text: bool) -> "list[Finding]":
    from agents.doctor import diagnose

    console = output_console()
    findings = []
    async for finding in diagnose(settings):
        findings.append(finding)
        if as_text:
            _print(console, finding)
    return findings


def _print(console: Console, finding: "Finding") -> None:
    line = Text(f"{finding.grade.value:<5}", _STYLES[finding.grade.value])
    line.append(f"{finding.check:<{_CHECK_WIDTH}}", "bold")
    line.append(terminal_safe(finding.message), "default")
    console.print(line)
    if finding.advice:
        console.print(Text(f"     {'':<{_CHECK_WIDTH}}{finding.advice}", "cyan"))
