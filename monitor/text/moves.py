"""Moves: by how much markets moved and where they stand, each instrument of a sentence for itself."""

from collections.abc import Sequence

from monitor.domain import Field, Figure
from monitor.lexicon.instruments import Instrument, InstrumentKind
from monitor.lexicon.measures import Measures
from monitor.text.amounts import after_digits
from monitor.text.anchors import Anchor, AnchorReader, Named
from monitor.text.matcher import phrase_at
from monitor.text.move_figures import Move, bare_figures, figures_of
from monitor.text.prices import Price, price_at
from monitor.text.spells import spell_of
from monitor.text.words import Words

__all__ = ["MoveReader"]

_FAR_PREPOSITION = 6
"""Words between a preposition and the number that it governs, at most."""
_FAR_ANCHOR = 14
"""Words between an anchor and its number, at most."""
_REACH = 12
"""Words between the words that fired and an anchor that does not share any with them."""
_BREAKS = frozenset("after since from before against following compared which where".split())
_ELSEWHEN = frozenset(
    "after since before following compared where when which ago earlier previous last".split()
)
"""Words that lead from a move to one of another time."""
_QUOTED_IN = frozenset({"dollar", "euro", "us", "u"})
_PER = frozenset({"a", "an", "per"})
_MEASURES = frozenset({"barrel", "ounce", "share", "tonne", "ton", "pound", "bushel", "coin"})
_SAFE = frozenset(
    "to from at after in on by for against as and but while with despite before amid during compared "
    "yesterday today monday tuesday wednesday thursday friday following or early late up down "
    "higher lower s".split()
)
_RANGE_TIMES = 3
"""How many times its start the end of a range of prices is, at most."""
_SOLD = frozenset("sell sells sold selling".split())
_MARKS = frozenset('.,;:()[]"\n')
_BARE = {
    InstrumentKind.INDEX: "points",
    InstrumentKind.SHARES: "",
    InstrumentKind.CURRENCY: "",
    InstrumentKind.CRYPTO: "",
}
"""Units of a bare number, by the instrument; of others a bare number is no price."""


class MoveReader:
    """Reads the moves that belong to the words that fired."""

    def __init__(self, *, anchors: AnchorReader, measures: Measures) -> None:
        """Keep what finds anchors, and the words of prices."""
        self._anchors = anchors
        self._market = measures.market

    def read(
        self, fired: tuple[int, int], words: Words, sentence: tuple[int, int], field: Field
    ) -> tuple[Figure, ...]:
        """Return the figures of the moves that the words *fired* speak of."""
        low, high = sentence
        named = self._anchors.named(words, low, high)
        moves = [Move(anchor) for anchor in self._anchors.read(words, low, high, named)]
        self._lay(words, sentence, moves, named)
        figures: list[Figure] = []
        for index in _chosen(words, fired, moves):
            stop = moves[index + 1].anchor.first if index + 1 < len(moves) else high
            spell = spell_of(words, moves[index].anchor.first, stop)
            figures += figures_of(words, moves[index], spell, field)
        return tuple(dict.fromkeys(figures)) or bare_figures(words, fired, named, field)

    def _lay(
        self, words: Words, sentence: tuple[int, int], moves: list[Move], named: list[Named]
    ) -> None:
        """Give every price of a sentence to the anchor that it belongs to."""
        position, high = sentence
        floor, prior_before = position, False
        before: Price | None = None
        while position < high:
            price = price_at(words, position, high, self._market)
            if price is None:
                position += 1
                continue
            role = self._role(words, price, floor)
            joined = "and" in words.texts[floor : price.amount.first]
            if (
                role == "change"
                and prior_before
                and joined
                and not _has_anchor(moves, floor, price)
            ):
                role = "prior"  # "from 140.70 in New York and 141.15 here"
            prior_before = role == "prior"
            position = floor = price.last
            if price.is_cut_off:
                position = after_digits(words, position)
                continue
            if price.is_large or prior_before:
                continue
            if role == "level" and _ends_range(words, price, before):
                continue
            before = price
            if self._leads_to_sum(words, price, high):
                continue
            move = _owner(words, price, moves, named, role)
            if move is not None:
                unit = _unit(words, price, move.anchor.instruments)
                rows = move.levels if role == "level" else move.changes
                if unit is not None and unit not in [known for _, known in rows]:
                    rows.append((price, unit))

    def _leads_to_sum(self, words: Words, price: Price, high: int) -> bool:
        """Whether a bare number is the start of a range of millions: "1.3 to four mln barrels"."""
        if price.unit or price.last + 1 >= high or words.texts[price.last] != "to":
            return False
        sum_ = price_at(words, price.last + 1, high, self._market)
        return sum_ is not None and sum_.is_large

    def _role(self, words: Words, price: Price, low: int) -> str:
        """Return whether a price is a `level`, a `change`, or `prior`: what a market moved from."""
        texts = words.texts
        first = price.amount.first
        if list(texts[max(0, first - 3) : first]) in (["as", "low", "as"], ["as", "high", "as"]):
            return "level"
        if list(texts[first : first + 3]) == ["as", "high", "as"]:
            return "level"
        if first - low > 1 and texts[first - 1] == "for" and texts[first - 2] in _SOLD:
            return "level"
        level = ""
        for index in range(first - 1, max(low, first - 1 - _FAR_PREPOSITION) - 1, -1):
            if phrase_at(self._market.prior, texts, index, first):
                return "prior"
            if level:
                break
            if phrase_at(self._market.level, texts, index, first) and _governs(
                texts[index + 1 : first]
            ):
                level = "level"
                if texts[index] not in {"at", "of"}:
                    break
        return level or "change"


def _ends_range(words: Words, price: Price, before: Price | None) -> bool:
    """Whether a price may be the end of a range whose start has no unit: "12 to five stg"."""
    if before is None or before.unit or not price.unit or price.unit == "points":
        return False
    low, high = sorted((before.amount.low, price.amount.low))
    near = high <= low * _RANGE_TIMES
    return near and before.last == price.amount.first - 1 and words.texts[before.last] == "to"


def _has_anchor(moves: Sequence[Move], low: int, price: Price) -> bool:
    """Whether a new move begins between a word and a price."""
    return any(low <= move.anchor.first < price.amount.first for move in moves)


def _governs(between: Sequence[str]) -> bool:
    """Whether a preposition governs the number behind these words: "to a record high of 491"."""
    if not between:
        return True
    allowed = {"a", "an", "the", "about", "around", "of", "its", "new", "record", "high", "low"}
    allowed |= {"peak", "close", "closing", "level", "just", "all", "time", "some", "tokyo"}
    return between[-1] in allowed and len(between) <= 5  # noqa: PLR2004  ("to a record Tokyo low of")


def _owner(
    words: Words, price: Price, moves: list[Move], named: list[Named], role: str
) -> Move | None:
    """Return the move that a price belongs to; None where no anchor is near enough."""
    if role == "change":
        for move in moves:  # "40 percent higher"
            if move.anchor.first == price.last and not move.changes:
                return move
    for move in reversed(moves):
        if move.anchor.last > price.amount.first:
            continue
        between = range(move.anchor.last, price.amount.first)
        if len(between) > _FAR_ANCHOR:
            return None
        other = any(
            row.first in between and not _is_aside(words, row) and (move.changes or move.levels)
            for row in named
        )
        return None if other else move
    return None


def _is_aside(words: Words, row: Named) -> bool:
    """Whether an instrument stands in an aside: "against the dollar", "of crude for delivery"."""
    before = words.texts[max(0, row.first - 2) : row.first]
    return any(text in {"against", "in", "of", "for", "to", "versus"} for text in before)


def _unit(words: Words, price: Price, instruments: Sequence[Instrument]) -> str | None:
    """Return the unit of a price; None where the number cannot be one."""
    if price.unit:
        return price.unit
    texts, last = words.texts, price.last
    per = texts[last : last + 1] and texts[last] in _PER
    if per and last + 1 < len(texts) and texts[last + 1] in _MEASURES:
        quoted = {instrument.quoted for instrument in instruments}
        return quoted.pop() or None if words.is_stripped and len(quoted) == 1 else None
    kinds = {instrument.kind for instrument in instruments}
    rate = per and texts[last + 1 : last + 2] and texts[last + 1] in _QUOTED_IN
    if rate and kinds == {InstrumentKind.CURRENCY}:  # "83.12 per dollar"
        return _BARE[InstrumentKind.CURRENCY]
    safe = last >= len(texts) or texts[last] in _SAFE
    safe = safe or bool(
        _MARKS.intersection(words.source[words.ends[last - 1] : words.starts[last]])
    )
    if not safe or len(kinds) != 1:
        return None
    return _BARE.get(kinds.pop())


def _chosen(words: Words, fired: tuple[int, int], moves: Sequence[Move]) -> list[int]:
    """Return which moves the words that fired speak of."""
    first, last = fired
    chosen = [
        index
        for index, move in enumerate(moves)
        if move.anchor.first < last and first < move.anchor.last
    ]
    if not chosen:
        near = sorted(
            (max(move.anchor.first - last, first - move.anchor.last), index)
            for index, move in enumerate(moves)
        )
        chosen = [index for distance, index in near[:1] if distance <= _REACH]
    for index in chosen[:]:
        chosen += _joined(words, moves, index)
    beside = [
        other
        for index in chosen
        for other in (index - 1, index + 1)
        if 0 <= other < len(moves) and other not in chosen and _goes_on(words, moves, index, other)
    ]
    return sorted({*chosen, *beside})


def _joined(words: Words, moves: Sequence[Move], index: int) -> list[int]:
    """Return the moves that a sentence tells along: "the Dow fell 1 percent, the Nasdaq lost 2".

    Those without a number, and what lies beyond a word that leads to another time, are not.
    """
    found = []
    for step in (-1, 1):
        other = index + step
        while 0 <= other < len(moves):
            left, right = sorted((moves[other - step].anchor, moves[other].anchor), key=_first)
            if _ELSEWHEN.intersection(words.texts[left.last : right.first]):
                break
            if moves[other].anchor.instruments and (moves[other].changes or moves[other].levels):
                found.append(other)
            other += step
    return found


def _first(anchor: Anchor) -> int:
    return anchor.first


def _goes_on(words: Words, moves: Sequence[Move], index: int, other: int) -> bool:
    """Whether a neighbour only says where the same instrument stands."""
    one, two = moves[index].anchor, moves[other].anchor
    if one.instruments != two.instruments or moves[other].changes or not moves[other].levels:
        return False
    left, right = sorted((one, two), key=lambda anchor: anchor.first)
    return not _BREAKS.intersection(words.texts[left.last : right.first])
