"""Attribution: who a sentence names as having counted."""

from monitor.lexicon.entry import PhraseSet
from monitor.lexicon.measures import Measures
from monitor.text.matcher import phrase_at
from monitor.text.words import Boundary, Words

__all__ = ["attribution_of"]

_MOST_WORDS = 4
"""Words of a name, at most."""
_MOST_MODIFIERS = 2
"""Words before its head, at most."""
_NO_MODIFIERS = frozenset("the a an meanwhile however illegal legal what how".split())


def attribution_of(
    words: Words, sentence: tuple[int, int], measures: Measures, persons: PhraseSet
) -> str:
    """Return who says so: "police", "health ministry", "afghan officials"; empty for nobody.

    "police said", "according to the health ministry"; the first one of a sentence.
    """
    texts = words.texts
    low, high = sentence
    for position in range(low, high):
        if texts[position] == "according" and texts[position + 1 : position + 2] == ["to"]:
            end = min(high, position + 2 + _MOST_WORDS + 1)
            named = _named(words, position + 2, end, measures, persons)
        elif phrase_at(measures.say, texts, position, high):
            start = max(low, position - _MOST_WORDS)
            named = _named(words, start, position, measures, persons, up_to_end=position)
        else:
            continue
        if named:
            return named
    return ""


def _named(
    words: Words,
    low: int,
    high: int,
    measures: Measures,
    persons: PhraseSet,
    *,
    up_to_end: int | None = None,
) -> str:
    """Return the name whose head stands in a range of words; None ends it but *up_to_end*."""
    texts = words.texts
    for position in range(low, high):
        end = phrase_at(measures.sources, texts, position, high)
        if not end or (up_to_end is not None and end < up_to_end and texts[end] != "have"):
            continue
        start = position
        while start > max(low, position - _MOST_MODIFIERS) and _modifies(
            words, start, measures, persons
        ):
            start -= 1
        if texts[start - 1 : start + 1] == ["u", "s"] and start > low:
            start -= 1
        last = end
        while last < high and phrase_at(measures.sources, texts, last, high):
            last = phrase_at(measures.sources, texts, last, high)
        return " ".join(texts[start:last])
    return ""


def _modifies(words: Words, position: int, measures: Measures, persons: PhraseSet) -> bool:
    """Whether the word before *position* belongs to the name that goes on there."""
    text = words.texts[position - 1]
    if words.boundaries[position] != Boundary.NONE or text in _NO_MODIFIERS or text.isdigit():
        return False
    if text == "s":
        return words.texts[position - 2 : position - 1] == ["u"]
    if text in measures.modifiers or phrase_at(persons, words.texts, position - 1, position):
        return True
    capital = words.has_capitals and words.source[words.starts[position - 1]].isupper()
    known = text in measures.stops or (text,) in measures.words
    return capital and position > 1 and not known
