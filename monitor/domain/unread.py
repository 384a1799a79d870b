"""Unread: a record that cannot be used, and why."""

import traceback
from dataclasses import dataclass
from typing import Self

from monitor.domain.dead_letter import Stage
from monitor.errors import InvalidRecord, Reason

__all__ = ["Unread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A record that cannot be used, and why."""

    reason: Reason
    stage: Stage
    exception: str
    message: str
    traceback: str = ""
    """Where a defect of ours was raised, for the log; empty for what is the record's own fault."""

    @classmethod
    def of_invalid(cls, error: InvalidRecord) -> Self:
        """Say why a record is not what it should be."""
        return cls(
            reason=error.reason,
            stage=Stage.DECODE,
            exception=type(error).__name__,
            message=str(error),
        )

    @classmethod
    def of_defect(cls, error: Exception, stage: Stage) -> Self:
        """Say what went wrong with a record at a stage of ours, and where."""
        return cls(
            reason=Reason.ANALYSIS_FAILED,
            stage=stage,
            exception=type(error).__name__,
            message=str(error),
            traceback="".join(traceback.format_exception(error)),
        )
