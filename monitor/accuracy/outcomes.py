"""Outcomes: one item's labels beside what was found in it."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.accuracy.labelled import Label
from monitor.domain import SignalKind

__all__ = ["Fault", "Fired", "Outcome"]


class Fault(StrEnum):
    """What can be wrong with the reading of one item."""

    MISSES = "misses"
    """A kind that is its news was not found."""
    FALSE = "false"
    """A kind was found that is not its news."""
    STATUS = "status"
    """A kind was found with another status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A keyword that the monitor rests a signal on."""

    label: Label
    keyword: str
    """Id of the lexicon entry."""
    words: str
    """As they stand in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One item: what should be found and what was."""

    id: str
    group: str
    """What is resampled together."""
    expected: frozenset[SignalKind]
    """Kinds that an alert should be raised for."""
    labels: frozenset[Label] = frozenset()
    """Kinds with statuses, where the corpus states them."""
    found: frozenset[Label] = frozenset()

    @property
    def raised(self) -> frozenset[SignalKind]:
        """Kinds that an alert is raised for."""
        return frozenset(kind for kind, status in self.found if status.is_active)

    @property
    def missed(self) -> frozenset[SignalKind]:
        """Kinds that should have raised an alert and did not."""
        return self.expected - self.raised

    @property
    def false(self) -> frozenset[SignalKind]:
        """Kinds that raised an alert and should not have."""
        return self.raised - self.expected

    @property
    def asked(self) -> frozenset[Label]:
        """Labels whose kind was found, in whatever status."""
        kinds = {kind for kind, _ in self.found}
        return frozenset(label for label in self.labels if label[0] in kinds)

    @property
    def faults(self) -> frozenset[Fault]:
        """Everything that is wrong with it."""
        wrong = {
            Fault.MISSES: self.missed,
            Fault.FALSE: self.false,
            Fault.STATUS: self.asked - self.found,
        }
        return frozenset(fault for fault, which in wrong.items() if which)
