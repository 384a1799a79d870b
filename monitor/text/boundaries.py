"""Boundaries: where sentences begin in text that has lost its punctuation.

A logistic regression over the two words on either side of each gap, trained on newswire whose
punctuation is known (training/boundaries). It is asked only for stripped text.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from monitor.text.words import Boundary, Words

__all__ = ["features", "is_likely_start", "sentence_starts", "sentences_of"]

THRESHOLD = 0.5
"""Score above which a sentence is taken to begin: the best F1 on held-out newswire
(training/boundaries/README.md)."""

LIKELY = -0.6
"""Score above which a sentence may well begin: where too long a one has to be cut."""
_NO_START = frozenset("on in at after since of to".split())
"""Words that such a sentence does not begin with: more often a sentence goes on with them."""

LONGEST = 60
"""Words after which a sentence is cut at its best gap all the same."""
LONGEST_WRITTEN = 100
"""Words after which text without a full stop, such as a table, is cut where a clause ends; of
newswire's sentences one in ten thousand is longer."""


def features(texts: Sequence[str], position: int) -> list[str]:
    """Return the features of the gap before *position*: words and pairs of words around it."""
    before = _shape(texts[position - 1])
    after = _shape(texts[position])
    before2 = _shape(texts[position - 2]) if position > 1 else "<"
    after2 = _shape(texts[position + 1]) if position + 1 < len(texts) else ">"
    return [
        f"a {before}",
        f"b {after}",
        f"c {before} {after}",
        f"d {after} {after2}",
        f"e {before2} {before}",
        f"f {before2}",
        f"g {after2}",
    ]


def sentences_of(words: Words) -> list[tuple[int, int]]:
    """Return the sentences of a text as half-open ranges of words; none where it has no words."""
    if not len(words):
        return []
    starts = sentence_starts(words)
    return list(zip(starts, [*starts[1:], len(words)], strict=True))


def sentence_starts(words: Words) -> list[int]:
    """Return the positions on which sentences begin, the first one included.

    In text with punctuation these are the boundaries that it gives; in stripped text the learned
    ones, and those of its paragraphs where it has any.
    """
    if not words.is_stripped:
        return _written_starts(words.boundaries)
    bias, weights = _model()
    starts = [0] if len(words) else []
    best = (float("-inf"), 0)
    for position in range(1, len(words)):
        score = bias + sum(weights.get(name, 0.0) for name in features(words.texts, position))
        if score > THRESHOLD or words.boundaries[position] == Boundary.SENTENCE:
            starts.append(position)
            best = (float("-inf"), 0)
            continue
        best = max(best, (score, position))
        if position - starts[-1] >= LONGEST:
            starts.append(best[1])
            best = (float("-inf"), 0)
    return starts


def is_likely_start(words: Words, position: int) -> bool:
    """Whether a sentence of stripped text may well begin on a word that none was cut at."""
    if position == 0 or words.texts[position] in _NO_START:
        return position == 0
    return _score(words.texts, position) > LIKELY


def _score(texts: Sequence[str], position: int) -> float:
    """Return how surely a sentence begins on a word, as log odds."""
    bias, weights = _model()
    return bias + sum(weights.get(name, 0.0) for name in features(texts, position))


def _written_starts(boundaries: bytes) -> list[int]:
    """Return where sentences begin by their punctuation, none of them endless."""
    starts: list[int] = []
    clause = 0
    for position, boundary in enumerate(boundaries):
        if boundary == Boundary.SENTENCE:
            starts.append(position)
        elif position - starts[-1] >= LONGEST_WRITTEN:
            starts.append(max(clause, starts[-1] + LONGEST_WRITTEN // 2))
        elif boundary == Boundary.CLAUSE:
            clause = position
    return starts


def _shape(text: str) -> str:
    """Return a word, or the form of a number."""
    return f"#{len(text)}" if text.isdigit() else text


@cache
def _model() -> tuple[float, Mapping[str, float]]:
    """Read the weights, once per process."""
    file = resources.files("monitor.text") / "data" / "boundaries.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    return content["bias"], content["weights"]
