"""Words: a text as the row of words that stripped text would have, with places in the original.

Every rule reads these words, so that a text as written and the same text in lower case without
punctuation look alike; punctuation only adds boundaries where there is some.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Boundary", "Words", "read_words"]

_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_ESCAPE = re.compile(r"\x1b\[[0-?]{0,20}[ -/]{0,5}[@-~]")
"""A terminal's control sequence (ECMA-48, 5.4): its letters and digits are no words."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_SENTENCE_END = re.compile(r"[.!?][\"'\u201d\u2019)\]]*\s|[.!?]$|\n\s*\n|[\u2022\u25cf]")
_CLAUSE_END = re.compile(r"[,;:()\u2013\u2014\"\u201c\u201d]|\s-+\s|--")
# Words before a full stop that does not end a sentence.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen sen rep gov lt col sgt cpl capt maj adm st jr sr no vs etc inc corp co "
    "ltd jan feb mar apr jun jul aug sep sept oct nov dec mt ft".split()
)
_STRIPPED_SHARE = 0.004
"""Below this share of sentence ends a text counts as stripped: prose has one in 15 to 30 words."""


_LONGEST_WORD = 200
"""Characters above which a run of letters and digits is no word but data; it is not read, and no
sentence goes on behind it."""


class Boundary:
    """What lies before a word: small integers, compared often."""

    NONE = 0
    CLAUSE = 1
    SENTENCE = 2


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one field of an article, lower case and without accents."""

    source: str
    texts: Sequence[str]
    starts: Sequence[int]
    """Where each word starts in `source`, in characters."""
    ends: Sequence[int]
    boundaries: bytes
    """A `Boundary` per word: what lies before it."""
    is_stripped: bool
    """Whether the text has neither punctuation nor capitals to go by."""
    has_capitals: bool = False
    """Whether capitals tell names from other words."""

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.texts)

    def quote(self, first: int, last: int) -> str:
        """Return the original text from word *first* up to, not including, word *last*."""
        return self.source[self.starts[first] : self.ends[last - 1]]


def read_words(source: str) -> Words:
    """Split *source* into words and note the boundaries between them.

    Markup (`<b>`, `&amp;`) is not read; everything keeps its place.
    """
    visible = source
    if "<" in source or "&" in source:
        visible = _ENTITY.sub(_blank, _TAG.sub(_blank, source))
    if "\x1b" in source:
        visible = _ESCAPE.sub(_blank, visible)
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    boundaries = bytearray()
    previous_end = 0
    sentence_ends = capitals = 0
    for found in _WORD.finditer(visible):
        start, end = found.span()
        if end - start > _LONGEST_WORD:
            continue
        word = found.group()
        if word.isascii():
            lowered = word.lower()
            capitals += lowered is not word and lowered != word
        else:
            lowered = _fold(word)
            capitals += word != word.lower()
        boundary = Boundary.NONE
        if start - previous_end != 1 or visible[previous_end] != " ":
            boundary = _boundary(visible, previous_end, start, texts)
            sentence_ends += boundary == Boundary.SENTENCE
        texts.append(lowered)
        starts.append(start)
        ends.append(end)
        boundaries.append(boundary)
        previous_end = end
    if boundaries:
        boundaries[0] = Boundary.SENTENCE
    few = sentence_ends <= 1 + _STRIPPED_SHARE * len(texts)
    return Words(
        source=source,
        texts=texts,
        starts=starts,
        ends=ends,
        boundaries=bytes(boundaries),
        is_stripped=few and capitals == 0,
        has_capitals=capitals > 0,
    )


def _boundary(visible: str, previous_end: int, start: int, texts: Sequence[str]) -> int:
    """Say what lies between two words."""
    between = visible[previous_end:start]
    if not texts or between == "-":
        return Boundary.NONE
    if len(between) > _LONGEST_WORD:
        return Boundary.SENTENCE
    if _SENTENCE_END.search(between + visible[start : start + 1].replace(".", "x")):
        previous = texts[-1]
        abbreviated = between.startswith(".") and (
            previous in _ABBREVIATIONS or (len(previous) == 1 and previous.isalpha())
        )
        if previous == "no":
            abbreviated = visible[start].isdigit()
        if not abbreviated or "\n\n" in between:
            return Boundary.SENTENCE
        return Boundary.NONE
    return Boundary.CLAUSE if _CLAUSE_END.search(between) else Boundary.NONE


def _blank(found: re.Match[str]) -> str:
    """Return blanks of the same length."""
    return " " * len(found.group())


def _fold(word: str) -> str:
    """Lower *word* and take its accents off; what is no word then ("½") stays as it is."""
    decomposed = unicodedata.normalize("NFKD", word.casefold()).casefold()
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain if plain.isalnum() else word.casefold()
