"""Receipt: which subscriptions were told of an alert, and for which it is held back; and Fate."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.domain.alert import Alert

__all__ = ["Fate", "Held", "Receipt"]


class Fate(StrEnum):
    """What became of an alert for one subscription."""

    FIRST = "first"
    """Sent: it fits, and the subscription was not told of it before."""
    UPDATE = "update"
    """Sent: the subscription was told of it before."""
    CANCEL = "cancel"
    """Sent: withdrawn, and the subscription was told of it before."""
    RELEASED = "released"
    """Sent: it was held back, and the quiet hours are over."""
    HELD = "held"
    """Held back: it fits, but these are quiet hours."""
    WITHDRAWN = "withdrawn"
    """Not sent: withdrawn while it was held back."""
    MUTED = "muted"
    """Not sent: its story, or everybody who reports it, is muted."""
    UNWANTED = "update-unwanted"
    """Not sent: an update, and the subscription wants none."""
    UNFIT = "unfit"
    """Not sent: it is not what the subscription asks for."""

    @property
    def is_sent(self) -> bool:
        """Whether the alert goes to the subscription's topic."""
        return self in (Fate.FIRST, Fate.UPDATE, Fate.CANCEL, Fate.RELEASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A subscription that is not to be disturbed now."""

    subscription: str
    """Its id."""
    until: datetime
    """Event time at which its quiet hours end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the subscriptions know of one alert: the state of the agent that serves them.

    A function of the alerts of its partition in their order, and of the subscriptions in force.
    """

    alert_id: str
    offset: int
    """Offset of the alerts record that was taken in last: all that follows from it is delivered."""
    told: tuple[str, ...] = ()
    """Ids of the subscriptions that were told of the alert, in that order."""
    held: tuple[Held, ...] = ()
    """For which the newest revision is held back."""
    alert: Alert | None = None
    """That revision; absent when it is held for nobody."""
