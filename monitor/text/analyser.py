"""Analyser: reads articles; the one door of this room."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from monitor.domain import Analysis, Article, Field, Mention, Trigger, Versions
from monitor.lexicon.cues import load_cues, phrase_set
from monitor.lexicon.instruments import load_instruments
from monitor.lexicon.loader import Lexicon, load_lexicon
from monitor.lexicon.pattern import Phrases
from monitor.text.boundaries import sentence_starts
from monitor.text.evidence import evidence_of
from monitor.text.figures import FigureReader
from monitor.text.matcher import Matcher
from monitor.text.mentions import mentions_of
from monitor.text.nlp import load_nlp, model_version
from monitor.text.roles import PlacedEntity, RoleReader
from monitor.text.status import read_status
from monitor.text.words import Words, read_words

__all__ = ["Analyser", "build_analyser"]

_LONGEST_TOKEN = 200
"""Characters of a run without blanks above which it is not read: no word is so long, and the
tokenizer's time grows with the square of it."""
_CHUNK_CHARS = 100_000
"""Characters that the entity pipeline reads at once: its memory grows with them."""
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
        self._nlp = nlp
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

    def pipe(self, articles: Sequence[Article]) -> Iterator[Analysis]:
        """Yield one analysis per article, in order."""
        fields: list[tuple[Words, Words]] = [
            (read_words(article.ref.title), read_words(article.text)) for article in articles
        ]
        docs = self._docs([words for pair in fields for words in pair])
        for article, (title, text) in zip(articles, fields, strict=True):
            title_docs = next(docs)
            text_docs = next(docs)
            yield self._analyse(article, title, text, title_docs, text_docs)

    def _analyse(
        self, article: Article, title: Words, text: Words, title_doc: Doc | None, doc: Doc | None
    ) -> Analysis:
        """Read one article whose words and entities are known."""
        title_mentions = mentions_of(title, title_doc, field=Field.TITLE)
        text_mentions = mentions_of(text, doc, field=Field.TEXT)
        triggers: list[Trigger] = []
        if _is_english(text):
            year = article.ref.published_at.year if article.ref.states_time else None
            source = article.ref.source.casefold()
            for words, mentions, field in (
                (title, title_mentions, Field.TITLE),
                (text, text_mentions, Field.TEXT),
            ):
                told_of = [
                    mention for mention in mentions if not _is_byline(mention, words, source)
                ]
                triggers += self._triggers(words, told_of, field, year)
        return Analysis(
            article=article,
            mentions=(*title_mentions, *text_mentions),
            triggers=tuple(triggers),
            terms=_terms(title, text),
            versions=self.versions,
        )

    def _triggers(
        self, words: Words, mentions: Sequence[Mention], field: Field, year: int | None
    ) -> Iterator[Trigger]:
        """Yield what one field reports."""
        if not len(words):
            return
        starts = sentence_starts(words)
        sentence_of = _sentences(starts, len(words))
        limits = [stop for _, stop in sentence_of]
        placed = _placed(words, mentions)
        for finding in self._matcher.find(words, limits):
            sentence = sentence_of[finding.first]
            if self._matcher.refusal(finding, words, sentence) is not None:
                continue
            named = [item for item in placed if sentence[0] <= item.first < sentence[1]]
            roles = self._roles.read(finding, words, sentence, named)
            status = read_status(finding, words, sentence, self._cues, published_year=year)
            entry = finding.entry
            yield Trigger(
                keyword=entry.id,
                kind=entry.kind,
                desk=entry.desk,
                event_type=entry.event_type,
                status=status.status,
                evidence=evidence_of(words, finding.first, finding.last, sentence, field=field),
                actors=roles.actors,
                targets=roles.targets,
                places=roles.places,
                figures=self._figures.read(finding, words, sentence, field),
                weight=entry.weight,
                cue=status.cue,
            )

    def _docs(self, fields: Iterable[Words]) -> Iterator[Doc | None]:
        """Yield the entity pipeline's reading of each field."""
        if self._nlp is None:
            for _ in fields:
                yield None
            return
        nlp = self._nlp
        readable = [_readable(words.source) for words in fields]
        pieces = [piece for text in readable for piece in _pieces(text)]
        docs = iter(nlp.pipe(pieces, batch_size=32))
        for text in readable:
            parts = [next(docs) for _ in _pieces(text)]
            yield parts[0] if len(parts) == 1 else Doc.from_docs(parts, ensure_whitespace=False)


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


def _readable(source: str) -> str:
    """Blank out runs that are no words, keeping every place."""
    return re.sub(rf"\S{{{_LONGEST_TOKEN},}}", lambda run: " " * len(run.group()), source)


def _pieces(text: str) -> list[str]:
    """Cut a text at blanks into pieces that the entity pipeline reads at once."""
    pieces = []
    start = 0
    while len(text) - start > _CHUNK_CHARS:
        cut = text.rfind(" ", start, start + _CHUNK_CHARS)
        cut = cut + 1 if cut > start else start + _CHUNK_CHARS
        pieces.append(text[start:cut])
        start = cut
    pieces.append(text[start:])
    return pieces


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
