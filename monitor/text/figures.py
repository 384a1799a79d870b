"""Figures: how many were killed or hurt, and how far a market moved."""

from collections.abc import Iterator, Sequence

from monitor.domain import Direction, Figure, Measure, Precision, SignalKind, TextSpan
from monitor.domain import Field as ArticleField
from monitor.lexicon.entry import PhraseSet
from monitor.lexicon.instruments import Instruments
from monitor.text.matcher import Finding, phrase_at
from monitor.text.numbers import Number, number_at, precision_before
from monitor.text.words import Words

__all__ = ["FigureReader"]

_REACH = 12
"""Words on either side of the words that fired in which a number is looked for."""
_KILLED = frozenset(
    "kill kills killed killing dead died die dies deaths death bodies lives toll "
    "fatalities slain massacred murdered beheaded assassinated".split()
)
_INJURED = frozenset("wound wounds wounded wounding injure injures injured injuring hurt".split())
_COUNTS_ON = frozenset({"killing", "wounding", "injuring"})
_MISSING = frozenset({"missing"})
_SIGNS = {"$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "JPY"}
_UNITS = {
    "percent": "percent",
    "pct": "percent",
    "percentage": "percent",
    "points": "points",
    "point": "points",
    "cents": "cents",
    "cent": "cents",
    "pence": "pence",
    "yen": "JPY",
    "dollars": "USD",
    "dlrs": "USD",
    "dlr": "USD",
    "marks": "DEM",
    "stg": "GBP",
    "euros": "EUR",
    "pounds": "GBP",
    "francs": "FRF",
    "basis": "basis-points",
}


class FigureReader:
    """Reads the numbers that belong to the words that fired."""

    def __init__(
        self, *, persons: PhraseSet, up: PhraseSet, down: PhraseSet, instruments: Instruments
    ) -> None:
        """Keep the words for people, for rising and falling, and the instruments."""
        self._persons = persons
        self._up = up
        self._down = down
        self._instruments = instruments

    def read(
        self, finding: Finding, words: Words, sentence: tuple[int, int], field: ArticleField
    ) -> tuple[Figure, ...]:
        """Return the figures of *finding*, in the order of the text."""
        if finding.entry.kind is SignalKind.CASUALTIES:
            return tuple(self._people(finding, words, sentence, field))
        if finding.entry.kind is SignalKind.MARKET_MOVE:
            return tuple(self._move(finding, words, sentence, field))
        return ()

    def _people(
        self, finding: Finding, words: Words, sentence: tuple[int, int], field: ArticleField
    ) -> Iterator[Figure]:
        """Yield how many people were killed, wounded or missing."""
        low = max(sentence[0], finding.first - _REACH)
        high = min(sentence[1], finding.last + _REACH)
        texts = words.texts
        position = low
        while position < high:
            number = _number(words, position)
            if number is None or number.last > high:
                position += 1
                continue
            counted = self._who(texts, number.last, high)
            measure = _measure(texts, position, number.last, low, high)
            if measure and (counted or _is_bare(texts, position, number.last)):
                precision = precision_before(texts, position) or number.precision
                yield Figure(
                    measure=measure,
                    low=number.value,
                    high=None if precision is Precision.AT_LEAST else number.value,
                    precision=precision,
                    unit="people",
                    subject=counted,
                    span=_span(words, position, number.last, field),
                )
            position = number.last

    def _who(self, texts: Sequence[str], position: int, high: int) -> str:
        """Return who is counted: the first word for people in the three after the number."""
        for index in range(position, min(position + 4, high)):
            if texts[index] in _KILLED or texts[index] in _INJURED:
                return ""
            end = phrase_at(self._persons, texts, index, high)
            if end:
                return " ".join(texts[index:end])
        return ""

    def _move(
        self, finding: Finding, words: Words, sentence: tuple[int, int], field: ArticleField
    ) -> Iterator[Figure]:
        """Yield the direction and size of a market's move."""
        texts = words.texts
        low = max(sentence[0], finding.first - _REACH)
        high = min(sentence[1], finding.last + _REACH)
        subject = self._instrument(texts, low, finding.last) or self._instrument(
            texts, finding.last, high
        )
        direction = self._direction(texts, finding.first, min(finding.last + 1, high))
        direction = direction or self._direction(texts, finding.last, high)
        sized = False
        position = finding.first
        while position < high:
            number = _number(words, position)
            if number is None:
                position += 1
                continue
            unit, span = _measured(words, position, number.last, field)
            level = position > low and texts[position - 1] in {"to", "at", "above", "below"}
            if unit and (not sized or level):
                sized = sized or not level
                yield Figure(
                    measure=Measure.LEVEL if level else Measure.CHANGE,
                    low=number.value,
                    high=number.value,
                    precision=precision_before(texts, position) or number.precision,
                    unit=unit,
                    subject=subject,
                    direction=direction,
                    span=span,
                )
            position = number.last
        if not sized and (subject or direction):
            yield Figure(
                measure=Measure.CHANGE,
                subject=subject,
                direction=direction,
                span=_span(words, finding.first, finding.last, field),
            )

    def _instrument(self, texts: Sequence[str], low: int, high: int) -> str:
        """Return the id of the last instrument named in a range of words."""
        found = ""
        position = low
        while position < high:
            end = phrase_at(self._instruments.phrases, texts, position, high)
            if end:
                found = self._instruments.by_name[tuple(texts[position:end])].id
                position = end
            else:
                position += 1
        return found

    def _direction(self, texts: Sequence[str], low: int, high: int) -> Direction | None:
        """Return which way the words of a range say that a market went."""
        for index in range(low, high):
            if phrase_at(self._up, texts, index, high):
                return Direction.UP
            if phrase_at(self._down, texts, index, high):
                return Direction.DOWN
        return None


def _number(words: Words, position: int) -> Number | None:
    """Read a number with what the original text has between its words."""
    return number_at(
        words.texts,
        position,
        lambda index: words.source[words.ends[index] : words.starts[index + 1]],
    )


def _measured(words: Words, first: int, last: int, field: ArticleField) -> tuple[str, TextSpan]:
    """Return the unit of a number, by the word behind it or a sign beside it, and where both stand."""
    source, start, end = words.source, words.starts[first], words.ends[last - 1]
    unit = _UNITS.get(words.texts[last], "") if last < len(words) else ""
    if source.startswith("%", end):
        unit, end = "percent", end + 1
    elif start and source[start - 1] in _SIGNS:
        unit, start = _SIGNS[source[start - 1]], start - 1
    elif unit:
        with_points = unit == "basis-points" and words.texts[last + 1 : last + 2] == ["points"]
        end = words.ends[last + with_points]
    return unit, TextSpan(start_char=start, end_char=end, quote=source[start:end], field=field)


def _measure(texts: Sequence[str], first: int, last: int, low: int, high: int) -> Measure | None:
    """Return what a number counts: the nearest word for it, after it before before it."""
    for distance in range(1, 8):
        for index in (first - distance, last + distance - 1):
            # "wounding" counts what follows it, never what stands before.
            if low <= index < high and (index < first or texts[index] not in _COUNTS_ON):
                for measured, measure in (
                    (_KILLED, Measure.KILLED),
                    (_INJURED, Measure.INJURED),
                    (_MISSING, Measure.MISSING),
                ):
                    if texts[index] in measured:
                        return measure
    return None


def _is_bare(texts: Sequence[str], first: int, last: int) -> bool:
    """Whether a number without a word for people still counts people ("killed 12", "12 dead")."""
    beside = _KILLED | _INJURED
    if last < len(texts) and texts[last] in beside:
        return True
    before = texts[max(0, first - 8) : first]
    if "toll" in before:  # "the death toll rose to 212"
        return before[-1] in {"to", "at", "of", "least", "than", "reached"}
    return before[-1:] != [] and before[-1] in (beside | {"least", "than", "another"})


def _span(words: Words, first: int, last: int, field: ArticleField) -> TextSpan:
    """Return the original text of a range of words."""
    return TextSpan(
        start_char=words.starts[first],
        end_char=words.ends[last - 1],
        quote=words.quote(first, last),
        field=field,
    )
