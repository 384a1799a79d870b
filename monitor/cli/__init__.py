"""The front door: one command, `news-monitor`, whose parts load only when they are asked for."""

import importlib
import sys
from typing import Any

import click

from monitor.errors import NewsMonitorError

__all__ = ["COMMANDS", "INTERRUPTED", "main"]

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended: 128 and the number of the signal, as shells count."""

COMMANDS: dict[str, str] = {
    "analyse": "Show what the monitor reads in a text; no Kafka needed.",
    "archive": "Keep a topic's records in a file, and send them back.",
    "backtest": "Try a change of rules on stored news; no Kafka needed.",
    "broker": "Run the embedded broker, for trying things out.",
    "config": "Print every setting, its value, where it came from and what it means.",
    "dead-letters": "List, show, send back and discard what could not be used.",
    "demo": "Play the built-in news through an embedded broker and show the alerts.",
    "doctor": "Say what is wrong with this installation, and what to do.",
    "evaluate": "Score the monitor on labelled sentences or articles.",
    "lexicon": "Check lexicon files, and explain what they make of a text.",
    "publish": "Send articles to a topic.",
    "record": "Keep a stretch of news and what comes of it as a regression case.",
    "replay": "Send records of a topic, archive or file again, to a topic.",
    "schemas": "Print or write the JSON Schemas of all records.",
    "status": "Say whether news flows, and what keeps it.",
    "subscriptions": "Check a file of subscriptions, and try it on past alerts.",
    "tail": "Show alerts as they come.",
    "topics": "Create, check and list the topics.",
    "verify": "Run regression cases and show the first difference.",
    "watchlists": "Check the lists of what you want to be told of.",
    "worker": "Read articles and publish alerts, until told to stop.",
}
"""Every command and its one line; each lives in `monitor.cli.<name>`, hyphens as underscores, as
`command`."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Name all commands, without importing any."""
        return sorted(COMMANDS)

    def get_command(  # click's signature
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        """Import the module of one command."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"monitor.cli.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(  # click's signature
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands from their one-liners, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Turn our own errors into one message and exit code 1, and Ctrl-C into exit code 130.

        Commands to which Ctrl-C means something else catch it themselves.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("news-monitor: interrupted", err=True)
            sys.exit(INTERRUPTED)
        except NewsMonitorError as error:
            click.echo(f"news-monitor: {error}", err=True)
            sys.exit(1)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="news-monitor", prog_name="news-monitor")
def main() -> None:
    """Read news, find escalation, publish alerts.

    \b
    Example, no Kafka needed:
        echo "Iran fired missiles at Israel on Monday." | news-monitor analyse

    Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong usage, 130 broken off by
    Ctrl-C.
    """
