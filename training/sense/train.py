"""Train the sense model: one command, fixed seeds, about an hour on two cores.

    python training/sense/train.py --base FOLDER --out FOLDER [--newswire TEXTS.jsonl.gz]

FOLDER of the base is what base.py writes. Three losses: whether a sentence speaks of each kind; with
which status; and, where the words that show it are marked, that those words' pieces say so. One process
per core, each with its part of every batch: on small matrices that is faster than threads by a third.
"""

import argparse
import random
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path

import torch
from corpus import Sentence, read_corpus
from model import Encoded, SenseNetwork, batch_of, encode, network_of, pooled, windows
from names import Renamer
from parallel import fit, joined, run_together
from torch import Tensor
from torch.nn import functional

from monitor.text.wordpiece import WordPieces

BATCH = 32
"""Windows of a step, over all processes."""
SORTED = 200
"""Batches whose windows are sorted by length together, so that little is padding."""
RENAMED = 0.4
"""Share of windows that are moved to other countries (names.py)."""
RATE = 5e-5
"""Highest learning rate of the body; the new layers learn twenty times as fast."""
STATUS_SHARE = 0.5
TRIGGER_SHARE = 0.05

Window = tuple[Sequence[Sentence], bool]


def batches_of(cut: list[Window], chance: random.Random) -> list[list[Window]]:
    """Sort windows into batches of about one length, in random order."""
    chance.shuffle(cut)
    batches = []
    for start in range(0, len(cut), BATCH * SORTED):
        part = sorted(cut[start : start + BATCH * SORTED], key=_length)
        rows = [part[place : place + BATCH] for place in range(0, len(part), BATCH)]
        chance.shuffle(rows)
        batches += [row for row in rows if len(row) == BATCH]
    return batches


def _length(window: Window) -> int:
    return sum(len(sentence.text) for sentence in window[0])


def loss_of(network: SenseNetwork, pieces: WordPieces, batch: list[Window]) -> Tensor:
    """Return the loss over one batch."""
    encoded = [encode(run, pieces, stripped=stripped) for run, stripped in batch]
    tokens, mask = batch_of(encoded)
    kinds, statuses = network(tokens, mask)
    sums, kept, places = pooled(network, kinds, statuses, encoded)
    wanted, weights = torch.zeros_like(sums), torch.ones_like(sums)
    labelled: list[tuple[int, int, int]] = []
    shown = torch.tensor(0.0)
    for place, (row, number) in enumerate(places):
        sentence = batch[row][0][number]
        weights[place] = sentence.others
        for kind, status in sentence.labels:
            wanted[place, kind], weights[place, kind] = 1.0, sentence.weight
            labelled.append((place, kind, status))
        shown = shown + trigger_loss(kinds[row], encoded[row], number)
    each = functional.binary_cross_entropy_with_logits(sums, wanted, reduction="none")
    loss = (each * weights).sum() + TRIGGER_SHARE * shown
    if labelled:
        place, kind, status = (torch.tensor(column) for column in zip(*labelled, strict=True))
        right = functional.cross_entropy(kept[place, kind], status, reduction="sum")
        loss = loss + STATUS_SHARE * right
    return loss / len(places)


def trigger_loss(kinds: Tensor, encoded: Encoded, number: int) -> Tensor:
    """Return how far the pieces of a sentence are from saying which of them show its kinds.

    Nothing where no reader marked them. *kinds* has a window's scores per piece and kind.
    """
    first, last = encoded.spans[number]
    last = min(last, len(encoded.tokens) - 1)
    if not encoded.triggers[number]:
        return torch.tensor(0.0)
    target = torch.zeros(last - first, kinds.shape[1])
    for kind, piece in encoded.triggers[number]:
        if first <= piece < last:
            target[piece - first, kind] = 1.0
    loss = functional.binary_cross_entropy_with_logits(kinds[first:last], target, reduction="sum")
    return loss / kinds.shape[1]


def renamed(cut: list[Window], chance: random.Random) -> list[Window]:
    """Return windows, some of them moved to other countries."""
    renamer = Renamer(chance)
    return [
        (renamer.rename(run) if chance.random() < RENAMED else run, stripped)
        for run, stripped in cut
    ]


def train(rank: int, arguments: argparse.Namespace) -> None:
    """Train in one of the processes; the first one writes the weights."""
    with joined(rank, arguments.processes):
        network = _trained(rank, arguments)
    if rank == 0:
        arguments.out.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), arguments.out / "weights.pt")


def _trained(rank: int, arguments: argparse.Namespace) -> SenseNetwork:
    torch.manual_seed(1)
    chance = random.Random(1)
    corpus = read_corpus(arguments.newswire)
    vocabulary = (arguments.base / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    pieces = WordPieces(vocabulary)
    network = network_of(arguments.layers)
    # Words that no labelled text holds keep the place beside their neighbours that they have.
    network.body.embeddings.requires_grad_(False)
    network.body.load_state_dict(torch.load(arguments.base / "weights.pt"))
    body = {p for p in network.body.parameters() if p.requires_grad}
    heads = [p for p in network.parameters() if p.requires_grad and p not in body]
    optimizer = torch.optim.AdamW(
        [
            {"params": list(body), "lr": RATE},
            {"params": heads, "lr": RATE * 20},
        ],
        weight_decay=0.01,
    )
    torch.manual_seed(2 + rank)
    steps = int(len(batches_of(windows(corpus.train, chance), chance)) * arguments.epochs)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
    )
    fit(
        network,
        (
            batch
            for _ in count()
            for batch in batches_of(renamed(windows(corpus.train, chance), chance), chance)
        ),
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
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--newswire", type=Path)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument(
        "--layers", type=int, default=6, help="of the base model, from its first on"
    )
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    run_together(train, arguments)


if __name__ == "__main__":
    main()
