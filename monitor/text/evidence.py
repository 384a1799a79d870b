"""Evidence: the clause around the words that fired, exact in the original text."""

from collections.abc import Sequence

from monitor.domain import EvidenceSpan, Field, TextSpan
from monitor.text.boundaries import is_likely_start
from monitor.text.words import Boundary, Words

__all__ = ["evidence_of", "likely_sentence", "proving_words"]

LONGEST = 45
"""Words that a clause may have: a sentence of newswire has 22 in the median, 45 at the 97th
percentile."""
LONGEST_STRIPPED = 30
"""Words of a sentence of stripped text above which it is taken to be several run together."""


def evidence_of(
    words: Words, first: int, last: int, sentence: tuple[int, int], *, field: Field
) -> EvidenceSpan:
    """Return the sentence around words *first* up to *last*, or the clause where it is too long."""
    start, stop = sentence = likely_sentence(words, first, last, sentence)
    if stop - start > LONGEST:
        start, stop = _clause(words, first, last, sentence)
    end_char = words.ends[stop - 1]
    start_char = words.starts[start]
    if not words.is_stripped:
        start_char = _with_opening_mark(words.source, start_char)
        end_char = _with_closing_mark(words.source, end_char)
    return EvidenceSpan(
        start_char=start_char,
        end_char=end_char,
        quote=words.source[start_char:end_char],
        field=field,
        trigger=TextSpan(
            start_char=words.starts[first],
            end_char=words.ends[last - 1],
            quote=words.quote(first, last),
            field=field,
        ),
    )


def likely_sentence(
    words: Words, first: int, last: int, sentence: tuple[int, int]
) -> tuple[int, int]:
    """Return the sentence of words *first* up to *last*.

    A long one of stripped text, which is often several, is cut where one may well begin.
    """
    low, high = sentence
    if not words.is_stripped or high - low <= LONGEST_STRIPPED:
        return sentence
    near = max(low, first - LONGEST), min(high, last + LONGEST)
    start = next((at for at in range(first, near[0], -1) if is_likely_start(words, at)), low)
    stop = next((at for at in range(last + 1, near[1]) if is_likely_start(words, at)), high)
    return start, stop


def _clause(words: Words, first: int, last: int, sentence: tuple[int, int]) -> tuple[int, int]:
    """Widen to the nearest clause borders that leave at most `LONGEST` words."""
    room = max(0, LONGEST - (last - first))
    low = max(sentence[0], first - room // 2)
    high = min(sentence[1], last + room - room // 2)
    start = next((index for index in range(low, first) if _begins(words, index)), low)
    stop = next((index for index in range(high, last, -1) if _begins(words, index)), high)
    return start, max(stop, last)


def _begins(words: Words, index: int) -> bool:
    """Whether a clause begins on a word: by punctuation, or by a word that opens clauses."""
    if index >= len(words):
        return True
    return words.boundaries[index] != Boundary.NONE or words.texts[index] in _OPENERS


_OPENERS: frozenset[str] = frozenset(
    "and but after while when which who as although because since however meanwhile".split()
)


def _with_opening_mark(source: str, start_char: int) -> int:
    """Include a quotation mark, a bracket or the sign of a currency before the first word."""
    while start_char > 0 and source[start_char - 1] in _OPENING:
        start_char -= 1
    return start_char


_OPENING = "\"'\u201c\u2018($\u20ac\u00a3\u00a5"


def _with_closing_mark(source: str, end_char: int) -> int:
    """Include the full stop, a sign of percent, and a quotation mark behind it."""
    marks: Sequence[str] = ".!?%\"'\u201d\u2019)"
    while end_char < len(source) and source[end_char] in marks:
        end_char += 1
    return end_char


def proving_words(
    words: Words, first: int, last: int, sentence: tuple[int, int]
) -> tuple[int, int]:
    """Return the words that the sense model points at as a reader would quote them.

    It points at the best-scored words and their neighbours: what says nothing at the edges goes
    ("fired missiles and"), and a word that says nothing alone takes its neighbours in ("stayed off
    the").
    """
    telling = [at for at in range(first, last) if words.texts[at] not in _SILENT]
    if telling:
        return telling[0], telling[-1] + 1
    return max(sentence[0], first - 1), min(sentence[1], last + 1)


_SILENT: frozenset[str] = frozenset(
    "a an the and or but as at by for from in into of off on out over to up down with is it its was "
    "were be been has have had will would if that this they he she his her their s".split()
)
"""Words that prove nothing by themselves."""
