"""Subscribers: what they are told, and what they do not want to hear."""

from typing import Final

from panel import Panel, Query, Shape, gauge, rate, said, selected

from monitor.metrics import catalogue

__all__ = ["SUBSCRIBERS"]

SUBSCRIBERS: Final = (
    Panel(
        title="Alerts for subscriptions",
        description=said(catalogue.SUBSCRIPTION_ALERTS),
        unit="eps",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=rate(catalogue.SUBSCRIPTION_ALERTS, "subscription, fate"),
                legend="{{subscription}} {{fate}}",
            ),
        ),
    ),
    Panel(
        title="Muted by subscribers",
        description=said(catalogue.SUBSCRIPTION_MUTES),
        unit="none",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=gauge(catalogue.SUBSCRIPTION_MUTES, "subscription, muted", "max"),
                legend="{{subscription}} {{muted}}",
            ),
        ),
    ),
    Panel(
        title="Alerts held back by mutes",
        description="Revisions of alerts a second that a subscription would have had, were their "
        "story or publishers not muted. As many as it is sent: half of what it asks for is not wanted.",
        unit="eps",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=rate(catalogue.SUBSCRIPTION_ALERTS, "subscription", ',fate="muted"'),
                legend="{{subscription}}",
            ),
        ),
    ),
    Panel(
        title="Subscriptions in force",
        description=said(catalogue.SUBSCRIPTIONS, catalogue.SUBSCRIPTIONS_FILE_REFUSED),
        unit="none",
        queries=(
            Query(
                expression=f"sum by (instance) ({selected(catalogue.SUBSCRIPTIONS)})",
                legend="{{instance}}",
            ),
            Query(
                expression=f"sum by (instance) ({selected(catalogue.SUBSCRIPTIONS_FILE_REFUSED)})",
                legend="file refused {{instance}}",
            ),
        ),
    ),
    Panel(
        title="Files of subscriptions",
        description=said(catalogue.SUBSCRIPTIONS_RELOADS),
        unit="eps",
        queries=(
            Query(
                expression=rate(catalogue.SUBSCRIPTIONS_RELOADS, "outcome"),
                legend="{{outcome}}",
            ),
        ),
    ),
    Panel(
        title="Receipts",
        description=said(catalogue.RECEIPTS, catalogue.RECEIPTS_UNREADABLE),
        unit="none",
        queries=(
            Query(
                expression=f"sum by (partition) ({selected(catalogue.RECEIPTS)})",
                legend="partition {{partition}}",
            ),
            Query(
                expression=f"sum by (partition) ({selected(catalogue.RECEIPTS_UNREADABLE)})",
                legend="partition {{partition}} unreadable",
            ),
        ),
    ),
)
"""A row of panels for the news."""
