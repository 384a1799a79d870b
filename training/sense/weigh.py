"""Learn how likely a sentence speaks of a kind, from model and lexicon together (monitor/text/judgement.py).

The sense model reads the sentences that it was chosen by, and has not learnt from, as written and
stripped; a logistic regression learns from its log odds, from the lexicon's places, and per kind,
whether readers found the kind there. Writes the weights into the module.

    python training/sense/weigh.py --model FOLDER      # as export.py writes it
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from corpus import KINDS, Sentence, read_corpus
from sklearn.linear_model import LogisticRegression

from monitor.accuracy.labelled import stripped
from monitor.lexicon.cues import load_cues
from monitor.lexicon.loader import load_lexicon
from monitor.text import judgement
from monitor.text.judgement import Candidate, features_of
from monitor.text.matcher import Matcher
from monitor.text.sense import SenseModel, sense_from
from monitor.text.status import read_status
from monitor.text.window import windows_of
from monitor.text.words import Words, read_words

Row = tuple[list[float], bool, float]
"""Features, whether the kind is there, and how sure the reader was."""


def rows_of(
    run: Sequence[Sentence], model: SenseModel, matcher: Matcher, *, plain: bool
) -> Iterator[Row]:
    """Yield a row per sentence and kind of a run that the model thinks possible."""
    texts = [stripped(each.text) if plain else each.text for each in run]
    words = read_words(" ".join(texts))
    sizes = [len(read_words(text)) for text in texts]
    ends = np.cumsum(sizes).tolist()
    if not ends or ends[-1] != len(words):
        return  # a text that reads otherwise beside its neighbours
    sentences = list(zip([0, *ends[:-1]], ends, strict=True))
    cues = load_cues()
    for window in windows_of(range(len(run)), sentences):
        opinions = model.read(words, [sentences[number] for number in window])
        for number, found in zip(window, opinions, strict=True):
            places = list(_candidates(words, sentences[number], matcher, cues))
            for opinion in found:
                kind = KINDS.index(opinion.kind)
                is_there = kind in {label for label, _ in run[number].labels}
                which = [float(n == kind) for n in range(len(KINDS))]
                values = [*features_of(opinion, places), *which]
                yield values, is_there, run[number].weight if is_there else run[number].others


def _candidates(
    words: Words, sentence: tuple[int, int], matcher: Matcher, cues: object
) -> Iterator[Candidate]:
    limits = [sentence[1]] * len(words)
    for finding in matcher.find(words, limits):
        if sentence[0] <= finding.first < sentence[1]:
            refusal = matcher.refusal(finding, words, sentence)
            status = read_status(finding, words, sentence, cues, published_year=None)  # type: ignore[arg-type]
            yield Candidate(finding, refusal, status)


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    arguments = parser.parse_args()
    model = sense_from(arguments.model)
    matcher = Matcher(load_lexicon())
    rows = [
        row
        for run in read_corpus(None).chosen_by
        for plain in (False, True)
        for row in rows_of(run, model, matcher, plain=plain)
    ]
    values, wanted, weights = (np.array(column) for column in zip(*rows, strict=True))
    fitted = LogisticRegression(C=0.3, max_iter=5000, fit_intercept=False)
    fitted.fit(values, wanted, sample_weight=weights)
    learnt = [round(float(x), 3) for x in fitted.coef_[0]]
    size = len(learnt) - len(KINDS)
    kinds = "\n".join(
        f"        SignalKind.{kind.name}: {weight},"
        for kind, weight in zip(KINDS, learnt[size:], strict=True)
    )
    block = (
        "WEIGHTS = Weights(\n"
        f"    features=({', '.join(map(str, learnt[:size]))}),\n"
        f"    kinds={{\n{kinds}\n    }},\n)\n"
    )
    path = Path(judgement.__file__)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?s)WEIGHTS = Weights\(.*?\n\)\n", lambda _: block, text), "utf-8")
    chances = fitted.predict_proba(values)[:, 1]
    for bar in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        found = chances >= bar
        right = int((found & wanted).sum())
        f1 = 2 * right / (int(found.sum()) + int(wanted.sum()))
        print(f"from {bar}: precision {right / max(1, found.sum()):.3f} F1 {f1:.3f}")


if __name__ == "__main__":
    main()
