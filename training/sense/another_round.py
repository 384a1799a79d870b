"""Train a sense model for one more round, on newly labelled sentences and a share of all others.

    python training/sense/another_round.py --start FOLDER --base FOLDER --out FOLDER [--newswire TEXTS.jsonl.gz] TABLE.tsv ...

The start is what restart.py or train.py wrote. Every block of the tables is cut into windows twice, each time
otherwise; of all that was labelled before a quarter goes with them, so that nothing of what the model knew is lost.
Every eighth block of the tables is not learnt from: whoever compares rounds may choose by it.
"""

import argparse
import random
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from corpus import Sentence, read_corpus, tables
from model import network_of, windows
from parallel import fit, joined, run_together
from train import Window, batches_of, loss_of, renamed

from monitor.text.wordpiece import WordPieces

RATE = 2e-5
"""Highest learning rate: half of what a pupil learns with."""
TIMES = 2
"""How often the new blocks are cut."""
OTHERS = 0.25
"""Share of the windows of all that was labelled before."""
KEPT = 8
"""Every how many-th new block is not learnt from."""


def new_runs(files: Sequence[Path]) -> list[list[Sentence]]:
    """Return the blocks of tables that are learnt from."""
    blocks = [run for file in files for run in tables(file).values()]
    return [run for number, run in enumerate(blocks) if number % KEPT]


def all_windows(arguments: argparse.Namespace, chance: random.Random) -> list[Window]:
    """Return the windows of this round, some moved to other countries."""
    cut = [window for _ in range(TIMES) for window in windows(new_runs(arguments.tables), chance)]
    others = windows(read_corpus(arguments.newswire).train, chance)
    cut += chance.sample(others, round(OTHERS * len(others)))
    return renamed(cut, chance)


def train(rank: int, arguments: argparse.Namespace) -> None:
    """Train in one of the processes; the first one writes the weights."""
    torch.manual_seed(3)
    chance = random.Random(3)
    network = network_of(arguments.layers)
    network.load_state_dict(torch.load(arguments.start / "weights.pt"))
    network.body.embeddings.requires_grad_(False)
    vocabulary = (arguments.base / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    batches = batches_of(all_windows(arguments, chance), chance)
    steps = len(batches)
    learning = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=RATE, weight_decay=0.01)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.05 * steps)) * max(0.02, 1 - step / steps)
    )
    torch.manual_seed(4 + rank)
    with joined(rank, arguments.processes):
        fit(
            network,
            batches,
            partial(loss_of, network, WordPieces(vocabulary)),
            optimizer,
            rates,
            steps=steps,
            rank=rank,
            processes=arguments.processes,
        )
    if rank == 0:
        arguments.out.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), arguments.out / "weights.pt")


def main() -> None:
    """Start the processes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("start", "base", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("tables", type=Path, nargs="+", help="newly labelled sentences")
    parser.add_argument("--newswire", type=Path)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--processes", type=int, default=2)
    run_together(train, parser.parse_args())


if __name__ == "__main__":
    main()
