"""Anchors: where a sentence says that a market moved or stands, and of which instrument it says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.domain import Direction
from monitor.lexicon.entry import PhraseSet
from monitor.lexicon.instruments import Instrument, InstrumentKind, Instruments
from monitor.lexicon.measures import MarketWords
from monitor.lexicon.places import geographic_classes
from monitor.text.matcher import phrase_at
from monitor.text.shares import shares_at
from monitor.text.words import Words

__all__ = ["Anchor", "AnchorReader", "Named"]

_SHARED = frozenset("dollar pound peso rupee lira rial riyal franc".split())
"""Names that several currencies share; alone they mean the best known one."""
_OPPOSED = frozenset({"against", "versus", "vs", "per", "to"})
_FAR_BEHIND = 6
"""Words behind an anchor in which its instrument is looked for, at most."""
_FAR_JOINED = 6
"""Words between two instruments of one move, at most."""


@dataclass(frozen=True, slots=True)
class Named:
    """An instrument that a sentence names."""

    first: int
    last: int
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words that say that something moved, or where it stands."""

    first: int
    last: int
    direction: Direction | None
    instruments: tuple[Instrument, ...] = ()


class AnchorReader:
    """Finds anchors and instruments."""

    def __init__(
        self, *, up: PhraseSet, down: PhraseSet, instruments: Instruments, market: MarketWords
    ) -> None:
        """Keep the words for rising, falling and standing, and the instruments."""
        self._ways: tuple[tuple[PhraseSet, Direction | None], ...] = (
            (market.unchanged, Direction.UNCHANGED),
            (up, Direction.UP),
            (down, Direction.DOWN),
            (market.up, Direction.UP),
            (market.down, Direction.DOWN),
            (market.stands, None),
        )
        self._instruments = instruments
        self._market = market

    def named(self, words: Words, low: int, high: int) -> list[Named]:
        """Return the instruments between two words; "145 yen" is a price and none."""
        texts = words.texts
        found: list[Named] = []
        position = low
        while position < high:
            shares = shares_at(words, position, high)
            end = phrase_at(self._instruments.phrases, texts, position, high)
            if shares is not None:
                last, identifier = shares
                instrument = Instrument(id=identifier, group=identifier, kind=InstrumentKind.SHARES)
                found.append(Named(position, last, instrument))
                position = last
            elif end and not _is_other(texts, low, position, end):
                instrument = self._instruments.by_name[tuple(texts[position:end])]
                found.append(Named(position, end, instrument))
                position = end
            else:
                position += 1
        return found

    def read(self, words: Words, low: int, high: int, named: list[Named]) -> list[Anchor]:
        """Return the anchors between two words, each with its instruments."""
        anchors: list[Anchor] = []
        for anchor in self._plain(words, low, high):
            before = anchors[-1] if anchors else None
            if before is not None and before.last == anchor.first and before.direction is None:
                anchors.pop()  # "closed up" is one
                joined = Anchor(before.first, anchor.last, anchor.direction, before.instruments)
                anchors.append(joined)
                continue
            start = before.last if before else low
            instruments = _before(words, anchor, start, named) or _behind(words, anchor, named)
            if not instruments and before is not None:
                instruments = before.instruments
            anchors.append(Anchor(anchor.first, anchor.last, anchor.direction, instruments))
        return anchors

    def _plain(self, words: Words, low: int, high: int) -> Iterator[Anchor]:
        """Yield the words that say so, without instruments."""
        texts = words.texts
        position = low
        while position < high:
            best, way = 0, None
            for phrases, direction in self._ways:
                end = phrase_at(phrases, texts, position, high)
                if end > best:
                    best, way = end, direction
            if best and not (
                texts[position] == "up" and texts[position + 1 : position + 2] == ["to"]
            ):
                yield Anchor(position, best, way)
            position = best or position + 1


def _is_other(texts: Sequence[str], low: int, position: int, end: int) -> bool:
    """Whether a name is a price's unit ("145 yen") or another country's ("the Zimbabwe dollar")."""
    before = texts[position - 1] if position > low else ""
    if before.isdigit():
        return True
    shared = end == position + 1 and texts[position] in _SHARED
    lands = geographic_classes()
    return shared and ((before,) in lands["country"] or (before,) in lands["people"])


def _before(words: Words, anchor: Anchor, low: int, named: list[Named]) -> tuple[Instrument, ...]:
    """Return the instruments named last before an anchor: its subject."""
    texts = words.texts
    rows = [
        row
        for row in named
        if low <= row.first and row.last <= anchor.first and not _is_opposed(words, row)
    ]
    if not rows:
        return ()
    chosen = len(rows) - 1
    for index in range(len(rows) - 1, 0, -1):
        between = texts[rows[index - 1].last : rows[index].first]
        if "which" in between:  # "Brent, which prices most of the world's crude, rose"
            chosen = index - 1
    subject = rows[chosen]
    if chosen:
        other = rows[chosen - 1]
        between = texts[other.last : subject.first]
        if "and" in between and len(between) <= _FAR_JOINED:
            return other.instrument, subject.instrument
    return (subject.instrument,)


def _behind(words: Words, anchor: Anchor, named: list[Named]) -> tuple[Instrument, ...]:
    """Return the instrument named right behind an anchor: "gains in gold"."""
    for row in named:
        if anchor.last <= row.first < anchor.last + _FAR_BEHIND and not _is_opposed(words, row):
            return (row.instrument,)
    return ()


def _is_opposed(words: Words, row: Named) -> bool:
    """Whether an instrument is what another one is measured by: "against the dollar"."""
    return any(text in _OPPOSED for text in words.texts[max(0, row.first - 2) : row.first])
