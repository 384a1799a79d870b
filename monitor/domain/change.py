"""Change: what makes a story's new state worth telling."""

from enum import StrEnum

__all__ = ["Change"]


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
    WITHDRAWN = "withdrawn"
    """No article that the story rested on stands any longer."""
