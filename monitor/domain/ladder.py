"""Ladder: how far two parties have gone against each other, and how their stories hang together."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Ladder", "RelatedStory", "Relation", "Step"]


class Step(StrEnum):
    """A step of the ladder of escalation, lowest first."""

    CALM = "calm"
    """Talks, agreements, withdrawals, releases."""
    UNREST = "unrest"
    """Crowds against a state."""
    SANCTIONS = "sanctions"
    """Embargoes, tariffs, asset freezes."""
    THREAT = "threat"
    """Warnings of hostile action."""
    MOBILIZATION = "mobilization"
    """Forces moved against the other."""
    STRIKE = "strike"
    """An armed attack."""
    RETALIATION = "retaliation"
    """An armed attack in answer to one."""

    @property
    def rank(self) -> int:
        """0 for calm up to 6 for retaliation, for comparing."""
        return tuple(Step).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Where two parties stand, as of the newest step that any open story of theirs took."""

    parties: tuple[str, ...]
    """ISO 3166-1 alpha-2 codes of the two countries, in alphabetical order."""
    step: Step
    """Where they stand now."""
    before: Step | None = None
    """Where they stood before; absent for the first step that is known."""
    since: datetime
    """Event time of the report that took the step."""
    order: int
    """The `sequence` of the report that took the step: of two ladders the higher one is newer."""


class Relation(StrEnum):
    """How a story hangs together with another one."""

    ANSWERS = "answers"
    """It is done, promised or ordered in answer to the other."""
    BLAMED_ON = "blamed-on"
    """The market moved because of the other, as the same article reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedStory:
    """Another story, as it was when the link was made."""

    alert_id: str
    """Identity of the other story's alert."""
    relation: Relation
    headline: str
    """The other story's headline."""
