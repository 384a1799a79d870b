"""`news-monitor schemas`: the JSON Schemas of all records."""

import json
from pathlib import Path

import click

__all__ = ["command"]


@click.command("schemas")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write one file per record, NAME.json, to this folder instead of printing.",
)
def command(*, names: tuple[str, ...], output: Path | None) -> None:
    """Print the JSON Schemas of the records, made from the code that reads and writes them.

    Without a NAME, all of them: one JSON object from name to schema. With one NAME, its schema.

    \b
    Examples:
        news-monitor schemas
        news-monitor schemas article-v1
        news-monitor schemas --output schemas/

    Exit codes: 0 done, 1 a file cannot be written, 2 there is no record of this name.
    """
    from monitor.wire import SCHEMAS

    unknown = [name for name in names if name not in SCHEMAS]
    if unknown:
        message = f"no record {', '.join(unknown)}; there are: {', '.join(sorted(SCHEMAS))}"
        raise click.BadParameter(message, param_hint="NAME")
    schemas = {name: SCHEMAS[name]() for name in names or sorted(SCHEMAS)}
    if output is None:
        shown = schemas[names[0]] if len(names) == 1 else schemas
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    _write(schemas, output)


def _write(schemas: dict[str, dict[str, object]], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in schemas.items():
            file = folder / f"{name}.json"
            text = json.dumps(schema, indent=2, ensure_ascii=False)
            file.write_text(f"{text}\n", encoding="utf-8")
            click.echo(str(file))
    except OSError as error:
        message = f"{error.filename}: cannot be written ({error.strerror})"
        raise click.ClickException(message) from error
