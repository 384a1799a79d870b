"""Canaries: whether what goes through the whole pipeline comes back, also on a day without news."""

from typing import Final

from panel import Panel, Query, Step, quantiles, rate, said, selected

from monitor.metrics import Metric, catalogue

__all__ = ["CANARIES"]

_LAST_SEEN = selected(catalogue.CANARY_LAST_SEEN_TIMESTAMP_SECONDS)


def _per_minute(metric: Metric) -> str:
    return f"60 * {rate(metric)}"


CANARIES: Final = (
    Panel(
        title="Canaries",
        description=said(
            catalogue.CANARIES_SENT,
            catalogue.CANARIES_SEEN,
            catalogue.CANARIES_MISSED,
            catalogue.CANARY_LAST_SEEN_TIMESTAMP_SECONDS,
        ),
        unit="none",
        width=8,
        queries=(
            Query(expression=_per_minute(catalogue.CANARIES_SENT), legend="sent in a minute"),
            Query(expression=_per_minute(catalogue.CANARIES_SEEN), legend="back in a minute"),
            Query(expression=_per_minute(catalogue.CANARIES_MISSED), legend="late"),
        ),
    ),
    Panel(
        title="Silence of the canary",
        description="How long ago the newest canary that is back was sent. "
        f"{catalogue.CANARY_LAST_SEEN_TIMESTAMP_SECONDS.remedy}",
        unit="s",
        steps=((150, Step.LOOK), (300, Step.BAD)),
        width=8,
        queries=(
            Query(
                # The time is 0 where canaries are off.
                expression=f"max(time() - (max by (cluster) ({_LAST_SEEN}) > 0) or max by (cluster) ({_LAST_SEEN}))",
                legend="silence",
            ),
        ),
    ),
    Panel(
        title="Canaries' way",
        description=said(catalogue.CANARY_SECONDS),
        unit="s",
        steps=((60, Step.BAD),),
        width=8,
        queries=quantiles(catalogue.CANARY_SECONDS),
    ),
)
"""A row of panels for the overview."""
