"""The invented articles of the 2020s: labels that fit their text, and apart from each other."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from monitor.accuracy.corpora import read_corpus
from monitor.accuracy.labelled import Unit
from monitor.domain import SignalKind, Status

ROOT = Path(__file__).parents[2]
LEARNT_FROM = ROOT / "training/signals/articles-2020s.jsonl"
HELD_BACK = ROOT / "tests/accuracy/articles-2020s.jsonl"
BOTH = pytest.mark.parametrize("file", [LEARNT_FROM, HELD_BACK], ids=["learnt-from", "held-back"])


def articles_of(file: Path) -> list[dict[str, Any]]:
    """The lines of a file of labelled articles."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def labels_of(article: dict[str, Any]) -> list[tuple[SignalKind, Status]]:
    """Every label of an article's sentences; an unknown kind or status is a `ValueError`."""
    stated = [one["labels"] for one in article["sentences"] if one["labels"] != "none"]
    pairs = [label.split(":") for labels in stated for label in labels.split(";")]
    return [(SignalKind(kind), Status(status)) for kind, status in pairs]


@BOTH
def test_offsets_cut_an_article_into_its_sentences(file: Path) -> None:
    """The title is one sentence, and those of the text join by one blank to the whole text."""
    for article in articles_of(file):
        parts: dict[str, list[str]] = {"title": [], "text": []}
        for one in article["sentences"]:
            field = one["field"]
            assert 0 <= one["start_char"] < one["end_char"] <= len(article[field]), article["id"]
            parts[field].append(article[field][one["start_char"] : one["end_char"]])
        assert parts["title"] == [article["title"]], article["id"]
        assert " ".join(parts["text"]) == article["text"], article["id"]
        assert all(part == part.strip() for part in parts["text"]), article["id"]


@BOTH
def test_an_articles_kinds_are_those_of_its_sentences(file: Path) -> None:
    """Every kind and status is known, and a kind of the article is labelled in a sentence."""
    for article in articles_of(file):
        active, background = (
            {SignalKind(kind) for kind in article[member]} for member in ("active", "background")
        )
        labelled = {kind for kind, _ in labels_of(article)}
        assert active | background == labelled, article["id"]
        assert not active & background, article["id"]


@BOTH
def test_a_file_of_invented_articles_is_read_as_a_corpus(file: Path) -> None:
    """The product's own reader takes every line, all of them sure."""
    corpus = read_corpus(str(file))

    assert corpus.unit is Unit.ARTICLE
    assert len(corpus.sure().items) == len(articles_of(file))


def test_what_is_held_back_is_not_learnt_from() -> None:
    """Ids are unique over both files, and no title or text stands twice."""
    articles = list(itertools.chain(articles_of(LEARNT_FROM), articles_of(HELD_BACK)))

    for member in ("id", "title", "text"):
        assert len({article[member] for article in articles}) == len(articles), member
