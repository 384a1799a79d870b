"""Delivery: what the broker did not take, and what could not be read."""

from typing import Final

from panel import Panel, Query, Shape, rate_of_trouble, said

from monitor.metrics import catalogue

__all__ = ["DELIVERY"]

DELIVERY: Final = (
    Panel(
        title="Deliveries tried again or refused",
        description=f"{said(catalogue.DELIVERY_RETRIES)} Refused: {catalogue.DELIVERY_FAILURES.remedy}",
        unit="recps",
        queries=(
            Query(
                expression=rate_of_trouble(catalogue.DELIVERY_RETRIES, "topic"),
                legend="again {{topic}}",
            ),
            Query(
                expression=rate_of_trouble(catalogue.DELIVERY_FAILURES, "topic"),
                legend="refused {{topic}}",
            ),
        ),
    ),
    Panel(
        title="Dead letters by reason",
        description=said(catalogue.DEAD_LETTERS),
        unit="recps",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=rate_of_trouble(catalogue.DEAD_LETTERS, "topic, reason"),
                legend="{{topic}} {{reason}}",
            ),
        ),
    ),
)
"""A row of panels for the pipeline."""
