"""Trial: what subscriptions would have been told, had they been in force over a stretch of alerts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.domain import Alert, Fate, Subscription
from monitor.policy.subscriptions.fitting import Wish
from monitor.policy.subscriptions.serving import ReceiptBook, Service

__all__ = ["Outcome", "Trial"]


@dataclass(slots=True)
class Outcome:
    """What one subscription would have been told."""

    sent: list[Service] = field(default_factory=list)
    """In the order in which it would have received them."""
    fates: Counter[Fate] = field(default_factory=Counter)
    """Revisions of alerts by what became of them."""
    unmet: Counter[Wish] = field(default_factory=Counter)
    """Unfit ones by the first condition that they do not meet."""
    waiting: int = 0
    """Alerts that are held back when the stretch ends."""


class Trial:
    """Serves subscriptions as a worker would, and remembers instead of sending."""

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        """Take the subscriptions to try."""
        self._subscriptions = subscriptions
        self._books: dict[int, ReceiptBook] = defaultdict(ReceiptBook)
        self._outcomes = {each.id: Outcome() for each in subscriptions}

    def take(self, alert: Alert, *, offset: int, partition: int = 0) -> list[Service]:
        """Serve one alert, and return what would have been sent; offsets grow per partition."""
        services = self._books[partition].take(
            alert, offset=offset, subscriptions=self._subscriptions
        )
        for service in services:
            outcome = self._outcomes[service.subscription]
            outcome.fates[service.fate] += 1
            if service.unmet is not None:
                outcome.unmet[service.unmet] += 1
            if service.fate.is_sent:
                outcome.sent.append(service)
        return [service for service in services if service.fate.is_sent]

    def outcomes(self) -> dict[str, Outcome]:
        """Return what each subscription would have been told, by its id, in the file's order."""
        held = Counter(
            each.subscription
            for book in self._books.values()
            for receipt in book
            for each in receipt.held
        )
        for name, outcome in self._outcomes.items():
            outcome.waiting = held[name]
        return self._outcomes
