"""Datelines: where a story was filed, before its first sentence; a place, and nobody's deed.

"QUETTA, Pakistan (CPA) - A suicide bomber ..." says of Pakistan that the reporter was there. News
agencies begin their texts so (AP Stylebook, "datelines"); crawls leave "quetta pakistan cpa a suicide
bomber ...".
"""

import re
from collections.abc import Sequence

from monitor.domain import EntityLabel
from monitor.lexicon.places import fold_words, seats_of_power
from monitor.text.clauses import PlacedEntity
from monitor.text.parties import PLACE
from monitor.text.words import Words

__all__ = ["dash_of_dateline", "end_of_dateline"]

_LONGEST = 16
"""Words of a dateline: two places, a date, an agency of several words, a reporter's name."""
_DASH = re.compile(r"[\s)][-\u2013\u2014]{1,2}\s")
_TELLING = re.compile(r"[\d(,]")
"""One of these, or capitals throughout, tells a dateline from a name with an aside behind it."""
_BEGINNINGS = frozenset("a an the at its it two three four five six seven eight nine ten".split())
"""Words that begin the sentence behind a seat of power, where one that acts would have a verb."""


def end_of_dateline(words: Words, named: Sequence[PlacedEntity]) -> int:
    """Return the number of words that a text's dateline takes up; 0 without one.

    Args:
        words: a title or a text.
        named: the entities of its first sentence at least, in order.
    """
    places = [item for item in named if item.first < _LONGEST and item.entity.label in PLACE]
    if not places or places[0].first != 0:
        return 0
    if not words.is_stripped:
        return dash_of_dateline(words)
    return _signed(words, named, places[0]) or _filed(words, places)


def dash_of_dateline(words: Words) -> int:
    """Return the number of words before the dash that ends a dateline as written; 0 without one."""
    if words.is_stripped:
        return 0
    for at in range(1, min(len(words), _LONGEST)):
        if _DASH.search(words.source, words.ends[at - 1], words.starts[at]):
            before = words.source[words.starts[0] : words.ends[at - 1]]
            capitals = (words.source[words.starts[each]] for each in range(at))
            named = all(first.isupper() or first.isdigit() for first in capitals)
            return at if named and (before.isupper() or _TELLING.search(before)) else 0
    return 0


def _signed(words: Words, named: Sequence[PlacedEntity], town: PlacedEntity) -> int:
    """Return the end of a dateline without marks whose agency is told by what follows it; 0 if there is none.

    "caracas cpa venezuela will ...": a body of one word between the places and a new beginning. Before a
    verb it is who acts ("gaza hamas fired ...").
    """
    end = town.last
    begun = {item.first: item for item in named}
    while end in begun and begun[end].entity.label in PLACE:
        end = begun[end].last
    agency = begun.get(end)
    if agency is None or agency.entity.label is not EntityLabel.ORG or agency.last != end + 1:
        return 0
    behind = words.texts[agency.last : agency.last + 1]
    begins_anew = agency.last in begun or not _BEGINNINGS.isdisjoint(behind)
    return agency.last if begins_anew else 0


def _filed(words: Words, places: Sequence[PlacedEntity]) -> int:
    """Return the end of a dateline without marks: a town and its country, or a seat of power."""
    town = places[0]
    if town.entity.country is None or town.entity.id == town.entity.country:
        return 0
    end = town.last
    for item in places[1:]:
        in_it = item.first == end and item.entity.country == town.entity.country
        if not in_it or words.texts[item.last : item.last + 1] == ["s"]:
            break
        end = item.last
    if end > town.last:
        return end
    is_seat = fold_words(town.entity.text) in seats_of_power()
    return end if is_seat and words.texts[end : end + 1] and words.texts[end] in _BEGINNINGS else 0
