"""Spans: names by the words they cover, before they become mentions."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from monitor.domain import Entity
from monitor.text.words import Words

__all__ = ["Span", "Surface", "is_led_by", "is_written_as_name", "surface_of"]

_LONGEST_CUE = 4


class Span(NamedTuple):
    """A half-open range of words and what it names."""

    first: int
    last: int
    entity: Entity


Surface = tuple[str, ...]
"""The words of a name, as stripped text has them."""


def surface_of(words: Words, span: Span) -> Surface:
    """Return the words that a span covers."""
    return tuple(words.texts[span.first : span.last])


def is_written_as_name(words: Words, first: int, last: int) -> bool:
    """Whether words may be a name: where a text has capitals, one of them has one, or a digit.

    One is enough: "al-Qaida" and "ten Boom" begin with a small letter.
    """
    if not words.has_capitals:
        return True
    return any(not words.source[words.starts[place]].islower() for place in range(first, last))


def is_led_by(texts: Sequence[str], position: int, cues: Collection[tuple[str, ...]]) -> bool:
    """Whether one of *cues* ends right before *position*, an article between them or not."""
    ends = (position, position - 1) if texts[position - 1 : position] == ["the"] else (position,)
    return any(
        tuple(texts[end - length : end]) in cues
        for end in ends
        for length in range(1, min(_LONGEST_CUE, end) + 1)
    )
