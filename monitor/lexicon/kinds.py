"""What goes for a kind where nothing more special is known: its desk, event type and roles."""

from functools import cache

from monitor.domain import Desk, EventType, SignalKind
from monitor.lexicon.entry import Entry, Role

__all__ = ["DESKS", "EVENT_TYPES", "READ", "ROLES", "entry_of_reading"]

DESKS = {SignalKind.LABOR_STRIKE: Desk.LABOUR, SignalKind.MARKET_MOVE: Desk.MARKETS}
"""Desks of the kinds that do not belong to the conflict desk."""
EVENT_TYPES = {
    SignalKind.MILITARY_STRIKE: EventType.ASSAULT,
    SignalKind.RETALIATION: EventType.ASSAULT,
    SignalKind.THREAT: EventType.THREATEN,
    SignalKind.MOBILIZATION: EventType.MOBILIZE,
    SignalKind.SANCTIONS: EventType.SANCTION,
    SignalKind.UNREST: EventType.PROTEST,
    SignalKind.LABOR_STRIKE: EventType.PROTEST,
    SignalKind.MARKET_MOVE: EventType.NONE,
    SignalKind.CASUALTIES: EventType.ASSAULT,
    SignalKind.DE_ESCALATION: EventType.AGREE,
}
ROLES = {
    SignalKind.MARKET_MOVE: Role.NONE,
    SignalKind.CASUALTIES: Role.TARGET_ACTOR,
    SignalKind.DE_ESCALATION: Role.PARTIES,
}
"""Roles of the kinds that are not done by an actor to a target."""
READ = ".read"
"""Ends the name of what stands for the sense model's own finding, where no entry's words stand."""


@cache
def entry_of_reading(kind: SignalKind, desk: Desk) -> Entry:
    """Return what stands in for an entry where the sense model alone found a kind."""
    return Entry(
        id=f"{kind}{READ}",
        kind=kind,
        desk=desk,
        event_type=EVENT_TYPES[kind],
        patterns=(),
        role=ROLES.get(kind, Role.ACTOR_TARGET),
    )
