"""Sentences begin where punctuation says so, and in stripped text where the words say so."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.boundaries import LONGEST, features, sentence_starts
from monitor.text.words import read_words
from tests.builders import demo_news, stripped

FOUND, RIGHT = 0.45, 0.6
"""Floors, set just below what was measured in November 2026: 0.463 and 0.618."""


def test_punctuation_is_believed() -> None:
    """A text as written begins its sentences where its marks do."""
    words = read_words("Troops left the town. They took Mr. Smith with them. Nobody knew.")
    assert [words.texts[start] for start in sentence_starts(words)] == ["troops", "they", "nobody"]


def test_stripped_sentences_are_found() -> None:
    """In stripped newswire most of the learned beginnings are right; near half of all are found."""
    hits = found = wanted = 0
    for article in demo_news():
        written = read_words(article["text"])
        if written.is_stripped:
            continue
        true = set(sentence_starts(written))
        learned = set(sentence_starts(read_words(stripped(article["text"]))))
        hits += len(true & learned)
        found += len(learned)
        wanted += len(true)
    assert hits / wanted > FOUND
    assert hits / found > RIGHT


@given(st.lists(st.sampled_from("the army said on monday it he protesters xyzzy 12".split())))
def test_stripped_sentences_are_never_endless(texts: list[str]) -> None:
    """Starts go up from the first word, and no sentence is much longer than the longest."""
    words = read_words(" ".join(texts * 10))
    starts = sentence_starts(words)
    assert starts == sorted(set(starts))
    assert starts[:1] == [0][: len(words)]
    assert all(stop - start <= LONGEST for start, stop in pairwise([*starts, len(words)]))


def test_paragraphs_of_stripped_text_count() -> None:
    """A blank line ends a sentence in stripped text too."""
    words = read_words("explosion heard in kabul\n\nno casualties known")
    assert "no" in [words.texts[start] for start in sentence_starts(words)]


def test_no_words_no_sentences() -> None:
    """An empty text has no sentence."""
    assert sentence_starts(read_words("")) == []


def test_features_at_the_edges() -> None:
    """The gaps next to the first and the last word have features too, and numbers only a form."""
    assert "e < said" in features(["said", "2024"], 1)
    assert "d #4 >" in features(["said", "2024"], 1)
