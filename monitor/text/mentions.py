"""Mentions: where a text speaks of people, places and organisations, and of which ones.

The entity pipeline finds names, made consistent over the article; the gazetteer gives them identities
and fills gaps, but never overrules a longer name that the pipeline found ("Society of Japan" is not
Japan). Ambiguous names are decided by what stands around them (`monitor.text.identity`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from spacy.tokens import Doc

from monitor.domain import Entity, EntityLabel, Field, Mention, TextSpan
from monitor.lexicon.places import acronyms, former_states
from monitor.text.consistency import ArticleNames
from monitor.text.datelines import dash_of_dateline
from monitor.text.gazetteer import is_acronym, known_spans
from monitor.text.identity import Context, as_government, decided, is_unsure
from monitor.text.neighbours import told_by_neighbours
from monitor.text.spans import Span, surface_of
from monitor.text.words import Words

__all__ = ["FieldReading", "article_mentions", "mentions_of"]

_LABELS: Mapping[str, EntityLabel] = {
    "PERSON": EntityLabel.PERSON,
    "PER": EntityLabel.PERSON,
    "ORG": EntityLabel.ORG,
    "GPE": EntityLabel.GPE,
    "LOC": EntityLabel.LOC,
    "FAC": EntityLabel.FAC,
    "NORP": EntityLabel.NORP,
    "MISC": EntityLabel.MISC,
    "EVENT": EntityLabel.MISC,
    "PRODUCT": EntityLabel.MISC,
    "LAW": EntityLabel.MISC,
    "WORK_OF_ART": EntityLabel.MISC,
}
_STOP_AND_HYPHEN = re.compile(r"\.[-\u2010\u2011\u2013]")
_WATERS = frozenset("sea ocean gulf bay strait straits channel".split())
_BODIES = frozenset(
    "bank army navy ministry government parliament police court university embassy republic "
    "department agency authority commission council".split()
)

FieldReading = tuple[Field, Words, Doc | None]
"""A field of an article, its words, and the entity pipeline's reading; None for the gazetteer alone."""


def mentions_of(words: Words, doc: Doc | None, *, field: Field) -> tuple[Mention, ...]:
    """Return the mentions of one field, in the order of the text, none overlapping.

    Args:
        words: the field's words.
        doc: the entity pipeline's reading of the same text; None to use the gazetteer alone.
        field: which part of the article it is.
    """
    return article_mentions([(field, words, doc)])[0]


def article_mentions(
    fields: Sequence[FieldReading], *, day: date | None = None
) -> list[tuple[Mention, ...]]:
    """Return the mentions of each field of an article, in the order of its text, none overlapping.

    What one field tells of a name counts in the others: a person named in full in the title is known
    by the last name in the text.

    Args:
        fields: the article's fields.
        day: when it was published, if it says so.
    """
    tagged = [
        list(_tagged_spans(words, doc)) if doc is not None else [] for _, words, doc in fields
    ]
    names = ArticleNames(
        [(words, spans) for (_, words, _), spans in zip(fields, tagged, strict=True)]
    )
    tagged = [
        names.consistent(words, spans) for (_, words, _), spans in zip(fields, tagged, strict=True)
    ]
    known = [list(known_spans(words)) for _, words, _ in fields]
    sure = [
        _sure(found, spans, words)
        for (_, words, _), found, spans in zip(fields, known, tagged, strict=True)
    ]
    countries = frozenset(
        span.entity.country for spans in sure for span in spans if span.entity.country
    )
    then = _states_of_then(countries, day)
    merged = [
        (words, _merged(known[place], tagged[place], Context(words, sure[place], countries)))
        for place, (_, words, _) in enumerate(fields)
    ]
    return [
        tuple(_mention(_as_of_then(span, then), words, field, names) for span in spans)
        for (field, words, _), spans in zip(fields, told_by_neighbours(merged), strict=True)
    ]


def _states_of_then(countries: frozenset[str], day: date | None) -> Mapping[str, str]:
    """Return, by the codes of today, the state in which a place lay on a day, where it is named too.

    Zagreb lay in Yugoslavia when the article was written, if that names Yugoslavia.
    """
    return {
        code: state.code
        for state in former_states()
        if day is not None and day < state.until and state.code in countries
        for code in state.successors
    }


def _as_of_then(span: Span, then: Mapping[str, str]) -> Span:
    """Return a name with the country that it lay in."""
    country = then.get(span.entity.country or "")
    if country is None or span.entity.id:
        return span
    return span._replace(entity=replace(span.entity, country=country))


def _mention(span: Span, words: Words, field: Field, names: ArticleNames) -> Mention:
    """Return a name's place in the text with the entity that it is."""
    quote = words.quote(span.first, span.last)
    entity = names.whole(words, span._replace(entity=replace(span.entity, text=quote)))
    text_span = TextSpan(
        start_char=words.starts[span.first],
        end_char=words.ends[span.last - 1],
        quote=quote,
        field=field,
    )
    return Mention(span=text_span, entity=entity)


def _tagged_spans(words: Words, doc: Doc) -> Iterable[Span]:
    """Yield what the entity pipeline found, on word borders."""
    position = 0
    dash = dash_of_dateline(words)
    for ent in doc.ents:
        label = _LABELS.get(ent.label_)
        if label is None:
            continue
        while position < len(words) and words.ends[position] <= ent.start_char:
            position += 1
        first = position
        last = first
        while last < len(words) and words.starts[last] < ent.end_char:
            last += 1
        if last > first and words.texts[last - 1] == "s" and last - first > 1:
            last -= 1  # a possessive is not part of the name
        while last - first > 1 and _is_joined_on(words, last - 1):
            last -= 1  # "U.S.-led" is one token of the pipeline's
        # "DUBAI - Yemen": the name before a dateline's dash is not the one behind it.
        cuts = [first, dash, last] if first < dash < last else [first, last]
        for begin, end in pairwise(cuts):
            if end > begin:
                yield Span(begin, end, Entity(text=words.quote(begin, end), label=label))


def _is_joined_on(words: Words, place: int) -> bool:
    """Whether a word is joined by a hyphen to a name that ends in a full stop: "U.S.-led"."""
    between = words.source[words.ends[place - 1] : words.starts[place]]
    word = words.source[words.starts[place] : words.ends[place]]
    return _STOP_AND_HYPHEN.fullmatch(between) is not None and word.islower()


def _sure(known: Sequence[Span], tagged: Sequence[Span], words: Words) -> list[Span]:
    """Return the known names that mean one country, wherever they stand alone."""
    inside = {
        place
        for span in tagged
        for place in range(span.first, span.last)
        if span.last - span.first > 1 and span.entity.label is EntityLabel.PERSON
    }
    return [
        span
        for span in known
        if span.entity.country
        and span.first not in inside
        and not (is_unsure(surface_of(words, span)) and not is_acronym(words.texts[span.first]))
    ]


def _merged(known: Sequence[Span], tagged: Sequence[Span], context: Context) -> list[Span]:
    """Choose among overlapping spans, and give identities; in the order of the text."""
    chosen: list[Span] = []
    words = context.words
    taken = bytearray(len(words))
    labels = {(span.first, span.last): span.entity.label for span in tagged}
    candidates = [(span.first - span.last, 0, span) for span in known]
    candidates += [(span.first - span.last, 1, span) for span in tagged]
    for _, is_tagged, span in sorted(candidates, key=lambda row: (row[0], row[1], row[2].first)):
        if any(taken[span.first : span.last]):
            continue
        if is_tagged:
            entity: Entity | None = _placed_entity(span, known, words)
        else:
            entity = _known_entity(span, labels.get((span.first, span.last)), context)
        if entity is not None:
            taken[span.first : span.last] = b"\1" * (span.last - span.first)
            chosen.append(span._replace(entity=entity))
    return sorted(chosen, key=lambda span: span.first)


def _known_entity(span: Span, label: EntityLabel | None, context: Context) -> Entity | None:
    """Return what a known name is here; None where it is not what we know."""
    name = surface_of(context.words, span)
    if is_unsure(name) and not is_acronym(name[0]):
        entity = decided(span, label, context)
        return entity and as_government(entity, span, context.words)
    if label is EntityLabel.PERSON and span.entity.id is None and span.last - span.first == 1:
        return None  # a person of a city's name
    return as_government(span.entity, span, context.words)


def _placed_entity(span: Span, known: Sequence[Span], words: Words) -> Entity:
    """Return a name that the pipeline found, with what the known names inside it say of its country.

    An organisation belongs to the country that its name begins with, and a body of state to whichever
    it names: the Bank of Foreign Trade of Vietnam, but not the Friends of Syria.
    """
    entity = span.entity
    if entity.label is EntityLabel.GPE and words.texts[span.first : span.last] == ["us"]:
        return acronyms()["US"]
    if entity.label in (EntityLabel.PERSON, EntityLabel.NORP, EntityLabel.MISC):
        return entity
    waters = not _WATERS.isdisjoint(words.texts[span.first : span.last])
    if waters and entity.label is not EntityLabel.GPE:
        return entity  # "Strait of Malacca" is nobody's
    leading_only = entity.label is EntityLabel.ORG and _BODIES.isdisjoint(
        words.texts[span.first : span.last]
    )
    for inner in known:
        if span.first <= inner.first and inner.last <= span.last and inner.entity.country:
            if leading_only and inner.first > span.first:
                break
            whole = (inner.first, inner.last) == (span.first, span.last)
            if not whole and not is_unsure(surface_of(words, inner)):
                return replace(entity, country=inner.entity.country)
    return entity
