"""Windows: sentences that follow each other, as the row of word pieces that the sense model reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.text.wordpiece import WordPieces
from monitor.text.words import Words

__all__ = ["LONGEST", "NO_WORD", "Window", "pieces_of", "window_of", "windows_of"]

LONGEST = 254
"""Pieces of a window that are read; what stands behind them in an endless sentence is not."""
NO_WORD = -1
"""Owner of a piece that belongs to no word: a mark of punctuation."""
_SENTENCES = 4
"""Sentences that are read together: the model was trained on one to five."""
_WORDS = 90
"""Words that are read together, unless a single sentence has more."""
_MARKS = 3
"""Marks of punctuation between two words that are read."""
_ESCAPE = "\x1b"


@dataclass(frozen=True, slots=True)
class Window:
    """What the sense model reads at once."""

    tokens: list[int]
    """Numbers of the pieces, between a start and an end."""
    owners: list[int]
    """The word that each piece belongs to; -1 for none."""
    spans: list[tuple[int, int]]
    """The pieces of each sentence, as a half-open range; empty where the window was full before."""


def windows_of(worth: Sequence[int], sentences: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield the numbers of the sentences to read together: neighbours, and not too much at once.

    Args:
        worth: the numbers of the sentences that are to be read, in their order.
        sentences: all, as half-open ranges of words.
    """
    window: list[int] = []
    size = 0
    for number in worth:
        length = sentences[number][1] - sentences[number][0]
        full = size + length > _WORDS or len(window) == _SENTENCES
        if window and (full or number != window[-1] + 1):
            yield window
            window, size = [], 0
        window.append(number)
        size += length
    if window:
        yield window


def window_of(words: Words, sentences: Sequence[tuple[int, int]], pieces: WordPieces) -> Window:
    """Cut sentences into pieces.

    Args:
        words: the text.
        sentences: half-open ranges of words that follow each other.
        pieces: the vocabulary.
    """
    tokens, owners = [pieces.start], [NO_WORD]
    spans = []
    for first, last in sentences:
        begun = len(tokens)
        # No word has less than one piece: the rest could not be read anyway.
        last = min(last, first + LONGEST)  # noqa: PLW2901
        numbers, belong = pieces_of(words, first, last, pieces, marks=not words.is_stripped)
        tokens += numbers
        owners += belong
        spans.append((min(begun, LONGEST), min(len(tokens), LONGEST)))
    del tokens[LONGEST:], owners[LONGEST:]
    tokens.append(pieces.end)
    return Window(tokens, owners, spans)


def pieces_of(
    words: Words, first: int, last: int, pieces: WordPieces, *, marks: bool
) -> tuple[list[int], list[int]]:
    """Return the pieces of a range of words, and the word that each belongs to.

    Args:
        words: the text.
        first: first word.
        last: word after the last one.
        pieces: the vocabulary.
        marks: whether punctuation between the words is read too.
    """
    numbers: list[int] = []
    owners: list[int] = []
    for position in range(first, last):
        own = pieces.of(words.texts[position])
        numbers += own
        owners += [position] * len(own)
        if marks:
            between = _marks_after(words, position, pieces)
            numbers += between
            owners += [NO_WORD] * len(between)
    return numbers, owners


def _marks_after(words: Words, position: int, pieces: WordPieces) -> list[int]:
    """Return the pieces of the marks between a word and the next one."""
    start = words.ends[position]
    stop = words.starts[position + 1] if position + 1 < len(words) else start + _MARKS
    between = words.source[start : min(stop, start + 2 * _MARKS)]
    if between == " " or _ESCAPE in between:
        return []
    marks = [mark for mark in between if _is_mark(mark)]
    return [piece for mark in marks[:_MARKS] for piece in pieces.of(mark)]


def _is_mark(character: str) -> bool:
    return character.isprintable() and not character.isalnum() and not character.isspace()
