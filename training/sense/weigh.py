"""Learn how likely a sentence speaks of a kind, from model and lexicon together (monitor/text/judgement.py).

The sense model reads the sentences that it was chosen by, and has not learnt from, as written and
stripped; a logistic regression learns from its log odds, from the lexicon's places, and per kind,
whether readers found the kind there. Writes the weights into the module.

    python training/sense/weigh.py --model FOLDER      # as export.py writes it
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from corpus import KINDS, Sentence, read_corpus
from regression import print_bars, write_weights
from sklearn.linear_model import LogisticRegression

from monitor.accuracy.labelled import stripped
from monitor.lexicon.loader import load_lexicon
from monitor.text import judgement
from monitor.text.candidates import CandidateReader
from monitor.text.judgement import features_of
from monitor.text.sense import SenseModel, sense_from
from monitor.text.window import windows_of
from monitor.text.words import read_words

Row = tuple[list[float], bool, float]
"""Features, whether the kind is there, and how sure the reader was."""


def rows_of(
    run: Sequence[Sentence], model: SenseModel, candidates: CandidateReader, *, plain: bool
) -> Iterator[Row]:
    """Yield a row per sentence and kind of a run that the model thinks possible."""
    texts = [stripped(each.text) if plain else each.text for each in run]
    words = read_words(" ".join(texts))
    sizes = [len(read_words(text)) for text in texts]
    ends = np.cumsum(sizes).tolist()
    if not ends or ends[-1] != len(words):
        return  # a text that reads otherwise beside its neighbours
    sentences = list(zip([0, *ends[:-1]], ends, strict=True))
    places = candidates.read(words, sentences, published_year=None)
    for window in windows_of(range(len(run)), sentences):
        opinions = model.read(words, [sentences[number] for number in window])
        for number, found in zip(window, opinions, strict=True):
            for opinion in found:
                kind = KINDS.index(opinion.kind)
                is_there = kind in {label for label, _ in run[number].labels}
                which = [float(n == kind) for n in range(len(KINDS))]
                values = [*features_of(opinion, places.get(number, ())), *which]
                yield values, is_there, run[number].weight if is_there else run[number].others


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    arguments = parser.parse_args()
    model = sense_from(arguments.model)
    candidates = CandidateReader(load_lexicon())
    rows = [
        row
        for run in read_corpus(None).chosen_by
        for plain in (False, True)
        for row in rows_of(run, model, candidates, plain=plain)
    ]
    values, wanted, weights = (np.array(column) for column in zip(*rows, strict=True))
    fitted = LogisticRegression(C=0.3, max_iter=5000, fit_intercept=False)
    fitted.fit(values, wanted, sample_weight=weights)
    write_weights(judgement, fitted.coef_[0], intercept=None)
    print_bars(fitted.predict_proba(values)[:, 1], wanted)


if __name__ == "__main__":
    main()
