"""Words: a text as the row of words that stripped text would have, with places in the original.

Every rule reads these words, so that a text as written and the same text in lower case without
punctuation look alike; punctuation only adds boundaries where there is some.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate

from monitor.lexicon.places import possessives
from monitor.text.everyday import everyday_words

__all__ = ["Boundary", "Words", "read_words"]

_WORD = re.compile(r"([^\W_]+)")
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
    # Gaps and words in turn: cutting, measuring and lowering them all at once is twice as fast as
    # word by word, and this is a third of what reading a text without signals costs.
    parts = _WORD.split(visible)
    written = parts[1::2]
    if max(map(len, written), default=0) > _LONGEST_WORD:
        parts = _without_data(parts)
        written = parts[1::2]
    texts, has_capitals = _lowered(written)
    places = list(accumulate(map(len, parts)))
    boundaries = bytearray(len(texts))
    if boundaries:
        boundaries[0] = Boundary.SENTENCE
    sentence_ends = 0
    for number, gap in enumerate(parts[:-1:2]):
        if number and gap != " ":
            boundary = _boundary(gap, written[number][0], texts[number - 1])
            boundaries[number] = boundary
            sentence_ends += boundary == Boundary.SENTENCE
    few = sentence_ends <= 1 + _STRIPPED_SHARE * len(texts)
    words = Words(
        source=source,
        texts=texts,
        starts=places[:-1:2],
        ends=places[1::2],
        boundaries=bytes(boundaries),
        is_stripped=few and not has_capitals,
        has_capitals=has_capitals,
    )
    return _with_apostrophes(words) if words.is_stripped else words


def _with_apostrophes(words: Words) -> Words:
    """Return stripped words with possessives as two, as where a blank stands for the apostrophe.

    "russias army" is "russia s army": crawls leave one out or the other.
    """
    known = _possessives()
    if known.isdisjoint(words.texts):
        return words
    texts, starts, ends = list(words.texts), list(words.starts), list(words.ends)
    boundaries = bytearray(words.boundaries)
    for place in reversed([place for place, text in enumerate(texts) if text in known]):
        if ends[place] - starts[place] != len(texts[place]):
            continue  # Folding has changed how many characters there are: no telling where the name ends.
        texts[place : place + 1] = [texts[place][:-1], "s"]
        ends.insert(place, ends[place] - 1)
        starts.insert(place + 1, ends[place])
        boundaries.insert(place + 1, Boundary.NONE)
    return replace(words, texts=texts, starts=starts, ends=ends, boundaries=bytes(boundaries))


@cache
def _possessives() -> frozenset[str]:
    return frozenset(possessives() - everyday_words())


def _without_data(parts: Sequence[str]) -> list[str]:
    """Return gaps and words in turn, with words that are too long made part of their gap."""
    kept = [parts[0]]
    for word, gap in zip(parts[1::2], parts[2::2], strict=True):
        if len(word) > _LONGEST_WORD:
            kept[-1] += word + gap
        else:
            kept += [word, gap]
    return kept


def _lowered(written: Sequence[str]) -> tuple[list[str], bool]:
    """Return words in lower case and without accents, and whether any had a capital."""
    together = " ".join(written)
    lowered = together.lower()
    if not written:
        return [], False
    if together.isascii():
        return lowered.split(" "), lowered != together
    texts = [word.lower() if word.isascii() else _fold(word) for word in written]
    return texts, lowered != together


def _boundary(gap: str, following: str, previous: str) -> int:
    """Say what lies between two words.

    Args:
        gap: what is written between them.
        following: the first character of the second.
        previous: the first word, lower case.
    """
    if len(gap) > _LONGEST_WORD:
        return Boundary.SENTENCE
    boundary = _of_gap(gap)
    if boundary != Boundary.SENTENCE:
        return boundary
    abbreviated = gap.startswith(".") and (
        previous in _ABBREVIATIONS or (len(previous) == 1 and previous.isalpha())
    )
    if previous == "no":
        abbreviated = following.isdigit()
    return Boundary.NONE if abbreviated and "\n\n" not in gap else boundary


@lru_cache(maxsize=1024)
def _of_gap(gap: str) -> int:
    """Say what lies between two words, whatever they are; a text has few different gaps."""
    if gap == "-":
        return Boundary.NONE
    if _SENTENCE_END.search(gap + "x"):
        return Boundary.SENTENCE
    return Boundary.CLAUSE if _CLAUSE_END.search(gap) else Boundary.NONE


def _blank(found: re.Match[str]) -> str:
    """Return blanks of the same length."""
    return " " * len(found.group())


def _fold(word: str) -> str:
    """Lower *word* and take its accents off; what is no word then ("½") stays as it is."""
    decomposed = unicodedata.normalize("NFKD", word.casefold()).casefold()
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain if plain.isalnum() else word.casefold()
