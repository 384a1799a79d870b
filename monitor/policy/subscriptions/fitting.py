"""Fitting: whether an alert is what a subscription asks for, and whether now is the time.

All times are event times, the alert's `last_seen`: the same alerts give the same answers on every
run, live or replayed.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from monitor.domain import Alert, ArticleRef, Certainty, Entity, EntityList, Subscription
from monitor.domain import Reports as Wanted
from monitor.lexicon.places import fold_words
from monitor.policy.publishers import publisher_of
from monitor.policy.scales import CORROBORATING_PUBLISHERS
from monitor.policy.watchlists import watchlists_of

__all__ = ["View", "Wish", "certainty_rank", "folded", "is_muted", "quiet_until", "unmet_wish"]

_CERTAINTIES = tuple(reversed(tuple(Certainty)))
_DAY = timedelta(days=1)


class Wish(StrEnum):
    """A condition of a subscription; the first that an alert does not meet says why it is not sent.

    In the order in which they are looked at.
    """

    KINDS = "kinds"
    """None of the alert's kinds is wanted."""
    SEVERITY = "min_severity"
    """The alert is less grave."""
    CERTAINTY = "min_certainty"
    """The alert is less sure."""
    REPORTS = "reports"
    """No second independent publisher reports it yet."""
    COUNTRIES = "countries"
    """No actor, target or place belongs to one of the countries."""
    PARTIES = "parties"
    """None of the parties acts or is acted upon."""
    WATCHLISTS = "watchlists"
    """No actor, target or place stands on one of the lists, and no article names an item of one."""
    WORDS = "words"
    """None of the words stands in the headline or the evidence."""
    PUBLISHERS = "publishers"
    """None of the quoted articles is from one of the publishers."""


class View:
    """An alert as subscriptions look at it: what they compare is made once, when first asked for."""

    def __init__(self, alert: Alert) -> None:
        """Take the alert."""
        self.alert = alert

    @property
    def when(self) -> datetime:
        """Event time of the revision."""
        return self.alert.last_seen

    @cached_property
    def countries(self) -> frozenset[str]:
        """Codes of the countries that act, are acted upon, or in which it happens."""
        return frozenset(entity.country for entity in self._entities if entity.country)

    @cached_property
    def parties(self) -> EntityList:
        """Who acts and who is acted upon."""
        return _listed((*self.alert.actors, *self.alert.targets))

    @cached_property
    def entities(self) -> EntityList:
        """Whatever the alert names."""
        return _listed(self._entities)

    @cached_property
    def watched(self) -> frozenset[str]:
        """Ids of the watchlists of which its articles name an item."""
        return watchlists_of(self.alert)

    @cached_property
    def publishers(self) -> frozenset[str]:
        """Who published the quoted articles."""
        named = (
            publisher_of(
                ArticleRef(
                    id=quotation.article_id,
                    url=quotation.url,
                    source=quotation.source,
                    published_at=self.when,
                )
            )
            for quotation in self.alert.evidence
        )
        return frozenset(name for name in named if name)

    @cached_property
    def words(self) -> str:
        """The folded words of the headline and of the evidence, a blank before and after each."""
        quotes = (quotation.quote for quotation in self.alert.evidence)
        return f" {' | '.join(map(folded, (self.alert.headline, *quotes)))} "

    @property
    def _entities(self) -> tuple[Entity, ...]:
        return (*self.alert.actors, *self.alert.targets, *self.alert.places)


def folded(text: str) -> str:
    """Return the words of *text* without case, accents and marks, joined by single blanks."""
    return " ".join(fold_words(text))


def certainty_rank(certainty: Certainty) -> int:
    """Return 0 for Unknown up to 4 for Observed, for comparing."""
    return _CERTAINTIES.index(certainty)


def unmet_wish(subscription: Subscription, view: View) -> Wish | None:
    """Return the first condition that the alert does not meet; None where it meets all."""
    for wish, is_met in _CONDITIONS.items():
        if not is_met(subscription, view):
            return wish
    return None


def is_muted(subscription: Subscription, view: View) -> bool:
    """Tell whether the subscriber does not want to hear of the story, or of all who report it."""
    in_force = [mute for mute in subscription.mutes if mute.until is None or view.when < mute.until]
    if any(mute.story == view.alert.alert_id for mute in in_force):
        return True
    muted = {mute.publisher for mute in in_force if mute.publisher}
    return bool(muted and view.publishers) and view.publishers <= muted


def quiet_until(subscription: Subscription, view: View) -> datetime | None:
    """Return when the quiet hours end that the alert falls into; None where it may be told now."""
    quiet = subscription.quiet
    if quiet is None or view.alert.severity.rank >= quiet.unless.rank:
        return None
    try:
        today = view.when.astimezone(quiet.zone).date()
        # Those that began yesterday may last until this morning.
        for day in (today - _DAY, today):
            last = day + _DAY if quiet.end <= quiet.start else day
            end = datetime.combine(last, quiet.end, quiet.zone)
            if datetime.combine(day, quiet.start, quiet.zone) <= view.when < end:
                return end.astimezone(UTC)
    except OverflowError:  # at either end of the calendar there is no night to sleep through
        return None
    return None


def _listed(entities: tuple[Entity, ...]) -> EntityList:
    """Return the entities with every stretch of whole words of their names.

    So `Bandar Abbas` on a list is met by `the port of Bandar Abbas`.
    """
    names = (part for entity in entities for part in _stretches(fold_words(entity.text)))
    return EntityList(
        ids=frozenset(entity.id for entity in entities if entity.id), names=frozenset(names)
    )


def _stretches(words: tuple[str, ...]) -> Iterator[str]:
    for first in range(len(words)):
        for end in range(first + 1, len(words) + 1):
            yield " ".join(words[first:end])


def _share(one: EntityList, other: EntityList) -> bool:
    return not (one.ids.isdisjoint(other.ids) and one.names.isdisjoint(other.names))


def _fits_kinds(wanted: Subscription, view: View) -> bool:
    return not wanted.kinds or not wanted.kinds.isdisjoint(view.alert.kinds)


def _fits_severity(wanted: Subscription, view: View) -> bool:
    return view.alert.severity.rank >= wanted.min_severity.rank


def _fits_certainty(wanted: Subscription, view: View) -> bool:
    return certainty_rank(view.alert.certainty) >= certainty_rank(wanted.min_certainty)


def _fits_reports(wanted: Subscription, view: View) -> bool:
    return wanted.reports is Wanted.FIRST or view.alert.publishers >= CORROBORATING_PUBLISHERS


def _fits_countries(wanted: Subscription, view: View) -> bool:
    return not wanted.countries or not wanted.countries.isdisjoint(view.countries)


def _fits_parties(wanted: Subscription, view: View) -> bool:
    return wanted.parties == EntityList() or _share(wanted.parties, view.parties)


def _fits_watchlists(wanted: Subscription, view: View) -> bool:
    if not wanted.watchlists and not wanted.watched:
        return True
    if not wanted.watched.isdisjoint(view.watched):
        return True
    return any(_share(each, view.entities) for each in wanted.watchlists)


def _fits_words(wanted: Subscription, view: View) -> bool:
    return not wanted.words or any(f" {words} " in view.words for words in wanted.words)


def _fits_publishers(wanted: Subscription, view: View) -> bool:
    return not wanted.publishers or not wanted.publishers.isdisjoint(view.publishers)


_CONDITIONS: Final[Mapping[Wish, Callable[[Subscription, View], bool]]] = {
    Wish.KINDS: _fits_kinds,
    Wish.SEVERITY: _fits_severity,
    Wish.CERTAINTY: _fits_certainty,
    Wish.REPORTS: _fits_reports,
    Wish.COUNTRIES: _fits_countries,
    Wish.PARTIES: _fits_parties,
    Wish.WATCHLISTS: _fits_watchlists,
    Wish.WORDS: _fits_words,
    Wish.PUBLISHERS: _fits_publishers,
}
"""Cheap ones first."""
