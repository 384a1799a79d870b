"""Evaluate: reads labelled items as the product does and scores what it found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.accuracy.labelled import Corpus, Form, Labelled, in_form
from monitor.accuracy.outcomes import Fault, Fired, Outcome
from monitor.accuracy.scores import Scores, score
from monitor.domain import Signal
from monitor.pipeline import Pipeline
from monitor.text.analyser import build_analyser

__all__ = ["Evaluation", "Read", "build_reader", "evaluate"]

_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One item with what was read in it."""

    item: Labelled
    outcome: Outcome
    fired: tuple[Fired, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A corpus read in one form, and its scores."""

    corpus: Corpus
    form: Form
    readings: tuple[Read, ...]
    scores: Scores

    def wrong(self, faults: frozenset[Fault]) -> list[Read]:
        """Return the items with any of these faults, in the order of the corpus."""
        return [read for read in self.readings if read.outcome.faults & faults]


def build_reader(*, overlays: Sequence[Path] = (), max_text_chars: int) -> Pipeline:
    """Put the product's pipeline together without the entity model: names do not change signals.

    Raises:
        InvalidLexicon: if a lexicon file breaks its schema.
    """
    return Pipeline(build_analyser(model=None, overlays=overlays), max_text_chars=max_text_chars)


def evaluate(
    reader: Pipeline,
    corpus: Corpus,
    form: Form,
    *,
    advance: Callable[[int], None] = lambda _: None,
) -> Evaluation:
    """Read every item of a corpus and score the readings.

    Args:
        reader: what reads.
        corpus: what is read; leave out what must not count beforehand.
        form: how texts are given to the reader.
        advance: is told how many items have been read since it was last told.
    """
    readings: list[Read] = []
    for start in range(0, len(corpus.items), _BATCH):
        batch = corpus.items[start : start + _BATCH]
        articles = [in_form(item.article, form) for item in batch]
        for item, (_, signals) in zip(batch, reader.analyse(articles), strict=True):
            readings.append(_read(item, signals))
        advance(len(batch))
    return Evaluation(
        corpus=corpus,
        form=form,
        readings=tuple(readings),
        scores=score([read.outcome for read in readings]),
    )


def _read(item: Labelled, signals: Sequence[Signal]) -> Read:
    """Put beside an item's labels what was found."""
    outcome = Outcome(
        id=item.article.ref.id,
        group=item.group,
        expected=item.active,
        labels=item.labels,
        found=frozenset((signal.kind, signal.status) for signal in signals),
    )
    fired = [
        Fired(label=(signal.kind, signal.status), keyword=keyword, words=span.trigger.quote)
        for signal in signals
        for keyword, span in zip(signal.keywords, signal.evidence, strict=True)
    ]
    return Read(item=item, outcome=outcome, fired=tuple(fired))
