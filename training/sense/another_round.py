"""Write down the windows of one more round of training: newly labelled sentences, and half of all others.

    python training/sense/another_round.py --base FOLDER --start FOLDER --out WINDOWS.pt [--newswire TEXTS.jsonl.gz] TABLE ...

and then `pupil.py --start FOLDER --windows WINDOWS.pt`, where the start is what restart.py or train.py wrote. Of
the new blocks nothing is told but their labels. Of a sentence that was labelled before, what the start itself
thinks goes along, as a teacher's word: a network that learns something new keeps what it knew if it is also
asked for that (Li and Hoiem, "Learning without Forgetting", 2016). TABLE is one of training/signals that
`corpus.TABLES` names; what it keeps from the model is not learnt here either: whoever compares rounds may choose by it.
"""

import argparse
import random
from collections.abc import Collection
from pathlib import Path

import torch
from corpus import TABLES, read_corpus, read_tables
from names import Renamer
from teach import READINGS, Window, labelled_windows, told_by

OTHERS = 0.5
"""Share of the windows of all that was labelled before, each time it is cut."""


def all_windows(names: Collection[str], newswire: Path | None) -> tuple[list[Window], list[Window]]:
    """Return the windows of the new tables, and those of all others that go along."""
    chance = random.Random(3)
    renamer = Renamer(chance)
    learnt = read_tables(names, newswire).train
    known = read_corpus(newswire, without=names).train
    new: list[Window] = []
    others: list[Window] = []
    for _ in range(READINGS):
        new += labelled_windows(learnt, chance, renamer)
        cut = labelled_windows(known, chance, renamer)
        others += chance.sample(cut, round(OTHERS * len(cut)))
    return new, others


def main() -> None:
    """Cut, read, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("start", "base", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("tables", choices=TABLES, nargs="+", help="newly labelled sentences")
    parser.add_argument("--newswire", type=Path)
    parser.add_argument("--layers", type=int, default=6)
    given = parser.parse_args()
    new, others = all_windows(given.tables, given.newswire)
    told = told_by([f"{given.start}:{given.layers}"], others, given.base)
    torch.save([*told, *new], given.out)
    print(f"{len(new)} new windows, {len(told)} of those labelled before")


if __name__ == "__main__":
    main()
