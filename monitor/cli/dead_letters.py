"""`news-monitor dead-letters`: list, show, retry and discard what could not be used."""

import sys
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.letter_decisions import discard_letters, retry_letters
from monitor.cli.letter_options import LetterName, letter_options, selection_from
from monitor.cli.options import run_client, settings_options
from monitor.settings import ResolvedSettings, Settings

if TYPE_CHECKING:
    from agents.letter_states import KnownLetter
    from agents.letters import Selection

__all__ = ["command"]

_PENDING = ("open", "in-hand", "doubtful")


@click.group("dead-letters")
def command() -> None:
    """List, show, send back and discard what could not be used.

    A letter is named as `list` prints it, TOPIC/PARTITION/OFFSET. Letters of Kafka Connect and of
    Spring Kafka are read as well: name their topics with --topic.

    \b
    Example:
        news-monitor dead-letters list --reason not-json

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """


@command.command("list")
@settings_options()
@letter_options
@click.option("--any-state", is_flag=True, help="Also those that were sent back or discarded.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="How to print.",
)
def list_letters(
    *, resolved: ResolvedSettings, any_state: bool, output_format: str, **chosen: Any
) -> None:
    """List dead letters, oldest first.

    \b
    Example:
        news-monitor dead-letters list --from-time 2026-03-02 --reason too-long

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    from monitor.cli.letter_text import LetterLines

    selection = selection_from(resolved.settings, chosen)
    lines = LetterLines(as_json=output_format == "jsonl")

    def show(known: "KnownLetter") -> None:
        if any_state or known.state in _PENDING:
            lines.add(known)

    run_client(_each(resolved.settings, selection, show), resolved)
    lines.finish()


@command.command("show")
@settings_options()
@click.argument("name", metavar="LETTER", type=LetterName())
@click.option(
    "--bytes",
    "most",
    type=click.IntRange(min=0),
    default=512,
    show_default=True,
    help="How many bytes of the value to show, around the place of the error; 0 shows all.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "raw"]),
    default="text",
    show_default=True,
    help="`json` has the value in base64; `raw` is the value untouched, never for a terminal.",
)
def show_letter(
    *, resolved: ResolvedSettings, name: tuple[str, int, int], most: int, output_format: str
) -> None:
    """Show one dead letter: why, from where, its headers, and its bytes around the error.

    Bytes are shown as numbers and as text in which nothing can steer the terminal.

    \b
    Example:
        news-monitor dead-letters show news.articles.v1.dead-letter/3/17

    Exit codes: 0 done, 1 there is no such letter, or failed, 2 wrong usage.
    """
    from agents.letters import Selection
    from monitor.cli.letter_text import letter_json, print_letter
    from monitor.cli.output import json_line

    if output_format == "raw" and sys.stdout.isatty():
        message = "--format raw writes bytes that could steer the terminal: send it to a file"
        raise click.UsageError(message)
    found: list[KnownLetter] = []
    selection = Selection(topics=(name[0],), names=frozenset({name}))
    run_client(_each(resolved.settings, selection, found.append), resolved)
    if not found:
        click.echo("news-monitor: there is no letter {}/{}/{}".format(*name), err=True)
        raise SystemExit(1)
    if output_format == "raw":
        sys.stdout.buffer.write(found[0].letter.value or b"")
    elif output_format == "json":
        click.echo(json_line(letter_json(found[0])))
    else:
        print_letter(found[0], most=most)


command.add_command(retry_letters)
command.add_command(discard_letters)


async def _each(
    settings: Settings, selection: "Selection", show: "Callable[[KnownLetter], None]"
) -> None:
    from agents.letter_states import read_states

    async with aclosing(read_states(settings, selection)) as letters:
        async for known in letters:
            show(known)
