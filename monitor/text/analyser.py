"""Analyser: reads articles; the one door of this room."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from spacy.language import Language

from monitor.domain import Analysis, Article, Field, Mention, Trigger, Versions, WatchedMention
from monitor.lexicon.cues import phrase_set
from monitor.lexicon.instruments import load_instruments
from monitor.lexicon.loader import Lexicon, load_lexicon
from monitor.lexicon.modes import load_modes
from monitor.lexicon.pattern import Phrases
from monitor.lexicon.watchlists import WatchlistReading, load_watchlists
from monitor.text.boundaries import sentences_of
from monitor.text.candidates import CandidateReader, keyword_of
from monitor.text.evidence import evidence_of, likely_sentence, proving_words
from monitor.text.figures import FigureReader
from monitor.text.gate import Gate, load_gate
from monitor.text.judgement import LEAST, Candidate, Reported, judge
from monitor.text.matcher import Finding
from monitor.text.mentions import article_mentions
from monitor.text.modes import ModeReader
from monitor.text.nlp import load_nlp, model_version
from monitor.text.roles import PlacedEntity, RoleReader
from monitor.text.sense import Opinion, SenseModel, load_sense
from monitor.text.sketch import sketch_of
from monitor.text.tagger import Tagger, Tagging
from monitor.text.watching import WatchReader
from monitor.text.window import windows_of
from monitor.text.words import Words, read_words

__all__ = ["Analyser", "build_analyser"]

LEAD_CHARS = 600
"""Three or four sentences: where newswire tells its news."""
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

    def __init__(
        self,
        lexicon: Lexicon,
        nlp: Language | None,
        *,
        sense: SenseModel | None = None,
        gate: Gate | None = None,
        watchlists: WatchlistReading | None = None,
    ) -> None:
        """Take what reads.

        Args:
            lexicon: the keywords.
            nlp: the entity pipeline; without one, the gazetteer alone is used.
            sense: what decides sense and status; without one, the lexicon alone does.
            gate: which sentences the sense model reads; None for all.
            watchlists: what the user wants to be told of; None for nothing.
        """
        watchlists = watchlists or WatchlistReading()
        self._watching = WatchReader(watchlists.watchlists)
        self._tagger = Tagger(nlp)
        self._sense = sense
        self._gate = gate
        self._candidates = CandidateReader(lexicon)
        classes = lexicon.classes
        self._modes = ModeReader(load_modes(classes))
        self._roles = RoleReader(classes.get("party", frozenset()))
        self._figures = FigureReader(
            persons=_phrase_index(classes.get("person", frozenset())),
            up=_phrase_index(classes.get("move-up", frozenset())),
            down=_phrase_index(classes.get("move-down", frozenset())),
            instruments=load_instruments(),
        )
        names = [model_version(nlp) if nlp else "gazetteer", *([sense.version] if sense else ())]
        self.versions = Versions(
            lexicon=lexicon.version, model="+".join(names), watchlists=watchlists.version or None
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
                article_mentions(
                    [(field.field, field.words, next(docs)) for field in fields],
                    day=article.ref.published_at.date() if article.ref.states_time else None,
                )
                if wanted
                else [() for _ in fields]
                for wanted, (article, fields) in zip(tagged, readings, strict=True)
            ]
        for (article, fields), named, wanted in zip(readings, mentions, tagged, strict=True):
            yield self._analysis(article, fields, named, wanted=wanted)

    def _findings_of(self, article: Article) -> tuple["_ReadField", ...]:
        """Find what an article reports, before anybody is named."""
        title, text = read_words(article.ref.title), read_words(article.text)
        year = article.ref.published_at.year if article.ref.states_time else None
        if not _is_english(text):
            return (_ReadField(Field.TITLE, title, ()), _ReadField(Field.TEXT, text, ()))
        told = _Told()
        return tuple(
            _ReadField(field, words, tuple(self._findings(words, year, told)))
            for field, words in ((Field.TITLE, title), (Field.TEXT, text))
        )

    def _findings(self, words: Words, year: int | None, told: "_Told") -> Iterator[Reported]:
        """Yield what one field reports, in the order of its sentences."""
        sentences = sentences_of(words)
        candidates = self._candidates.read(words, sentences, published_year=year)
        opinions = self._opinions(words, sentences, candidates, told)
        for number, sentence in enumerate(sentences):
            at_hand = candidates.get(number, [])
            asked = opinions.get(number, ()) if self._sense else None
            if at_hand or asked:
                yield from judge(sentence, at_hand, asked)

    def _opinions(
        self,
        words: Words,
        sentences: Sequence[tuple[int, int]],
        candidates: Mapping[int, Sequence[Candidate]],
        told: "_Told",
    ) -> dict[int, tuple[Opinion, ...]]:
        """Return per sentence, by its number, what the sense model thinks of it.

        Sentences that follow each other are read together: each is context for the others. Where
        title and lead say nothing, only what promises much is read further down.
        """
        if self._sense is None:
            return {}
        lead = sum(words.starts[first] < LEAD_CHARS for first, _ in sentences)
        scores = [
            self._promise(words, sentence, candidates.get(number, ()))
            for number, sentence in enumerate(sentences)
        ]
        opinions: dict[int, tuple[Opinion, ...]] = {}
        for part in (range(lead), range(lead, len(sentences))):
            least = self._least(told, part)
            worth = [number for number in part if scores[number] >= least]
            for window in windows_of(worth, sentences):
                read = self._sense.read(words, [sentences[number] for number in window])
                opinions.update(zip(window, read, strict=True))
            told.note(opinions.values())
        return opinions

    def _promise(
        self, words: Words, sentence: tuple[int, int], candidates: Sequence[Candidate]
    ) -> float:
        """Return how much a sentence promises; a user's own keyword does not need to."""
        if self._gate is None:
            return inf
        return self._gate.score(words.texts, sentence, keyword_of(candidates))

    def _least(self, told: "_Told", part: range) -> float:
        """Return what a sentence of this part must promise to be read closely."""
        if self._gate is None:
            return -inf
        return self._gate.least if told.anything or not part.start else self._gate.least_below

    def _analysis(
        self,
        article: Article,
        fields: Sequence["_ReadField"],
        mentions: Sequence[Sequence[Mention]],
        *,
        wanted: bool,
    ) -> Analysis:
        """Put together what is known of one article; *wanted* says whether names were looked for."""
        triggers: list[Trigger] = []
        watched: list[WatchedMention] = []
        source = article.ref.source.casefold()
        for field, named in zip(fields, mentions, strict=True):
            told_of = [row for row in named if not _is_byline(row, field.words, source)]
            placed = _placed(field.words, told_of)
            triggers += [self._trigger(reported, field, placed) for reported in field.reported]
            if wanted:
                watched += self._watching.read(field.words, placed, field=field.field)
        return Analysis(
            article=article,
            mentions=tuple(mention for named in mentions for mention in named),
            triggers=tuple(triggers),
            terms=_terms(fields[0].words, fields[1].words),
            watched=tuple(watched),
            sketch=sketch_of(fields[1].words.texts) if triggers else "",
            versions=self.versions,
        )

    def _trigger(
        self, reported: Reported, field: "_ReadField", placed: Sequence[PlacedEntity]
    ) -> Trigger:
        """Say of one keyword who, whom, where, how many, and what proves it."""
        sentence, words = reported.sentence, field.words
        finding = _shown(reported.finding, words, sentence)
        clause = likely_sentence(words, finding.first, finding.last, sentence)
        low, high = (bisect_left(placed, word, key=lambda item: item.first) for word in clause)
        roles = self._roles.read(finding, words, clause, placed[low:high])
        entry = finding.entry
        place = words, sentence, finding.first, finding.last
        event_type = self._modes.event_type_of(entry, *place)
        return Trigger(
            keyword=entry.id,
            kind=entry.kind,
            desk=entry.desk,
            event_type=event_type,
            mode=self._modes.read(event_type, *place),
            status=reported.status.status,
            evidence=evidence_of(words, finding.first, finding.last, sentence, field=field.field),
            actors=roles.actors,
            targets=roles.targets,
            places=roles.places,
            figures=self._figures.read(finding, words, sentence, field.field),
            weight=reported.probability,
            active=reported.active,
            cue=reported.status.cue,
        )


@dataclass(slots=True)
class _Told:
    """Whether anything was found in an article so far."""

    anything: bool = False

    def note(self, opinions: Iterable[Sequence[Opinion]]) -> None:
        """Note what the sense model thinks of some sentences."""
        self.anything = self.anything or any(
            opinion.probability >= LEAST for found in opinions for opinion in found
        )


@dataclass(frozen=True, slots=True)
class _ReadField:
    """One field of an article and what it reports."""

    field: Field
    words: Words
    reported: tuple[Reported, ...]


def _has_news(fields: Sequence[_ReadField]) -> bool:
    """Whether anything active is reported."""
    return any(reported.status.status.is_active for field in fields for reported in field.reported)


def build_analyser(
    *, model: str | None, overlays: Sequence[Path] = (), watchlists: Sequence[Path] = ()
) -> Analyser:
    """Load the lexicon, the watchlists, the sense model and the entity pipeline.

    Args:
        model: the entity pipeline; None for none, which changes no signal's kind or status.
        overlays: folders that are laid over the built-in lexicon.
        watchlists: files of what the user wants to be told of.

    Raises:
        InvalidLexicon: if a lexicon file breaks its schema.
        InvalidWatchlist: if a watchlist file cannot be read or breaks its form.
        ModelUnavailable: if the pipeline cannot be loaded.
    """
    lexicon, watched = load_lexicon(overlays), load_watchlists(watchlists)
    nlp = None if model is None else load_nlp(model)
    return Analyser(lexicon, nlp, sense=load_sense(), gate=load_gate(), watchlists=watched)


def _shown(finding: Finding, words: Words, sentence: tuple[int, int]) -> Finding:
    """Return a finding with the words that are shown as its proof: an entry's stand as they are."""
    if finding.entry.patterns:
        return finding
    first, last = proving_words(words, finding.first, finding.last, sentence)
    return replace(finding, first=first, last=last)


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
