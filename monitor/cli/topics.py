"""`news-monitor topics`: create, check and list the topics."""

import json

import click
from rich.table import Table

from monitor.cli.options import run_client, settings_options
from monitor.cli.output import output_console
from monitor.settings import ResolvedSettings
from monitor.wording import counted

__all__ = ["command"]


@click.group("topics")
def command() -> None:
    """Create, check and list the topics that the settings call for.

    \b
    Example:
        news-monitor topics create --broker kafka:9092

    Exit codes: 0 done, 1 failed or, for `check`, a difference was found, 2 wrong usage.
    """


@command.command("create")
@settings_options("article_topics", "replication_factor")
def create(*, resolved: ResolvedSettings) -> None:
    """Create whatever topic is missing; existing ones are kept as they are.

    Partition counts, retention, compaction and copies come from the settings (`news-monitor config`).

    \b
    Example:
        news-monitor topics create --broker kafka:9092

    Exit codes: 0 all topics exist now, 1 the cluster refused one, or none answers.
    """
    from agents.admin import create_topics

    for topic in run_client(create_topics(resolved.settings), resolved):
        click.echo(
            f"{topic.outcome:<8} {topic.spec.name}"
            f" ({counted(topic.spec.partitions, 'partition')},"
            f" {counted(topic.replication, 'copy', 'copies')})"
            if topic.outcome.value == "created"
            else f"{topic.outcome:<8} {topic.spec.name}"
        )


@command.command("check")
@settings_options("article_topics", "replication_factor")
def check(*, resolved: ResolvedSettings) -> None:
    """Compare the cluster's topics with what the settings call for.

    A `blocking` difference keeps a worker from starting; with an `advice` it runs.

    \b
    Example:
        news-monitor topics check --broker kafka:9092

    Exit codes: 0 no difference, 1 there are some (or no broker answers).
    """
    from agents.admin import check_topics
    from agents.subscriptions_file import needed_topics

    problems = run_client(check_topics(resolved.settings), resolved)
    for problem in problems:
        click.echo(f"{problem.gravity:<9} {problem}")
    if problems:
        raise SystemExit(1)
    click.echo(f"all {len(needed_topics(resolved.settings))} topics are as the settings say")


@command.command("list")
@settings_options("article_topics")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print; `json` has every topic setting.",
)
def list_topics(*, resolved: ResolvedSettings, output_format: str) -> None:
    """List the topics that the settings call for; needs no broker.

    \b
    Example:
        news-monitor topics list --format json

    Exit codes: 0 done.
    """
    from agents.subscriptions_file import needed_topics

    specs = needed_topics(resolved.settings)
    if output_format == "json":
        described = [
            {
                "name": spec.name,
                "partitions": spec.partitions,
                "config": dict(spec.config),
                "purpose": spec.purpose,
            }
            for spec in specs
        ]
        click.echo(json.dumps(described, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("topic", no_wrap=True, style="cyan")
    table.add_column("partitions", justify="right")
    table.add_column("kept")
    table.add_column("purpose", overflow="fold", ratio=1)
    for spec in specs:
        hours = int(spec.config.get("retention.ms", 0)) // 3_600_000
        kept = f"{hours} h" if hours else "compacted"
        table.add_row(spec.name, str(spec.partitions), kept, spec.purpose)
    output_console().print(table)


@command.command("asyncapi")
@settings_options("article_topics")
def asyncapi(*, resolved: ResolvedSettings) -> None:
    """Print the AsyncAPI 3 document of the topics, records, keys and headers; asks no broker.

    The topics of the subscriptions are in it, if the setting subscriptions_file names a file.

    \b
    Example:
        news-monitor topics asyncapi --broker kafka:9092 > asyncapi.json

    Exit codes: 0 printed, 1 the subscriptions file is wrong, 2 wrong usage.
    """
    from agents.asyncapi import document

    click.echo(json.dumps(document(resolved.settings), indent=2, ensure_ascii=False))
