"""`news-monitor config`: every setting, its value, where it came from and what it means."""

import json
from enum import StrEnum
from pathlib import Path

import click
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.cli.options import settings_options
from monitor.cli.output import output_console, terminal_safe
from monitor.settings import ENVIRONMENT_PREFIX, ResolvedSettings, Settings

__all__ = ["command"]

_HIDDEN = "********"
_TABLE_WIDTH = 110
"""Columns below which the table would break names and words apart."""


class ConfigFormat(StrEnum):
    """How settings are printed."""

    TABLE = "table"
    """For people."""
    JSON = "json"
    """One JSON object per run: name to value, origin, meaning."""
    TOML = "toml"
    """A settings file to start from: `--config` reads it back."""


@click.command("config")
@settings_options()
@click.option(
    "--format",
    "output_format",
    type=click.Choice([each.value for each in ConfigFormat]),
    default=ConfigFormat.TABLE.value,
    show_default=True,
    help="How to print.",
)
def command(*, resolved: ResolvedSettings, output_format: str) -> None:
    """Print every setting, its value, where it came from and what it means.

    Settings come from, in rising order: defaults, a TOML file, variables NEWS_MONITOR_<NAME>, the
    command line. Secrets are not printed.

    \b
    Examples:
        news-monitor config
        news-monitor config --format toml > news-monitor.toml
        NEWS_MONITOR_BROKER=kafka:9092 news-monitor config --format json

    Exit codes: 0 all settings are good, 1 one is not (the reason is on standard error).
    """
    match ConfigFormat(output_format):
        case ConfigFormat.TABLE:
            _print_settings(resolved)
        case ConfigFormat.JSON:
            click.echo(json.dumps(_described(resolved), indent=2, ensure_ascii=False))
        case ConfigFormat.TOML:
            click.echo(_toml(resolved.settings))
            for name, value in _values(resolved.settings).items():
                if value == _HIDDEN:
                    click.echo(f"news-monitor: {_left_out(name)}", err=True)


def _values(settings: Settings) -> dict[str, object]:
    """Return plain values, secrets hidden, unset ones None."""
    values: dict[str, object] = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if "password" in name:
            value = _HIDDEN if value.get_secret_value() else ""
        elif isinstance(value, tuple):
            value = [str(each) for each in value]
        elif isinstance(value, Path):
            value = str(value)
        elif isinstance(value, StrEnum):
            value = value.value
        values[name] = value
    return values


def _described(resolved: ResolvedSettings) -> dict[str, dict[str, object]]:
    return {
        name: {
            "value": value,
            "origin": resolved.origins[name],
            "variable": f"{ENVIRONMENT_PREFIX}{name.upper()}",
            "meaning": Settings.model_fields[name].description,
        }
        for name, value in _values(resolved.settings).items()
    }


def _print_settings(resolved: ResolvedSettings) -> None:
    """Print a table where there is room for its columns, else a paragraph per setting."""
    console = output_console()
    rows = [
        (name, _shown(described["value"]), terminal_safe(str(described["origin"])), described)
        for name, described in _described(resolved).items()
    ]
    if console.width < _TABLE_WIDTH:
        for name, value, origin, described in rows:
            console.print(Text(name, "cyan").append(f" = {value}  ({origin})", "default"))
            meaning = Padding(Text(str(described["meaning"]), "dim"), (0, 0, 0, 4), expand=False)
            console.print(meaning, soft_wrap=False)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("setting", no_wrap=True, style="cyan")
    table.add_column("value", overflow="fold", max_width=32)
    table.add_column("origin", overflow="fold", max_width=24)
    table.add_column("meaning", overflow="fold", ratio=1, style="dim")
    for name, value, origin, described in rows:
        table.add_row(name, value, origin, str(described["meaning"]))
    console.print(table)


def _shown(value: object) -> str:
    if value is None:
        return ""
    return terminal_safe(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _toml(settings: Settings) -> str:
    """Write a settings file: what is unset or secret stands in comments."""
    lines = ["# Settings of News Monitor; `news-monitor config` prints what they mean.", ""]
    for name, value in _values(settings).items():
        lines.append(f"# {Settings.model_fields[name].description}")
        if value == _HIDDEN:
            lines.append(f"# {_left_out(name)}")
            continue
        secret = "password" in name
        comment = "# " if value is None or secret else ""
        # JSON's strings, numbers, lists and booleans are TOML's as well.
        shown = '""' if value is None or secret else json.dumps(value, ensure_ascii=False)
        lines.append(f"{comment}{name} = {shown}")
    return "\n".join(lines)


def _left_out(name: str) -> str:
    """Say that a secret does not stand in the file."""
    variable = f"{ENVIRONMENT_PREFIX}{name.upper()}"
    return f"{name} is set, but secrets are not written: give it as {variable}"
