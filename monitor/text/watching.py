"""Watching: where a text names what a user has on watchlists.

Names are found as rows of whole words, in whatever case and with whatever marks between them, and then
asked for their case and their label. All names of all lists lie in one table by their words joined; the
first word says how long the longest name is that starts with it. So a text costs at most
`MAX_NAME_WORDS` look-ups a word, however many names there are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.domain import EntityLabel, Field, TextSpan, Watched, WatchedMention
from monitor.lexicon.ambiguous import not_names
from monitor.lexicon.places import fold_words, possessives
from monitor.lexicon.watchlist import CaseRule, WatchItem, Watchlist
from monitor.text.everyday import everyday_words
from monitor.text.roles import PlacedEntity
from monitor.text.words import Boundary, Words, read_words

__all__ = ["WatchReader"]

_LETTERS = re.compile(r"[^\W_]+")
_PLACES = frozenset({EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC})


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of one item."""

    watched: Watched
    case: CaseRule
    label: EntityLabel | None
    written: tuple[str, ...]
    """Its words letter for letter; empty unless they count."""


class WatchReader:
    """Finds the items of some watchlists."""

    def __init__(self, watchlists: Sequence[Watchlist]) -> None:
        """Index the names of *watchlists* by their words."""
        self._names: dict[str, tuple[_Name, ...]] = {}
        self._longest: dict[str, int] = {}
        self._entities: dict[str, tuple[Watched, ...]] = {}
        for watchlist in watchlists:
            for item in watchlist.items:
                watched = Watched(watchlist=watchlist.id, item=item.id)
                if item.entity:
                    held = self._entities.get(item.entity, ())
                    self._entities[item.entity] = (*held, watched)
                for name in item.names:
                    self._add(name, item, watched)

    def _add(self, name: str, item: WatchItem, watched: Watched) -> None:
        # As a text's words are read, which takes ten times as long and differs for other letters only.
        texts = fold_words(name) if name.isascii() else tuple(read_words(name).texts)
        if not texts:
            return
        written = tuple(_LETTERS.findall(name)) if item.case is CaseRule.EXACT else ()
        row = _Name(watched, item.case, item.label, written)
        forms = {texts}
        if not possessives().isdisjoint(texts):
            forms.add(tuple(read_words(" ".join(texts)).texts))  # As stripped text has it.
        for form in forms:
            key = " ".join(form)
            self._names[key] = (*self._names.get(key, ()), row)
            self._longest[form[0]] = max(self._longest.get(form[0], 0), len(form))

    def read(
        self, words: Words, placed: Sequence[PlacedEntity], *, field: Field
    ) -> tuple[WatchedMention, ...]:
        """Return every place of a field that names an item, in the order of the text.

        Within one watchlist the longest name wins, and names do not overlap.

        Args:
            words: the field's words.
            placed: its mentions of entities, in order.
            field: which part of the article it is.
        """
        if not (self._names or self._entities):
            return ()
        found = [*self._named(words, placed), *self._identified(placed)]
        found.sort(key=lambda row: (row[0], row[1], row[2].watchlist, row[2].item))
        return tuple(
            WatchedMention(
                span=TextSpan(
                    start_char=words.starts[first],
                    end_char=words.ends[last - 1],
                    quote=words.quote(first, last),
                    field=field,
                ),
                watched=watched,
            )
            for first, last, watched in dict.fromkeys(found)
        )

    def _identified(self, placed: Sequence[PlacedEntity]) -> Iterator[tuple[int, int, Watched]]:
        """Yield the mentions of entities that are watched by their identity."""
        for row in placed:
            for identity in dict.fromkeys((row.entity.id, row.entity.country)):
                for watched in self._entities.get(identity or "", ()):
                    yield row.first, row.last, watched

    def _named(
        self, words: Words, placed: Sequence[PlacedEntity]
    ) -> Iterator[tuple[int, int, Watched]]:
        """Yield the names that stand in the text and are what they are asked to be."""
        texts = words.texts
        tells_case = words.has_capitals and any(map(str.islower, words.source))
        over = {place: row for row in placed for place in range(row.first, row.last)}
        free_from: dict[str, int] = {}
        for first, text in enumerate(texts):
            for length in range(min(self._longest.get(text, 0), len(texts) - first), 0, -1):
                last = first + length
                for name in self._names.get(" ".join(texts[first:last]), ()):
                    watchlist = name.watched.watchlist
                    if first < free_from.get(watchlist, 0) or _crosses_sentences(
                        words, first, last
                    ):
                        continue
                    if _is_written(
                        name, words, first, last, tells_case=tells_case
                    ) and _is_labelled(name, words, first, last, over):
                        free_from[watchlist] = last
                        yield first, last, name.watched


def _letters(words: Words, first: int, last: int) -> Iterator[str]:
    """Yield words as the text writes them."""
    for place in range(first, last):
        yield words.source[words.starts[place] : words.ends[place]]


def _crosses_sentences(words: Words, first: int, last: int) -> bool:
    return last - first > 1 and Boundary.SENTENCE in words.boundaries[first + 1 : last]


def _is_written(name: _Name, words: Words, first: int, last: int, *, tells_case: bool) -> bool:
    """Whether a place is written as the item's case rule asks.

    Args:
        name: what the words may be.
        words: the text.
        first: word on which the place starts.
        last: word after its end.
        tells_case: whether the text has both capitals and small letters.
    """
    if name.case is CaseRule.ANY:
        return True
    if name.case is CaseRule.EXACT:
        return tells_case and tuple(_letters(words, first, last)) == name.written
    return not words.has_capitals or any(
        not word[0].islower() for word in _letters(words, first, last)
    )


def _is_labelled(
    name: _Name, words: Words, first: int, last: int, over: Mapping[int, PlacedEntity]
) -> bool:
    """Whether a place is such an entity as the item asks for.

    A mention over the same words tells by its label, and one that reaches further by being something
    else. Where there is none, a name counts, but of single words of everyday English only one that a capital
    marks as a name ("in Reading", not "Reading the verdict" nor "in May"): it is left out rather than
    wrong.
    """
    if name.label is None:
        return True
    mentions = {over[place] for place in range(first, last) if place in over}
    if not mentions:
        text = words.texts[first]
        begins = first == 0 or words.boundaries[first] == Boundary.SENTENCE
        marked = words.has_capitals and not begins and text not in not_names()
        return last - first > 1 or marked or text not in everyday_words()
    if any(row.first < first or row.last > last for row in mentions):
        return False
    return any(_agree(name.label, row.entity.label) for row in mentions)


def _agree(wanted: EntityLabel, found: EntityLabel | None) -> bool:
    """Whether two labels may mean the same; pipelines tell kinds of places apart differently."""
    return wanted is found or (wanted in _PLACES and found in _PLACES)
