"""Everyday words: those that are words before they are names."""

from functools import cache
from importlib import resources

__all__ = ["everyday_words"]


@cache
def everyday_words() -> frozenset[str]:
    """Return the words that the sense model's vocabulary has whole: the frequent ones of English."""
    file = resources.files("monitor.text") / "sense_model" / "vocabulary.txt"
    words = file.read_text(encoding="utf-8").split()
    return frozenset(word for word in words if word.isalpha())
