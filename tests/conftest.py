"""What all tests share: the model, loaded once and only where asked for, and time for slow machines."""

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from monitor.pipeline import Pipeline
    from monitor.text.analyser import Analyser

MAX_TEXT_CHARS = 1_000_000

if os.environ.get("CI") != "true":  # there hypothesis loads a profile of its own, just as patient
    settings.register_profile(
        "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Put the process's logging back as it was, and pytest's own look at threads that fail."""
    root = logging.getLogger()
    handlers, level, shown = root.handlers[:], root.level, warnings.showwarning
    hook = threading.excepthook
    yield
    threading.excepthook = hook
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    warnings.showwarning = shown
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def analyser() -> "Analyser":
    """The product's analyser with the shipped pipeline; for tests of marker `model`."""
    from monitor.text.analyser import build_analyser
    from monitor.text.nlp import BUILTIN

    return build_analyser(model=BUILTIN)


@pytest.fixture(scope="session")
def pipeline(analyser: "Analyser") -> "Pipeline":
    """The product's pipeline, with the shipped model; for tests of marker `model`."""
    from monitor.pipeline import Pipeline

    return Pipeline(analyser, max_text_chars=MAX_TEXT_CHARS)
