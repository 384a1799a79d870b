"""Descriptions: what the members of our records mean, for the JSON Schemas.

The docstrings of the domain's classes, attributes and enum members come first; `MEANINGS` speaks
for the attributes whose name says enough in code, but not to a reader of a schema.
"""

import ast
import enum
import inspect
import textwrap
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from monitor import domain

__all__ = ["MAY_GROW", "MEANINGS", "explained", "growing"]

MAY_GROW = "x-may-grow"
"""Keyword of a list of choices to which values may be added within a record's version."""

_GROWING = frozenset({"Change", "EntityLabel", "EventMode", "EventType", "Measure"})
"""Enums that say more about a thing; the others decide what a reader does, and stay as they are."""

_UNKNOWN_VALUES = (
    "May grow within this version: take a value you do not know as one without a name."
)

MEANINGS: Mapping[str, str] = {
    "Alert.actors": "Who acts, threatens or declares; most important first, at most 16.",
    "Alert.alert_id": "Identity of the alert, the same on every run; the record's key.",
    "Alert.articles": "Number of articles that the story rests on.",
    "Alert.certainty": "How sure.",
    "Alert.changes": "Why this revision was sent; empty for none that we name.",
    "Alert.desk": "Group of kinds that the story belongs to.",
    "Alert.event_types": "What kind of act, in the terms of PLOVER.",
    "Alert.evidence": "The clauses that prove the alert, at most 12; empty when cancelled.",
    "Alert.figures": "Numbers that stand: dead, wounded, deployed, size of a market's move.",
    "Alert.first_seen": "Time of publication of the first article.",
    "Alert.headline": "One plain line, at most 120 characters.",
    "Alert.kind": "The kind that was reported first.",
    "Alert.kinds": "All kinds reported, in the order of their first report.",
    "Alert.last_seen": "Time of publication of the newest article.",
    "Alert.lifecycle": "What this revision is to the ones before it.",
    "Alert.places": "Where; at most 16.",
    "Alert.publishers": "Number of independent publishers among the articles.",
    "Alert.revision": "1 for the first; grows by one with each revision sent.",
    "Alert.severity": "How grave.",
    "Alert.targets": "Whom it is done to, threatened or declared against; at most 16.",
    "Alert.urgency": "How soon to act.",
    "Alert.versions": "What read the article that led to this revision.",
    "ArticleRef.id": "Identity of the article.",
    "ArticleRef.language": "Language as the publisher states it, BCP 47; empty if not stated.",
    "ArticleRef.source": "Publisher as the article states it; empty if not stated.",
    "ArticleRef.status": "Whether the article may be used.",
    "ArticleRef.title": "Headline; empty if none.",
    "ArticleRef.updated_at": "Time of the last change, where stated.",
    "ArticleRef.url": "Where the article can be read; empty if not stated.",
    "DeskReport.article": "The article, without its text.",
    "DeskReport.desk": "The desk that the signals are for; the record's key.",
    "DeskReport.signals": "The active signals; empty to withdraw what the article said before.",
    "DeskReport.versions": "What read the article.",
    "ChangeDetail.change": "Which of the changes it explains.",
    "Entity.id": "ISO 3166-1 alpha-2 code of a country, our id of an organisation, or absent.",
    "Entity.label": "What kind of thing it is, where known.",
    "Entity.text": "The words of the article.",
    "Figure.direction": "Which way a market moved.",
    "Figure.extreme": "The high or low that the market reached.",
    "Figure.high": "Upper bound; absent where there is none.",
    "Figure.low": "Lower bound; absent where there is none.",
    "Figure.measure": "What is counted or measured.",
    "Figure.period": "Over how long the market moved.",
    "Figure.precision": "How the text qualifies the number.",
    "LetterPlace.offset": "Its offset.",
    "LetterPlace.partition": "Its partition.",
    "LetterPlace.topic": "Dead-letter topic that it lies in.",
    "Quotation.article_id": "Identity of the article it stands in.",
    "Quotation.kind": "The kind that it proves.",
    "Quotation.source": "Publisher of the article as it states it.",
    "Quotation.url": "Where the article can be read.",
    "RelatedStory.relation": "How the two hang together.",
    "ReportedFigure.article_id": "Identity of the article that gives it.",
    "ReportedFigure.figure": "The number, who counts, and where the article says so.",
    "RetryMark.kind": "What was decided.",
    "RetryMark.letter": "The dead letter.",
    "Signal.actors": "Who acts, threatens or declares, as the article names them.",
    "Signal.desk": "The desk that the signal is for.",
    "Signal.event_type": "What kind of act, in the terms of PLOVER.",
    "Signal.figures": "Numbers that the article gives for it.",
    "Signal.kind": "Which of the ten kinds.",
    "Signal.places": "Where it happens.",
    "Signal.status": "How the article presents it.",
    "Signal.targets": "Whom it is done to, threatened or declared against.",
    "Receipt.alert_id": "Identity of the alert; the record's key.",
    "Story.actors": "Who acts; at most 16.",
    "Story.articles_total": "Number of articles, those included that are no longer kept by id.",
    "Story.certainty": "How sure.",
    "Story.desk": "Group of kinds that the story belongs to.",
    "Story.event_types": "What kinds of act, in the terms of PLOVER.",
    "Story.figures": "Numbers as readers were last told them.",
    "Story.headline": "One plain line, at most 120 characters.",
    "Story.id": "Identity of the story and of its alert; the record's key.",
    "Story.places": "Where; at most 16.",
    "Story.severity": "How grave; the gravest that any report gave.",
    "Story.targets": "Whom it is done to; at most 16.",
    "Story.terms": "Words that tell the story apart; at most 40.",
    "Story.urgency": "How soon to act.",
    "Story.withdrawn": "Whether no article is left: the alert is cancelled.",
    "StoryArticle.id": "Identity of the article.",
    "StoryArticle.published_at": "Time of publication, UTC.",
    "StoryArticle.stance": "How it speaks of the event.",
    "StoryArticle.updated_at": "Time of the last change, where stated.",
    "Versions.lexicon": "Version of the keyword lists.",
    "Versions.model": "Name and version of the entity pipeline.",
}
"""What an attribute means, by `Class.attribute`, where the class itself does not say."""

_SPAN_MEANINGS = {
    "start_char": "First character of the words, counted in the field as it came.",
    "end_char": "Character after the last one.",
    "quote": "The words.",
    "field": "Which field of the article the characters are counted in.",
    "trigger": "The words inside that show it most.",
}
"""The same for every kind of span."""


def explained(schema: dict[str, Any], *, name: str) -> dict[str, Any]:
    """Return a schema whose members and choices are all described.

    Args:
        schema: what pydantic makes of the class.
        name: name of the class that the whole schema stands for.
    """
    definitions = {
        title: _described(definition, name=title)
        for title, definition in schema.get("$defs", {}).items()
    }
    whole = _described({key: schema[key] for key in schema if key != "$defs"}, name=name)
    return {**whole, "$defs": definitions} if definitions else whole


def _described(definition: dict[str, Any], *, name: str) -> dict[str, Any]:
    definition = {key: value for key, value in definition.items() if key != "title"}
    members = {}
    for member, content in definition.get("properties", {}).items():
        meaning = MEANINGS.get(f"{name}.{member}") or _SPAN_MEANINGS.get(member)
        plain = {key: value for key, value in content.items() if key != "title"}
        members[member] = {"description": meaning, **plain} if meaning else plain
    if members:
        definition["properties"] = members
    choices = getattr(domain, name, None)
    if "enum" in definition and inspect.isclass(choices) and issubclass(choices, enum.Enum):
        meanings = "\n".join(f"- `{value}`: {text}" for value, text in _meanings(choices).items())
        definition["description"] = f"{definition['description']}\n\n{meanings}"
    return growing(definition) if name in _GROWING else definition


def growing(choices: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list of choices, marked as one that may grow."""
    description = f"{choices['description']}\n\n{_UNKNOWN_VALUES}"
    return {**choices, "description": description, MAY_GROW: True}


def _meanings(choices: type[enum.Enum]) -> dict[str, str]:
    """Return the docstring below each member of an enum, by the member's value."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(choices))).body
    meanings = {}
    lines = body.body if isinstance(body, ast.ClassDef) else []
    for line, below in pairwise(lines):
        if not isinstance(line, ast.Assign) or not isinstance(below, ast.Expr):
            continue
        if isinstance(below.value, ast.Constant) and isinstance(line.targets[0], ast.Name):
            member = choices[line.targets[0].id]
            meanings[str(member.value)] = inspect.cleandoc(str(below.value.value))
    return meanings
