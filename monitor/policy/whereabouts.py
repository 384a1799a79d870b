"""Whereabouts: which countries an article's news is about, where its proving clauses do not say.

"344 members of the union went on strike" names no country; the article does, elsewhere. So an active
signal without a country takes the one that its article names most, and a country that makes up much of
what the article names, but stands in no signal, is added to their places. A place outside of the
proving clause whose country the article names only once, while it names another again and again, is
where somebody spoke or once was, and is left out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from monitor.domain import Entity, EntityLabel, Mention, Signal
from monitor.policy.entities import countries_of, is_country

__all__ = ["located"]

_SHARE = 0.3
"""Share of an article's mentions of countries from which the article is about one."""
_MENTIONS = 3
"""Least mentions of such a country. Both by the F1 on half of the articles of training/signals."""


def located(signals: Sequence[Signal], mentions: Iterable[Mention]) -> tuple[Signal, ...]:
    """Return signals with the countries that their article is about among their places.

    Args:
        signals: of one article.
        mentions: all that the article names.
    """
    counts: Counter[str] = Counter()
    names: dict[str, Entity] = {}
    for mention in mentions:
        for code in countries_of((mention.entity,)):
            counts[code] += 1
            names[code] = _better(names.get(code), mention.entity)
    passing = {code for code, count in counts.items() if count == 1}
    if max(counts.values(), default=0) >= _MENTIONS:
        signals = [_without(signal, passing) for signal in signals]
    active = [signal for signal in signals if signal.status.is_active]
    told = countries_of(entity for signal in active for entity in _named(signal))
    enough = max(_MENTIONS, _SHARE * counts.total())
    ranked = [code for code, _ in counts.most_common()]
    missing = [names[code] for code in ranked if counts[code] >= enough and code not in told]
    most = [names[code] for code in ranked[:1]]
    return tuple(
        signal
        if not signal.status.is_active
        else replace(signal, places=(*signal.places, *(missing or _if_none(signal, most))))
        for signal in signals
    )


def _without(signal: Signal, passing: AbstractSet[str]) -> Signal:
    """Return an active signal without places of *passing* countries outside of its best clause."""
    if not signal.status.is_active:
        return signal
    clause = signal.evidence[0].quote
    places = tuple(
        place
        for place in signal.places
        if place.text in clause or not countries_of((place,)) & passing
    )
    return replace(signal, places=places)


def _if_none(signal: Signal, places: Sequence[Entity]) -> Sequence[Entity]:
    """Return *places* for a signal that names no country."""
    return () if countries_of(_named(signal)) else places


def _named(signal: Signal) -> tuple[Entity, ...]:
    return (*signal.actors, *signal.targets, *signal.places)


def _better(known: Entity | None, other: Entity) -> Entity:
    """Return the name that says more plainly which country is meant: its own, before all others."""
    if known is None:
        return other
    plain = is_country(other) and other.label is EntityLabel.GPE
    return other if plain and not (is_country(known) and known.label is EntityLabel.GPE) else known
