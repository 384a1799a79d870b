"""Sense model: which kinds a sentence reports, with which status, and by which words.

A small transformer that has learnt from labelled news (training/sense). It gives every word piece
a score per kind and a score per status. A sentence's score for a kind is the log of the sum of the
exponentials over its pieces, a smooth maximum; its status is the mean of the pieces' statuses,
weighed by how much each piece speaks for the kind. So whatever it finds it can point at.

Each window of text is run by itself, never padded or batched with others: what a sentence gives
does not depend on what else was read with it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime

from monitor.domain import SignalKind, Status
from monitor.text.window import window_of
from monitor.text.wordpiece import WordPieces
from monitor.text.words import Words

__all__ = ["Opinion", "SenseModel", "load_sense", "sense_from"]

_FAINT = 0.05
"""Probabilities below this are not reported at all."""
_TRIGGER_WORDS = 5
_TRIGGER_DROP = 1.5
"""Words join the trigger while their score is at most so much below the best one's: a factor 4.5
in odds."""

Scores: TypeAlias = npt.NDArray[np.float32]


class Folder(Protocol):
    """Where a model's files are: a path, or a folder inside a package."""

    def __truediv__(self, name: str, /) -> Any:
        """Return the file of that name."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model thinks of one kind in one sentence."""

    kind: SignalKind
    probability: float
    """That the sentence speaks of the kind, in whatever status, 0 to 1."""
    status: Status
    """The likeliest status, if it does."""
    active: float
    """Probability that the status is happening or threatened, if it does."""
    first: int
    """First of the words that speak for it most."""
    last: int
    """Word after them."""


class SenseModel:
    """One trained model, on one core."""

    def __init__(self, session: Any, pieces: WordPieces, card: dict[str, Any]) -> None:
        """Take an inference session, its vocabulary and its card."""
        self._session = session
        self._pieces = pieces
        self._kinds = tuple(SignalKind(kind) for kind in card["kinds"])
        self._statuses = tuple(Status(status) for status in card["statuses"])
        self._bias = np.asarray(card["status_bias"], dtype=np.float32)
        self._active = np.asarray([status.is_active for status in self._statuses])
        self.version: str = card["version"]

    def read(self, words: Words, sentences: Sequence[tuple[int, int]]) -> list[tuple[Opinion, ...]]:
        """Return per sentence what the model thinks of it, the likeliest kind first.

        Args:
            words: the text.
            sentences: half-open ranges of words that follow each other; they are one window.
        """
        window = window_of(words, sentences, self._pieces)
        tokens = np.asarray([window.tokens], dtype=np.int64)
        kinds, statuses = self._session.run(None, {"tokens": tokens})
        return [self._opinions(kinds, statuses, window.owners, span) for span in window.spans]

    def _opinions(
        self, kinds: Scores, statuses: Scores, owners: Sequence[int], span: tuple[int, int]
    ) -> tuple[Opinion, ...]:
        """Pool the scores of one sentence's pieces."""
        first, last = span
        if first >= last:
            return ()
        scores = kinds[first:last]
        top = scores.max(axis=0)
        exponentials = np.exp(scores - top)
        total = exponentials.sum(axis=0)
        probabilities = 1 / (1 + np.exp(-(np.log(total) + top)))
        opinions = []
        for number in np.flatnonzero(probabilities >= _FAINT):
            share = exponentials[:, number] / total[number]
            status = _softmax(share @ statuses[first:last] + self._bias[number])
            words = _trigger(scores[:, number], owners[first:last])
            opinions.append(
                Opinion(
                    kind=self._kinds[number],
                    probability=float(probabilities[number]),
                    status=self._statuses[int(status.argmax())],
                    active=float(status[self._active].sum()),
                    first=words[0],
                    last=words[1],
                )
            )
        return tuple(sorted(opinions, key=_likeliest_first))


def _likeliest_first(opinion: Opinion) -> tuple[float, str]:
    return -opinion.probability, opinion.kind


def _softmax(scores: Scores) -> Scores:
    exponentials = np.exp(scores - scores.max())
    shares: Scores = exponentials / exponentials.sum()
    return shares


def _trigger(scores: Scores, owners: Sequence[int]) -> tuple[int, int]:
    """Return the words around the best-scored one that score nearly as well."""
    best: dict[int, float] = {}
    for owner, score in zip(owners, scores.tolist(), strict=True):
        if owner >= 0:
            best[owner] = max(score, best.get(owner, score))
    top = max(best, key=lambda word: best[word])
    enough = best[top] - _TRIGGER_DROP
    first = last = top
    while first - 1 in best and best[first - 1] >= enough and last - first + 1 < _TRIGGER_WORDS:
        first -= 1
    while last + 1 in best and best[last + 1] >= enough and last - first + 1 < _TRIGGER_WORDS:
        last += 1
    return first, last + 1


def sense_from(folder: Folder) -> SenseModel:
    """Load a model from the files that training/sense/export.py writes."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    pieces = (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    options = onnxruntime.SessionOptions()
    # One thread: workers have a process per core, and sums in one order give one result.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        (folder / "model.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    return SenseModel(session, WordPieces(pieces), card)


@cache
def load_sense() -> SenseModel:
    """Load the shipped model, once per process."""
    return sense_from(resources.files("monitor.text") / "sense_model")
