"""Load the entity pipeline: the shipped one, or a spaCy pipeline of the user's by name."""

from importlib import resources
from pathlib import Path

import spacy
from spacy.language import Language
from thinc.api import NumpyOps, set_current_ops

from monitor.errors import ModelUnavailable
from monitor.text.split_places import COMPONENT

__all__ = ["BUILTIN", "load_nlp", "model_version"]

BUILTIN = "builtin"
"""The setting that stands for the shipped pipeline."""

_GOVERNED = "GPE"
"""A pipeline with this label tells governed places from others."""
_UNUSED_COMPONENTS = ("tagger", "parser", "lemmatizer", "attribute_ruler", "textcat", "senter")


def load_nlp(model: str = BUILTIN) -> Language:
    """Load a pipeline that finds entities, and nothing else.

    NumpyOps without BLIS reads 1.6 times as many words a second on small matrices
    (training/README.md), so it is set before the model is built.

    Raises:
        ModelUnavailable: if there is no such pipeline, or it has no entity recogniser.
    """
    set_current_ops(NumpyOps(use_blis=False))
    name = str(_builtin_path()) if model == BUILTIN else model
    try:
        nlp = spacy.load(name, exclude=list(_UNUSED_COMPONENTS))
    except OSError as error:
        message = (
            f"model {model!r}: no spaCy pipeline of this name or folder is installed; "
            f"install it, or set model to {BUILTIN!r}"
        )
        raise ModelUnavailable(message) from error
    if "ner" not in nlp.pipe_names:
        message = f"model {model!r} finds no entities: it has only {nlp.pipe_names}"
        raise ModelUnavailable(message)
    if _GOVERNED not in nlp.pipe_labels["ner"] and COMPONENT not in nlp.pipe_names:
        nlp.add_pipe(COMPONENT, last=True)
    return nlp


def model_version(nlp: Language) -> str:
    """Return name and version of a pipeline, as signals record it."""
    return f"{nlp.meta['name']}-{nlp.meta['version']}"


def _builtin_path() -> Path:
    """Return the folder of the shipped pipeline."""
    return Path(str(resources.files("monitor.text") / "model"))
