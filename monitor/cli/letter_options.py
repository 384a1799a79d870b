"""Letter options: how commands are told which dead letters are meant."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.range_options import range_options
from monitor.settings import Settings

if TYPE_CHECKING:
    from agents.letters import Selection

__all__ = ["LetterName", "letter_options", "selection_from"]

Command = TypeVar("Command", bound=Callable[..., Any])

_CHOICES = ("names", "reasons", "sources", "from_time", "until_time", "from_offset", "until_offset")


class LetterName(click.ParamType):
    """The name of a dead letter, as `list` prints it."""

    name = "LETTER"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int, int]:
        """Read the name, or refuse it in words."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([A-Za-z0-9._-]+)/([0-9]{1,10})/([0-9]{1,18})", str(value))
        if found is None:
            self.fail(f"{value!r} is not TOPIC/PARTITION/OFFSET, as `list` prints it", param, ctx)
        return found[1], int(found[2]), int(found[3])


def letter_options(command: Command) -> Command:
    """Add the options that choose dead letters; `selection_from` reads them."""
    options = (
        click.option(
            "--topic",
            "topics",
            multiple=True,
            metavar="TOPIC",
            help="Dead-letter topic; several times for several [default: those of our workers].",
        ),
        click.option(
            "--reason",
            "reasons",
            multiple=True,
            metavar="REASON",
            help="Reason of ours, or the class name of an error; several times for several.",
        ),
        click.option(
            "--source",
            "sources",
            multiple=True,
            metavar="TOPIC",
            help="Topic that the record came from; several times for several.",
        ),
        range_options,
    )
    for option in reversed(options):
        command = option(command)
    return command


def selection_from(
    settings: Settings, chosen: Mapping[str, Any], *, needs_choice: bool = False
) -> "Selection":
    """Read the options.

    Raises:
        click.UsageError: nothing says which letters are meant, though it must be said.
    """
    from agents.letters import Selection, own_letter_topics

    is_chosen = any(chosen.get(name) not in (None, ()) for name in _CHOICES)
    if needs_choice and not (is_chosen or chosen["everything"]):
        message = (
            "say which: letters by name, by --reason, --source, --from-time ..., or --all of them"
        )
        raise click.UsageError(message)
    names = frozenset(chosen.get("names", ()))
    topics = tuple(dict.fromkeys([*chosen["topics"], *(topic for topic, _, _ in sorted(names))]))
    return Selection(
        topics=topics or own_letter_topics(settings),
        names=names,
        reasons=frozenset(chosen["reasons"]),
        sources=frozenset(chosen["sources"]),
        from_time=chosen["from_time"],
        until_time=chosen["until_time"],
        from_offset=chosen["from_offset"],
        until_offset=chosen["until_offset"],
    )
