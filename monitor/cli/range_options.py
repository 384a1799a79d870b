"""Range options: between which offsets and times, asked for alike by every command that chooses records."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from monitor.cli.options import Moment

__all__ = ["range_options"]

Command = TypeVar("Command", bound=Callable[..., Any])


def range_options(command: Command) -> Command:
    """Add the options; the command gets `from_offset`, `until_offset`, `from_time`, `until_time`."""
    number = click.IntRange(min=0)
    options = (
        click.option(
            "--from-offset", type=number, metavar="N", help="First offset, per partition."
        ),
        click.option(
            "--until-offset",
            type=number,
            metavar="N",
            help="Offset to stop before, per partition.",
        ),
        click.option("--from-time", "--since", "from_time", type=Moment(), help="First timestamp."),
        click.option(
            "--until-time",
            "--until",
            "until_time",
            type=Moment(),
            help="Timestamp to stop before.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
