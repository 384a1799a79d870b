"""Write down the windows of one more round of training: newly labelled sentences, and half of all others.

    python training/sense/another_round.py --base FOLDER --start FOLDER --out WINDOWS.pt [--newswire TEXTS.jsonl.gz] TABLE.tsv ...

and then `pupil.py --start FOLDER --windows WINDOWS.pt`, where the start is what restart.py or train.py wrote. Of
the new blocks nothing is told but their labels. Of a sentence that was labelled before, what the start itself
thinks goes along, as a teacher's word: a network that learns something new keeps what it knew if it is also
asked for that (Li and Hoiem, "Learning without Forgetting", 2016). Every eighth block of a table is not learnt
from: whoever compares rounds may choose by it.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from corpus import (
    BLOCKS_KEPT_BACK,
    NEWSWIRE_SENTENCES,
    Sentence,
    newswire_articles,
    newswire_sentences,
    read_corpus,
    tables,
)
from model import windows
from names import Renamer
from teach import READINGS, RENAMED, Window, told_by

OTHERS = 0.5
"""Share of the windows of all that was labelled before, each time it is cut."""
_BY_ID = "# id\t"
"""How a table of newswire begins, which holds no texts."""


def new_runs(files: Sequence[Path], newswire: Path | None) -> list[list[Sentence]]:
    """Return the blocks of tables that are learnt from; without their texts those of newswire are left out."""
    articles = newswire_articles(newswire) if newswire else {}
    learnt: list[list[Sentence]] = []
    for file in files:
        by_id = file.read_text(encoding="utf-8").startswith(_BY_ID)
        if not by_id:
            runs = list(tables(file).values())
        else:
            runs = newswire_sentences(articles, file) if articles else []
        every = NEWSWIRE_SENTENCES.get(file.name, BLOCKS_KEPT_BACK)
        learnt += [run for number, run in enumerate(runs) if number % every]
    return learnt


def all_windows(arguments: argparse.Namespace) -> Iterator[tuple[Window, bool]]:
    """Yield the windows of this round, some moved to other countries, and whether they are new."""
    chance = random.Random(3)
    renamer = Renamer(chance)
    new = new_runs(arguments.tables, arguments.newswire)
    names = {file.name for file in arguments.tables}
    others = read_corpus(arguments.newswire, without=names).train
    for _ in range(READINGS):
        known = windows(others, chance)
        kept = chance.sample(known, round(OTHERS * len(known)))
        for cut, is_new in ((kept, False), (windows(new, chance), True)):
            for run, stripped in cut:
                moved = renamer.rename(run) if chance.random() < RENAMED else list(run)
                yield Window(moved, stripped, labelled=True), is_new


def main() -> None:
    """Cut, read, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("start", "base", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("tables", type=Path, nargs="+", help="newly labelled sentences")
    parser.add_argument("--newswire", type=Path)
    parser.add_argument("--layers", type=int, default=6)
    arguments = parser.parse_args()
    cut = list(all_windows(arguments))
    new = [window for window, is_new in cut if is_new]
    others = [window for window, is_new in cut if not is_new]
    told = told_by([f"{arguments.start}:{arguments.layers}"], others, arguments.base)
    torch.save([*told, *new], arguments.out)
    print(f"{len(new)} new windows, {len(told)} of those labelled before")


if __name__ == "__main__":
    main()
