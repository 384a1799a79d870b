"""Modules of the folder docs/, which is no package, for the tests of what they write."""

import importlib
import sys
from pathlib import Path
from typing import Any

__all__ = ["DOCS", "ROOT", "loaded"]

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def loaded(name: str) -> Any:
    """A module of docs/, imported as its scripts import each other."""
    sys.path.insert(0, str(DOCS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(DOCS))
