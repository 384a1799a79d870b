"""Figures: the numbers that belong to the words that fired, as data.

People are read by `monitor.text.people`, markets by `monitor.text.moves`, sizes of sanctions and strikes
by `monitor.text.sizes`. What more than one reading of the words would give is left out.
"""

from collections.abc import Iterator, Mapping, Sequence

from monitor.domain import Field as ArticleField
from monitor.domain import Figure, Measure, SignalKind
from monitor.lexicon.entry import PhraseSet
from monitor.lexicon.instruments import Instruments
from monitor.lexicon.measures import Measures, load_measures
from monitor.text.amounts import is_cut_off, span_of
from monitor.text.anchors import AnchorReader
from monitor.text.attribution import attribution_of
from monitor.text.counts import CountReader
from monitor.text.matcher import Finding
from monitor.text.moves import MoveReader
from monitor.text.people import Told, told_counts
from monitor.text.sizes import duration_figures, sanction_figures
from monitor.text.words import Words

__all__ = ["FigureReader"]

_REACH = 20
"""Words between the words that fired and others for what became of people, at most."""
_WINDOW = 60
"""Words on either side of the words that fired that are read at all."""
_ELSEWHEN = frozenset("where since which ago previous previously earlier".split())
"""Words behind which a sentence tells of another time or place."""
_WANTED: Mapping[SignalKind, frozenset[Measure]] = {
    SignalKind.CASUALTIES: frozenset(
        {Measure.KILLED, Measure.INJURED, Measure.MISSING, Measure.HELD}
    ),
    SignalKind.MILITARY_STRIKE: frozenset({Measure.HELD}),
    SignalKind.UNREST: frozenset({Measure.TAKING_PART, Measure.HELD}),
    SignalKind.LABOR_STRIKE: frozenset({Measure.TAKING_PART}),
    SignalKind.MOBILIZATION: frozenset({Measure.DEPLOYED}),
    SignalKind.DE_ESCALATION: frozenset({Measure.RELEASED, Measure.WITHDRAWN}),
}
_SANCTIONING = frozenset({SignalKind.SANCTIONS, SignalKind.RETALIATION, SignalKind.THREAT})


class FigureReader:
    """Reads the numbers that belong to the words that fired."""

    def __init__(
        self,
        *,
        persons: PhraseSet,
        up: PhraseSet,
        down: PhraseSet,
        instruments: Instruments,
        measures: Measures | None = None,
    ) -> None:
        """Keep the words for people, for rising and falling, the instruments, and the measures.

        Args:
            persons: nouns for people.
            up: words for rising.
            down: words for falling.
            instruments: what markets trade.
            measures: the words by which news counts; those of the data file by default.
        """
        self._measures = load_measures() if measures is None else measures
        self._persons = persons
        self._counts = CountReader(persons=persons, measures=self._measures)
        self._moves = MoveReader(
            anchors=AnchorReader(
                up=up, down=down, instruments=instruments, market=self._measures.market
            ),
            measures=self._measures,
        )

    def read(
        self, finding: Finding, words: Words, sentence: tuple[int, int], field: ArticleField
    ) -> tuple[Figure, ...]:
        """Return the figures of *finding*, in the order of the text."""
        kind = finding.entry.kind
        fired = finding.first, finding.last
        # A text without sentence ends is one sentence: its thousandth keyword costs what its first does.
        sentence = max(sentence[0], fired[0] - _WINDOW), min(sentence[1], fired[1] + _WINDOW)
        if kind is SignalKind.MARKET_MOVE:
            return self._moves.read(fired, words, sentence, field)
        figures = list(self._people(finding, words, sentence, field))
        if kind in _SANCTIONING:
            figures += sanction_figures(fired, words, sentence, self._measures, field)
        if kind is SignalKind.LABOR_STRIKE:
            figures += duration_figures(fired, words, sentence, field)
        return tuple(figures)

    def _people(
        self, finding: Finding, words: Words, sentence: tuple[int, int], field: ArticleField
    ) -> Iterator[Figure]:
        """Yield how many people, ships, aircraft and vehicles, and who says so."""
        wanted = _WANTED.get(finding.entry.kind)
        if wanted is None:
            return
        told = [
            row
            for row in told_counts(
                words, sentence, measures=self._measures, counts=self._counts, wanted=wanted
            )
            if _belongs(row, finding, words)
        ]
        told = [row for row in told if not _is_torn(words, row, told)]
        said_by = attribution_of(words, sentence, self._measures, self._persons) if told else ""
        for row in told:
            amount = row.count.amount
            yield Figure(
                measure=row.measure,
                low=amount.low,
                high=amount.high,
                precision=amount.precision,
                unit=row.count.unit,
                subject=row.count.subject,
                attribution=said_by,
                span=span_of(words, amount.position, amount.last, field),
            )


def _is_torn(words: Words, row: Told, told: Sequence[Told]) -> bool:
    """Whether a number may be one end of a range that lost its dash: "15 20 people were killed".

    It is none where the number beside it is told for itself: "killed 15 20 wounded".
    """
    amount = row.count.amount
    if is_cut_off(words, amount):
        return all(other.count.amount.position != amount.last for other in told)
    before = amount.position - 1
    if before < 0 or not words.texts[before].isdigit() or not words.texts[before + 1].isdigit():
        return False
    between = words.source[words.ends[before] : words.starts[before + 1]]
    return between == " " and all(other.count.amount.last != amount.position for other in told)


def _belongs(told: Told, finding: Finding, words: Words) -> bool:
    """Whether a number is told by the words that fired, or beside them of the same event."""
    first = min(told.first, told.count.amount.first)
    last = max(told.last, told.count.end)
    if first < finding.last and finding.first < last:
        return True
    low, high = (last, finding.first) if last <= finding.first else (finding.last, first)
    return high - low <= _REACH and not _ELSEWHEN.intersection(words.texts[low:high])
