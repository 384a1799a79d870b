"""Word pieces: words cut into the pieces that the sense model has numbers for.

Greedy longest match from the left, as in WordPiece (Schuster and Nakajima 2012, used by BERT).
"""

from collections.abc import Sequence
from functools import lru_cache

__all__ = ["WordPieces"]

_CONTINUES = "##"
_KEPT = 50_000
"""Words whose pieces are remembered: newswire's vocabulary without its numbers."""


class WordPieces:
    """The pieces of one vocabulary, by number."""

    def __init__(self, pieces: Sequence[str]) -> None:
        """Take the vocabulary, in the order of its numbers."""
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self.start = self._numbers["[CLS]"]
        self.end = self._numbers["[SEP]"]
        self._unknown = (self._numbers["[UNK]"],)
        # A cache of its own, that ends with the model and never grows beyond what is useful.
        self.of = lru_cache(maxsize=_KEPT)(self._cut)

    def _cut(self, word: str) -> tuple[int, ...]:
        """Return the numbers of a lower-case word's pieces; one for "unknown" where none fit."""
        numbers = self._numbers
        pieces: list[int] = []
        start = 0
        while start < len(word):
            prefix = _CONTINUES if start else ""
            end = len(word)
            while end > start and prefix + word[start:end] not in numbers:
                end -= 1
            if end == start:
                return self._unknown
            pieces.append(numbers[prefix + word[start:end]])
            start = end
        return tuple(pieces)
