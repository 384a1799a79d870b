"""Status: whether a text presents something as happening, threatened, denied, supposed or past."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain import Status
from monitor.lexicon.cues import Cue, Cues
from monitor.lexicon.entry import Region
from monitor.text.matcher import Finding, phrase_at
from monitor.text.words import Boundary, Words

__all__ = ["StatusReading", "read_status"]

_EARLIEST_YEAR = 1900
_REACH_WITHOUT_PUNCTUATION = 22
"""In stripped text a far cue ("years ago") is looked for at most so many words away; the median
sentence of newswire has 22 words."""


@dataclass(frozen=True, slots=True)
class StatusReading:
    """A status, and the cue that gave it."""

    status: Status
    cue: str
    """Id of the cue; empty where nothing spoke against "happening"."""


def read_status(
    finding: Finding,
    words: Words,
    sentence: tuple[int, int],
    cues: Cues,
    *,
    published_year: int | None,
) -> StatusReading:
    """Decide the status of *finding*.

    Args:
        finding: the words that fired.
        words: the text.
        sentence: its sentence, as a half-open range of words.
        cues: what to look for.
        published_year: the year of publication; None where the article states none.
    """
    denied = _first_cue(finding, words, sentence, cues, (Status.DENIED,))
    if denied:
        return StatusReading(Status.DENIED, denied.id)
    if _names_earlier_year(finding, words, sentence, published_year):
        return StatusReading(Status.PAST, "past.year")
    given = finding.entry.status
    wanted = (Status.PAST,) if given else tuple(Status)
    cue = _first_cue(finding, words, sentence, cues, wanted)
    if cue:
        return StatusReading(cue.status, cue.id)
    return StatusReading(given or Status.HAPPENING, "entry" if given else "")


def _first_cue(
    finding: Finding,
    words: Words,
    sentence: tuple[int, int],
    cues: Cues,
    wanted: Sequence[Status],
) -> Cue | None:
    """Return the first cue of a *wanted* status that reaches the words that fired."""
    for cue in cues.cues:
        if finding.entry.kind not in cue.kinds or cue.status not in wanted:
            continue
        if _reaches(cue, finding, words, sentence, cues.stops):
            return cue
    return None


def _reaches(
    cue: Cue, finding: Finding, words: Words, sentence: tuple[int, int], stops: frozenset[str]
) -> bool:
    """Whether one of the cue's phrases stands in its region."""
    start, stop = sentence
    far = cue.within == 0
    within = cue.within or (_REACH_WITHOUT_PUNCTUATION if words.is_stripped else len(words))
    if cue.region is not Region.AFTER:
        low = max(start, finding.first - within)
        if not far:
            low = _reach_back(words, finding.first, low, stops)
        if _stands(cue, words.texts, low, finding.last):
            return True
    if cue.region is not Region.BEFORE:
        high = min(stop, finding.last + within)
        return _stands(cue, words.texts, finding.last, high)
    return False


def _reach_back(words: Words, position: int, low: int, stops: frozenset[str]) -> int:
    """Return the first word that a cue may stand on, not looking past a stop."""
    for index in range(position - 1, low - 1, -1):
        if words.texts[index] in stops or words.boundaries[index + 1] == Boundary.SENTENCE:
            return index + 1
    return low


def _stands(cue: Cue, texts: Sequence[str], low: int, high: int) -> bool:
    """Whether a phrase of the cue, and no exception, starts in a range of words."""
    return any(
        texts[index] in cue.phrases
        and phrase_at(cue.phrases, texts, index, high)
        and not phrase_at(cue.exceptions, texts, index, len(texts))
        for index in range(low, high)
    )


def _names_earlier_year(
    finding: Finding, words: Words, sentence: tuple[int, int], published_year: int | None
) -> bool:
    """Whether the sentence dates what it says by a year before the publication's."""
    start, stop = sentence
    if words.is_stripped:
        start = max(start, finding.first - _REACH_WITHOUT_PUNCTUATION)
        stop = min(stop, finding.last + _REACH_WITHOUT_PUNCTUATION)
    latest = (published_year or 2100) - 1
    for index in range(start, stop):
        text = words.texts[index]
        if len(text) == 4 and text.isdigit() and _EARLIEST_YEAR <= int(text) <= latest:  # noqa: PLR2004
            counted = words.texts[index + 1 : index + 2]
            if not counted or counted[0] not in _COUNTED:
                return True
    return False


_COUNTED = frozenset(
    "people troops soldiers men members points tonnes tons barrels miles kilometers km workers "
    "dollars dlrs mln years employees feet meters metres police".split()
)
