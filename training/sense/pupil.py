"""Train a small sense model on what teachers told of labelled and unlabelled text (teach.py).

Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network" (2015): a pupil that learns a
teacher's probabilities learns more from a text than from its label alone. Labels keep a share of their own; of
a window that no teacher has read they are all there is (another_round.py).

    python training/sense/pupil.py --start TRAINED --windows WINDOWS.pt --base FOLDER --out FOLDER

TRAINED is a folder of train.py whose network has the pupil's size. Writes weights.pt as train.py does.
"""

import argparse
import random
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import torch
from corpus import Sentence
from model import SenseNetwork, batch_of, encode, network_of, pooled
from parallel import fit, joined, run_together
from teach import Window
from torch import Tensor
from torch.nn import functional
from train import BATCH, STATUS_SHARE, TRIGGER_SHARE, trigger_loss

from monitor.text.wordpiece import WordPieces

RATE = 4e-5
"""Highest learning rate, where none is given."""
LABELS = 0.4
"""Share of a reader's label in what is learnt of a labelled sentence; the rest is the teachers'."""


def batches_of(cut: list[Window], chance: random.Random) -> list[list[Window]]:
    """Sort windows into batches of about one length, in random order."""
    chance.shuffle(cut)
    ordered = sorted(cut, key=lambda window: sum(len(each.text) for each in window.run) // 12)
    batches = [ordered[place : place + BATCH] for place in range(0, len(ordered), BATCH)]
    chance.shuffle(batches)
    return [batch for batch in batches if len(batch) == BATCH]


def loss_of(network: SenseNetwork, pieces: WordPieces, batch: list[Window]) -> Tensor:
    """Return the loss over one batch."""
    encoded = [encode(each.run, pieces, stripped=each.stripped) for each in batch]
    kinds, statuses = network(*batch_of(encoded))
    sums, kept, places = pooled(network, kinds, statuses, encoded)
    loss = torch.tensor(0.0)
    for place, (row, number) in enumerate(places):
        window = batch[row]
        told = window.told.get(number)
        share = LABELS if told and window.labelled else float(window.labelled)
        if told:
            loss = loss + (1 - share) * _against_told(sums[place], kept[place], told)
        if window.labelled:
            sentence = window.run[number]
            loss = loss + share * _against_labels(sums[place], kept[place], sentence)
            loss = loss + TRIGGER_SHARE * trigger_loss(kinds[row], encoded[row], number)
    return loss / len(places)


def _against_told(sums: Tensor, kept: Tensor, told: tuple[np.ndarray, np.ndarray]) -> Tensor:
    """Return the loss of one sentence against what teachers told of it."""
    odds, chances = (torch.from_numpy(each.astype("f4")) for each in told)
    likely = torch.sigmoid(odds)
    missed = functional.binary_cross_entropy_with_logits(sums, likely, reduction="sum")
    # A teacher's word on the status counts as much as it thinks that the kind is spoken of.
    status = -(chances * torch.log_softmax(kept, -1)).sum(-1) @ likely
    return missed + STATUS_SHARE * status


def _against_labels(sums: Tensor, kept: Tensor, sentence: Sentence) -> Tensor:
    """Return the loss of one sentence against its reader's labels."""
    wanted, weights = torch.zeros_like(sums), torch.full_like(sums, sentence.others)
    loss = torch.tensor(0.0)
    for kind, right in sentence.labels:
        wanted[kind], weights[kind] = 1.0, sentence.weight
        read = functional.cross_entropy(kept[kind], torch.tensor(right))
        loss = loss + STATUS_SHARE * read
    each = functional.binary_cross_entropy_with_logits(sums, wanted, reduction="none")
    return loss + (each * weights).sum()


def train(rank: int, arguments: argparse.Namespace) -> None:
    """Train in one of the processes; the first one writes the weights."""
    with joined(rank, arguments.processes):
        network = _trained(rank, arguments)
    if rank == 0:
        arguments.out.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), arguments.out / "weights.pt")


def _trained(rank: int, arguments: argparse.Namespace) -> SenseNetwork:
    chance = random.Random(1)
    vocabulary = (arguments.base / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    pieces = WordPieces(vocabulary)
    network = network_of(arguments.layers)
    network.load_state_dict(torch.load(arguments.start / "weights.pt"))
    network.body.embeddings.requires_grad_(False)
    cut: list[Window] = torch.load(arguments.windows, weights_only=False)
    learning = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=arguments.rate, weight_decay=0.01, fused=True)
    steps = int(len(cut) // BATCH * arguments.epochs)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.05 * steps)) * max(0.02, 1 - step / steps)
    )
    torch.manual_seed(2 + rank)
    fit(
        network,
        (batch for _ in count() for batch in batches_of(list(cut), chance)),
        partial(loss_of, network, pieces),
        optimizer,
        rates,
        steps=steps,
        rank=rank,
        processes=arguments.processes,
    )
    return network


def main() -> None:
    """Start the processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("base", "start", "windows", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--rate", type=float, default=RATE, help="highest learning rate")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--processes", type=int, default=2)
    run_together(train, parser.parse_args())


if __name__ == "__main__":
    main()
