"""`news-monitor worker`: read articles and publish alerts, until told to stop."""

import sys
from contextlib import ExitStack

import click

from monitor.cli.options import settings_options
from monitor.errors import InvalidSetting
from monitor.settings import ResolvedSettings, Settings

__all__ = ["command"]

_LOOPBACK = ("127.0.0.1", "localhost")


@click.command("worker")
@settings_options(
    "article_topics",
    "group",
    "processes",
    "batch_size",
    "batch_wait_seconds",
    "session_timeout_seconds",
    "shutdown_grace_seconds",
    "http_host",
    "http_port",
    "log_level",
    "log_format",
)
@click.option(
    "--embedded",
    is_flag=True,
    help="Start an embedded broker at the address of `broker` (this machine's), and end it with"
    " the worker.",
)
def command(*, resolved: ResolvedSettings, embedded: bool) -> None:
    """Read articles and publish signals, stories and alerts, until told to stop.

    SIGTERM or Ctrl-C finishes the batch in hand and leaves. Start as many workers as you like:
    those of one --group share the partitions. The topics must exist (`news-monitor topics create`).

    \b
    Examples:
        news-monitor worker --broker kafka:9092
        news-monitor worker --embedded

    Exit codes: 0 told to stop, 1 it could not go on (the reason is on standard error), 2 wrong
    usage.
    """
    from agents.worker import run_worker

    settings = resolved.settings
    with ExitStack() as stack:
        if embedded:
            from agents.embedded import EmbeddedBroker
            from agents.subscriptions_file import needed_topics

            port = _port_here(settings)
            broker = stack.enter_context(EmbeddedBroker(needed_topics(settings), port=port))
            click.echo(f"embedded broker at {broker.address}", err=True)
        code = run_worker(settings)
    sys.exit(code)


def _port_here(settings: Settings) -> int:
    """Return the port of the broker's address, which must be one of this machine."""
    host, _, port = settings.broker[0].rpartition(":")
    if len(settings.broker) > 1 or host not in _LOOPBACK or not port.isdecimal():
        message = (
            f"broker = {', '.join(settings.broker)!r}: with --embedded it must be one address of"
            " this machine, such as 127.0.0.1:9092"
        )
        raise InvalidSetting(message)
    return int(port)
