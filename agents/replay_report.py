"""Replay report: what a run has done, and what of it is in hand."""

from dataclasses import dataclass

from agents.sending import Share

__all__ = ["Parcel", "ReplayReport"]


@dataclass(slots=True, kw_only=True)
class ReplayReport:
    """What a run has sent; with a checkpoint, also what it had sent before it was interrupted."""

    replay_id: str
    sent: int = 0
    passed_over: int = 0
    """Records read that the selection leaves out."""
    found: int = 0
    """Records that an interrupted run had sent after its last checkpoint: not sent again."""
    before: int = 0
    """How many of all these an interrupted run had done."""
    position_ms: int | None = None
    """Timestamp of the last record sent."""
    next_ms: int | None = None
    """When the next record is due, in milliseconds since 1970, while the run waits for long."""
    stopped: bool = False
    """Whether it was told to stop before the end."""

    @property
    def done(self) -> int:
        """How many records are behind us."""
        return self.sent + self.passed_over + self.found


class Parcel(Share):
    """Records to be sent together, and how far the source is with them."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.positions: dict[int, int] = {}
        """By partition of the source: the offset after the last record taken from it."""
        self.passed_over = 0
        self.found = 0
        self.position_ms: int | None = None
