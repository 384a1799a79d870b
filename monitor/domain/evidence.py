"""Evidence: the stretch of an article that proves a signal."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["EvidenceSpan", "Field", "TextSpan"]


class Field(StrEnum):
    """Which part of an article a span counts its characters in."""

    TEXT = "text"
    """The article's text."""
    TITLE = "title"
    """The article's title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSpan:
    """A half-open stretch of an article's field, with the words it covers."""

    start_char: int
    end_char: int
    quote: str
    field: Field = Field.TEXT

    def __post_init__(self) -> None:
        """Refuse a span that cannot be a stretch of any text.

        Raises:
            ValueError: if the borders are not `0 <= start_char < end_char`, or the quote is not
                exactly `end_char - start_char` characters long.
        """
        if not 0 <= self.start_char < self.end_char:
            message = f"span {self.start_char}:{self.end_char} is empty or reversed"
            raise ValueError(message)
        if len(self.quote) != self.end_char - self.start_char:
            message = f"span {self.start_char}:{self.end_char} does not fit quote {self.quote!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSpan(TextSpan):
    """The clause or sentence that proves a signal, and inside it the words that show it most."""

    trigger: TextSpan
