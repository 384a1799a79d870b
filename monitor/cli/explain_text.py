"""Explanations for people: what `news-monitor lexicon explain` prints about one place."""

import re
from collections.abc import Sequence
from typing import TypeAlias

from rich.text import Text

from monitor.cli.output import terminal_safe
from monitor.domain import Field, TextSpan, Trigger
from monitor.lexicon.entry import Region
from monitor.policy.outcomes import Outcome
from monitor.text.explanation import Answer, Place, Tried

__all__ = ["Row", "as_text", "left_out"]

Row: TypeAlias = tuple[Place | None, Outcome | None]
"""A place where an entry's words stand, and what the article's reading made of it: one may be
missing."""

_AROUND = 160
"""Characters of a sentence that are shown on either side of the words that fired."""
_LISTED = 12
"""Words of a condition that are listed."""


def as_text(place: Place | None, outcome: Outcome | None) -> Text:
    """Return one place for a terminal."""
    if place is None:
        return _without_entry(outcome) if outcome else Text()
    reading = place.reading
    text = Text(place.entry.id, style="bold")
    text.append(f"  {place.entry.kind.value}  ")
    if reading is None:
        text.append("does not count\n", style="yellow")
    else:
        text.append(f"counts as {reading.status.value}", style="green")
        text.append(f" ({_cue(reading.cue)})\n")
    marked = [found.span for tried in place.tried for found in tried.found]
    text.append_text(_sentence(place.sentence, place.words, marked))
    for tried in place.tried:
        if tried.found and tried is not place.refused_by:
            text.append(f"  {tried.answer.value}: {_condition(tried)}, {_found(tried)}\n")
    if place.refused_by:
        text.append(f"  refused: {_refusal(place.refused_by)}\n")
    for opinion in place.opinions:
        said = f"{opinion.kind.value} {opinion.status.value} {opinion.probability:.2f}"
        text.append(f"  {opinion.reader}: {said}\n")
    if outcome:
        _append_outcome(text, outcome)
    elif reading:
        text.append(f"  left-out: {left_out(place)}\n")
    return text


def left_out(place: Place) -> str:
    """Say why a place means nothing to its article."""
    if place.refused_by:
        return _refusal(place.refused_by)
    return (
        "the article's reading does not tell it by these words: it tells the kind by others in this "
        "sentence, or not at all"
    )


def _without_entry(outcome: Outcome) -> Text:
    """Return what the article's reading tells where no entry's words stand."""
    trigger = outcome.trigger
    text = Text(trigger.keyword, style="bold")
    text.append(f"  {trigger.kind.value}  ")
    text.append("read without an entry\n", style="cyan")
    text.append_text(_sentence(trigger.evidence, trigger.evidence.trigger, ()))
    _append_outcome(text, outcome)
    return text


def _append_outcome(text: Text, outcome: Outcome) -> None:
    """Add what the article's reading made of a place."""
    trigger: Trigger = outcome.trigger
    text.append(f"  read as: {trigger.status.value} ({_cue(trigger.cue)})\n")
    text.append(f"  {outcome.fate.value}: {outcome.why}\n")


def _sentence(sentence: TextSpan, words: TextSpan, marked: Sequence[TextSpan]) -> Text:
    """Return a sentence with the words that fired and those of conditions marked."""
    text = Text("  title" if words.field is Field.TITLE else "  text", style="dim")
    text.append(f" {words.start_char}-{words.end_char}: ")
    low = max(sentence.start_char, words.start_char - _AROUND)
    high = min(sentence.end_char, words.end_char + _AROUND)
    text.append("... " if low > sentence.start_char else "", style="default")
    position = low
    marks = [(words, "bold underline"), *((span, "italic") for span in marked)]
    for span, style in sorted(marks, key=lambda mark: (mark[0].start_char, mark[0].end_char)):
        if position <= span.start_char and span.end_char <= high:
            before = sentence.quote[
                position - sentence.start_char : span.start_char - sentence.start_char
            ]
            text.append(_one_line(before), style="default")
            text.append(_one_line(span.quote), style=style)
            position = span.end_char
    rest = sentence.quote[position - sentence.start_char : high - sentence.start_char]
    text.append(_one_line(rest), style="default")
    text.append(" ...\n" if high < sentence.end_char else "\n", style="default")
    return text


def _refusal(tried: Tried) -> str:
    """Say which condition speaks against an entry, and by which words."""
    if tried.answer is Answer.VETOES:
        return f"{_condition(tried)}, forbids {_found(tried)}"
    return f"{_condition(tried)}, needs one of: {_listed(tried.condition.source)}"


def _condition(tried: Tried) -> str:
    """Return a condition's name and how far it reaches."""
    condition = tried.condition
    if condition.region is Region.ARTICLE:
        return f"{tried.name} at least {condition.least} times"
    return f"{tried.name} within {condition.within} words" if condition.within else tried.name


def _found(tried: Tried) -> str:
    """Return the words that met a condition, each with what asks for it where that differs."""
    rows = []
    for found in tried.found:
        quote = _one_line(found.span.quote)
        asked = "" if found.written == quote.lower() else f" (as {found.written})"
        rows.append(f"{quote!r}{asked}")
    return ", ".join(rows)


def _listed(words: Sequence[str]) -> str:
    """Return words as the file writes them, shortened."""
    more = len(words) - _LISTED
    return ", ".join(words[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def _cue(cue: str) -> str:
    """Say what gave a status."""
    if not cue:
        return "no cue speaks against it"
    return "the entry's own status" if cue == "entry" else f"cue {cue}"


def _one_line(text: str) -> str:
    """Return text without line breaks or escape sequences."""
    return re.sub(r"\s", " ", terminal_safe(text))
