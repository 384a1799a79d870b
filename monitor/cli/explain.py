"""`news-monitor lexicon explain`: why each entry fired in a text, or why it did not count."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import settings_options
from monitor.cli.output import json_line, output_console
from monitor.domain import TextSpan
from monitor.settings import ResolvedSettings, Settings

if TYPE_CHECKING:
    from monitor.cli.explain_text import Row
    from monitor.domain import Article
    from monitor.policy.outcomes import Outcome
    from monitor.text.explanation import Place, Tried

__all__ = ["explain"]


@click.command("explain")
@click.argument("text", default="-")
@click.option("--title", default="", metavar="TITLE", help="Title of the article.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="text for people; jsonl: one JSON object per place.",
)
@settings_options("lexicon_overlays", "model")
def explain(text: str, title: str, form: str, *, resolved: ResolvedSettings) -> None:
    """Explain what the lexicon makes of TEXT, or of standard input (-).

    Every place where an entry's words stand is listed: the entry and its kind, the words and
    their sentence, whether the entry counts there or which condition refused it, the status and
    the cue that gave it, and what became of it in the article (signal, signal-together,
    background, too-little, left-out) and why.

    \b
    Examples:
        news-monitor lexicon explain "Rebels attacked a village near the border."
        news-monitor lexicon explain - --format jsonl < article.txt

    Exit codes: 0 explained, 1 failed (a lexicon file has errors, for example), 2 wrong usage.
    """
    from monitor.cli.explain_text import as_text

    rows = _rows(_article(text, title, resolved.settings), resolved.settings)
    console = output_console()
    for row in rows:
        if form == "jsonl":
            click.echo(json_line(_as_json(*row)))
        else:
            console.print(as_text(*row))
    if form == "text" and not rows:
        click.echo("no entry's words stand in this text")


def _article(text: str, title: str, settings: Settings) -> "Article":
    """Return a text as a worker would read it.

    Raises:
        click.UsageError: if there is nothing to read.
        InvalidRecord: if it is no text that a worker reads: too long, for example.
    """
    from datetime import UTC, datetime

    from monitor.wire import article_v1

    written = click.get_text_stream("stdin").read() if text == "-" else text
    if not written.strip():
        message = "there is no text to explain; give it as TEXT or on standard input"
        raise click.UsageError(message)
    return article_v1.decode(
        json.dumps({"text": written, "title": title}).encode(),
        timestamp=datetime.now(UTC),
        max_text_chars=settings.max_text_chars,
    )


def _rows(article: "Article", settings: Settings) -> Sequence["Row"]:
    """Return every place with what became of it, and what was found without an entry at last."""
    from monitor.lexicon.loader import load_lexicon
    from monitor.policy.outcomes import outcomes_of
    from monitor.text.analyser import build_analyser
    from monitor.text.explanation import Explainer
    from monitor.text.tagger import Tagging

    overlays = settings.lexicon_overlays
    analyser = build_analyser(model=settings.model, overlays=overlays)
    (analysis,) = analyser.pipe([article], tagging=Tagging.WHERE_ACTIVE)
    outcomes = {
        (outcome.trigger.keyword, outcome.trigger.evidence.trigger): outcome
        for outcome in outcomes_of(analysis)
    }
    rows: list[Row] = [
        (place, outcomes.pop((place.entry.id, place.words), None))
        for place in Explainer(load_lexicon(overlays)).places(article)
    ]
    return [*rows, *((None, outcome) for outcome in outcomes.values())]


def _as_json(place: "Place | None", outcome: "Outcome | None") -> dict[str, Any]:
    """Return one place as the object that `--format jsonl` prints.

    What the lexicon says comes first, then what others say, then what became of the place: those
    that the article's reading tells without an entry have no `file` and no `conditions`.
    """
    return {**_by_lexicon(place, outcome), **_in_article(place, outcome)}


def _by_lexicon(place: "Place | None", outcome: "Outcome | None") -> dict[str, Any]:
    """Return what the lexicon says of a place."""
    if place is None:
        assert outcome, "a row has a place, an outcome or both"
        trigger = outcome.trigger
        return {
            "entry": trigger.keyword,
            "kind": trigger.kind.value,
            "file": None,
            "field": trigger.evidence.field.value,
            "words": _span(trigger.evidence.trigger),
            "sentence": _span(trigger.evidence),
            "counts": False,
            "refused_by": None,
            "conditions": [],
            "status": None,
            "cue": None,
            "opinions": [],
        }
    return {
        "entry": place.entry.id,
        "kind": place.entry.kind.value,
        "file": place.entry.file,
        "field": place.words.field.value,
        "words": _span(place.words),
        "sentence": _span(place.sentence),
        "counts": place.reading is not None,
        "refused_by": _tried(place.refused_by) if place.refused_by else None,
        "conditions": [_tried(tried) for tried in place.tried],
        "status": place.reading.status.value if place.reading else None,
        "cue": place.reading.cue if place.reading else None,
        "opinions": [
            {
                "reader": opinion.reader,
                "kind": opinion.kind.value,
                "status": opinion.status.value,
                "probability": opinion.probability,
            }
            for opinion in place.opinions
        ],
    }


def _in_article(place: "Place | None", outcome: "Outcome | None") -> dict[str, Any]:
    """Return what became of a place in its article."""
    from monitor.cli.explain_text import left_out

    if outcome is None:
        assert place, "a row has a place, an outcome or both"
        return {"read_as": None, "outcome": "left-out", "why": left_out(place)}
    trigger = outcome.trigger
    read_as = {"status": trigger.status.value, "cue": trigger.cue, "weight": trigger.weight}
    return {"read_as": read_as, "outcome": outcome.fate.value, "why": outcome.why}


def _tried(tried: "Tried") -> dict[str, Any]:
    """Return a condition and its answer as JSON."""
    condition = tried.condition
    return {
        "condition": tried.name,
        "within": condition.within or None,
        "at_least": condition.least,
        "words": list(condition.source),
        "answer": tried.answer.value,
        "found": [{**_span(found.span), "written": found.written} for found in tried.found],
    }


def _span(span: TextSpan) -> dict[str, Any]:
    """Return a stretch of the article's field as JSON."""
    return {"quote": span.quote, "start_char": span.start_char, "end_char": span.end_char}
