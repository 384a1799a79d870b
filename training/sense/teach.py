"""Write down what teachers think of every window that a pupil is to learn from (pupil.py).

Labelled windows are those that the sense model learns from. Unlabelled ones, of whatever other news is
at hand, show the pupil what the labels do not: a teacher's doubt is worth more than a guess at a label.
Several teachers are believed in equal parts.

    python training/sense/teach.py --base FOLDER --out WINDOWS.pt [--newswire TEXTS.jsonl.gz]
        [--unlabelled MORE.jsonl.gz] TRAINED:LAYERS ...

TRAINED is a folder of train.py. MORE holds a document a line ({"doc": id, "sents": [[text, ...], ...]}).
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from corpus import SIGNALS, TABLES, Sentence, document_of, read_corpus, sentences_of
from model import SenseNetwork, batch_of, encode, network_of, pooled, windows
from names import Renamer
from torch import multiprocessing

from monitor.text.wordpiece import WordPieces

HELD_BACK = Path("tests/accuracy/sentences.tsv")
HELD_BACK_DAYS = ("1987-03-27", "1987-03-31")
"""Days of the newswire that docs/accuracy.md reports on."""
READINGS = 2
"""How often labelled text is cut into windows, each time elsewhere."""
RENAMED, RENAMED_UNLABELLED = 0.4, 0.2
"""Shares of windows that are moved to other countries (names.py)."""
ARTICLES, SENTENCES = 1500, 6
"""Unlabelled newswire articles, and of each its first sentences."""
BATCH = 16
PROCESSES = 2

Told = dict[int, tuple[np.ndarray, np.ndarray]]
"""By number of a sentence: log odds per kind; probability per kind and status."""


@dataclass(frozen=True, slots=True)
class Window:
    """A run of sentences, and what the teachers told of it."""

    run: Sequence[Sentence]
    stripped: bool
    labelled: bool
    """Whether the labels of its sentences are a reader's."""
    told: Told = field(default_factory=dict)


def unlabelled(more: Path | None, newswire: Path | None) -> Iterator[list[Sentence]]:
    """Yield runs of news that no reader labelled and no score is reported on."""
    labelled = _blocks(HELD_BACK).union(*(_blocks(SIGNALS / name) for name in TABLES))
    if more is not None:
        known = {document_of(block) for block in labelled}
        with gzip.open(more, "rt", encoding="utf-8") as stream:
            for document in map(json.loads, stream):
                if str(document["doc"]) not in known:
                    yield [Sentence(row[0]) for row in document["sents"]]
    if newswire is not None:
        with gzip.open(newswire, "rt", encoding="utf-8") as stream:
            articles = [json.loads(line) for line in stream]
        known = labelled | _blocks(SIGNALS / "newswire-1987.tsv")
        first, last = HELD_BACK_DAYS
        free = [
            row
            for row in articles
            if row["id"] not in known and not first <= row["published_at"][:10] <= last
        ]
        for row in random.Random(3).sample(free, min(ARTICLES, len(free))):
            lead = list(sentences_of(row["text"]))[:SENTENCES]
            yield [Sentence(text) for text in (row["title"], *lead)]


def _blocks(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return {line.split("\t")[0] for line in lines if line and not line.startswith("#")}


def windows_of(arguments: argparse.Namespace) -> list[Window]:
    """Cut everything into windows."""
    chance = random.Random(11)
    renamer = Renamer(chance)
    labelled = read_corpus(arguments.newswire).train
    free = list(unlabelled(arguments.unlabelled, arguments.newswire))
    return [
        *(each for _ in range(READINGS) for each in labelled_windows(labelled, chance, renamer)),
        *_windows(free, chance, renamer, renamed=RENAMED_UNLABELLED, labelled=False),
    ]


def labelled_windows(
    runs: Sequence[list[Sentence]], chance: random.Random, renamer: Renamer
) -> list[Window]:
    """Cut labelled runs into windows, some moved to other countries; each time elsewhere."""
    return _windows(runs, chance, renamer, renamed=RENAMED, labelled=True)


def _windows(
    runs: Sequence[list[Sentence]],
    chance: random.Random,
    renamer: Renamer,
    *,
    renamed: float,
    labelled: bool,
) -> list[Window]:
    return [
        Window(renamer.rename(run) if chance.random() < renamed else list(run), stripped, labelled)
        for run, stripped in windows(runs, chance)
    ]


def told_by(teachers: Sequence[str], cut: Sequence[Window], base: Path) -> list[Window]:
    """Let teachers (`TRAINED:LAYERS`) read windows, in processes; shortest first, alike in length, they need little padding."""
    ordered = sorted(cut, key=lambda window: sum(len(each.text) for each in window.run))
    shares = [(ordered[part::PROCESSES], teachers, base) for part in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        return [window for part in pool.starmap(_tell, shares) for window in part]


@torch.no_grad()
def _tell(cut: list[Window], named: Sequence[str], base: Path) -> list[Window]:
    """Let the teachers read the windows of one process."""
    torch.set_num_threads(1)
    vocabulary = (base / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    pieces = WordPieces(vocabulary)
    teachers = [_teacher(each) for each in named]
    for start in range(0, len(cut), BATCH):
        batch = cut[start : start + BATCH]
        encoded = [encode(each.run, pieces, stripped=each.stripped) for each in batch]
        tokens, mask = batch_of(encoded)
        opinions = []
        for teacher in teachers:
            sums, kept, places = pooled(teacher, *teacher(tokens, mask), encoded)
            opinions.append((sums, torch.softmax(kept, -1)))
        odds, statuses = (torch.stack(each).mean(0) for each in zip(*opinions, strict=True))
        for (row, number), odd, status in zip(places, odds, statuses, strict=True):
            batch[row].told[number] = (odd.half().numpy(), status.half().numpy())
    return cut


def _teacher(named: str) -> SenseNetwork:
    folder, _, layers = named.rpartition(":")
    network = network_of(int(layers))
    network.load_state_dict(torch.load(Path(folder) / "weights.pt"))
    return network.eval()


def main() -> None:
    """Cut, read in processes, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--newswire", type=Path)
    parser.add_argument("--unlabelled", type=Path)
    parser.add_argument("teachers", nargs="+", metavar="TRAINED:LAYERS")
    arguments = parser.parse_args()
    told = told_by(arguments.teachers, windows_of(arguments), arguments.base)
    torch.save(told, arguments.out)
    print(f"{len(told)} windows, {sum(each.labelled for each in told)} labelled")


if __name__ == "__main__":
    main()
