"""Alerts and subscriptions that the tests here build by hand."""

from datetime import UTC, datetime
from typing import Any

from monitor.domain import (
    Alert,
    Certainty,
    Change,
    Desk,
    Entity,
    EntityLabel,
    Lifecycle,
    Quotation,
    Severity,
    SignalKind,
    TextSpan,
    Urgency,
    Versions,
    Watched,
)

EVENING = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
ISRAEL = Entity(text="Israeli", id="IL", label=EntityLabel.NORP, country="IL")
SYRIA = Entity(text="Syria", id="SY", label=EntityLabel.GPE, country="SY")
PORT = Entity(text="the port of Latakia", label=EntityLabel.FAC, country="SY")
MILITIA = Entity(text="Free Harbour Militia", label=EntityLabel.ORG)


def a_quotation(
    quote: str = "Israeli jets bombed an arms depot.", *, source: str = "Reuters", url: str = ""
) -> Quotation:
    """Return a proving clause that is its own trigger."""
    trigger = TextSpan(start_char=0, end_char=len(quote), quote=quote)
    return Quotation(
        start_char=0,
        end_char=len(quote),
        quote=quote,
        trigger=trigger,
        kind=SignalKind.MILITARY_STRIKE,
        article_id="a-1",
        source=source,
        url=url,
    )


def an_alert(alert_id: str = "story-1", **changes: Any) -> Alert:
    """Return a first alert of an air strike; anything may be changed."""
    parts: dict[str, Any] = {
        "revision": 1,
        "lifecycle": Lifecycle.ALERT,
        "changes": (Change.NEW_STORY,),
        "desk": Desk.CONFLICT,
        "kind": SignalKind.MILITARY_STRIKE,
        "kinds": (SignalKind.MILITARY_STRIKE,),
        "headline": "Israeli jets bomb a depot in Syria",
        "severity": Severity.SEVERE,
        "urgency": Urgency.IMMEDIATE,
        "certainty": Certainty.LIKELY,
        "actors": (ISRAEL,),
        "targets": (MILITIA,),
        "places": (PORT,),
        "evidence": (a_quotation(),),
        "watched": (Watched(watchlist="shipping", item="maersk"),),
        "articles": 1,
        "publishers": 1,
        "first_seen": EVENING,
        "last_seen": EVENING,
        "versions": Versions(lexicon="test", model="test"),
    }
    return Alert(alert_id=alert_id, **(parts | changes))


def an_update(alert_id: str = "story-1", **changes: Any) -> Alert:
    """Return a later revision."""
    usual: dict[str, Any] = {
        "revision": 2,
        "lifecycle": Lifecycle.UPDATE,
        "changes": (Change.FIGURE,),
    }
    return an_alert(alert_id, **(usual | changes))


def a_cancel(alert_id: str = "story-1", **changes: Any) -> Alert:
    """Return a withdrawal, which carries no evidence."""
    usual: dict[str, Any] = {
        "revision": 3,
        "lifecycle": Lifecycle.CANCEL,
        "changes": (Change.WITHDRAWN,),
        "certainty": Certainty.UNKNOWN,
        "urgency": Urgency.PAST,
        "evidence": (),
        "articles": 0,
        "publishers": 0,
    }
    return an_alert(alert_id, **(usual | changes))
