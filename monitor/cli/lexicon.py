"""`news-monitor lexicon`: check lexicon files, and explain what they make of a text."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from monitor.cli.explain import explain
from monitor.cli.options import problem_options, settings_options
from monitor.cli.output import json_line, output_console, terminal_safe
from monitor.settings import ResolvedSettings
from monitor.wording import counted

if TYPE_CHECKING:
    from monitor.lexicon.loader import LexiconReading
    from monitor.lexicon.problem import Problem

__all__ = ["command"]

_STYLES = {"error": "bold red", "warning": "yellow"}


@click.group("lexicon")
def command() -> None:
    """Check lexicon files, and explain what they make of a text.

    How to write them: monitor/lexicon/README.md.

    \b
    Example:
        news-monitor lexicon check my-lexicon

    Exit codes: 0 done, 1 something is wrong, 2 wrong usage.
    """


command.add_command(explain)


@command.command("check")
@click.argument("folders", nargs=-1, metavar="[FOLDER]...", type=click.Path(path_type=Path))
@click.option(
    "--sample",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="News to try the entries on, instead of the demo's: JSON lines of articles, or labelled "
    "sentences as in training/signals; also .gz.",
)
@problem_options
@settings_options("lexicon_overlays")
def check(
    folders: tuple[Path, ...],
    sample: Path | None,
    form: str,
    strict: bool,  # noqa: FBT001  (click hands a flag over so)
    *,
    resolved: ResolvedSettings,
) -> None:
    """Check the built-in lexicon with the overlays of FOLDERs laid over it.

    Without FOLDERs those of the setting lexicon_overlays are taken. Every error is listed, with
    file, line, entry and what is allowed; a worker refuses a lexicon that has one. Warnings say
    what breaks no rule but may not be meant: entries without example or counter_example, or that
    do not keep what these promise, as written or stripped; that never fire in the sample; that
    replace another or switch it off; terms that another entry has; classes that nobody asks for.

    \b
    Examples:
        news-monitor lexicon check my-lexicon --strict
        news-monitor lexicon check --format jsonl

    Exit codes: 0 fine, 1 errors (with --strict: or warnings), 2 wrong usage.
    """
    result = _check(folders or resolved.settings.lexicon_overlays, sample, resolved)
    console = output_console()
    for problem in result.problems:
        if form == "jsonl":
            click.echo(json_line(_as_json(problem)))
        else:
            console.print(_as_text(problem))
    click.echo(json_line(result.totals) if form == "jsonl" else result.summary)
    sys.exit(1 if result.totals["errors"] or (strict and result.totals["warnings"]) else 0)


@dataclass(frozen=True, slots=True)
class _Result:
    """What a check came to."""

    problems: Sequence["Problem"]
    totals: dict[str, Any]

    @property
    def summary(self) -> str:
        """Return the totals in one line."""
        counts = (
            counted(count, _SINGULAR[name], name)
            for name, count in self.totals.items()
            if name != "version"
        )
        return f"lexicon {self.totals['version']}: {', '.join(counts)}"


_SINGULAR = {
    "files": "file",
    "entries": "entry",
    "classes": "class",
    "errors": "error",
    "warnings": "warning",
}


def _check(overlays: Sequence[Path], sample: Path | None, resolved: ResolvedSettings) -> _Result:
    """Read the lexicon, and try it where it can be tried."""
    from datetime import UTC, datetime

    from monitor.cli.news_sample import built_in_sample, read_sample
    from monitor.lexicon.loader import read_lexicon
    from monitor.lexicon.review import review
    from monitor.text.trial import classes_read, try_lexicon

    now = datetime.now(UTC)
    limit = resolved.settings.max_text_chars
    reading = read_lexicon(overlays)
    news = (
        read_sample(sample, now=now, max_text_chars=limit)
        if sample
        else built_in_sample(now=now, max_text_chars=limit)
    )
    problems = [
        *reading.problems,
        *review(reading, classes_read=classes_read(reading.lexicon), overlaid=bool(overlays)),
        *try_lexicon(reading, news, published_at=now),
    ]
    return _Result(_sorted(problems, reading), _totals(problems, reading))


def _sorted(problems: Sequence["Problem"], reading: "LexiconReading") -> list["Problem"]:
    """Return problems in the order of the files and their lines."""
    order = {file.name: number for number, file in enumerate(reading.files, start=1)}
    return sorted(problems, key=lambda each: (order.get(each.file, 0), each.line or 0))


def _totals(problems: Sequence["Problem"], reading: "LexiconReading") -> dict[str, Any]:
    """Count what was read and found."""
    severities = [problem.severity.value for problem in problems]
    return {
        "version": reading.lexicon.version,
        "files": len(reading.files),
        "entries": len(reading.lexicon.entries),
        "classes": len(reading.lexicon.classes),
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
    }


def _as_json(problem: "Problem") -> dict[str, Any]:
    """Return a problem as the object that `--format jsonl` prints."""
    return {
        "severity": problem.severity.value,
        "file": problem.file,
        "line": problem.line,
        "entry": problem.entry or None,
        "message": problem.message,
    }


def _as_text(problem: "Problem") -> Text:
    """Return a problem as compilers write theirs, so that editors find the place."""
    severity = problem.severity.value
    entry = f"entry {problem.entry}: " if problem.entry else ""
    text = Text(f"{_one_line(problem.place)}: ")
    text.append(severity, style=_STYLES[severity])
    text.append(f": {_one_line(entry + problem.message)}")
    return text


def _one_line(text: str) -> str:
    """Return text without line breaks or escape sequences."""
    return " ".join(terminal_safe(text).splitlines())
