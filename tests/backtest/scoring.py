"""Compares what the pipeline reads with what people marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

__all__ = ["Outcome", "Score", "Table", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One article: what was found and what should have been."""

    id: str
    found: frozenset[str]
    expected: frozenset[str]
    countries_found: frozenset[str] = frozenset()
    countries_expected: frozenset[str] = frozenset()


@dataclass(slots=True)
class Score:
    """Right, missed and false decisions of one sort."""

    right: int = 0
    missed: int = 0
    false: int = 0

    def add(self, found: Iterable[str], expected: Iterable[str]) -> None:
        """Count one article's decisions."""
        was, should = set(found), set(expected)
        self.right += len(was & should)
        self.missed += len(should - was)
        self.false += len(was - should)

    @property
    def recall(self) -> float:
        """Share of what should have been found that was."""
        return self.right / max(1, self.right + self.missed)

    @property
    def precision(self) -> float:
        """Share of what was found that should have been."""
        return self.right / max(1, self.right + self.false)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.missed + self.false)


@dataclass(slots=True)
class Table:
    """The scores of a run, and the articles where it went wrong."""

    alert: Score = field(default_factory=Score)
    """Whether an article raises any alert."""
    kinds: Score = field(default_factory=Score)
    """Which kinds it raises."""
    countries: Score = field(default_factory=Score)
    """Countries that are named as parties or places; only their recall is asked for."""
    wrong: list[Outcome] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the scores, then misses and false alerts article by article."""
        rows = [
            f"{name:10} P {part.precision:.3f}  R {part.recall:.3f}  F1 {part.f1:.3f}"
            for name, part in (
                ("alert", self.alert),
                ("kinds", self.kinds),
                ("countries", self.countries),
            )
        ]
        for outcome in self.wrong:
            missed = ", ".join(sorted(outcome.expected - outcome.found))
            false = ", ".join(sorted(outcome.found - outcome.expected))
            rows.append(f"{outcome.id}  missed: {missed or '-'}  false: {false or '-'}")
        return "\n".join(rows)


def score(outcomes: Sequence[Outcome]) -> Table:
    """Add up the decisions of a run."""
    table = Table()
    for outcome in outcomes:
        table.alert.add(["alert"] * bool(outcome.found), ["alert"] * bool(outcome.expected))
        table.kinds.add(outcome.found, outcome.expected)
        table.countries.add(outcome.countries_found, outcome.countries_expected)
        if outcome.found != outcome.expected:
            table.wrong.append(outcome)
    return table
