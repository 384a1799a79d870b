"""Figures of labelled newswire: precision and recall do not fall below their floors.

`figures.tsv`: sentences of the Groningen Meaning Bank (public domain per its site) drawn at random among
those with a number and a word of their kind, each labelled by a careful reader before the rules were
written: `doc half kind triggers figures text`, a figure being `measure low high unit`, `-` for none. The
labels (Apache-2.0, as this project) say what the text says, whether or not stripped text can still be
read. The held-back half is looked at only through its score.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain import Field
from monitor.lexicon.cues import phrase_set
from monitor.lexicon.instruments import load_instruments
from monitor.lexicon.loader import load_lexicon
from monitor.text.figures import FigureReader
from monitor.text.matcher import Finding
from monitor.text.words import read_words
from tests.builders import an_entry, sentence_of, stripped

CORPUS = Path(__file__).with_name("figures.tsv")
LEAST_PRECISION = 0.93
LEAST_RECALL = 0.80

Row = tuple[str, float | None, float | None, str]


def labelled(half: str) -> Iterator[tuple[str, list[str], set[Row], str]]:
    """Kind, triggers, figures and text of every sentence of a half."""
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        _, of_half, kind, triggers, written, text = line.split("\t")
        if of_half == half:
            yield (
                kind,
                triggers.split(";"),
                {row(each) for each in written.split(";") if each},
                text,
            )


def row(written: str) -> Row:
    """A figure as the file writes it."""
    measure, low, high, unit = written.split(" ")
    bounds = [None if bound == "-" else float(bound) for bound in (low, high)]
    return measure, bounds[0], bounds[1], "" if unit == "-" else unit


def read(reader: FigureReader, kind: str, triggers: list[str], text: str) -> set[Row]:
    """What is read where the trigger words of a kind stand."""
    words = read_words(text)
    entry = an_entry("x", kind=kind)
    found = set()
    for trigger in triggers:
        sought = list(read_words(trigger).texts)
        for first in range(len(words)):
            last = first + len(sought)
            if list(words.texts[first:last]) == sought:
                finding = Finding(entry, first, last)
                found |= set(reader.read(finding, words, sentence_of(words), Field.TEXT))
    return {(each.measure.value, each.low, each.high, each.unit) for each in found}


@pytest.mark.parametrize("half", ["tuned", "held-back"])
@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
def test_scores_keep_their_floors(half: str, form: type[str]) -> None:
    """Of measure, bounds and unit, at most one figure in fourteen is wrong, one in five is missed."""
    classes = load_lexicon().classes
    persons, up, down = (
        phrase_set(" ".join(phrase) for phrase in classes[name])
        for name in ("person", "move-up", "move-down")
    )
    reader = FigureReader(persons=persons, up=up, down=down, instruments=load_instruments())
    right = given = wanted = 0
    for kind, triggers, told, text in labelled(half):
        found = read(reader, kind, triggers, form(text))
        right += len(found & told)
        given += len(found)
        wanted += len(told)

    assert wanted >= 35
    assert right >= LEAST_PRECISION * given, f"{given - right} of {given} are wrong"
    assert right >= LEAST_RECALL * wanted, f"{wanted - right} of {wanted} are missed"
