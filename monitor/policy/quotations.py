"""Quotations: the proving clauses that a story keeps, few and short."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from monitor.domain import ArticleRef, EvidenceSpan, Quotation, Signal, SignalKind, TextSpan

__all__ = [
    "MAX_QUOTATIONS",
    "MAX_QUOTE_CHARS",
    "copied_from",
    "merged_quotations",
    "quotations_of",
]

MAX_QUOTATIONS = 12
"""Most quotations that a story keeps: two for each of the kinds that meet, and then some."""
MAX_QUOTE_CHARS = 600
"""Longest quotation: some four long sentences; longer ones are cut around their trigger."""
_PER_KIND = 2
_TELLING_CHARS = 40
_CACHED = 8192
"""Quotations whose words are remembered: each report asks for those its story keeps once more."""

_NOT_WORD = re.compile(r"\W+")


def quotations_of(article: ArticleRef, signals: Iterable[Signal]) -> tuple[Quotation, ...]:
    """Return the best quotation of each kind that an article reports."""
    best: dict[SignalKind, Quotation] = {}
    for signal in signals:
        if signal.kind not in best:
            best[signal.kind] = _quotation(article, signal.kind, signal.evidence[0])
    return tuple(best.values())


def _quotation(article: ArticleRef, kind: SignalKind, proof: EvidenceSpan) -> Quotation:
    start, end = _window(proof)
    trigger = proof.trigger
    if not start <= trigger.start_char < trigger.end_char <= end:
        trigger = TextSpan(
            start_char=trigger.start_char,
            end_char=min(trigger.end_char, trigger.start_char + MAX_QUOTE_CHARS),
            quote=trigger.quote[:MAX_QUOTE_CHARS],
            field=trigger.field,
        )
    return Quotation(
        start_char=start,
        end_char=end,
        quote=proof.quote[start - proof.start_char : end - proof.start_char],
        field=proof.field,
        trigger=trigger,
        kind=kind,
        article_id=article.id,
        url=article.url,
        source=article.source,
    )


def _window(proof: EvidenceSpan) -> tuple[int, int]:
    """Return the borders of the part of a proof that is quoted, with the trigger inside."""
    if len(proof.quote) <= MAX_QUOTE_CHARS:
        return proof.start_char, proof.end_char
    wanted = proof.trigger.start_char - MAX_QUOTE_CHARS // 3
    start = max(proof.start_char, min(wanted, proof.end_char - MAX_QUOTE_CHARS))
    return start, start + MAX_QUOTE_CHARS


def merged_quotations(
    known: Sequence[Quotation], added: Iterable[Quotation]
) -> tuple[Quotation, ...]:
    """Return the quotations a story keeps: the first two per kind, first ones before second ones."""
    kept: list[Quotation] = []
    per_kind: Counter[SignalKind] = Counter()
    for quotation in (*known, *added):
        if per_kind[quotation.kind] < _PER_KIND:
            per_kind[quotation.kind] += 1
            kept.append(quotation)
    seen: Counter[SignalKind] = Counter()
    ranked = []
    for position, quotation in enumerate(kept):
        ranked.append((seen[quotation.kind], position, quotation))
        seen[quotation.kind] += 1
    chosen = sorted(ranked, key=_by_turn)[:MAX_QUOTATIONS]
    return tuple(quotation for _, _, quotation in sorted(chosen, key=_by_position))


def _by_turn(ranked: tuple[int, int, Quotation]) -> tuple[int, int]:
    return ranked[0], ranked[1]


def _by_position(ranked: tuple[int, int, Quotation]) -> int:
    return ranked[1]


def copied_from(known: Sequence[Quotation], added: Iterable[Quotation]) -> str | None:
    """Return the id of the article that new quotations repeat word for word, if any.

    Agencies' reports are printed by many: the same long clause in two articles is one source.
    """
    original = {_words(quotation.quote): quotation.article_id for quotation in reversed(known)}
    for quotation in added:
        words = _words(quotation.quote)
        source = original.get(words)
        if source is not None and source != quotation.article_id and len(words) >= _TELLING_CHARS:
            return source
    return None


@lru_cache(maxsize=_CACHED)
def _words(quote: str) -> str:
    return _NOT_WORD.sub(" ", quote.casefold()).strip()
