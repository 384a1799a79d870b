"""Replay options: the selection of records, on the command line of several commands."""

import functools
import math
import re
from collections.abc import Callable
from typing import Any

import click

from monitor.cli.range_options import range_options

__all__ = ["Duration", "record_options"]

Command = Callable[..., Any]


_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}
_DURATION = re.compile(r"(?P<number>\d+(\.\d+)?)(?P<unit>ms|s|m|h|)")


class Duration(click.ParamType):
    """A length of time: 5s, 500ms, 2m, 1h; a number alone is seconds."""

    name = "DURATION"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it as seconds, or refuse it in words."""
        parts = _DURATION.fullmatch(str(value))
        if parts is None:
            self.fail(f"{value!r} is not a length of time such as 5s, 500ms or 2m", param, ctx)
        seconds = float(parts["number"]) * _SECONDS[parts["unit"]]
        if not math.isfinite(seconds):
            self.fail("is longer than any length of time", param, ctx)
        return seconds


def record_options(command: Command) -> Command:
    """Add the options that choose records; the command gets one argument `selection`."""

    @functools.wraps(command)
    def selecting(*args: Any, **given: Any) -> Any:
        from agents.selection import Selection

        selection = Selection(
            from_offset=given.pop("from_offset"),
            until_offset=given.pop("until_offset"),
            from_time=given.pop("from_time"),
            until_time=given.pop("until_time"),
            keys=frozenset(key.encode() for key in given.pop("keys")),
            partitions=frozenset(given.pop("partitions")),
        )
        return command(*args, selection=selection, **given)

    decorated: Command = selecting
    options = (
        range_options,
        click.option(
            "--key", "keys", multiple=True, help="Only records with this key; may be repeated."
        ),
        click.option(
            "--partition",
            "partitions",
            type=click.IntRange(min=0),
            multiple=True,
            metavar="N",
            help="Only this partition; may be repeated.",
        ),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated
