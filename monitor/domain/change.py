"""Change: what makes a story's new state worth telling, and what it was before."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.figure import Measure

__all__ = ["Change", "ChangeDetail"]


class Change(StrEnum):
    """Why a revision was sent."""

    NEW_STORY = "new-story"
    """The first revision."""
    NEW_KIND = "new-kind"
    """A kind was reported that the story did not have."""
    HIGHER_SEVERITY = "higher-severity"
    """The severity has risen."""
    FIGURE = "figure"
    """A figure has changed materially."""
    NEW_PARTY = "new-party"
    """A country or organisation has joined as actor or target."""
    CORROBORATED = "corroborated"
    """A second independent publisher reports it."""
    WATCHED = "watched"
    """An item of a watchlist was named that the story did not have."""
    CONTRADICTED = "contradicted"
    """Reports of one number cannot all be true."""
    DENIED = "denied"
    """Somebody denies it for the first time."""
    SETTLED = "settled"
    """It was settled: an agreement, a withdrawal, a release."""
    STEP_UP = "step-up"
    """The two parties stand higher on the ladder of escalation than in any open story."""
    STEP_DOWN = "step-down"
    """The two parties, who stood on the ladder, talk or draw back."""
    WITHDRAWN = "withdrawn"
    """No article that the story rested on stands any longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDetail:
    """One change, in words and as data."""

    change: Change
    words: str
    """One short line for people, such as "killed: 19, was 12"."""
    before: str = ""
    """What was told before: a number, a level or a step; empty where there was nothing."""
    after: str = ""
    """What stands now, of the same sort."""
    added: tuple[str, ...] = ()
    """What came in: kinds, parties, publishers, or who says what."""
    measure: Measure | None = None
    """Which figure it is, for figures and contradictions."""
