"""Train the gate: which sentences the sense model should read (monitor/text/gate.py).

The sense model reads every sentence of the texts given; a logistic regression over single words then
learns to foretell where it would find something. Its threshold lets through all but MISSED of those
sentences, measured on a quarter of the texts that it has not learnt from.

    python training/sense/gate.py TEXTS.jsonl[.gz] ... [--limit N]

TEXTS hold one article a line ({"text": ..., "title": ...}), or labelled sentences (.tsv); the first
file stands for the stream that the gate is to keep cheap.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from monitor.lexicon.loader import load_lexicon
from monitor.text.boundaries import sentence_starts
from monitor.text.gate import Keyword
from monitor.text.matcher import Matcher
from monitor.text.sense import load_sense
from monitor.text.words import read_words

MISSED = 0.02
"""Share of the sentences with a finding that the gate may hold back in title and lead."""
MISSED_BELOW = 0.15
"""The same further down in an article whose title and lead say nothing."""
FOUND_ALONE, FOUND = 0.6, 0.2
"""Probabilities from which a sentence counts as having a finding, without a keyword and with one: so
much the model must be sure of to be believed (monitor/text/judgement.py)."""
OUT = Path(__file__).parents[2] / "monitor" / "text" / "sense_model" / "gate.json"


def texts_of(path: Path, limit: int) -> list[str]:
    """Return the texts of one file, at most *limit* of them, drawn at random."""
    if path.suffix == ".tsv":
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        texts = [row[5] for row in rows if len(row) > 5 and not row[0].startswith("#")]
    else:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as stream:
            articles = [json.loads(line) for line in stream]
        texts = [
            part for each in articles for part in (each.get("title", ""), each["text"]) if part
        ]
    random.shuffle(texts)
    return texts[:limit]


def sentences_of(text: str, matcher: Matcher) -> Iterator[tuple[list[str], float, Keyword]]:
    """Yield each sentence's words, the highest probability it is given, and whether it has a keyword."""
    model = load_sense()
    words = read_words(text)
    if not len(words):
        return
    starts = sentence_starts(words)
    for first, last in zip(starts, [*starts[1:], len(words)], strict=True):
        (opinions,) = model.read(words, [(first, last)])
        best = max((opinion.probability for opinion in opinions), default=0.0)
        part = replace(
            words,
            texts=words.texts[first:last],
            starts=words.starts[first:last],
            ends=words.ends[first:last],
            boundaries=words.boundaries[first:last],
        )
        size = last - first
        keyword = Keyword.NONE
        for finding in matcher.find(part, [size] * size):
            sound = matcher.refusal(finding, part, (0, size)) is None
            keyword = Keyword.SOUND if sound or keyword is Keyword.SOUND else Keyword.REFUSED
        yield list(part.texts), best, keyword


def features(texts: list[str]) -> set[str]:
    """Return what the gate looks at."""
    return {"#" if text.isdigit() else text for text in texts}


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=4000, help="texts per file")
    arguments = parser.parse_args()
    random.seed(1)
    matcher = Matcher(load_lexicon())
    rows: list[tuple[int, set[str], bool, int, bool]] = []
    for number, path in enumerate(arguments.files):
        for place, text in enumerate(texts_of(path, arguments.limit)):
            for words, best, keyword in sentences_of(text, matcher):
                found = best >= (FOUND if keyword is Keyword.SOUND else FOUND_ALONE)
                names = {*features(words), f"={keyword}"}
                rows.append((number, names, found, len(words), place % 4 == 0))
    counted: dict[str, int] = {}
    for _, names, *_ in rows:
        for name in names:
            counted[name] = counted.get(name, 0) + 1
    column = {name: i for i, name in enumerate(sorted(n for n, c in counted.items() if c > 2))}
    matrix = csr_matrix(
        (
            np.ones(sum(sum(n in column for n in names) for _, names, *_ in rows)),
            (
                [i for i, (_, names, *_) in enumerate(rows) for n in names if n in column],
                [column[n] for _, names, *_ in rows for n in sorted(names) if n in column],
            ),
        ),
        shape=(len(rows), len(column)),
    )
    found = np.array([row[2] for row in rows])
    held = np.array([row[4] for row in rows])
    model = LogisticRegression(C=0.15, max_iter=1000, class_weight={False: 1, True: 3})
    model.fit(matrix[~held], found[~held])
    scores = matrix @ model.coef_[0]
    size = np.array([row[3] for row in rows])
    stream = np.array([row[0] == 0 for row in rows])
    bars = [float(np.quantile(scores[held & found], share)) for share in (MISSED, MISSED_BELOW)]
    for bar in bars:
        passing = (scores >= bar) & held
        share = (size * (passing & stream)).sum() / (size * (stream & held)).sum()
        kept = (passing & found).sum() / (held & found).sum()
        print(f"{kept:.3f} of what is found pass, and {share:.3f} of the stream's words")
    learnt = {name: round(float(model.coef_[0][i]), 2) for name, i in column.items()}
    keywords = {keyword.value: learnt.pop(f"={keyword}", 0.0) for keyword in Keyword}
    content = {
        "least": round(bars[0], 3),
        "least_below": round(bars[1], 3),
        "keywords": keywords,
        "weights": {name: weight for name, weight in learnt.items() if abs(weight) >= 0.05},
    }
    OUT.write_text(json.dumps(content, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
