"""Tracing choice: whether the agents of a worker are traced, as its settings say."""

from collections.abc import Iterator
from contextlib import contextmanager

from agents.tracing import UNTRACED, Tracer
from monitor.errors import InvalidSetting
from monitor.settings import Settings

__all__ = ["tracing_for"]


@contextmanager
def tracing_for(settings: Settings) -> Iterator[Tracer]:
    """Make a tracer as the settings say, and send off at the end what spans are left.

    Raises:
        InvalidSetting: tracing is on, and the extra `tracing` is not installed.
    """
    if not settings.tracing:
        yield UNTRACED
        return
    try:
        from agents.open_telemetry import exporting_tracer  # noqa: PLC0415  an extra brings it
    except ImportError as error:
        message = (
            f"tracing = true: {error.name} is not installed: pip install 'news-monitor[tracing]'"
        )
        raise InvalidSetting(message) from error
    with exporting_tracer() as tracer:
        yield tracer
