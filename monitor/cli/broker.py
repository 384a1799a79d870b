"""`news-monitor broker`: the embedded broker in the foreground."""

import signal
import time
from types import FrameType

import click

from monitor.cli.options import settings_options
from monitor.errors import BrokerUnavailable
from monitor.settings import ResolvedSettings

__all__ = ["command"]

_LOOK_SECONDS = 0.5


@click.command("broker")
@settings_options("article_topics")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=9092,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes any free one.",
)
@click.option(
    "--topic",
    "others",
    multiple=True,
    metavar="NAME",
    help="Another topic to make, with as many"
    " partitions as an article topic; may be given several times.",
)
def command(*, resolved: ResolvedSettings, port: int, others: tuple[str, ...]) -> None:
    """Run a small Kafka broker, with our topics made, until Ctrl-C. Nothing outlives it.

    It needs no Java and no disk, speaks to every Kafka client, and keeps about 5 MiB per partition
    in memory: good for trying things out, not for news that matters. It comes with
    pip install 'news-monitor[embedded]'.

    \b
    Example:
        news-monitor broker --port 9092

    Exit codes: 0 ended by Ctrl-C, 1 it did not start or died.
    """
    from agents.embedded import EmbeddedBroker
    from agents.subscriptions_file import needed_topics
    from agents.topics import TopicSpec

    topics = [*needed_topics(resolved.settings)]
    partitions = resolved.settings.article_partitions
    topics += [
        TopicSpec(name=each, partitions=partitions, config={}, purpose="") for each in others
    ]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with EmbeddedBroker(topics, port=port) as broker:
            made = ", ".join(topic.name for topic in topics)
            click.echo(f"topics: {made}\nCtrl-C ends it; its records are gone then", err=True)
            click.echo(broker.address)
            while broker.is_running:
                time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        return
    message = "the embedded broker died: start it again; its records are gone"
    raise BrokerUnavailable(message)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
