"""Modules of docs/ and training/, which are no packages, for the tests of what they write."""

import importlib
import sys
from pathlib import Path
from typing import Any

__all__ = ["DOCS", "ROOT", "loaded"]

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def loaded(name: str, folder: Path = DOCS) -> Any:
    """A module of a folder, imported as the scripts there import each other."""
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
