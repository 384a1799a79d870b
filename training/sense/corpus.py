"""Labelled text, as the training of the sense model takes it: runs of sentences that follow each other.

What is held back for docs/accuracy.md (tests/accuracy) is never read here.
"""

import gzip
import json
import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from monitor.domain import SignalKind, Status
from monitor.text import boundaries
from monitor.text.words import read_words

KINDS = tuple(SignalKind)
STATUSES = tuple(Status)
SIGNALS = Path(__file__).parents[1] / "signals"
INVENTED = ("articles-2020s.jsonl", "articles-2020s-2.jsonl")
KEPT_BACK = 5
"""Every so many-th article is kept from the sense model: what of an article is its news (news.py) must be
learnt from readings of articles that the model has not seen, since of those it has it is too sure."""
BLOCKS_KEPT_BACK = 8
"""The same for blocks of labelled sentences."""
TABLES: dict[str, int | None] = {
    "sentences-1.tsv": None,
    "sentences-2.tsv": BLOCKS_KEPT_BACK,
    "sentences-3.tsv": None,
    "sentences-4.tsv": BLOCKS_KEPT_BACK,
    "sentences-5.tsv": BLOCKS_KEPT_BACK,
    "sentences-6.tsv": BLOCKS_KEPT_BACK,
    "chronicles.tsv": BLOCKS_KEPT_BACK,
    "newswire-1987-sentences.tsv": KEPT_BACK,
    "newswire-1987-sentences-2.tsv": BLOCKS_KEPT_BACK,
}
"""Tables of labelled sentences, and every how many-th block or article of each is kept from the model."""
_BY_ID = "newswire-"
"""How the names of tables begin that hold no texts."""

_PART = re.compile(r"((?:gmb-)?\d+)-\d+$")
Label = tuple[int, int]
"""Number of a kind and number of a status."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, what it reports, and what the model is to believe of that."""

    text: str
    labels: tuple[Label, ...] = ()
    triggers: tuple[str, ...] = ()
    """The words that show each label, in the same order; empty where they were not marked."""
    weight: float = 1.0
    """Of the kinds in `labels`."""
    others: float = 1.0
    """Weight of its not being of the other kinds."""


def is_kept_back(number: int) -> bool:
    """Whether an article, by its place in its file, is kept from the sense model."""
    return number % KEPT_BACK == 0


@dataclass(slots=True)
class Corpus:
    """Runs to learn from, and some to choose by."""

    train: list[list[Sentence]] = field(default_factory=list)
    chosen_by: list[list[Sentence]] = field(default_factory=list)


def read_corpus(newswire: Path | None, *, without: Collection[str] = ()) -> Corpus:
    """Read everything under training/signals.

    Args:
        newswire: the articles that the files newswire-1987 of training/signals label by id, where at
            hand; their texts may not be shipped.
        without: names of tables of sentences that are left out.
    """
    corpus = read_tables([name for name in TABLES if name not in without], newswire)
    for name in INVENTED:
        for number, run in enumerate(invented(SIGNALS / name)):
            (corpus.chosen_by if is_kept_back(number) else corpus.train).append(run)
    if newswire is not None:
        corpus.train += labelled_newswire(newswire_articles(newswire))
    return corpus


def read_tables(names: Iterable[str], newswire: Path | None) -> Corpus:
    """Read some of `TABLES`, those of newswire only where their texts are at hand."""
    corpus = Corpus()
    for name in names:
        every = TABLES[name]
        for number, run in enumerate(_runs_of(name, newswire)):
            kept = every is not None and number % every == 0
            (corpus.chosen_by if kept else corpus.train).append(run)
    return corpus


def _runs_of(name: str, newswire: Path | None) -> list[list[Sentence]]:
    if not name.startswith(_BY_ID):
        return list(tables(SIGNALS / name).values())
    return newswire_sentences(newswire_articles(newswire), SIGNALS / name) if newswire else []


@cache
def newswire_articles(texts: Path) -> dict[str, list[str]]:
    """Return the titles of newswire articles, and after each the sentences of its text, by id."""
    with gzip.open(texts, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return {row["id"]: [row["title"], *sentences_of(row["text"])] for row in rows}


def document_of(block: str) -> str:
    """Return the document that a block is or is a part of: `gmb-3082-0` and `13-0` are parts."""
    whole = _PART.match(block)
    return whole[1] if whole else block


def tables(path: Path) -> dict[str, list[Sentence]]:
    """Read labelled sentences, by block."""
    blocks: dict[str, list[Sentence]] = {}
    # Not splitlines: some texts hold other characters that it takes for the end of a line.
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("#") or not line:
            continue
        block, _, labels, certainty, triggers, text = line.split("\t")
        weight = 1.0 if certainty == "sure" else 0.5
        sentence = Sentence(
            text,
            labels_of(labels),
            tuple(triggers.split(";")) if triggers else (),
            weight=weight,
            others=weight,
        )
        blocks.setdefault(block, []).append(sentence)
    return blocks


def labels_of(written: str) -> tuple[Label, ...]:
    """Read `none` or `kind:status;kind:status`."""
    if written == "none":
        return ()
    pairs = (label.split(":") for label in written.split(";"))
    return tuple((KINDS.index(SignalKind(k)), STATUSES.index(Status(s))) for k, s in pairs)


def invented(path: Path) -> list[list[Sentence]]:
    """Read the articles of our own writing, one run each."""
    runs = []
    for line in path.read_text(encoding="utf-8").strip("\n").split("\n"):
        article = json.loads(line)
        runs.append(
            [
                Sentence(
                    article[each["field"]][each["start_char"] : each["end_char"]],
                    labels_of(each["labels"]),
                )
                for each in article["sentences"]
            ]
        )
    return runs


def labelled_newswire(articles: Mapping[str, Sequence[str]]) -> list[list[Sentence]]:
    """Make sentences of articles labelled as a whole.

    The sentence that shows a kind best reports it; of its other kinds little is known. An article
    with neither news nor background gives sentences that report nothing.
    """
    chance = random.Random(5)
    runs = []
    rows = (SIGNALS / "newswire-1987.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for place, line in enumerate(rows):
        if is_kept_back(place):
            continue
        name, active, background, certainty, shown = line.split("\t")
        sentences = articles[name]
        if active == "none" and background == "-":
            kept = [text for text in sentences[:6] if chance.random() < 0.5]
            if kept and certainty == "sure" and chance.random() < 0.75:
                runs.append([Sentence(text) for text in kept])
        elif shown != "-":
            found: dict[str, list[Label]] = {}
            for kind, number in zip(active.split(","), shown.split(","), strict=True):
                found.setdefault(number, []).append((KINDS.index(SignalKind(kind)), 0))
            found.pop("?", None)
            runs += [
                [Sentence(sentences[int(number)], tuple(labels), others=0.15)]
                for number, labels in found.items()
            ]
    return runs


def newswire_sentences(articles: Mapping[str, Sequence[str]], table: Path) -> list[list[Sentence]]:
    """Read the beginnings of newswire articles, labelled sentence by sentence, one run each."""
    runs: dict[str, list[Sentence]] = {}
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        name, number, labels, certainty, triggers = line.split("\t")
        text = articles[name][int(number)]
        spans = (map(int, each.split("-")) for each in triggers.split(";") if each)
        weight = 1.0 if certainty == "sure" else 0.5
        sentence = Sentence(
            text,
            labels_of(labels),
            tuple(text[first:last] for first, last in spans),
            weight=weight,
            others=weight,
        )
        runs.setdefault(name, []).append(sentence)
    return list(runs.values())


def sentences_of(text: str) -> Iterator[str]:
    """Cut a text as the product does."""
    words = read_words(text)
    for first, last in boundaries.sentences_of(words):
        yield words.quote(first, last) + ("" if words.is_stripped else ".")
