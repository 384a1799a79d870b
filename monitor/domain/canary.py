"""Canary: an article that the monitor sends to itself, to know that news would come through."""

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.signal import Desk

__all__ = ["Canary", "CanaryReturn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """What marks a record as a canary's, on its whole way; it is news to nobody."""

    group: str
    """Consumer group of the workers that it tests."""
    sent_at: datetime
    """When it was sent, UTC, to the millisecond; no two canaries of a group share it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryReturn:
    """A canary that was read, whose report reached the alert agent, and whose batch is done."""

    group: str
    """Consumer group of the workers that it tested."""
    desk: Desk
    """Which desk's way it went: each canary goes all of them."""
    sent_at: datetime
    """When it was sent."""
    returned_at: datetime
    """When the batch that it came with was done, by the clock of the worker that did it."""
