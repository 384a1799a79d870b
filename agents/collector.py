"""Collector: how often Python looks for cycles in a process that keeps many objects and makes few cycles."""

import gc

__all__ = ["leave_alone", "look_rarely"]

_EVERY = 100_000
"""New objects after which the young ones are looked through; Python's own 700 are a record or two."""
_YOUNG = 1
"""Generation up to which garbage is worth looking for before the rest is left alone."""


def look_rarely() -> None:
    """Look for cycles after many new objects instead of few: looking often took a tenth of a record's time."""
    gc.set_threshold(_EVERY)


def leave_alone() -> None:
    """Look no more through what there is now: it is there to stay.

    Ten thousand stories are 650,000 objects, and a collector that walks them all stops the loop for a second,
    every few thousand records.
    """
    gc.collect(_YOUNG)
    gc.freeze()
