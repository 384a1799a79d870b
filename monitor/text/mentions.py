"""Mentions: where a text speaks of people, places and organisations, and of which ones.

The entity pipeline finds names; the gazetteer gives them identities and fills gaps, but never
overrules a longer name that the pipeline found ("Bank of Japan" is not Japan).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from monitor.domain import Entity, EntityLabel, Field, Mention, TextSpan
from monitor.lexicon.places import fold_words, gazetteer, unsure_names
from monitor.text.words import Words

__all__ = ["mentions_of"]

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
_WATERS_AND_LAND = frozenset(
    "sea ocean gulf bay river lake strait channel canal mountain mountains mount valley desert "
    "island islands peninsula region coast hills plateau basin delta forest heights".split()
)
_BUILDINGS = frozenset(
    "airport airfield base bridge prison jail camp street square hospital stadium mosque church "
    "cathedral temple palace tower hotel station terminal plant reactor port barracks".split()
)


_US = Entity(text="US", id="US", label=EntityLabel.GPE, country="US")
"""In no list of names: stripped, it is a pronoun."""


def mentions_of(words: Words, doc: Doc | None, *, field: Field) -> tuple[Mention, ...]:
    """Return the mentions of one field, in the order of the text, none overlapping.

    Args:
        words: the field's words.
        doc: the entity pipeline's reading of the same text; None to use the gazetteer alone.
        field: which part of the article it is.
    """
    known = list(_gazetteer_spans(words))
    tagged = list(_tagged_spans(words, doc)) if doc is not None else []
    chosen = _merge(known, tagged, words)
    return tuple(
        Mention(
            span=TextSpan(
                start_char=words.starts[first],
                end_char=words.ends[last - 1],
                quote=words.quote(first, last),
                field=field,
            ),
            entity=replace(entity, text=words.quote(first, last)),
        )
        for first, last, entity in sorted(chosen, key=lambda row: row[0])
    )


_Span = tuple[int, int, Entity]
"""First word, word after the last, and what it names."""


def _index() -> Mapping[str, tuple[tuple[tuple[str, ...], Entity], ...]]:
    """Return the gazetteer by first word, longest names first."""
    if not _INDEX:
        rows: dict[str, list[tuple[tuple[str, ...], Entity]]] = {}
        for name, entity in gazetteer().items():
            rows.setdefault(name[0], []).append((name, entity))
        for first, group in rows.items():
            _INDEX[first] = tuple(sorted(group, key=lambda row: -len(row[0])))
    return _INDEX


_INDEX: dict[str, tuple[tuple[tuple[str, ...], Entity], ...]] = {}


def _gazetteer_spans(words: Words) -> Iterable[_Span]:
    """Yield every known name, longest first, left to right."""
    index = _index()
    texts = words.texts
    position = 0
    while position < len(texts):
        if words.texts[position] == "us" and _is_country_us(words, position):
            yield position, position + 1, _US
            position += 1
            continue
        for name, entity in index.get(texts[position], ()):
            last = position + len(name)
            if tuple(texts[position:last]) == name and _written_as_name(words, position):
                yield position, last, entity
                position = last - 1
                break
        position += 1


def _is_country_us(words: Words, position: int) -> bool:
    """Whether "US" is the country: written in capitals, in a text that is not all capitals."""
    written = words.source[words.starts[position] : words.ends[position]]
    return written == "US" and not words.source.isupper()


def _written_as_name(words: Words, position: int) -> bool:
    """Whether a word may be a name: where a text has capitals, names have one, or a digit."""
    if not words.has_capitals:
        return True
    first = words.source[words.starts[position]]
    return not first.islower()


def _tagged_spans(words: Words, doc: Doc) -> Iterable[_Span]:
    """Yield what the entity pipeline found, on word borders."""
    position = 0
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
        if last > first:
            yield first, last, Entity(text=words.quote(first, last), label=label)


def _merge(known: Sequence[_Span], tagged: Sequence[_Span], words: Words) -> list[_Span]:
    """Choose among overlapping spans, and give identities."""
    chosen: list[_Span] = []
    taken = bytearray(len(words))
    unsure = unsure_names()
    supported = {entity.country for _, _, entity in known if entity.label is EntityLabel.NORP}
    candidates = [(last - first, 1, first, last, entity) for first, last, entity in known]
    candidates += [(last - first, 0, first, last, entity) for first, last, entity in tagged]
    labels = {(first, last): entity.label for first, last, entity in tagged}
    for _, is_known, first, last, entity in sorted(
        candidates, key=lambda row: (-row[0], -row[1], row[2])
    ):
        if any(taken[first:last]):
            continue
        chosen_entity = entity
        if is_known:
            label = labels.get((first, last))
            if tuple(words.texts[first:last]) in unsure:
                place = label in (EntityLabel.GPE, EntityLabel.LOC)
                written = not words.is_stripped and label is not EntityLabel.PERSON
                if not (place or written or entity.country in supported):
                    continue
            elif label is EntityLabel.PERSON and entity.id is None and last - first == 1:
                continue  # a person of a city's name
        else:
            place = entity.label in (EntityLabel.GPE, EntityLabel.LOC)
            us = place and words.texts[first:last] == ["us"]
            chosen_entity = _US if us else _split_places(entity, words, first, last)
        taken[first:last] = b"\1" * (last - first)
        chosen.append((first, last, chosen_entity))
    return chosen


def _split_places(entity: Entity, words: Words, first: int, last: int) -> Entity:
    """Tell governed places, other places and buildings apart, where the pipeline does not."""
    if entity.label is EntityLabel.ORG:
        inner = gazetteer().get(fold_words(words.quote(first, last).split(" ")[0]))
        if inner and inner.label is EntityLabel.NORP:
            return replace(entity, country=inner.country)
        return entity
    if entity.label is not EntityLabel.LOC:
        return entity
    parts = set(words.texts[first:last])
    if parts & _BUILDINGS:
        return replace(entity, label=EntityLabel.FAC)
    if parts & _WATERS_AND_LAND:
        return entity
    return replace(entity, label=EntityLabel.GPE)
