"""Finite range: numbers on the command line, of which `nan` and `inf` are none."""

import math

import click

__all__ = ["FiniteRange"]


class FiniteRange(click.FloatRange):
    """A number in a range; `nan` lies in every range by its comparisons, and `inf` in open ones."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the number, or refuse it in words."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number
