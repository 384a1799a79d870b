"""Learn where sentences begin in stripped text, from text whose punctuation is known.

Reads documents of sentences (JSON lines of `{"sents": [[text, ...], ...]}`), strips them, and fits
a logistic regression over the words around each gap. Writes the weights that
`monitor.text.boundaries` reads. Needs scikit-learn; seeds are fixed.

    python training/boundaries/train.py gmb_train.jsonl.gz OUTPUT.json
"""

import collections
import gzip
import json
import random
import sys
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from monitor.text.boundaries import features
from monitor.text.words import read_words

SEED = 1
NEGATIVES_PER_POSITIVE = 8
LEAST_SEEN = 4
SMALLEST_WEIGHT = 0.2


def documents(path: Path) -> list[tuple[list[str], set[int]]]:
    """Return per document its words and the positions on which sentences begin."""
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            words: list[str] = []
            starts: set[int] = set()
            for sentence in json.loads(line)["sents"]:
                starts.add(len(words))
                words.extend(read_words(sentence[0]).texts)
            rows.append((words, starts))
    return rows


def main(source: Path, target: Path) -> None:
    """Train on nine tenths of the documents, report on the rest, write the weights."""
    generator = random.Random(SEED)
    rows = documents(source)
    generator.shuffle(rows)
    held, used = rows[: len(rows) // 10], rows[len(rows) // 10 :]
    seen: collections.Counter[str] = collections.Counter()
    samples: list[tuple[list[str], int]] = []
    for words, starts in used:
        for position in range(1, len(words)):
            begins = position in starts
            if begins or generator.random() < NEGATIVES_PER_POSITIVE / 21:
                found = features(words, position)
                seen.update(found)
                samples.append((found, int(begins)))
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        {name: 1.0 for name in found if seen[name] >= LEAST_SEEN} for found, _ in samples
    )
    matrix.indices = matrix.indices.astype("int32")  # liblinear takes no 64-bit indices
    matrix.indptr = matrix.indptr.astype("int32")
    model = LogisticRegression(C=1.0, solver="liblinear", random_state=SEED)
    model.fit(matrix, [label for _, label in samples])
    weights = {
        name: round(float(weight), 2)
        for name, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
        if abs(weight) >= SMALLEST_WEIGHT
    }
    bias = round(float(model.intercept_[0]), 2)
    for threshold in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5):
        hits = misses = false = 0
        for words, starts in held:
            for position in range(1, len(words)):
                score = bias + sum(weights.get(name, 0.0) for name in features(words, position))
                begins = position in starts
                hits += begins and score > threshold
                misses += begins and score <= threshold
                false += not begins and score > threshold
        precision, recall = hits / max(1, hits + false), hits / max(1, hits + misses)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"threshold {threshold}: precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}")
    target.write_text(json.dumps({"bias": bias, "weights": weights}, sort_keys=True) + "\n")
    print(f"{len(weights)} weights, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
