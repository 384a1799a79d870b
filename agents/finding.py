"""Finding: one line of what the doctor says."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Grade"]


class Grade(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    """As it should be."""
    WARN = "warn"
    """It works, but look at it."""
    FAIL = "fail"
    """It does not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    check: str
    grade: Grade
    message: str
    advice: str = ""
