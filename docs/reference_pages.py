"""The generated pages: each function gives the text of one, from the code it describes.

Nothing here knows files; `generate.py` beside this module writes and compares them.
"""

import ast
import enum
import inspect
import json
import re
from collections.abc import Iterable, Iterator, Sequence

import click
from record_pages import sections
from remedies import ERROR_REMEDIES, EXIT_CODES, REASON_REMEDIES

import monitor.settings
from agents.asyncapi import document as asyncapi_document
from agents.topics import topics_for
from monitor import errors, wire
from monitor.cli import main
from monitor.metrics import CATALOGUE, Metric
from monitor.settings import ENVIRONMENT_PREFIX, Settings

__all__ = ["PAGES", "meanings"]

_MADE = "<!-- Made by docs/generate.py from the code: change that, and run `make docs`. -->\n"


def meanings(choices: type[enum.Enum]) -> dict[str, str]:
    """The one-line meaning under each member of an enum, by the member's value."""
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(choices))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for statement, after in zip(body.body, body.body[1:], strict=False):
        match statement, after:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[str(choices[name].value)] = " ".join(text.split())
    return found


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", _MADE.rstrip(), *(part.strip() for part in parts)]) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for row in rows:
        cells = [" ".join(cell.split()).replace("|", "\\|") for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def metrics() -> dict[str, str]:
    """Every metric, its labels and what to do when it looks wrong."""

    def section(metric: Metric) -> str:
        labels = _table(
            ("Label", "Meaning", "Values"),
            (
                (
                    f"`{label.name}`",
                    label.meaning,
                    ", ".join(f"`{value}`" for value in label.values) or label.bound,
                )
                for label in metric.labels
            ),
        )
        buckets = ", ".join(f"{limit:g}" for limit in metric.buckets)
        parts = [
            f"### `{metric.name}`",
            f"{metric.kind.capitalize()}, in {metric.unit}. {metric.meaning}",
            labels if metric.labels else "",
            f"Buckets up to: {buckets}." if buckets else "",
            f"**When it looks wrong.** {metric.remedy}",
        ]
        return "\n\n".join(part for part in parts if part)

    text = _page(
        "Metrics",
        "Every worker serves these on `/metrics` (`http_host`, `http_port`; by default "
        "`http://127.0.0.1:9464/metrics`), as Prometheus text or OpenMetrics, with the usual "
        "`process_*` and `python_info` beside them. Counters of the topics in the settings exist "
        "with the value 0 before the first record. Per topic, "
        "`news_monitor_records_total` summed over `outcome` equals "
        "`news_monitor_records_read_total`: no record is lost on the way.",
        _table(
            ("Metric", "Kind", "Meaning"),
            (
                (f"[`{metric.name}`](#{metric.name})", metric.kind, metric.meaning)
                for metric in CATALOGUE
            ),
        ),
        "## One by one, in the order of the data's way",
        *(section(metric) for metric in CATALOGUE),
    )
    return {"metrics.md": text}


def settings() -> dict[str, str]:
    """Every setting by group, with variable, default and what is allowed."""
    properties = Settings.model_json_schema()["properties"]
    groups: dict[str, list[str]] = {}
    group = ""
    for line in inspect.getsource(Settings).splitlines():
        if comment := re.fullmatch(r"    # (.+)", line):
            group = comment[1]
        elif (field := re.match(r"    (\w+):", line)) and field[1] in properties:
            groups.setdefault(group, []).append(field[1])
    assert sum(map(len, groups.values())) == len(properties)

    def row(name: str) -> tuple[str, ...]:
        default = properties[name].get("default")
        shown = ",".join(default) if isinstance(default, list) else default
        if isinstance(default, bool):
            shown = str(default).lower()
        return (
            f"<a id='{name}'></a>`{name}`",
            f"`{shown}`" if shown not in (None, "") else "unset",
            _allowed(properties[name]),
            Settings.model_fields[name].description or "",
        )

    text = _page(
        "Settings",
        "Each setting can be given, the later winning, in a TOML file (named by `--config` or "
        f"`{ENVIRONMENT_PREFIX}CONFIG`), as a variable `{ENVIRONMENT_PREFIX}<NAME>` in upper case, "
        "or where a command has it as an option. `news-monitor config` prints what holds and where "
        "it came from. A wrong value is refused at start, with the setting's name, the value, and "
        "what is allowed.",
        '```toml\n# monitor.toml\nbroker = "kafka-1:9092,kafka-2:9092"\nprocesses = 4\n```',
        "In a file that other programs use too, all of them stand in a table `[news-monitor]`; "
        "other tables are left alone, values beside the tables are refused.",
        *(
            f"## {title}\n\n"
            + _table(("Setting", "Default", "Allowed", "Meaning"), [row(name) for name in names])
            for title, names in groups.items()
        ),
    )
    return {"reference/settings.md": text}


def _allowed(field: dict[str, object]) -> str:
    """What a setting's JSON Schema says of its values, in words."""
    reference = field.get("$ref")
    if isinstance(reference, str):
        choices = getattr(monitor.settings, reference.rpartition("/")[2])
        return " ".join(f"`{value}`: {text}" for value, text in meanings(choices).items())
    alternatives = field.get("anyOf")
    if isinstance(alternatives, list):
        return " or ".join(
            _allowed(one) if one.get("type") != "null" else "unset" for one in alternatives
        )
    if field.get("format") == "path":
        return "a path"
    if field.get("format") == "password":
        return "text, never shown"
    limits = [
        f"{word} {field[key]}"
        for key, word in (
            ("minimum", "from"),
            ("exclusiveMinimum", "above"),
            ("maximum", "up to"),
        )
        if isinstance(field.get(key), int | float)
    ]
    kinds = {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "`true` or `false`",
        "array": "list, separated by commas",
    }
    pattern = f"matching `{field['pattern']}`" if "pattern" in field else ""
    return " ".join(filter(None, [kinds[str(field["type"])], *limits, pattern]))


def commands(
    command: click.Command = main,
    name: str = "news-monitor",
    parent: click.Context | None = None,
) -> Iterator[tuple[str, str]]:
    """Every command below *command*, with what its `--help` prints at 80 columns."""
    context = click.Context(
        command, info_name=name, parent=parent, terminal_width=80, **command.context_settings
    )
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for part in command.list_commands(context):
            below = command.get_command(context, part)
            assert below is not None
            yield from commands(below, part, context)


def cli() -> dict[str, str]:
    """Every command's own help."""
    text = _page(
        "The command line",
        "What each command's `--help` prints. All of them take their settings as "
        "[settings.md](settings.md) says.",
        *(f"## `{name}`\n\n```text\n{help_.strip()}\n```" for name, help_ in commands()),
    )
    return {"reference/cli.md": text}


def topics() -> dict[str, str]:
    """Every topic with the default settings."""
    rows = [
        (
            f"`{topic.name}`",
            str(topic.partitions),
            topic.purpose,
            ", ".join(f"`{key}={value}`" for key, value in topic.config.items()),
        )
        for topic in topics_for(Settings())
    ]
    text = _page(
        "Topics",
        "The topics with the default [settings](settings.md), in the order of the data's way. "
        "`news-monitor topics create` makes them, `news-monitor topics check` compares; a worker "
        "refuses to start on topics that do not fit. Nothing is left to the broker's automatic "
        "creation.",
        _table(("Topic", "Partitions", "Purpose", "Broker's settings"), rows),
        "Each record's form: [the schemas](../schemas), or `news-monitor schemas`.",
    )
    return {"reference/topics.md": text}


def dead_letters() -> dict[str, str]:
    """The closed list of reasons."""
    text = _page(
        "Reasons of dead letters",
        "The closed list: headers, the label `reason` of `news_monitor_dead_letters_total` and "
        "this page share it. How to look at dead letters and send them back: "
        "[operations/dead-letters.md](../operations/dead-letters.md).",
        _table(
            ("Reason", "Meaning", "What to do"),
            (
                (f"<a id='{reason}'></a>`{reason}`", meaning, REASON_REMEDIES[reason])
                for reason, meaning in meanings(errors.Reason).items()
            ),
        ),
    )
    return {"reference/dead-letters.md": text}


def error_classes() -> dict[str, str]:
    """Every error that is raised on purpose."""
    classes = [
        found
        for name in errors.__all__
        if isinstance(found := getattr(errors, name), type) and issubclass(found, Exception)
    ]
    text = _page(
        "Errors",
        "What commands and workers say when they give up. The message names what is wrong, where, "
        "and what to do; this page says more.",
        _table(
            ("Error", "Meaning", "What to do"),
            (
                (f"`{one.__name__}`", inspect.getdoc(one) or "", ERROR_REMEDIES[one.__name__])
                for one in classes
            ),
        ),
        "## Exit codes",
        _table(("Code", "Meaning"), EXIT_CODES),
    )
    return {"reference/errors.md": text}


def records() -> dict[str, str]:
    """Every member of every record."""
    return {"reference/records.md": _page("Records, member by member", *sections())}


def schemas() -> dict[str, str]:
    """One file per record and version."""
    return {
        f"schemas/{name}.json": json.dumps(make(), indent=2, ensure_ascii=False) + "\n"
        for name, make in wire.SCHEMAS.items()
    }


def asyncapi() -> dict[str, str]:
    """The AsyncAPI document of workers with the default settings."""
    text = json.dumps(asyncapi_document(Settings()), indent=2, ensure_ascii=False)
    return {"asyncapi.json": f"{text}\n"}


PAGES = (metrics, settings, cli, topics, dead_letters, error_classes, records, schemas, asyncapi)
"""What is generated: each gives texts by path under docs/."""
