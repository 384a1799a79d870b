"""Pipelines are loaded by name; one with a single label for places has them told apart."""

from pathlib import Path

import pytest
import spacy

from monitor.errors import ModelUnavailable
from monitor.text.nlp import load_nlp

PLACES = ("Bogram airfield", "Foo Sea", "Foobar")
SOURCE = f"From {PLACES[0]} over the {PLACES[1]} to {PLACES[2]}"


def pipeline(folder: Path, *labels: str) -> str:
    """Save a pipeline that knows some labels, and finds nothing: its names come from `read`."""
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    for label in labels:
        ner.add_label(label)  # type: ignore[attr-defined]
    nlp.initialize()
    nlp.to_disk(folder)
    return str(folder)


def read(model: str) -> list[str]:
    """Labels of three places, each of which the recogniser calls LOC."""
    nlp = load_nlp(model)
    doc = nlp.make_doc(SOURCE)
    ends = [(SOURCE.index(place), SOURCE.index(place) + len(place)) for place in PLACES]
    doc.ents = [span for end in ends if (span := doc.char_span(*end, label="LOC"))]
    for name, component in nlp.pipeline:
        if name != "ner":
            doc = component(doc)
    return [ent.label_ for ent in doc.ents]


def test_places_of_one_label_are_told_apart(tmp_path: Path) -> None:
    """Buildings and waters are known by the words of their names; others have rulers."""
    assert read(pipeline(tmp_path, "PER", "LOC", "ORG")) == ["FAC", "LOC", "GPE"]


def test_a_pipeline_that_tells_places_apart_is_believed(tmp_path: Path) -> None:
    """Its LOC is a place without a government, whatever its name."""
    assert read(pipeline(tmp_path, "PERSON", "LOC", "GPE")) == ["LOC", "LOC", "LOC"]


def test_a_pipeline_that_is_not_there_is_named() -> None:
    """The error says what was asked for and what else there is."""
    with pytest.raises(ModelUnavailable, match=r"'en_nowhere'.*'builtin'"):
        load_nlp("en_nowhere")


def test_a_pipeline_without_names_is_refused(tmp_path: Path) -> None:
    """A pipeline that finds no entities is not taken for one."""
    spacy.blank("en").to_disk(tmp_path)
    with pytest.raises(ModelUnavailable, match="no entities"):
        load_nlp(str(tmp_path))
