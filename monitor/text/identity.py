"""Identity: which country an ambiguous name means, and where a city stands for its government.

An article that writes "Georgia" may mean the country, the American state or a person. What stands
around it decides, as a sum of points: other names of the same country, names beside it, prepositions,
capitals, the pipeline's label. A name that nothing decides is left without an id rather than wrong.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.domain import Entity, EntityLabel
from monitor.lexicon.ambiguous import AmbiguousName, ambiguous_names, city_cues, place_cues
from monitor.lexicon.places import governments, seats_of_power, unsure_names
from monitor.text.spans import Span, is_led_by
from monitor.text.words import Words

__all__ = ["Context", "as_government", "decided", "is_unsure"]

_REACH = 15
"""Words on either side that speak for or against a name: a sentence of newswire."""
_BESIDE = 3
"""Words on either side in which another country stands beside a name ("Syria, Jordan and Iraq")."""
_ENOUGH = 2
"""Points from which a name is its country; a capital and a preposition together are enough, where no
other place has the name."""
_PLACES = frozenset({EntityLabel.GPE, EntityLabel.LOC})


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of an article when its ambiguous names are decided."""

    words: Words
    sure: Sequence[Span]
    """The field's names of countries, peoples and cities that mean one thing, in order."""
    countries: frozenset[str]
    """Codes of the countries of these, in the whole article."""


def decided(span: Span, label: EntityLabel | None, context: Context) -> Entity | None:
    """Return what an ambiguous name is; the entity without id where it is a place we cannot tell.

    Args:
        span: the name and what it may be.
        label: the pipeline's label of exactly these words, if it has one.
        context: the article around it.

    Returns:
        The entity; None where the words are no place at all, or nothing says that they are.
    """
    texts = context.words.texts
    name = tuple(texts[span.first : span.last])
    known = ambiguous_names().get(name) or AmbiguousName(country=span.entity.country or "")
    if _is_part_of_another_name(texts, span, known):
        return None
    points = _points(span, label, known, context)
    if points >= _ENOUGH:
        return span.entity
    if known.rival and label in _PLACES | {None} and _is_place(span, label, context):
        # One of two places: the other one where something speaks for it, else nobody's.
        other = known.rival if points < 0 else None
        return Entity(text=span.entity.text, label=EntityLabel.GPE, country=other)
    return None


def _is_part_of_another_name(texts: Sequence[str], span: Span, known: AmbiguousName) -> bool:
    if is_led_by(texts, span.first, known.before):
        return True
    return any(tuple(texts[span.last : span.last + length]) in known.after for length in (1, 2))


def _is_place(span: Span, label: EntityLabel | None, context: Context) -> bool:
    """Whether the name is written, or labelled, as that of a place."""
    led = context.words.texts[max(0, span.first - 1) : span.first]
    return label in _PLACES or (
        not context.words.is_stripped and any(word in place_cues().place for word in led)
    )


def _points(span: Span, label: EntityLabel | None, known: AmbiguousName, context: Context) -> int:
    """Sum up what speaks for the country and against it."""
    words, texts = context.words, context.words.texts
    cues = place_cues()
    around = {*texts[max(0, span.first - _REACH) : span.first]}
    around |= {*texts[span.last : span.last + _REACH]}
    points = 2 * (known.country in context.countries)
    points += 2 * (not known.in_favour.isdisjoint(around)) + _beside(span, known, context)
    points += 2 * is_led_by(texts, span.first, cues.state)
    points += 2 * _does_as_governments_do(texts, span.last)
    points -= 3 * (not known.against.isdisjoint(around))
    points -= texts[span.first - 1 : span.first] in (["a"], ["an"])
    if label is not None and label not in _PLACES:
        points -= 2
    if known.rival:
        return points
    points += 2 * (label in _PLACES)
    if known.is_city:
        return points - 1 if _is_place(span, label, context) else 0
    points += tuple(texts[span.first : span.last]) not in ambiguous_names()
    points += not words.is_stripped and words.has_capitals
    return points + any(word in cues.place for word in texts[max(0, span.first - 1) : span.first])


def _beside(span: Span, known: AmbiguousName, context: Context) -> int:
    """Return 2 where another country stands beside the name, -3 where a place of its rival does."""
    sure = context.sure
    low = bisect_left(sure, span.first - _BESIDE - 1, key=_first)
    for other in sure[low:]:
        if other.first - span.last >= _BESIDE:
            break
        if other.last + _BESIDE <= span.first or other.first == span.first:
            continue
        if known.rival and other.entity.country == known.rival and not other.entity.id:
            return -3
        if other.entity.id:
            return 2
    return 0


def _first(span: Span) -> int:
    return span.first


def as_government(entity: Entity, span: Span, words: Words) -> Entity:
    """Return a seat of government with its country's id where it acts, or is met, as one.

    "Tehran said", "talks with Washington", "Moscow's nuclear forces" are governments; "in Tehran", "the
    streets of Moscow" are places, and what is neither keeps its country without the id. The Kremlin is
    a government unless something is in it or near it.
    """
    if not entity.country:
        return entity
    texts = words.texts
    name = tuple(texts[span.first : span.last])
    if name not in seats_of_power() and name not in governments():
        return entity
    if is_led_by(texts, span.first, city_cues().places):
        return replace(entity, id=None)
    if (
        name in governments()
        or is_led_by(texts, span.first, city_cues().towards)
        or _does_as_governments_do(texts, span.last)
    ):
        return replace(entity, id=entity.country)
    return entity


def _does_as_governments_do(texts: Sequence[str], position: int) -> bool:
    """Whether a government's verb, or what it has, follows."""
    cues = city_cues()
    if texts[position : position + 1] == ["s"]:
        return any(word in cues.nouns for word in texts[position + 1 : position + 4])
    for word in texts[position : position + 3]:
        if word in cues.verbs:
            return True
        if word not in cues.between:
            return False
    return False


def is_unsure(name: tuple[str, ...]) -> bool:
    """Whether a name needs to be decided."""
    return name in _unsure()


def _unsure() -> Mapping[tuple[str, ...], None]:
    if not _UNSURE:
        _UNSURE.update(dict.fromkeys((*unsure_names(), *ambiguous_names())))
    return _UNSURE


_UNSURE: dict[tuple[str, ...], None] = {}
