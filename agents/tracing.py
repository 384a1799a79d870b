"""Tracing: the seam where spans are made of what the agents do; nothing where it is off.

What makes spans with OpenTelemetry is `agents.open_telemetry`, which needs the extra `tracing`.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from faust.types import Message

from monitor.metrics import Agent

__all__ = ["UNTRACED", "Tracer", "Traces"]

Headers = tuple[tuple[str, bytes], ...]


class Traces(Protocol):
    """The spans of a batch that is in hand."""

    def headers(self, message: Message) -> Headers:
        """Return what the records that follow from a record carry on, for their spans to be its children."""


class Tracer(Protocol):
    """What makes spans."""

    def batch(self, agent: Agent, messages: Sequence[Message]) -> AbstractContextManager[Traces]:
        """Trace the handling of a batch: one span for each record; an exception marks them all."""


class _Nothing:
    """No spans, and no headers."""

    def headers(self, message: Message) -> Headers:
        """Return none."""
        del message
        return ()

    @contextmanager
    def batch(self, agent: Agent, messages: Sequence[Message]) -> Iterator[Traces]:
        """Do nothing."""
        del agent, messages
        yield self


UNTRACED: Tracer = _Nothing()
"""Where tracing is off."""
