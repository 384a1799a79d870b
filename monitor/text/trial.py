"""Trial: a lexicon's entries tried on their own examples and on a sample of news."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.domain import Article, ArticleRef
from monitor.lexicon.entry import Entry
from monitor.lexicon.loader import Lexicon, LexiconReading
from monitor.lexicon.pattern import Phrases
from monitor.lexicon.problem import Problem, ProblemSeverity
from monitor.text.analyser import Analyser
from monitor.text.explanation import Answer, Explainer, Tried

__all__ = ["Sample", "classes_read", "try_lexicon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """News that every entry should fire in somewhere."""

    name: str
    """What it is, for people."""
    articles: Iterable[Article]


def classes_read(lexicon: Lexicon) -> frozenset[str]:
    """Return the classes of *lexicon* that the analyser itself asks for by name."""
    watched = _Watched(lexicon.classes)
    Analyser(replace(lexicon, classes=watched), None)
    return frozenset(watched.asked)


def try_lexicon(
    reading: LexiconReading, sample: Sample, *, published_at: datetime
) -> Iterator[Problem]:
    """Yield a warning for each promise that an entry does not keep.

    Args:
        reading: the lexicon as read.
        sample: the news; the lexicon's own examples count as part of it.
        published_at: when the examples are taken to be published.
    """
    explainer = Explainer(reading.lexicon)
    seen: set[str] = set()
    for entry in reading.lexicon.entries:
        for form, turned in (("as written", str), ("stripped", _stripped)):
            if entry.example.strip():
                article = _article(turned(entry.example), published_at)
                seen.update(fired.id for fired, _ in explainer.fired(article))
                if complaint := _unfired(explainer, entry, article):
                    yield _warning(reading, entry, "example", f"{form}, {complaint}")
            if entry.counter_example.strip():
                article = _article(turned(entry.counter_example), published_at)
                seen.update(fired.id for fired, _ in explainer.fired(article))
                for complaint in _misfired(explainer, entry, article):
                    yield _warning(reading, entry, "counter_example", f"{form}, {complaint}")
    count = 0
    for count, article in enumerate(sample.articles, start=1):  # noqa: B007
        seen.update(fired.id for fired, _ in explainer.fired(article))
    for entry in reading.lexicon.entries:
        if entry.id not in seen:
            message = f"never fires in the sample ({sample.name}: {count:,} texts)"
            yield _warning(reading, entry, "", message)


def _unfired(explainer: Explainer, entry: Entry, article: Article) -> str:
    """Say why an example does not fire its entry with a status that it should; nothing if it does."""
    own = [place for place in explainer.places(article) if place.entry.id == entry.id]
    readings = [place.reading for place in own if place.reading]
    if any(reading.status.is_active or reading.status is entry.status for reading in readings):
        return ""
    if readings:
        cue = readings[0].cue
        return f"fires it only as {readings[0].status.value} (cue {cue})"
    for place in own:
        if place.refused_by:
            return f"does not fire it: {_refusal(place.refused_by)}"
    return "does not fire it: none of its terms stands there"


def _misfired(explainer: Explainer, entry: Entry, article: Article) -> Iterator[str]:
    """Say which entries of the same kind a counter-example fires all the same."""
    told: set[str] = set()
    for place in explainer.places(article):
        active = place.reading is not None and place.reading.status.is_active
        if active and place.entry.kind is entry.kind and place.entry.id not in told:
            told.add(place.entry.id)
            which = "it" if place.entry.id == entry.id else f"entry {place.entry.id} of its kind"
            yield f"fires {which}, by {place.words.quote!r}"


def _refusal(tried: Tried) -> str:
    """Say which condition spoke against an entry, and by which words."""
    name = tried.name
    if tried.answer is Answer.LACKS:
        return f"none of the words of {name} stands there"
    return f"{name} forbids {', '.join(repr(found.span.quote) for found in tried.found)}"


def _stripped(text: str) -> str:
    """Return *text* as crawls give it: lower case, every mark a blank, single blanks."""
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


def _article(text: str, published_at: datetime) -> Article:
    """Return a sentence as an article."""
    ref = ArticleRef(id="example", title="", published_at=published_at, states_time=True)
    return Article(ref=ref, text=text)


def _warning(reading: LexiconReading, entry: Entry, field: str, message: str) -> Problem:
    """Return a warning about an entry."""
    origin = reading.origins[entry.id]
    return Problem(
        file=origin.file.name,
        line=origin.line(field),
        entry=entry.id,
        message=f"{field}, {message}" if field else message,
        severity=ProblemSeverity.WARNING,
    )


class _Watched(Mapping[str, Phrases]):
    """Classes that remember which of them were asked for."""

    def __init__(self, classes: Mapping[str, Phrases]) -> None:
        self._classes = classes
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Phrases:
        self.asked.add(name)
        return self._classes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)
