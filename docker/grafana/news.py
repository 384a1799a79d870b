"""News: what the articles said and what was made of it."""

from typing import Final

from panel import (
    Page,
    Panel,
    Query,
    Shape,
    Step,
    gauge,
    most,
    quantiles,
    rate,
    said,
    selected,
    total,
)
from subscribers import SUBSCRIBERS

from monitor.metrics import catalogue

__all__ = ["NEWS"]

# The rule's series without a publisher says only that it looks.
_MISSING = 'cluster_publisher:news_monitor_articles_missing:sum{cluster=~"$cluster",publisher!=""}'


_SIGNALS = (
    Panel(
        title="Signals by kind",
        description=said(catalogue.SIGNALS),
        unit="eps",
        shape=Shape.STACKED,
        queries=(Query(expression=rate(catalogue.SIGNALS, "kind"), legend="{{kind}}"),),
    ),
    Panel(
        title="Signals by status",
        description="How the articles present what they report. Only happening and threatened raise "
        "alerts: a rise of the others is talk, not news.",
        unit="eps",
        shape=Shape.STACKED,
        queries=(Query(expression=rate(catalogue.SIGNALS, "status"), legend="{{status}}"),),
    ),
    Panel(
        title="Signals by country",
        description=f"The ten countries with most signals. {said(catalogue.COUNTRY_SIGNALS)}",
        unit="eps",
        queries=(
            Query(expression=most(catalogue.COUNTRY_SIGNALS, "country"), legend="{{country}}"),
        ),
    ),
    Panel(
        title="Age of articles when read",
        description=said(catalogue.ARTICLE_AGE_SECONDS),
        unit="s",
        queries=quantiles(catalogue.ARTICLE_AGE_SECONDS),
    ),
)

_ALERTS = (
    Panel(
        title="Alerts by kind",
        description=said(catalogue.ALERTS),
        unit="eps",
        shape=Shape.STACKED,
        queries=(Query(expression=rate(catalogue.ALERTS, "kind"), legend="{{kind}}"),),
    ),
    Panel(
        title="First words, updates, cancels",
        description="Revisions of alerts a second by what they are. Many cancels: reports were taken "
        "back, or a publisher corrects much.",
        unit="eps",
        shape=Shape.STACKED,
        queries=(Query(expression=rate(catalogue.ALERTS, "lifecycle"), legend="{{lifecycle}}"),),
    ),
    Panel(
        title="Alerts of this time by kind",
        description="First revisions in the time range shown, by kind, as numbers.",
        unit="none",
        shape=Shape.NUMBER,
        decimals=0,  # `increase` extrapolates, and there are no parts of alerts
        width=24,
        height=4,
        queries=(
            Query(
                expression=total(catalogue.ALERTS, "kind", ',lifecycle="alert"'), legend="{{kind}}"
            ),
        ),
    ),
)

_PUBLISHERS = (
    Panel(
        title="Articles missing by publisher",
        description="Articles that usually would have come since the publisher's last one; from 20 "
        "on it is called silent.",
        unit="none",
        steps=((20, Step.LOOK),),
        queries=(Query(expression=f"topk(10, {_MISSING})", legend="{{publisher}}"),),
    ),
    Panel(
        title="Usual articles by publisher",
        description=said(catalogue.PUBLISHER_USUAL_ARTICLES),
        unit="none",
        queries=(
            Query(
                expression="topk(10, sum by (publisher) "
                f"({selected(catalogue.PUBLISHER_USUAL_ARTICLES)}))",
                legend="{{publisher}}",
            ),
        ),
    ),
    Panel(
        title="Since each publisher's last article",
        description=said(
            catalogue.PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS, catalogue.ARRIVAL_TIMESTAMP_SECONDS
        ),
        unit="s",
        width=24,
        queries=(
            # A time is 0 before the first article: that is no silence since 1970.
            Query(
                expression="time() - (max by (publisher) "
                f"({selected(catalogue.PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS)}) > 0)",
                legend="{{publisher}}",
            ),
            Query(
                expression=f"time() - max({selected(catalogue.ARRIVAL_TIMESTAMP_SECONDS)} > 0)",
                legend="anything at all",
            ),
        ),
    ),
)

_STORIES = (
    Panel(
        title="Open stories",
        description=said(catalogue.STORIES_OPEN, catalogue.STORIES_UNREADABLE),
        unit="none",
        shape=Shape.STACKED,
        queries=(
            Query(
                expression=f"sum by (partition) ({selected(catalogue.STORIES_OPEN)})",
                legend="partition {{partition}}",
            ),
            Query(
                expression=f"sum by (partition) ({selected(catalogue.STORIES_UNREADABLE)})",
                legend="partition {{partition}} unreadable",
            ),
        ),
    ),
    Panel(
        title="Copies folded",
        description=said(catalogue.COPIES_FOLDED),
        unit="eps",
        shape=Shape.STACKED,
        queries=(Query(expression=rate(catalogue.COPIES_FOLDED, "desk"), legend="{{desk}}"),),
    ),
    Panel(
        title="Top stories",
        description=said(catalogue.TOP_STORY_ARTICLES),
        unit="none",
        queries=(
            Query(
                expression=f"topk(10, {gauge(catalogue.TOP_STORY_ARTICLES, 'instance, rank, kind')})",
                legend="{{kind}} ({{rank}} of {{instance}})",
            ),
        ),
    ),
    Panel(
        title="Article to signals",
        description=f"{catalogue.ARTICLE_TO_SIGNAL_SECONDS.meaning} The rest of the way to the "
        "alert is the signals topic and the alert agent.",
        unit="s",
        queries=quantiles(catalogue.ARTICLE_TO_SIGNAL_SECONDS),
    ),
)

NEWS: Final = Page(
    name="news",
    title="News Monitor: news",
    description="What the articles said, what was alerted, and who was told.",
    rows={
        "What do the articles say?": _SIGNALS,
        "Who sends, and who has stopped?": _PUBLISHERS,
        "What was alerted?": _ALERTS,
        "Which stories are open?": _STORIES,
        "Who was told?": SUBSCRIBERS,
    },
)
