"""`news-monitor demo`: the built-in news through an embedded broker, the alerts as they come."""

import os
import shutil
import signal
import socket
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from monitor.cli.alerts import alert_console, print_alert
from monitor.cli.finite_range import FiniteRange
from monitor.cli.options import run_client, settings_options
from monitor.errors import NewsMonitorError
from monitor.settings import ResolvedSettings
from monitor.wording import counted

if TYPE_CHECKING:
    from agents.demo_summary import DemoSummary
    from agents.demonstration import Demonstration

__all__ = ["command"]

_LOOK_SECONDS = 0.5
_KAFKA_PORT = 9092


@click.command("demo")
@settings_options("http_port")
@click.option(
    "--seconds",
    type=FiniteRange(1, 600),
    default=20.0,
    show_default=True,
    help="How long the ten minutes of news take.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port of the embedded broker [default: 9092 if it is free, else any].",
)
@click.option("--keep", is_flag=True, help="Leave broker and worker running until Ctrl-C.")
def command(*, resolved: ResolvedSettings, seconds: float, port: int | None, keep: bool) -> None:
    """Play the built-in news through an embedded broker and a worker, and show the alerts.

    Needs no Kafka: pip install 'news-monitor[embedded]'. Some fifty short articles of our own
    writing tell ten minutes of news; one record among them is unreadable on purpose. Settings
    about brokers do not count here.

    \b
    Examples:
        news-monitor demo
        news-monitor demo --keep

    Exit codes: 0 alerts came and the sums add up, 1 not so (the reason is on standard error), 130
    broken off by Ctrl-C.
    """
    from agents.demonstration import Demonstration

    signal.signal(signal.SIGTERM, _interrupt)
    console = alert_console()
    began = time.monotonic()
    http_port = _free_or_any(resolved.settings.http_host, resolved.settings.http_port)
    settings = resolved.settings.model_copy(update={"http_port": http_port})
    broker_port = _free_or_any("127.0.0.1", _KAFKA_PORT) if port is None else port
    console.print(Text("Starting an embedded broker and a worker ...", "dim"))
    with Demonstration(settings, port=broker_port) as demonstration:
        _introduce(console, demonstration, seconds, time.monotonic() - began)
        playing = demonstration.play(
            seconds=seconds, on_alert=lambda alert: print_alert(console, alert)
        )
        summary = run_client(playing, resolved)
        _sum_up(console, summary, time.monotonic() - began)
        if summary.contradictions:
            raise NewsMonitorError("; ".join(summary.contradictions))
        # From here on Ctrl-C is how a demo that is kept ends; before, it breaks the demo off.
        with suppress(KeyboardInterrupt) if keep else nullcontext():
            _what_next(console, demonstration, keep=keep)
            if keep:
                _stay(demonstration)


def _introduce(
    console: Console, demonstration: "Demonstration", seconds: float, started: float
) -> None:
    from agents.demonstration import built_in_news

    news = built_in_news()
    minutes = max(item.seconds for item in news) / 60
    console.print(
        f"Broker at {demonstration.settings.broker[0]}, worker ready after {started:.1f} s,"
        f" metrics at {demonstration.worker.url}/metrics"
    )
    console.print(
        f"Now {counted(len(news), 'record')}, {minutes:.0f} minutes of news in {seconds:g} seconds."
        " Marked words are those that raised the alert.\n"
    )


def _sum_up(console: Console, summary: "DemoSummary", seconds: float) -> None:
    rows = {
        "records read": f"{summary.read} = {summary.with_signals} with signals"
        f" + {summary.without_signals} without + {counted(summary.dead_letters, 'dead letter')}",
        "signals": f"{summary.signals}",
        "alerts": f"{summary.alerts} = {summary.new} new + {counted(summary.updates, 'update')}"
        f" + {summary.cancelled} cancelled",
        "dead letters": f"{len(summary.reasons)} ({', '.join(summary.reasons)}), sent on purpose",
        "stories": f"{summary.stories}",
        "seconds": f"{seconds:.1f}, of which {summary.seconds:.1f} playing",
    }
    console.print(Text("Summary", "bold"))
    for name, value in rows.items():
        console.print(Text(f"  {name:<14}", "bold cyan").append(value, "default"))


def _what_next(console: Console, demonstration: "Demonstration", *, keep: bool) -> None:
    settings = demonstration.settings
    broker = settings.broker[0]
    dead_letters = f"{settings.article_topics[0]}.dead-letter"
    command = _as_called()
    ways = {
        "send an article of your own": 'echo "Iran fired missiles at Israel on Monday."'
        f" | {command} publish --broker {broker} -",
        "read alerts": f"{command} tail --broker {broker} --from-beginning",
        "read them with kcat": f"kcat -b {broker} -C -o beginning -t {settings.alerts_topic}",
        "see what could not be read": f"kcat -b {broker} -C -e -t {dead_letters} -f '%h\\n%s\\n'",
        "metrics": f"curl {demonstration.worker.url}/metrics",
    }
    running = "Running until Ctrl-C:" if keep else f"With `{command} demo --keep` it stays:"
    console.print(Text(f"\n{running}", "bold"))
    for purpose, way in ways.items():
        console.print(Text(f"  {purpose}", "cyan"))
        console.print(Text(f"    {way}"), soft_wrap=True)


def _as_called() -> str:
    """Return how this command is called from where the user stands."""
    if shutil.which("news-monitor"):
        return "news-monitor"
    called = Path(sys.argv[0])
    if called.name != "news-monitor":
        return f"{sys.executable} -m monitor"
    return os.path.relpath(called)


def _stay(demonstration: "Demonstration") -> None:
    while True:
        time.sleep(_LOOK_SECONDS)
        demonstration.worker.check()


def _free_or_any(host: str, port: int) -> int:
    """Return the port if nothing listens there, else 0, which takes any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return 0
    return port


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
