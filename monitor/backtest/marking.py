"""Marking: a text in pieces, by what proves an alert in it, for whoever shows it to people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.domain import Quotation

__all__ = ["Piece", "marked", "moved"]

MAX_CHARS = 6_000
"""Most characters of a text that are shown; of a longer one what stands around its evidence."""
_AROUND = 400
_CUT = " [...] "


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text, alike from end to end."""

    text: str
    proof: bool = False
    """Whether it is part of a clause that proves something."""
    trigger: bool = False
    """Whether it is part of the words that show it most."""


def marked(text: str, evidence: Sequence[Quotation]) -> list[Piece] | None:
    """Cut a text into pieces.

    Args:
        text: of the field that the evidence counts its characters in.
        evidence: what to mark; may overlap.

    Returns:
        Pieces that give the text, in parts where it is long; None where a quotation does not stand
        where it says, as in another version of the article.
    """
    if any(text[each.start_char : each.end_char] != each.quote for each in evidence):
        return None
    proofs = [(each.start_char, each.end_char) for each in evidence]
    triggers = [
        (each.trigger.start_char, each.trigger.end_char)
        for each in evidence
        if each.trigger.field is each.field
    ]
    windows = _windows(text, proofs)
    edges = {edge for span in (*proofs, *triggers, *windows) for edge in span}
    borders = sorted(edge for edge in {0, len(text), *edges} if 0 <= edge <= len(text))
    pieces = []
    cut = False
    for start, end in pairwise(borders):
        if not _inside(start, windows):
            cut = True
            continue
        if cut:
            pieces.append(Piece(text=_CUT))
            cut = False
        pieces.append(
            Piece(
                text=text[start:end],
                proof=_inside(start, proofs),
                trigger=_inside(start, proofs) and _inside(start, triggers),
            )
        )
    return [*pieces, Piece(text=_CUT)] if cut else pieces


def moved(quotation: Quotation) -> Quotation:
    """Return a quotation with its places counted in its own quote, to be shown without its text."""
    by = quotation.start_char
    trigger = quotation.trigger
    if not by <= trigger.start_char < trigger.end_char <= quotation.end_char:
        by = trigger.start_char - len(quotation.quote)  # behind the end: nothing to mark
    return replace(
        quotation,
        start_char=0,
        end_char=len(quotation.quote),
        trigger=replace(
            trigger, start_char=trigger.start_char - by, end_char=trigger.end_char - by
        ),
    )


def _windows(text: str, proofs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return which parts of a text are shown."""
    if len(text) <= MAX_CHARS:
        return [(0, len(text))]
    head = (0, _AROUND)
    return [head, *((max(0, start - _AROUND), end + _AROUND) for start, end in proofs)]


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
