"""Tagger: runs the entity pipeline over the texts that need it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum

from spacy.language import Language
from spacy.tokens import Doc

from monitor.text.words import Words

__all__ = ["Tagger", "Tagging"]

_LONGEST_TOKEN = 200
"""Characters of a run without blanks above which it is not read: no word is so long, and the
tokenizer's time grows with the square of it."""
_CHUNK_CHARS = 20_000
"""Characters of a piece of a text: a long read is one piece."""
_BATCH_CHARS = 60_000
"""Characters that the entity pipeline reads at once: its memory grows with them, 4 KB each."""


class Tagging(StrEnum):
    """Which articles the entity pipeline reads: it takes most of the time."""

    ALL = "all"
    """All of them."""
    WHERE_ACTIVE = "where-active"
    """Those that report something active; what the others name would go nowhere."""


class Tagger:
    """Finds names with a spaCy pipeline; None in its place finds none."""

    def __init__(self, nlp: Language | None) -> None:
        """Take the pipeline."""
        self._nlp = nlp

    def memory(self) -> AbstractContextManager[object]:
        """Return a context after which the pipeline forgets the words that were new to it.

        Without it a process grows with every word it has not seen. What `read` gives must not be
        used after the context.
        """
        return self._nlp.memory_zone() if self._nlp else nullcontext()

    def read(self, fields: Sequence[Words]) -> Iterator[Doc | None]:
        """Yield the pipeline's reading of each field, in order, with every place kept."""
        if self._nlp is None:
            yield from [None] * len(fields)
            return
        pieces = [_pieces(_readable(words.source)) for words in fields]
        docs = self._docs(self._nlp, [piece for row in pieces for piece in row])
        for row in pieces:
            parts = [next(docs) for _ in row]
            yield parts[0] if len(parts) == 1 else Doc.from_docs(parts, ensure_whitespace=False)

    @staticmethod
    def _docs(nlp: Language, pieces: Sequence[str]) -> Iterator[Doc]:
        """Read pieces in batches that bound the memory."""
        for batch in _batches(pieces):
            yield from nlp.pipe(batch, batch_size=len(batch))


def _batches(pieces: Sequence[str]) -> Iterator[list[str]]:
    """Group pieces up to the characters that are read at once."""
    batch: list[str] = []
    size = 0
    for piece in pieces:
        if batch and size + len(piece) > _BATCH_CHARS:
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece)
    if batch:
        yield batch


def _readable(source: str) -> str:
    """Blank out runs that are no words, keeping every place."""
    return re.sub(rf"\S{{{_LONGEST_TOKEN},}}", lambda run: " " * len(run.group()), source)


def _pieces(text: str) -> list[str]:
    """Cut a text at blanks into pieces that the entity pipeline reads at once."""
    pieces = []
    start = 0
    while len(text) - start > _CHUNK_CHARS:
        cut = text.rfind(" ", start, start + _CHUNK_CHARS)
        cut = cut + 1 if cut > start else start + _CHUNK_CHARS
        pieces.append(text[start:cut])
        start = cut
    pieces.append(text[start:])
    return pieces
