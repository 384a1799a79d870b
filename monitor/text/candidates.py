"""Candidates: where the lexicon's words stand in a text, sentence by sentence, and how they stand."""

from collections.abc import Sequence

from monitor.lexicon.cues import load_cues
from monitor.lexicon.loader import Lexicon
from monitor.text.gate import Keyword
from monitor.text.judgement import Candidate
from monitor.text.matcher import Matcher
from monitor.text.status import read_status
from monitor.text.words import Words

__all__ = ["CandidateReader", "keyword_of"]


class CandidateReader:
    """Finds the entries of one lexicon, with what speaks against each and its status by the cues."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take the keywords."""
        self._matcher = Matcher(lexicon)
        self._cues = load_cues()

    def read(
        self, words: Words, sentences: Sequence[tuple[int, int]], *, published_year: int | None
    ) -> dict[int, list[Candidate]]:
        """Return per sentence, by its number, where the lexicon's words stand in it.

        Args:
            words: the text.
            sentences: half-open ranges that cover it, each behind the one before.
            published_year: of the article; None where it states none.
        """
        number_of = [
            number for number, (first, last) in enumerate(sentences) for _ in range(first, last)
        ]
        limits = [sentences[number][1] for number in number_of]
        known: dict[int, int] = {}
        found: dict[int, list[Candidate]] = {}
        for finding in self._matcher.find(words, limits):
            number = number_of[finding.first]
            sentence = sentences[number]
            refusal = self._matcher.refusal(finding, words, sentence, known)
            status = read_status(
                finding, words, sentence, self._cues, published_year=published_year
            )
            found.setdefault(number, []).append(Candidate(finding, refusal, status))
        return found


def keyword_of(candidates: Sequence[Candidate]) -> Keyword:
    """Return what the lexicon has in a sentence, as the gate asks for it."""
    if not candidates:
        return Keyword.NONE
    sound = any(candidate.refusal is None for candidate in candidates)
    return Keyword.SOUND if sound else Keyword.REFUSED
