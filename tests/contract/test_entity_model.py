"""The shipped entity pipeline is small, and says nothing of whoever trained it."""

import zipfile
from io import BytesIO
from pathlib import Path

from monitor.text.nlp import load_nlp

MODEL = Path(__file__).parents[2] / "monitor" / "text" / "model"
LARGEST = 15_000_000
"""Bytes of the pipeline in a wheel."""


def test_the_pipeline_takes_no_more_of_a_wheel_than_it_may() -> None:
    """Weights are rounded so that they compress."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in MODEL.rglob("*"):
            wheel.write(file)
    assert len(packed.getvalue()) <= LARGEST


def test_the_pipeline_names_no_folder_of_a_machine() -> None:
    """Paths of the training do not travel."""
    for name in ("config.cfg", "meta.json"):
        assert '"/' not in (MODEL / name).read_text(encoding="utf-8"), name


def test_the_pipeline_tells_places_apart() -> None:
    """It has all labels of the product's, and needs no help with them."""
    nlp = load_nlp()
    assert nlp.pipe_names == ["ner"]
    assert set(nlp.pipe_labels["ner"]) == {
        "FAC", "GPE", "LOC", "MISC", "NORP", "ORG", "PERSON",
    }  # fmt: skip
