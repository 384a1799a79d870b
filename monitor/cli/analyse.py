"""`news-monitor analyse`: what the monitor reads in a text, without Kafka."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from monitor.cli.options import settings_options
from monitor.cli.output import json_line, output_console, remark, terminal_safe
from monitor.domain import (
    Analysis,
    Article,
    Entity,
    EntityLabel,
    EvidenceSpan,
    Figure,
    Mention,
    Signal,
    WatchedMention,
)
from monitor.domain import Field as ArticleField
from monitor.errors import InvalidRecord, Reason
from monitor.pipeline import Pipeline, RawRecord, build_pipeline
from monitor.settings import ResolvedSettings, Settings

if TYPE_CHECKING:
    from agents.article_files import InputRecord

__all__ = ["as_json", "command"]

_BATCH = 32
_STYLES = {"happening": "bold red", "threatened": "bold yellow"}


@click.command("analyse")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="text for people; jsonl: one JSON object per article.",
)
@settings_options("model", "watchlists")
def command(files: tuple[str, ...], form: str, resolved: ResolvedSettings) -> None:
    """Show what the monitor reads in FILES, or in standard input.

    Input is JSON lines of articles ({"text": ..., "title": ..., "id": ...}) or plain text,
    recognised by itself: by name (.jsonl, .txt, also .gz), else by the first character: { means
    JSON lines, anything else is the text of one article. A JSON object over several lines is one
    article. Output keeps the order of the input.

    \b
    Examples:
        echo "Iran fired missiles at Israel on Monday." | news-monitor analyse
        news-monitor analyse articles.jsonl --format jsonl > readings.jsonl

    Exit codes: 0 all read, 1 some could not be read (each is named on standard error, and in
    jsonl is a line with "error"), 2 wrong usage, 130 broken off by Ctrl-C.
    """
    pipeline = build_pipeline(resolved.settings)
    failed = asyncio.run(_analyse(pipeline, files or ("-",), form, resolved.settings))
    sys.exit(1 if failed else 0)


async def _analyse(pipeline: Pipeline, files: Sequence[str], form: str, settings: Settings) -> int:
    """Print what each article says, in order, and return how many could not be read."""
    console = output_console()
    failed = 0
    async for reading in _readings(pipeline, files, settings):
        if isinstance(reading, _NotRead):
            failed += 1
            remark(f"not read ({reading.reason}): {reading.message}")
            if form == "jsonl":
                click.echo(json_line(reading.as_json()))
        elif form == "jsonl":
            click.echo(json_line(as_json(*reading)))
        else:
            console.print(_as_text(*reading))
    return failed


Reading = tuple[Analysis, tuple[Signal, ...]]


@dataclass(frozen=True, slots=True)
class _NotRead:
    """A record that is no article, and why."""

    reason: Reason
    message: str
    id: str | None = None
    """As the record states it, where that can be told."""

    def as_json(self) -> dict[str, Any]:
        """Return what `--format jsonl` prints in the record's place."""
        error = {"reason": self.reason.value, "message": self.message}
        return {"article": {"id": self.id}, "entities": [], "signals": [], "error": error}


async def _readings(
    pipeline: Pipeline, files: Sequence[str], settings: Settings
) -> AsyncIterator[Reading | _NotRead]:
    """Yield what each article of *files* says, or why it cannot be read, in order."""
    from agents.article_files import STANDARD_INPUT, read_records

    for file in files:
        is_empty = True
        async for at_hand in read_records(file, max_bytes=settings.max_record_bytes):
            is_empty = False
            for start in range(0, len(at_hand), _BATCH):
                for reading in _read(pipeline, at_hand[start : start + _BATCH]):
                    yield reading
        if is_empty:
            name = "standard input" if file == STANDARD_INPUT else file
            remark(f"{name}: there is no article in it")


def _decode(pipeline: Pipeline, record: "InputRecord") -> Article | _NotRead:
    """Return a record as an article, or why it is none; both say where it stands."""
    if not record.is_whole:
        message = f"{record.place}: {record.length} bytes are more than max_record_bytes allows"
        return _NotRead(Reason.TOO_LONG, message)
    try:
        return pipeline.decode(RawRecord(value=record.value, timestamp=datetime.now(UTC)))
    except InvalidRecord as error:
        return _NotRead(error.reason, f"{record.place}: {error}", _stated_id(record.value))


def _stated_id(value: bytes) -> str | None:
    """Return the id that a record states, if it is a JSON object that states one.

    A number, which is no id, is given by its digits: it tells all the same which record it was.
    """
    try:
        members = json.loads(value, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    identifier = members.get("id") if isinstance(members, dict) else None
    return identifier if isinstance(identifier, str) else None


def _read(pipeline: Pipeline, records: "Sequence[InputRecord]") -> Iterator[Reading | _NotRead]:
    """Yield the results of one batch, errors in their places.

    A text whose reading raises costs the others nothing: all of its batch are read again singly.
    """
    batch = [(record, _decode(pipeline, record)) for record in records]
    articles = [row for _, row in batch if isinstance(row, Article)]
    try:
        readings = iter(pipeline.analyse(articles))
    except Exception:  # noqa: BLE001  (one bad text must not cost the others their reading)
        for record, row in batch:
            yield _read_alone(pipeline, record, row) if isinstance(row, Article) else row
        return
    for _, row in batch:
        yield next(readings) if isinstance(row, Article) else row


def _read_alone(pipeline: Pipeline, record: "InputRecord", article: Article) -> Reading | _NotRead:
    """Return what an article of a batch that raised says, or that its reading raises."""
    try:
        return pipeline.analyse([article])[0]
    except Exception as error:  # noqa: BLE001  (named in its place, for us to mend)
        message = (
            f"{record.place}: {type(error).__name__}: {error}: a defect of ours; please report it"
            " with this text"
        )
        return _NotRead(Reason.ANALYSIS_FAILED, message, article.ref.id)


def as_json(analysis: Analysis, signals: Sequence[Signal]) -> dict[str, Any]:
    """Return what was read in one article as the object that `--format jsonl` prints.

    Its form is documented in docs/analyse.md and kept stable. Character positions count
    characters of the article's `text`; those in its title say `"field": "title"`.
    """
    ref = analysis.article.ref
    watched = [_watched(mention) for mention in analysis.watched]
    return {
        "article": {
            "id": ref.id,
            "title": ref.title,
            "source": ref.source,
            "url": ref.url,
            "published_at": ref.published_at.isoformat() if ref.states_time else None,
        },
        "entities": [
            {
                "text": mention.span.quote,
                "label": mention.entity.label.value if mention.entity.label else None,
                "start_char": mention.span.start_char,
                "end_char": mention.span.end_char,
                "id": mention.entity.id or mention.entity.country,
                **_field(mention.span.field),
            }
            for mention in analysis.mentions
        ],
        "signals": [_signal(signal) for signal in signals],
        **({"watched": watched} if watched else {}),
        "versions": {"lexicon": analysis.versions.lexicon, "model": analysis.versions.model},
    }


def _watched(mention: WatchedMention) -> dict[str, Any]:
    """Return where an item of a watchlist is named."""
    return {
        "watchlist": mention.watched.watchlist,
        "item": mention.watched.item,
        "text": mention.span.quote,
        "start_char": mention.span.start_char,
        "end_char": mention.span.end_char,
        **_field(mention.span.field),
    }


def _signal(signal: Signal) -> dict[str, Any]:
    """Return one signal as JSON."""
    return {
        "kind": signal.kind.value,
        "status": signal.status.value,
        "event_type": signal.event_type.value,
        "mode": signal.mode.value if signal.mode else None,
        "desk": signal.desk.value,
        "evidence": [_evidence(span) for span in signal.evidence],
        "actors": [_entity(entity) for entity in signal.actors],
        "targets": [_entity(entity) for entity in signal.targets],
        "places": [_entity(entity) for entity in signal.places],
        "figures": [_figure(figure) for figure in signal.figures],
        "keywords": list(signal.keywords),
    }


def _evidence(span: EvidenceSpan) -> dict[str, Any]:
    """Return a proving clause and the words in it that fired."""
    return {
        "quote": span.quote,
        "start_char": span.start_char,
        "end_char": span.end_char,
        "trigger": {
            "quote": span.trigger.quote,
            "start_char": span.trigger.start_char,
            "end_char": span.trigger.end_char,
        },
        **_field(span.field),
    }


def _entity(entity: Entity) -> dict[str, Any]:
    """Return a party or a place."""
    return {
        "text": entity.text,
        "id": entity.id or entity.country,
        "label": entity.label.value if entity.label else None,
        "country": entity.country,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    """Return a figure and where it stands."""
    return {
        "measure": figure.measure.value,
        "low": figure.low,
        "high": figure.high,
        "precision": figure.precision.value,
        "unit": figure.unit,
        "subject": figure.subject,
        "direction": figure.direction.value if figure.direction else None,
        "period": figure.period.value if figure.period else None,
        "since": figure.since,
        "extreme": figure.extreme.value if figure.extreme else None,
        "attribution": figure.attribution,
        "quote": figure.span.quote,
        "start_char": figure.span.start_char,
        "end_char": figure.span.end_char,
        **_field(figure.span.field),
    }


def _field(field: ArticleField) -> dict[str, str]:
    """Say that a place is in the title; in the text goes without saying."""
    return {"field": field.value} if field is ArticleField.TITLE else {}


def _as_text(analysis: Analysis, signals: Sequence[Signal]) -> Text:
    """Return what was read in one article, for people."""
    ref = analysis.article.ref
    head = ref.title or analysis.article.text.strip()[:100]
    text = Text(f"{_one_line(ref.id)}  {_one_line(head)}\n", style="bold")
    if not signals:
        text.append("  no signal\n", style="dim")
    for signal in signals:
        text.append(f"  {signal.kind.value}", style=_STYLES.get(signal.status.value, "dim"))
        text.append(f" {signal.status.value}{_parties(signal)}\n", style="default")
        for figure in signal.figures[:3]:
            text.append(f"      {figure.measure.value}: {terminal_safe(figure.span.quote)}\n")
        span = signal.evidence[0]
        before = span.trigger.start_char - span.start_char
        after = span.trigger.end_char - span.start_char
        text.append("      ")
        text.append(_one_line(span.quote[:before]))
        text.append(_one_line(span.quote[before:after]), style="bold underline")
        text.append(_one_line(span.quote[after:]) + "\n")
    for label, names in _by_label(analysis.mentions):
        text.append(f"  {label:<6}  {', '.join(names)}\n", style="dim")
    listed = dict.fromkeys(mention.watched for mention in analysis.watched)
    if listed:
        items = (f"{each.item} ({each.watchlist})" for each in listed)
        text.append(f"  watched: {_one_line(', '.join(items))}\n")
    return text


def _parties(signal: Signal) -> str:
    """Say who, to whom, and where."""
    actors = ", ".join(_named(entity) for entity in signal.actors)
    targets = ", ".join(_named(entity) for entity in signal.targets)
    places = ", ".join(_named(entity) for entity in signal.places)
    parties = f"  {actors or '?'} -> {targets or '?'}" if actors or targets else ""
    return parties + (f"  in {places}" if places else "")


def _by_label(mentions: Sequence[Mention]) -> Iterator[tuple[str, list[str]]]:
    """Yield the names of each label, in the order of the labels, and at last those that have none."""
    for label in (*EntityLabel, None):
        names = {_named(each.entity) for each in mentions if each.entity.label is label}
        if names:
            yield label.value if label else "name", sorted(names)


def _named(entity: Entity) -> str:
    """Return an entity's name and identity."""
    identity = entity.id or entity.country
    name = terminal_safe(entity.text)
    return f"{name} ({identity})" if identity else name


def _one_line(text: str) -> str:
    """Return text without line breaks or escape sequences."""
    return " ".join(terminal_safe(text).splitlines())
