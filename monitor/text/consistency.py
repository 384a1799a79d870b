"""Consistency: what an article's names tell about each other.

One surface form has one label in an article, the most frequent one. A last name by itself is the person
whose full name the article gives. What the pipeline has found twice, or a last name, is found where
it missed it too.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.domain import Entity, EntityLabel
from monitor.lexicon.ambiguous import not_names
from monitor.text.spans import Span, Surface, is_written_as_name, surface_of
from monitor.text.words import Words

__all__ = ["ArticleNames"]

_TOLD = 2
"""Times that a surface form must be found to be looked for where it was missed."""
_SHORTEST = 4
"""Letters of the shortest name that is looked for: shorter ones are words too often."""
_LONGEST = 8
"""Words of the longest name that is looked for."""


class ArticleNames:
    """The names that the pipeline has found in the fields of one article."""

    def __init__(self, fields: Sequence[tuple[Words, Sequence[Span]]]) -> None:
        """Count labels by surface form, and note who is named in full."""
        votes: dict[Surface, Counter[EntityLabel | None]] = {}
        self._people: dict[str, dict[Surface, str]] = {}
        for words, spans in fields:
            for span in spans:
                surface = surface_of(words, span)
                votes.setdefault(surface, Counter())[span.entity.label] += 1
                if span.entity.label is EntityLabel.PERSON and len(surface) > 1:
                    full = words.quote(span.first, span.last)
                    for part in {surface[0], surface[-1]}:
                        self._people.setdefault(part, {}).setdefault(surface, full)
        self._last_names = {surface[-1] for people in self._people.values() for surface in people}
        self._labels = {
            surface: EntityLabel.PERSON
            if len(surface) == 1 and surface[0] in self._last_names
            else count.most_common(1)[0][0]
            for surface, count in votes.items()
        }
        self._missed = {
            surface
            for surface, count in votes.items()
            if count.total() >= _TOLD and self._labels[surface] is not EntityLabel.MISC
        } | {(name,) for name in self._last_names}
        self._missed = {surface for surface in self._missed if len("".join(surface)) >= _SHORTEST}
        self._longest = max(map(len, self._missed), default=0)

    def consistent(self, words: Words, spans: Sequence[Span]) -> list[Span]:
        """Return the names of a field with one label per surface form, and those that were missed."""
        told = [
            span._replace(entity=replace(span.entity, label=self._labels[surface]))
            for span in spans
            if self._is_name(surface := surface_of(words, span))
        ]
        covered = {place for span in spans for place in range(span.first, span.last)}
        return sorted([*told, *self._overlooked(words, covered)], key=lambda span: span.first)

    def whole(self, words: Words, span: Span) -> Entity:
        """Return a person's entity by the full name, where the article gives one and one alone."""
        if span.entity.label is not EntityLabel.PERSON or span.last - span.first > 1:
            return span.entity
        people = self._people.get(words.texts[span.first], {})
        if len(people) != 1:
            return span.entity
        (full,) = people.values()
        return replace(span.entity, text=full)

    def _is_name(self, surface: Surface) -> bool:
        """Whether a word that is mostly no name is one here: of someone who is named in full."""
        return len(surface) > 1 or surface[0] not in not_names() or surface[0] in self._people

    def _overlooked(self, words: Words, covered: set[int]) -> Iterator[Span]:
        """Yield where names stand that the pipeline has found elsewhere, longest first."""
        texts = words.texts
        free_from = 0
        for first in range(len(texts) if self._longest else 0):
            if first < free_from or first in covered:
                continue
            for length in range(min(self._longest, _LONGEST, len(texts) - first), 0, -1):
                surface = tuple(texts[first : first + length])
                if surface in self._missed and self._may_stand(words, first, length, covered):
                    label = self._labels.get(surface, EntityLabel.PERSON)
                    free_from = first + length
                    yield Span(
                        first,
                        free_from,
                        Entity(text=words.quote(first, free_from), label=label),
                    )
                    break

    def _may_stand(self, words: Words, first: int, length: int, covered: set[int]) -> bool:
        """Whether the words from *first* on are free and written as a name."""
        last = first + length
        beside = range(first - 1, last + 1) if length == 1 else range(first, last)
        if any(place in covered for place in beside):
            return False  # "King" before a name that was found is a title, whoever is called so
        if not self._is_name(tuple(words.texts[first:last])):
            return False
        return is_written_as_name(words, first, last)
