"""`news-monitor evaluate`: scores the monitor on labelled sentences and articles."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import settings_options
from monitor.cli.output import error_console, terminal_safe
from monitor.settings import ResolvedSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.accuracy.evaluate import Evaluation
    from monitor.accuracy.floors import Floor
    from monitor.accuracy.labelled import Corpus, Form
    from monitor.pipeline import Pipeline

__all__ = ["command"]

_WRONG_USAGE = 2
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


@click.command("evaluate")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option(
    "--texts",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="JSON lines of articles (also .gz) for tables that label articles by id; repeatable.",
)
@click.option(
    "--form",
    type=click.Choice(["both", "written", "stripped"]),
    default="both",
    show_default=True,
    help="Read texts as written, stripped of case and punctuation, or both.",
)
@click.option("--unsure", is_flag=True, help="Score the items labelled unsure as well.")
@click.option(
    "--list",
    "listed",
    type=click.Choice(["misses", "false", "status", "all"]),
    help="List what went wrong: kinds missed, kinds falsely found, wrong statuses, or all of it.",
)
@click.option(
    "--fail-below",
    "floors",
    multiple=True,
    metavar="METRIC=VALUE",
    help="Exit with 1 where a score is lower: alert-f1=0.9, stripped.kinds-f1=0.85, "
    "unrest-recall=0.8, status=0.9; repeatable.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people; json: one object for all files.",
)
@settings_options("lexicon_overlays")
def command(
    files: tuple[str, ...],
    texts: tuple[str, ...],
    form: str,
    listed: str | None,
    floors: tuple[str, ...],
    output: str,
    resolved: ResolvedSettings,
    *,
    unsure: bool,
) -> None:
    """Score the monitor on labelled FILES: sentences or articles.

    A file is a table of sentences, JSON lines of articles with their labels, or a table of
    article labels by id (then --texts gives the articles); which one is recognised by itself.
    docs/evaluate.md describes the forms. Each file is scored for itself, and a floor holds for
    each of them.

    \b
    Examples:
        news-monitor evaluate tests/accuracy/sentences.tsv
        news-monitor evaluate mine.jsonl --form stripped --list misses
        news-monitor evaluate labels.tsv --texts news.jsonl.gz --fail-below alert-f1=0.9

    Exit codes: 0 scored, 1 a score is below its floor, 2 wrong usage or a file that cannot be
    read (file, line and what is allowed are on standard error).
    """
    from monitor.accuracy.corpora import read_corpus
    from monitor.accuracy.evaluate import build_reader
    from monitor.accuracy.floors import shortfalls
    from monitor.accuracy.labelled import Form
    from monitor.accuracy.outcomes import Fault
    from monitor.errors import InvalidCorpus

    forms = list(Form) if form == "both" else [Form(form)]
    least = _floors(floors, forms)
    settings = resolved.settings
    try:
        corpora = [
            read_corpus(file, texts=texts, max_text_chars=settings.max_text_chars) for file in files
        ]
        chosen = [corpus if unsure else _sure(corpus) for corpus in corpora]
    except InvalidCorpus as error:
        click.echo(f"news-monitor: {terminal_safe(str(error))}", err=True)
        sys.exit(_WRONG_USAGE)
    reader = build_reader(
        overlays=settings.lexicon_overlays, max_text_chars=settings.max_text_chars
    )
    with _progress(sum(len(each.items) for each in chosen) * len(forms)) as advance:
        evaluated = [_evaluated(reader, corpus, forms, advance) for corpus in chosen]
    faults = frozenset() if listed is None else frozenset(Fault)
    if listed not in (None, "all"):
        faults = frozenset({Fault(listed)})
    pairs = list(zip(corpora, evaluated, strict=True))
    missed = [
        (corpus.name, shortfall)
        for corpus, evaluations in pairs
        for shortfall in shortfalls(least, {each.form: each.scores for each in evaluations})
    ]
    if output == "json":
        _print_json(reader, pairs, faults, missed)
    else:
        from monitor.cli.evaluation_text import print_corpus

        for corpus, evaluations in pairs:
            print_corpus(corpus, evaluations, faults=faults)
    for name, shortfall in missed:
        click.echo(f"news-monitor: {terminal_safe(name)}: {shortfall}", err=True)
    sys.exit(1 if missed else 0)


def _floors(stated: tuple[str, ...], forms: list["Form"]) -> list["Floor"]:
    """Read the floors; one for a form that is not scored would never be looked at."""
    from monitor.accuracy.floors import parse_floor

    floors = []
    for text in stated:
        try:
            floor = parse_floor(text)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--fail-below") from error
        if floor.form is not None and floor.form not in forms:
            message = f"{text!r}: the form {floor.form} is not scored; see --form"
            raise click.BadParameter(message, param_hint="--fail-below")
        floors.append(floor)
    return floors


def _sure(corpus: "Corpus") -> "Corpus":
    """Leave out what its reader was unsure of."""
    from monitor.errors import InvalidCorpus

    kept = corpus.sure()
    if not kept.items:
        message = f"{corpus.name}: every item is labelled unsure; score them with --unsure"
        raise InvalidCorpus(message)
    return kept


def _evaluated(
    reader: "Pipeline", corpus: "Corpus", forms: list["Form"], advance: "Callable[[int], None]"
) -> list["Evaluation"]:
    """Score a corpus in every form asked for."""
    from monitor.accuracy.evaluate import evaluate

    return [evaluate(reader, corpus, form, advance=advance) for form in forms]


@contextmanager
def _progress(total: int) -> Iterator["Callable[[int], None]"]:
    """Show a bar on standard error while a person looks on."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = error_console()
    bar = Progress(
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with bar:
        task = bar.add_task("reading", total=total)
        yield lambda count: bar.advance(task, count)


def _print_json(
    reader: "Pipeline",
    pairs: "list[tuple[Corpus, list[Evaluation]]]",
    faults: frozenset[Any],
    missed: list[tuple[str, Any]],
) -> None:
    """Print one object for all files; everything outside ASCII is escaped."""
    from monitor.accuracy.report import corpus_as_json

    report = {
        "versions": {"lexicon": reader.versions.lexicon, "model": reader.versions.model},
        "files": [
            corpus_as_json(corpus, evaluations, faults=faults) for corpus, evaluations in pairs
        ],
        "below": [
            {
                "file": name,
                "form": each.form.value,
                "metric": each.metric,
                "least": each.least,
                "value": each.value,
            }
            for name, each in missed
        ],
    }
    click.echo(json.dumps(report, indent=2).replace("\x7f", "\\u007f"))
