"""Options: what commands share on the command line, and how they run what waits for a broker."""

import asyncio
import functools
import logging
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from monitor.settings import LogLevel, ResolvedSettings, Settings, resolve

__all__ = [
    "Interrupt",
    "Moment",
    "problem_options",
    "run_client",
    "settings_options",
]

Result = TypeVar("Result")
Command = Callable[..., Any]


class Moment(click.ParamType):
    """A point in time: RFC 3339, UTC where no offset is given, or a date."""

    name = "TIME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the time, or refuse it in words."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time such as 2026-03-02T06:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Interrupt(StrEnum):
    """What Ctrl-C means to a command."""

    BREAKS_OFF = "breaks-off"
    """The work is not done: exit code 130."""
    ENDS = "ends"
    """It is how the command is ended: exit code 0."""


def problem_options(command: Command) -> Command:
    """Add `--format` and `--strict` to a command that lists what is wrong in files."""
    formatted = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "jsonl"]),
        default="text",
        show_default=True,
        help="text for people and editors (FILE:LINE: ...); jsonl: one JSON object per problem, then "
        "one with the totals.",
    )
    strict = click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
    return formatted(strict(command))


def settings_options(*names: str) -> Callable[[Command], Command]:
    """Add `--broker`, `--config FILE` and one option per named setting to a command.

    The command gets one argument `resolved`: the settings with their origins. The command line
    wins over the environment, that over the file, and that over the defaults.
    """

    def decorate(command: Command) -> Command:
        fields = ("broker", *names)

        @functools.wraps(command)
        def resolving(*args: Any, config_file: Path | None, **given: Any) -> Any:
            overrides = {name: given.pop(name) for name in fields}
            resolved = resolve(file=config_file, overrides=overrides)
            return command(*args, resolved=resolved, **given)

        decorated: Command = resolving
        for name in reversed(fields):
            decorated = _option(name)(decorated)
        return click.option(
            "--config",
            "config_file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help="TOML file of settings; NEWS_MONITOR_CONFIG names one as well.",
        )(decorated)

    return decorate


def run_client(
    coroutine: Coroutine[Any, Any, Result],
    resolved: ResolvedSettings,
    *,
    interrupt: Interrupt = Interrupt.BREAKS_OFF,
) -> Result:
    """Run what a command does with a broker, and end cleanly on Ctrl-C.

    The client library's own log is for debugging: our errors say what it says, in words.
    """
    try:
        from agents.logs import configure

        configure(resolved.settings)
        if resolved.settings.log_level is not LogLevel.DEBUG:
            logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)
        return asyncio.run(coroutine)
    except KeyboardInterrupt:
        if interrupt is Interrupt.ENDS:
            sys.exit(0)
        raise
    finally:
        coroutine.close()  # Ctrl-C may come before it has begun


def _option(name: str) -> Callable[[Command], Command]:
    """Make the option of a setting; its value is checked with all others, by the settings."""
    field = Settings.model_fields[name]
    flags = [f"--{name.replace('_', '-')}"]
    if name.endswith("_seconds"):
        flags.append(f"--{name.removesuffix('_seconds').replace('_', '-')}")
    metavar = "HOST:PORT" if name == "broker" else name.rpartition("_")[2].upper()
    return click.option(*flags, name, default=None, metavar=metavar, help=field.description)
