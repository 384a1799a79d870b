"""A stand-in for the reading pipeline: quick, exact, and obedient to orders in the text.

The first word of a text is an order; the rest names the parties.

* `strike A B N`: A strikes B, N people killed; gives a signal to the conflict desk
* `market A`: gives a signal to the markets desk
* `both A B N`: gives a signal to both
* `sleep SECONDS`, `crash`, `raise`: takes long, ends the process, raises
* `large BYTES`: gives a report that does not compress below so many bytes
* anything else: no signal; with `updated_at`, a report without signals to every desk
"""

import base64
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.reading import Raw
from monitor.domain import (
    Article,
    ArticleRef,
    ArticleStatus,
    Desk,
    DeskReport,
    Entity,
    EntityLabel,
    EventType,
    EvidenceSpan,
    Signal,
    SignalKind,
    Status,
    TextSpan,
    Unread,
    Versions,
)
from monitor.errors import InvalidRecord
from monitor.settings import Settings
from monitor.wire import article_v1

FACTORY = "tests.agents.quick_pipeline:build_quick_pipeline"

_VERSIONS = Versions(lexicon="quick", model="quick")


@dataclass(frozen=True, kw_only=True)
class Readable:
    """Shaped as the real pipeline's."""

    article: ArticleRef
    reports: tuple[DeskReport, ...] = ()
    background: tuple[tuple[SignalKind, Status], ...] = ()


@dataclass(kw_only=True)
class QuickPipeline:
    """Shaped as the real pipeline."""

    max_text_chars: int = 1_000_000
    versions: Versions = field(default=_VERSIONS)

    def read(self, records: Sequence[Raw]) -> list[Readable | Unread]:
        """Read each record by its order."""
        return [self._read(record) for record in records]

    def _read(self, record: Raw) -> Readable | Unread:
        try:
            article = article_v1.decode(
                record.value, timestamp=record.timestamp, max_text_chars=self.max_text_chars
            )
        except InvalidRecord as error:
            return Unread.of_invalid(error)
        return _obey(article)


def build_quick_pipeline(settings: Settings) -> QuickPipeline:
    """Make the pipeline, as `monitor.pipeline.build_pipeline` would."""
    return QuickPipeline(max_text_chars=settings.max_text_chars)


def end_the_process(_settings: Settings) -> QuickPipeline:
    """End the process instead of making a pipeline, as a lack of memory would."""
    os._exit(3)


def _obey(article: Article) -> Readable:
    order, *words = article.text.split() or [""]
    if article.ref.status is not ArticleStatus.USABLE:
        return _readable(article, *(_report(article, desk, ()) for desk in Desk))
    match order:
        case "strike":
            return _readable(article, _strike(article, words))
        case "market":
            return _readable(article, _move(article, words))
        case "both":
            return _readable(article, _strike(article, words), _move(article, words))
        case "large":
            signals = (_signal(article, SignalKind.THREAT, Desk.CONFLICT, [_noise(int(words[0]))]),)
            return _readable(article, _report(article, Desk.CONFLICT, signals))
        case "sleep":
            time.sleep(float(words[0]))
        case "crash":
            os._exit(3)
        case "raise":
            message = "told to raise"
            raise RuntimeError(message)
    updated = article.ref.updated_at is not None
    return _readable(article, *(_report(article, desk, ()) for desk in Desk if updated))


def _noise(size: int) -> str:
    """Make text of a quarter more than *size* characters that compresses to *size* bytes."""
    return base64.b85encode(random.Random(size).randbytes(size)).decode()


def _readable(article: Article, *reports: DeskReport) -> Readable:
    return Readable(article=article.ref, reports=reports)


def _strike(article: Article, words: Sequence[str]) -> DeskReport:
    signal = _signal(article, SignalKind.MILITARY_STRIKE, Desk.CONFLICT, words)
    return _report(article, Desk.CONFLICT, (signal,))


def _move(article: Article, words: Sequence[str]) -> DeskReport:
    signal = _signal(article, SignalKind.MARKET_MOVE, Desk.MARKETS, words)
    return _report(article, Desk.MARKETS, (signal,))


def _report(article: Article, desk: Desk, signals: tuple[Signal, ...]) -> DeskReport:
    terms = tuple(dict.fromkeys(article.text.casefold().split()))[:40]
    return DeskReport(
        desk=desk, article=article.ref, signals=signals, terms=terms, versions=_VERSIONS
    )


def _signal(article: Article, kind: SignalKind, desk: Desk, words: Sequence[str]) -> Signal:
    parties = [
        Entity(text=word, id=word.upper()[:2], label=EntityLabel.GPE, country=word.upper()[:2])
        for word in words
        if not word.isdigit()
    ]
    trigger = TextSpan(start_char=0, end_char=1, quote=article.text[0])
    evidence = EvidenceSpan(
        start_char=0, end_char=len(article.text), quote=article.text, trigger=trigger
    )
    return Signal(
        kind=kind,
        desk=desk,
        event_type=EventType.ASSAULT,
        status=Status.HAPPENING,
        actors=tuple(parties[:1]),
        targets=tuple(parties[1:2]),
        places=tuple(parties[1:2]),
        evidence=(evidence,),
        keywords=("quick",),
    )
