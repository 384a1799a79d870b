"""Serving: what each subscription is told of an alert, given what it was told before.

Whoever was told of a story is told that it is withdrawn, whatever the hour and whatever is muted;
and of its revisions, quiet hours or not, unless updates are not wanted or it is muted. Quiet hours
hold back first words only: the newest revision is told with the first alert of the partition whose
event time lies after them.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.domain import Alert, Fate, Held, Lifecycle, Receipt, Subscription, Updates
from monitor.policy.subscriptions.fitting import View, Wish, is_muted, quiet_until, unmet_wish

__all__ = ["MOST_RECEIPTS", "ReceiptBook", "Service"]

MOST_RECEIPTS = 50_000
"""Receipts that a partition keeps: as many as it may have open stories. Beyond, the oldest go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What becomes of an alert for one subscription."""

    subscription: str
    fate: Fate
    alert: Alert
    unmet: Wish | None = None
    """Which condition an unfit alert does not meet first."""


class ReceiptBook:
    """The receipts of one partition of the alerts topic."""

    def __init__(self, *, most: int = MOST_RECEIPTS) -> None:
        """Begin empty; keep so many receipts at most."""
        self._receipts: OrderedDict[str, Receipt] = OrderedDict()
        """The one that changed last stands last."""
        self._changed: dict[str, None] = {}
        self._holding: dict[str, None] = {}
        """Alerts that are held back for somebody, by id, in order."""
        self._most = most

    def __len__(self) -> int:
        """Return how many receipts there are."""
        return len(self._receipts)

    def __iter__(self) -> Iterator[Receipt]:
        """Go through the receipts, the one that changed last at the end."""
        return iter(self._receipts.values())

    def restore(self, receipts: Iterable[Receipt]) -> None:
        """Take over what was kept; nothing of it counts as changed."""
        for receipt in sorted(receipts, key=lambda each: each.offset):
            self._put(receipt)
        self._changed.clear()

    def take(
        self, alert: Alert, *, offset: int, subscriptions: Sequence[Subscription]
    ) -> list[Service]:
        """Say what becomes of an alert for each subscription, and of what was held until now.

        Args:
            alert: the alert, as it lies at *offset* of the partition.
            offset: offsets grow; a record that a receipt has taken in already gives nothing.
            subscriptions: those in force.
        """
        known = self._receipts.get(alert.alert_id)
        if known is not None and known.offset >= offset:
            return []
        view = View(alert)
        known = known or Receipt(alert_id=alert.alert_id, offset=offset)
        own, after = _served(alert, view, known, offset, subscriptions)
        released = self._released(view, {each.id: each for each in subscriptions})
        # All is known by now: what raises before leaves the book as it was.
        services = []
        for receipt, told in released:
            self._note(receipt)
            services += told
        self._note(after)
        return services + own

    def not_told(self, service: Service) -> None:
        """Take back that a subscription was told: the broker refused the record for good."""
        receipt = self._receipts.get(service.alert.alert_id)
        if receipt is not None and service.subscription in receipt.told:
            told = tuple(each for each in receipt.told if each != service.subscription)
            self._put(replace(receipt, told=told))

    def forget_offsets(self) -> None:
        """Take no record for done: the alerts topic is another one than the receipts come from."""
        for receipt in tuple(self._receipts.values()):
            self._put(replace(receipt, offset=-1))

    def changes(self) -> dict[str, Receipt | None]:
        """Return what has changed since the last call, by alert id; None for what is gone."""
        changed = {alert_id: self._receipts.get(alert_id) for alert_id in self._changed}
        self._changed.clear()
        return changed

    def _released(
        self, now: View, subscriptions: Mapping[str, Subscription]
    ) -> list[tuple[Receipt, list[Service]]]:
        """Say what held alerts can be told now, in their order, each with its receipt then."""
        released = []
        for alert_id in self._holding:
            receipt = self._receipts[alert_id]
            # Of the alert at hand there is a newer revision, which speaks for itself.
            if receipt.alert is None or alert_id == now.alert.alert_id:
                continue
            after, services = _release(receipt, receipt.alert, now, subscriptions)
            if after != receipt:
                released.append((after, services))
        return released

    def _note(self, receipt: Receipt) -> None:
        """Keep what subscriptions know now of an alert, or drop it where none knows anything."""
        if not receipt.told and not receipt.held:
            if receipt.alert_id in self._receipts:
                self._drop(receipt.alert_id)
            return
        self._put(receipt)
        while len(self._receipts) > self._most:
            self._drop(next(iter(self._receipts)))

    def _put(self, receipt: Receipt) -> None:
        self._receipts[receipt.alert_id] = receipt
        self._receipts.move_to_end(receipt.alert_id)
        self._changed[receipt.alert_id] = None
        if receipt.held:
            self._holding[receipt.alert_id] = None
        else:
            self._holding.pop(receipt.alert_id, None)

    def _drop(self, alert_id: str) -> None:
        del self._receipts[alert_id]
        self._changed[alert_id] = None
        self._holding.pop(alert_id, None)


def _served(
    alert: Alert,
    view: View,
    known: Receipt,
    offset: int,
    subscriptions: Sequence[Subscription],
) -> tuple[list[Service], Receipt]:
    """Say what becomes of an alert for each subscription, and what they know then."""
    before = {each.subscription: each for each in known.held}
    told, held = dict.fromkeys(known.told), dict(before)
    services = []
    for subscription in subscriptions:
        name = subscription.id
        service = _serve(subscription, view, told=name in told, waits=name in before)
        services.append(service)
        held.pop(name, None)
        if service.fate is Fate.HELD:
            until = quiet_until(subscription, view) or view.when
            held[name] = Held(subscription=name, until=until)
        elif service.fate in (Fate.FIRST, Fate.UPDATE):
            told[name] = None
    if alert.lifecycle is Lifecycle.CANCEL:
        # Should the story come back, it begins anew for everybody.
        told, held = {}, {}
    receipt = Receipt(
        alert_id=alert.alert_id,
        offset=offset,
        told=tuple(told),
        held=tuple(held.values()),
        alert=alert if held else None,
    )
    return services, receipt


def _serve(subscription: Subscription, view: View, *, told: bool, waits: bool) -> Service:
    """Say what becomes of an alert for one subscription.

    Args:
        subscription: whom it may be for.
        view: the alert.
        told: whether it was told of the alert before.
        waits: whether an earlier revision is held back for it.
    """
    alert = view.alert
    unmet = None
    if alert.lifecycle is Lifecycle.CANCEL:
        fate = Fate.CANCEL if told else Fate.WITHDRAWN if waits else Fate.UNFIT
    elif is_muted(subscription, view):
        fate = Fate.MUTED
    elif told:
        fate = Fate.UPDATE if subscription.updates is Updates.ALL else Fate.UNWANTED
    elif not waits and (unmet := unmet_wish(subscription, view)) is not None:
        fate = Fate.UNFIT
    else:
        fate = Fate.FIRST if quiet_until(subscription, view) is None else Fate.HELD
    return Service(subscription=subscription.id, fate=fate, alert=alert, unmet=unmet)


def _release(
    receipt: Receipt, alert: Alert, now: View, subscriptions: Mapping[str, Subscription]
) -> tuple[Receipt, list[Service]]:
    """Tell a held alert to whoever may be disturbed now; return what is known of it then."""
    as_of_now = View(replace(alert, last_seen=now.when))
    view = View(alert)
    told, held, services = list(receipt.told), [], []
    for each in receipt.held:
        subscription = subscriptions.get(each.subscription)
        if subscription is None:
            continue  # nobody is left to tell
        if now.when < each.until or quiet_until(subscription, as_of_now) is not None:
            held.append(each)
            continue
        fate = Fate.MUTED if is_muted(subscription, view) else Fate.RELEASED
        if fate is Fate.RELEASED:
            told.append(subscription.id)
        services.append(Service(subscription=subscription.id, fate=fate, alert=alert))
    after = replace(
        receipt, told=tuple(told), held=tuple(held), alert=receipt.alert if held else None
    )
    return after, services
