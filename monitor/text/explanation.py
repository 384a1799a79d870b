"""Explanation: per place where an entry's words stand, why it counts there or why it does not.

The same steps as the analyser's, with nothing left out of the account: `Matcher.find`,
`Matcher.refusal`, `read_status`. What then becomes of a place in its article is told by
`monitor.policy.outcomes`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from monitor.domain import Article, Field, SignalKind, Status, TextSpan
from monitor.lexicon.cues import load_cues
from monitor.lexicon.entry import Condition, Entry, Polarity, Region
from monitor.lexicon.loader import Lexicon
from monitor.lexicon.pattern import Phrases, expand_phrase
from monitor.text.boundaries import sentence_starts
from monitor.text.matcher import Finding, Matcher
from monitor.text.status import StatusReading, read_status
from monitor.text.words import Words, read_words

__all__ = ["Answer", "Explainer", "FoundWords", "Place", "Reader", "SecondOpinion", "Tried"]


class Answer(StrEnum):
    """What looking for the words of a condition came to."""

    SUPPORTS = "supports"
    """The words were needed, and stand there."""
    LACKS = "lacks"
    """The words were needed, and none of them stands there: the entry does not count."""
    VETOES = "vetoes"
    """The words forbid the entry, and stand there: it does not count."""
    SILENT = "silent"
    """The words would forbid the entry, and do not stand there."""
    OVERRULED = "overruled"
    """The words would forbid the entry, but needed ones stand nearer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWords:
    """Words of a condition, where they stand in the text."""

    span: TextSpan
    written: str
    """The phrase or class that asks for them, as the file writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A condition that was looked at, and its answer."""

    condition: Condition
    answer: Answer
    found: tuple[FoundWords, ...]

    @property
    def name(self) -> str:
        """The field that the condition is written in: `near`, `not_before`."""
        prefix = "" if self.condition.polarity is Polarity.NEEDED else "not_"
        return f"{prefix}{self.condition.region.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinion:
    """What a reader beside the lexicon thinks of a place: one kind with one status."""

    reader: str
    """Who thinks so."""
    kind: SignalKind
    status: Status
    probability: float
    """0 to 1."""


class Reader(Protocol):
    """Reads a sentence beside the lexicon; a learned model, for example."""

    def __call__(
        self, finding: Finding, words: Words, sentence: tuple[int, int]
    ) -> Iterable[SecondOpinion]:
        """Return what it thinks of the place where the words of *finding* stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place where an entry's words stand, and what was made of it."""

    entry: Entry
    words: TextSpan
    """The words that fired."""
    sentence: TextSpan
    tried: tuple[Tried, ...]
    """The conditions in the order of the entry, up to the one that spoke against it."""
    reading: StatusReading | None
    """Status and the cue that gave it; None where the entry does not count."""
    opinions: tuple[SecondOpinion, ...] = ()
    """What readers beside the lexicon think of it."""

    @property
    def refused_by(self) -> Tried | None:
        """The condition that speaks against the entry here; None where it counts."""
        return self.tried[-1] if self.reading is None else None


class Explainer:
    """Says of the entries of one lexicon where they fire and why."""

    def __init__(self, lexicon: Lexicon, *, readers: Sequence[Reader] = ()) -> None:
        """Take the lexicon, and whoever else is to be asked about every place."""
        self._matcher = Matcher(lexicon)
        self._classes: Mapping[str, Phrases] = lexicon.classes
        self._cues = load_cues()
        self._readers = tuple(readers)
        self._expanded: dict[str, Phrases] = {}

    def fired(self, article: Article) -> Iterator[tuple[Entry, StatusReading]]:
        """Yield the entries that count, with their status, without saying why: for many texts."""
        for _, words in _fields(article):
            known: dict[int, int] = {}
            for finding, sentence in self._findings(words):
                if self._matcher.refusal(finding, words, sentence, known) is None:
                    yield finding.entry, self._status(finding, words, sentence, article)

    def places(self, article: Article) -> Iterator[Place]:
        """Yield every place where an entry's words stand, in the order of title and text."""
        for field, words in _fields(article):
            known: dict[int, int] = {}
            standing: _Standing = {}
            for finding, sentence in self._findings(words):
                refusal = self._matcher.refusal(finding, words, sentence, known)
                told = _Told(finding, words, sentence, field, standing)
                yield Place(
                    entry=finding.entry,
                    words=_span(words, (finding.first, finding.last), field),
                    sentence=_span(words, sentence, field),
                    tried=tuple(self._tried(told, refusal)),
                    reading=(
                        self._status(finding, words, sentence, article) if refusal is None else None
                    ),
                    opinions=tuple(
                        opinion
                        for reader in self._readers
                        for opinion in reader(finding, words, sentence)
                    ),
                )

    def _findings(self, words: Words) -> Iterator[tuple[Finding, tuple[int, int]]]:
        """Yield the entries whose words stand in a field, each with its sentence."""
        starts = sentence_starts(words)
        sentences: list[tuple[int, int]] = []
        for start, stop in zip(starts, [*starts[1:], len(words)], strict=False):
            sentences += [(start, stop)] * (stop - start)
        for finding in self._matcher.find(words, [stop for _, stop in sentences]):
            yield finding, sentences[finding.first]

    def _status(
        self, finding: Finding, words: Words, sentence: tuple[int, int], article: Article
    ) -> StatusReading:
        """Read the status as the analyser does."""
        year = article.ref.published_at.year if article.ref.states_time else None
        return read_status(finding, words, sentence, self._cues, published_year=year)

    def _tried(self, told: "_Told", refusal: Condition | None) -> Iterator[Tried]:
        """Yield the conditions of an entry with their answers, up to the *refusal*."""
        for condition in told.finding.entry.conditions:
            ranges = self._standing(told, condition)
            needed = condition.polarity is Polarity.NEEDED
            if condition is refusal:
                answer = Answer.LACKS if needed else Answer.VETOES
            elif needed:
                answer = Answer.SUPPORTS
            else:
                is_met = 0 < len(ranges) == condition.least
                answer = Answer.OVERRULED if is_met else Answer.SILENT
            found = (
                FoundWords(
                    span=_span(told.words, stretch, told.field),
                    written=self._written(condition, tuple(told.words.texts[slice(*stretch)])),
                )
                for stretch in ranges
            )
            yield Tried(condition=condition, answer=answer, found=tuple(found))
            if condition is refusal:
                return

    def _standing(self, told: "_Told", condition: Condition) -> tuple[tuple[int, int], ...]:
        """Return where words of a condition stand; a whole article is looked through but once."""
        known = told.standing.get(id(condition))
        if known is None:
            known = self._matcher.standing(condition, told.finding, told.words, told.sentence)
            if condition.region is Region.ARTICLE:
                told.standing[id(condition)] = known
        return known

    def _written(self, condition: Condition, phrase: tuple[str, ...]) -> str:
        """Return which of the phrases that a file writes stands for the words found."""
        for written in condition.source:
            if written not in self._expanded:
                self._expanded[written] = expand_phrase(written, self._classes)
            if phrase in self._expanded[written]:
                return written
        return " ".join(phrase)


_Standing = dict[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class _Told:
    """A place while it is being explained."""

    finding: Finding
    words: Words
    sentence: tuple[int, int]
    field: Field
    standing: _Standing
    """Where the words of conditions on the whole article stand, by the condition's identity."""


def _fields(article: Article) -> Iterator[tuple[Field, Words]]:
    """Yield title and text as words."""
    yield Field.TITLE, read_words(article.ref.title)
    yield Field.TEXT, read_words(article.text)


def _span(words: Words, stretch: tuple[int, int], field: Field) -> TextSpan:
    """Return a range of words as a stretch of the article's field."""
    first, last = stretch
    return TextSpan(
        start_char=words.starts[first],
        end_char=words.ends[last - 1],
        quote=words.quote(first, last),
        field=field,
    )
