"""Train the gate: which sentences the sense model should read (monitor/text/gate.py).

The sense model reads every sentence of the texts given. A logistic regression over single words then
learns to foretell where model and lexicon together find something. Its threshold lets through all but MISSED of
the sentences that speak of something active, measured on a quarter of the texts that it has not
learnt from.

    python training/sense/gate.py --model FOLDER TEXTS.jsonl[.gz] ... [--limit N]

TEXTS hold one article a line ({"text": ..., "title": ...}), or labelled sentences (.tsv); the first
file stands for the stream that the gate is to keep cheap. Writes gate.json to FOLDER.
"""

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from monitor.accuracy.labelled import stripped
from monitor.lexicon.loader import load_lexicon
from monitor.text.boundaries import sentences_of
from monitor.text.candidates import CandidateReader, keyword_of
from monitor.text.gate import Keyword
from monitor.text.judgement import judge
from monitor.text.sense import sense_from
from monitor.text.words import read_words

MISSED = 0.02
"""Share of the sentences with something active that the gate may hold back in title and lead."""
MISSED_BELOW = 0.12
"""The same further down in an article whose title and lead say nothing."""
LIKELY, ACTIVE = 0.6, 0.4
"""Probabilities, that a kind is spoken of and that it is besides happening or threatened, from either
of which on the gate learns that a sentence is worth it."""
SURELY_ACTIVE = 0.5
"""Probability from which a sentence counts as having something active where MISSED is measured."""
STRIPPED = 4
"""Every so many-th text is read as crawls give it: its sentences are cut otherwise."""
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence, and what the model finds in it."""

    file: int
    text: int
    words: list[str]
    likely: float
    """How likely its likeliest kind is spoken of, in whatever status."""
    active: float
    """How likely its likeliest kind is spoken of as happening or threatened."""
    keyword: Keyword

    @property
    def is_worth_it(self) -> bool:
        """Whether the gate should let it through."""
        return self.likely >= LIKELY or self.active >= ACTIVE


def texts_of(path: Path, limit: int) -> list[str]:
    """Return the texts of one file, at most *limit* of them, drawn at random."""
    if path.suffix == ".tsv":
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")]
        texts = [row[5] for row in rows if len(row) > 5 and not row[0].startswith("#")]
    else:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as stream:
            articles = [json.loads(line) for line in stream]
        texts = [
            part for each in articles for part in (each.get("title", ""), each["text"]) if part
        ]
    random.shuffle(texts)
    return [
        stripped(text) if number % STRIPPED == 0 else text
        for number, text in enumerate(texts[:limit])
    ]


def rows_of(folder: Path, texts: Sequence[tuple[int, int, str]]) -> list[Row]:
    """Read texts, each given with the numbers of its file and of itself, sentence by sentence."""
    model = sense_from(folder)
    candidates = CandidateReader(load_lexicon())
    rows = []
    for file, number, text in texts:
        words = read_words(text)
        sentences = sentences_of(words)
        found = candidates.read(words, sentences, published_year=None)
        for place, sentence in enumerate(sentences):
            places = found.get(place, [])
            (opinions,) = model.read(words, [sentence])
            told = list(judge(sentence, places, opinions))
            rows.append(
                Row(
                    file,
                    number,
                    list(words.texts[sentence[0] : sentence[1]]),
                    max((each.probability for each in told), default=0.0),
                    max((each.probability * each.active for each in told), default=0.0),
                    keyword_of(places),
                )
            )
    return rows


def features(row: Row) -> set[str]:
    """Return what the gate looks at."""
    return {"#" if word.isdigit() else word for word in row.words} | {f"={row.keyword}"}


def read_all(arguments: argparse.Namespace) -> list[Row]:
    """Read all texts, in processes."""
    texts = [
        (file, number, text)
        for file, path in enumerate(arguments.files)
        for number, text in enumerate(texts_of(path, arguments.limit))
    ]
    shares = [(arguments.model, texts[part::PROCESSES]) for part in range(PROCESSES)]
    with get_context("spawn").Pool(PROCESSES) as pool:
        return list(chain.from_iterable(pool.starmap(rows_of, shares)))


def report(rows: Sequence[Row], held: np.ndarray, active: np.ndarray, passing: np.ndarray) -> None:
    """Print what is kept of what is active, and how much of the stream is let through."""
    stream = held & np.array([row.file == 0 for row in rows])
    size = np.array([len(row.words) for row in rows])
    share = size[passing & stream].sum() / size[stream].sum()
    print(f"{passing[active].mean():.3f} of what is active, {share:.3f} of the stream's words")


def main() -> None:
    """Read, train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=4000, help="texts per file")
    arguments = parser.parse_args()
    random.seed(1)
    rows = read_all(arguments)
    held = np.array([row.text % 4 == 0 for row in rows])
    counted = Counter(name for row in rows for name in features(row))
    column = {name: i for i, name in enumerate(sorted(n for n, c in counted.items() if c > 2))}
    known = [[column[name] for name in features(row) if name in column] for row in rows]
    ends = np.cumsum([0, *map(len, known)])
    matrix = csr_matrix((np.ones(ends[-1]), list(chain.from_iterable(known)), ends))
    model = LogisticRegression(C=0.15, max_iter=1000, class_weight={False: 1, True: 3})
    model.fit(matrix[~held], np.array([row.is_worth_it for row in rows])[~held])
    scores = matrix @ model.coef_[0]
    active = held & np.array([row.active >= SURELY_ACTIVE for row in rows])
    bars = [float(np.quantile(scores[active], share)) for share in (MISSED, MISSED_BELOW)]
    for bar in bars:
        report(rows, held, active, scores >= bar)
    learnt = {name: round(float(model.coef_[0][i]), 2) for name, i in column.items()}
    keywords = {keyword.value: learnt.pop(f"={keyword}", 0.0) for keyword in Keyword}
    content = {
        "least": round(bars[0], 3),
        "least_below": round(bars[1], 3),
        "keywords": keywords,
        "weights": {name: weight for name, weight in learnt.items() if abs(weight) >= 0.05},
    }
    text = json.dumps(content, sort_keys=True) + "\n"
    (arguments.model / "gate.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
