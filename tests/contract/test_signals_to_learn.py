"""The labelled sentences that the sense model learns from: well-formed, and none of what is held back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain import SignalKind, Status
from tests.documents import ROOT, loaded

corpus = loaded("corpus", ROOT / "training" / "sense")
SIGNALS = ROOT / "training" / "signals"
HELD_BACK = ROOT / "tests" / "accuracy" / "sentences.tsv"
WITH_TEXTS = sorted([*SIGNALS.glob("sentences-*.tsv"), SIGNALS / "chronicles.tsv"])
BY_ID = sorted(SIGNALS.glob("newswire-1987-sentences*.tsv"))
LABELS = {f"{kind}:{status}" for kind in SignalKind for status in Status}


def rows(file: Path) -> Iterator[list[str]]:
    """Yield the cells of each line of a table but its head."""
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            yield line.split("\t")


def labels_of(cell: str) -> list[str]:
    """Return the labels of a sentence."""
    return [] if cell == "none" else cell.split(";")


@pytest.mark.parametrize("file", [*WITH_TEXTS, *BY_ID], ids=lambda file: file.stem)
def test_every_sentence_has_labels_that_there_are(file: Path) -> None:
    """Each sentence stands once, with a kind and a status per label, and says whether its reader was sure."""
    places = set()
    for block, number, labels, certainty, *_ in rows(file):
        assert (block, int(number)) not in places
        places.add((block, int(number)))
        assert set(labels_of(labels)) <= LABELS, (block, number)
        assert certainty in {"sure", "unsure"}, (block, number)
    assert places


@pytest.mark.parametrize("file", WITH_TEXTS, ids=lambda file: file.stem)
def test_the_words_that_show_a_label_stand_in_the_sentence(file: Path) -> None:
    """One trigger per label, in the same order, or none at all."""
    for block, number, labels, _, triggers, text in rows(file):
        shown = triggers.split(";") if triggers else []
        assert not shown or len(shown) == len(labels_of(labels)), (block, number)
        assert all(trigger in text for trigger in shown), (block, number)


@pytest.mark.parametrize("file", WITH_TEXTS, ids=lambda file: file.stem)
def test_nothing_that_is_held_back_is_learnt(file: Path) -> None:
    """Neither a document of the sentences held back, nor a text of some length of theirs or of the articles'."""
    documents = {corpus.document_of(block) for block, *_ in rows(HELD_BACK)}
    texts = {text for *_, text in rows(HELD_BACK)} | set(sentences_of_articles())
    assert not documents & {corpus.document_of(block) for block, *_ in rows(file)}
    assert not {text for text in texts if len(text) > 40} & {text for *_, text in rows(file)}


def sentences_of_articles() -> Iterator[str]:
    """Yield the sentences of the articles that are held back."""
    for file in HELD_BACK.parent.glob("articles-*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            for each in article["sentences"]:
                yield article[each["field"]][each["start_char"] : each["end_char"]]
