"""The sense model in PyTorch, and how a run of sentences becomes its input."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from base import CONFIG
from corpus import KINDS, STATUSES, Sentence
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from monitor.text.window import LONGEST, NO_WORD, pieces_of
from monitor.text.wordpiece import WordPieces
from monitor.text.words import read_words

UNLIKELY = -6.0
"""Log odds of a kind per piece before anything is learnt: one sentence in ten reports anything."""


class SenseNetwork(nn.Module):
    """Scores of kinds and of statuses per word piece."""

    def __init__(self, config: BertConfig) -> None:
        """Start from an untrained body."""
        super().__init__()
        self.body = BertModel(config, add_pooling_layer=False)
        self.kinds = nn.Linear(config.hidden_size, len(KINDS))
        self.statuses = nn.Linear(config.hidden_size, len(STATUSES))
        self.status_bias = nn.Parameter(torch.zeros(len(KINDS), len(STATUSES)))
        self.dropout = nn.Dropout(0.1)
        nn.init.constant_(self.kinds.bias, UNLIKELY)

    def forward(self, tokens: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return per run and piece the scores of kinds and of statuses."""
        hidden = self.body(input_ids=tokens, attention_mask=mask).last_hidden_state
        hidden = self.dropout(hidden)
        return self.kinds(hidden).float(), self.statuses(hidden).float()


def network_of(layers: int) -> SenseNetwork:
    """Return an untrained network of so many layers.

    Attention is never dropped out: the fast path of attention on a processor knows no dropout.
    """
    config = BertConfig.from_dict(
        CONFIG.to_dict() | {"num_hidden_layers": layers, "attention_probs_dropout_prob": 0.0}
    )
    return SenseNetwork(config)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A run of sentences as pieces."""

    tokens: list[int]
    spans: list[tuple[int, int]]
    """Pieces of each sentence."""
    triggers: list[list[tuple[int, int]]]
    """Per sentence: number of a kind and a piece that shows it."""


def encode(run: Sequence[Sentence], pieces: WordPieces, *, stripped: bool) -> Encoded:
    """Turn a run into pieces, as written or as crawls give it."""
    tokens = [pieces.start]
    spans, triggers = [], []
    for sentence in run:
        begun = len(tokens)
        words = read_words(sentence.text)
        numbers, owners = pieces_of(words, 0, len(words), pieces, marks=not stripped)
        tokens += numbers or pieces.of("[UNK]")
        spans.append((begun, len(tokens)))
        triggers.append(_marked(sentence, list(words.texts), [NO_WORD] * begun + owners))
    del tokens[LONGEST:]
    return Encoded([*tokens, pieces.end], spans, triggers)


def _marked(sentence: Sentence, words: list[str], owners: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pieces of the words that show each label.

    Args:
        sentence: with its labels and the words that show them.
        words: of the sentence.
        owners: the word that each piece of the window belongs to.
    """
    marked = []
    for (kind, _), trigger in zip(sentence.labels, sentence.triggers, strict=False):
        wanted = list(read_words(trigger).texts)
        for start in range(len(words) - len(wanted) + 1 if wanted else 0):
            if words[start : start + len(wanted)] == wanted:
                shown = range(start, start + len(wanted))
                marked += [(kind, piece) for piece, owner in enumerate(owners) if owner in shown]
                break
    return marked


def batch_of(encoded: Sequence[Encoded]) -> tuple[Tensor, Tensor]:
    """Return tokens and mask of several runs, padded to the longest."""
    longest = max(len(each.tokens) for each in encoded)
    tokens = torch.zeros(len(encoded), longest, dtype=torch.long)
    mask = torch.zeros(len(encoded), longest, dtype=torch.long)
    for row, each in enumerate(encoded):
        tokens[row, : len(each.tokens)] = torch.tensor(each.tokens)
        mask[row, : len(each.tokens)] = 1
    return tokens, mask


def pooled(
    network: SenseNetwork, kinds: Tensor, statuses: Tensor, encoded: Sequence[Encoded]
) -> tuple[Tensor, Tensor, list[tuple[int, int]]]:
    """Return per sentence the scores of kinds and of their statuses, and which sentence it is."""
    sums, kept, places = [], [], []
    for row, each in enumerate(encoded):
        for number, (first, last) in enumerate(each.spans):
            stop = min(last, len(each.tokens) - 1)
            if first >= stop:
                continue
            scores = kinds[row, first:stop]
            sums.append(torch.logsumexp(scores, 0))
            share = torch.softmax(scores, 0)
            kept.append(share.T @ statuses[row, first:stop] + network.status_bias)
            places.append((row, number))
    return torch.stack(sums), torch.stack(kept), places


def windows(
    runs: Sequence[Sequence[Sentence]], chance: random.Random
) -> list[tuple[Sequence[Sentence], bool]]:
    """Cut runs into windows of one to five sentences, each as written or stripped."""
    cut: list[tuple[Sequence[Sentence], bool]] = []
    for run in runs:
        place = 0
        while place < len(run):
            size = 1 if chance.random() < 0.6 else chance.randint(2, 5)
            cut.append((run[place : place + size], chance.random() < 0.5))
            place += size
    return cut
