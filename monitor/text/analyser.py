"""Analyser: reads articles; the one door of this room."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language

from monitor.domain import Analysis, Article, Field, Mention, Trigger, Versions
from monitor.lexicon.cues import load_cues, phrase_set
from monitor.lexicon.instruments import load_instruments
from monitor.lexicon.loader import Lexicon, load_lexicon
from monitor.lexicon.pattern import Phrases
from monitor.text.boundaries import sentence_starts
from monitor.text.evidence import evidence_of
from monitor.text.figures import FigureReader
from monitor.text.matcher import Finding, Matcher
from monitor.text.mentions import mentions_of
from monitor.text.nlp import load_nlp, model_version
from monitor.text.roles import PlacedEntity, RoleReader
from monitor.text.status import StatusReading, read_status
from monitor.text.tagger import Tagger, Tagging
from monitor.text.words import Words, read_words

__all__ = ["Analyser", "build_analyser"]

_TERMS = 40
"""Words kept for telling stories apart."""
_ENGLISH_SHARE = 0.08
"""Least share of English function words in a text of 30 words or more: English news has 0.3 to
0.5, other European languages below 0.04."""
_FUNCTION_WORDS = frozenset(
    "the of and to in a that is was for on with as by at from it be are this were has have said "
    "his he they but not an who had its which will after their been".split()
)


class Analyser:
    """Reads articles: mentions, triggers with status, parties, figures and evidence."""

    def __init__(self, lexicon: Lexicon, nlp: Language | None) -> None:
        """Take the lexicon and the entity pipeline; without one, the gazetteer alone is used."""
        self._tagger = Tagger(nlp)
        self._matcher = Matcher(lexicon)
        self._cues = load_cues()
        classes = lexicon.classes
        self._roles = RoleReader(classes.get("party", frozenset()))
        self._figures = FigureReader(
            persons=_phrase_index(classes.get("person", frozenset())),
            up=_phrase_index(classes.get("move-up", frozenset())),
            down=_phrase_index(classes.get("move-down", frozenset())),
            instruments=load_instruments(),
        )
        self.versions = Versions(
            lexicon=lexicon.version, model=model_version(nlp) if nlp else "gazetteer"
        )

    def pipe(
        self, articles: Sequence[Article], *, tagging: Tagging = Tagging.ALL
    ) -> Iterator[Analysis]:
        """Yield one analysis per article, in order.

        Args:
            articles: what to read.
            tagging: which of them the entity pipeline reads; the others have no mentions.
        """
        readings = [(article, self._findings_of(article)) for article in articles]
        tagged = [tagging is Tagging.ALL or _has_news(fields) for _, fields in readings]
        docs = self._tagger.read(
            [
                field.words
                for wanted, (_, fields) in zip(tagged, readings, strict=True)
                if wanted
                for field in fields
            ]
        )
        with self._tagger.memory():
            mentions = [
                [
                    mentions_of(field.words, next(docs), field=field.field) if wanted else ()
                    for field in fields
                ]
                for wanted, (_, fields) in zip(tagged, readings, strict=True)
            ]
        for (article, fields), named in zip(readings, mentions, strict=True):
            yield self._analysis(article, fields, named)

    def _findings_of(self, article: Article) -> tuple["_ReadField", ...]:
        """Find the keywords of an article and their status, before anybody is named."""
        title, text = read_words(article.ref.title), read_words(article.text)
        year = article.ref.published_at.year if article.ref.states_time else None
        english = _is_english(text)
        return tuple(
            _ReadField(field, words, tuple(self._findings(words, year)) if english else ())
            for field, words in ((Field.TITLE, title), (Field.TEXT, text))
        )

    def _findings(self, words: Words, year: int | None) -> Iterator["_Reported"]:
        """Yield the keywords of one field that hold, each with its sentence and status."""
        if not len(words):
            return
        sentence_of = _sentences(sentence_starts(words), len(words))
        limits = [stop for _, stop in sentence_of]
        known: dict[int, int] = {}
        for finding in self._matcher.find(words, limits):
            sentence = sentence_of[finding.first]
            if self._matcher.refusal(finding, words, sentence, known) is None:
                status = read_status(finding, words, sentence, self._cues, published_year=year)
                yield _Reported(finding, sentence, status)

    def _analysis(
        self,
        article: Article,
        fields: Sequence["_ReadField"],
        mentions: Sequence[Sequence[Mention]],
    ) -> Analysis:
        """Put together what is known of one article."""
        triggers: list[Trigger] = []
        source = article.ref.source.casefold()
        for field, named in zip(fields, mentions, strict=True):
            told_of = [row for row in named if not _is_byline(row, field.words, source)]
            placed = _placed(field.words, told_of)
            triggers += [self._trigger(reported, field, placed) for reported in field.reported]
        return Analysis(
            article=article,
            mentions=tuple(mention for named in mentions for mention in named),
            triggers=tuple(triggers),
            terms=_terms(fields[0].words, fields[1].words),
            versions=self.versions,
        )

    def _trigger(
        self, reported: "_Reported", field: "_ReadField", placed: Sequence[PlacedEntity]
    ) -> Trigger:
        """Say of one keyword who, whom, where, how many, and what proves it."""
        finding, sentence, words = reported.finding, reported.sentence, field.words
        low, high = (bisect_left(placed, word, key=lambda item: item.first) for word in sentence)
        named = placed[low:high]
        roles = self._roles.read(finding, words, sentence, named)
        entry = finding.entry
        return Trigger(
            keyword=entry.id,
            kind=entry.kind,
            desk=entry.desk,
            event_type=entry.event_type,
            status=reported.status.status,
            evidence=evidence_of(words, finding.first, finding.last, sentence, field=field.field),
            actors=roles.actors,
            targets=roles.targets,
            places=roles.places,
            figures=self._figures.read(finding, words, sentence, field.field),
            weight=entry.weight,
            cue=reported.status.cue,
        )


@dataclass(frozen=True, slots=True)
class _Reported:
    """A keyword that holds, with the sentence around it and the status it has there."""

    finding: Finding
    sentence: tuple[int, int]
    status: StatusReading


@dataclass(frozen=True, slots=True)
class _ReadField:
    """One field of an article and what it reports."""

    field: Field
    words: Words
    reported: tuple[_Reported, ...]


def _has_news(fields: Sequence[_ReadField]) -> bool:
    """Whether anything active is reported."""
    return any(reported.status.status.is_active for field in fields for reported in field.reported)


def build_analyser(*, model: str, overlays: Sequence[Path] = ()) -> Analyser:
    """Load the lexicon and the entity pipeline.

    Raises:
        InvalidLexicon: if a lexicon file breaks its schema.
        ModelUnavailable: if the pipeline cannot be loaded.
    """
    return Analyser(load_lexicon(overlays), load_nlp(model))


def _sentences(starts: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Return per word the half-open range of its sentence."""
    spans: list[tuple[int, int]] = []
    for start, stop in zip(starts, [*starts[1:], size], strict=True):
        spans.extend([(start, stop)] * (stop - start))
    return spans


def _placed(words: Words, mentions: Sequence[Mention]) -> list[PlacedEntity]:
    """Return the mentions with the words that they cover."""
    placed = []
    position = 0
    for mention in mentions:
        while position < len(words) and words.starts[position] < mention.span.start_char:
            position += 1
        last = position
        while last < len(words) and words.starts[last] < mention.span.end_char:
            last += 1
        placed.append(PlacedEntity(position, last, mention.entity))
    return placed


def _is_byline(mention: Mention, words: Words, source: str) -> bool:
    """Whether a name is that of who publishes: the source itself, or an agency in brackets."""
    span = mention.span
    around = words.source[max(0, span.start_char - 1) : span.end_char + 1]
    return span.quote.casefold() == source or (around[:1] == "(" and around[-1:] == ")")


def _is_english(words: Words) -> bool:
    """Whether a text is English, as far as its function words tell; short ones are taken to be."""
    sample = words.texts[:400]
    if len(sample) < 30:  # noqa: PLR2004  (too few words to tell)
        return True
    return sum(text in _FUNCTION_WORDS for text in sample) >= _ENGLISH_SHARE * len(sample)


def _terms(title: Words, text: Words) -> tuple[str, ...]:
    """Return the words that tell this article from others: those of title and lead first."""
    counted: Counter[str] = Counter()
    for weight, texts in ((3, title.texts), (2, text.texts[:60]), (1, text.texts[60:400])):
        for word in texts:
            if len(word) > 3 and not word.isdigit() and word not in _COMMON:  # noqa: PLR2004
                counted[word] += weight
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(word for word, _ in ranked[:_TERMS])


_COMMON = _FUNCTION_WORDS | frozenset(
    "said says told also would could should more than other some most over into about between "
    "during before since while when where what there them then than these those such both each "
    "very just only even still under against through because first last year years week month "
    "time today monday tuesday wednesday thursday friday saturday sunday people officials "
    "official news agency reported report reports according spokesman government minister "
    "president percent being made make".split()
)


def _phrase_index(phrases: Phrases) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Index phrases by first word, longest first."""
    return dict(phrase_set(" ".join(phrase) for phrase in phrases))
