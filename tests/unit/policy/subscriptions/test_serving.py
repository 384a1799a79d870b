"""Serving: whoever was told of a story stays informed, quiet hours lose nothing, repeats are none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import Alert, Fate, Mute, QuietHours, Receipt, Severity, Subscription, Updates
from monitor.policy.subscriptions.fitting import Wish
from monitor.policy.subscriptions.serving import ReceiptBook
from monitor.policy.subscriptions.trial import Trial
from tests.unit.policy.subscriptions.alerts import EVENING, a_cancel, an_alert, an_update

ALL = Subscription(id="all")
GRAVE = Subscription(id="grave", min_severity=Severity.EXTREME)
NIGHT = QuietHours(start=time(22), end=time(6), zone=UTC)
SLEEPER = Subscription(id="sleeper", quiet=NIGHT)
AT_NIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)
IN_THE_MORNING = datetime(2026, 3, 3, 6, tzinfo=UTC)


def fates(book: ReceiptBook, alerts: Sequence[Alert], *wanted: Subscription) -> list[list[Fate]]:
    """Serve alerts in turn; return what became of each, in the order of the services."""
    begin = max((receipt.offset for receipt in book), default=-1) + 1
    return [
        [each.fate for each in book.take(alert, offset=begin + number, subscriptions=wanted)]
        for number, alert in enumerate(alerts)
    ]


def test_whoever_was_told_is_told_of_every_revision() -> None:
    """Updates come though they fit no longer, and the withdrawal; others hear of neither."""
    book = ReceiptBook()
    first = an_alert(severity=Severity.EXTREME)
    alerts = [first, an_update(severity=Severity.MINOR), a_cancel()]

    served = fates(book, alerts, GRAVE)

    assert served == [[Fate.FIRST], [Fate.UPDATE], [Fate.CANCEL]]
    assert fates(ReceiptBook(), [an_alert(), a_cancel()], GRAVE) == [[Fate.UNFIT], [Fate.UNFIT]]
    assert len(book) == 0


def test_a_story_that_grows_to_fit_is_told_then() -> None:
    """The first word of a subscription may be a later revision; a reason is given until then."""
    book = ReceiptBook()
    (service,) = book.take(an_alert(), offset=0, subscriptions=[GRAVE])
    grown = an_update(severity=Severity.EXTREME)

    assert (service.fate, service.unmet) == (Fate.UNFIT, Wish.SEVERITY)
    assert fates(book, [grown, a_cancel()], GRAVE) == [[Fate.FIRST], [Fate.CANCEL]]


def test_updates_that_are_not_wanted_are_not_sent_but_the_withdrawal_is() -> None:
    """A subscription without updates learns of the beginning and of the end."""
    once = Subscription(id="once", updates=Updates.NONE)

    served = fates(ReceiptBook(), [an_alert(), an_update(), a_cancel()], once)

    assert served == [[Fate.FIRST], [Fate.UNWANTED], [Fate.CANCEL]]


def test_a_story_that_comes_back_begins_anew() -> None:
    """After a withdrawal the next alert is judged as a first word."""
    once = Subscription(id="once", updates=Updates.NONE)

    served = fates(ReceiptBook(), [an_alert(), a_cancel(), an_alert(revision=4)], once)

    assert served == [[Fate.FIRST], [Fate.CANCEL], [Fate.FIRST]]


def test_a_mute_ends_with_the_withdrawal() -> None:
    """Who was told before the mute gets no update, but the withdrawal."""
    book = ReceiptBook()
    muting = replace(ALL, mutes=(Mute(story="story-1"),))

    assert fates(book, [an_alert()], ALL) == [[Fate.FIRST]]
    assert fates(book, [an_update(), a_cancel()], muting) == [[Fate.MUTED], [Fate.CANCEL]]
    assert fates(ReceiptBook(), [an_alert(), a_cancel()], muting) == [[Fate.MUTED], [Fate.UNFIT]]


def test_quiet_hours_hold_back_the_first_word_until_they_end() -> None:
    """The newest revision is told with the first alert after them, before that one."""
    book = ReceiptBook()
    night = [an_alert(last_seen=AT_NIGHT), an_update(last_seen=AT_NIGHT + timedelta(hours=1))]

    assert fates(book, night, SLEEPER) == [[Fate.HELD], [Fate.HELD]]
    other = an_alert("story-2", last_seen=IN_THE_MORNING)
    released, first = book.take(other, offset=2, subscriptions=[SLEEPER])

    assert (released.fate, released.alert) == (Fate.RELEASED, night[1])
    assert (first.fate, first.alert) == (Fate.FIRST, other)
    assert fates(book, [an_update(revision=3)], SLEEPER) == [[Fate.UPDATE]]


def test_the_next_revision_after_quiet_hours_speaks_for_itself() -> None:
    """What was held is not told beside it."""
    night, day = an_alert(last_seen=AT_NIGHT), an_update(last_seen=IN_THE_MORNING)

    assert fates(ReceiptBook(), [night, day], SLEEPER) == [[Fate.HELD], [Fate.FIRST]]


def test_a_story_withdrawn_in_quiet_hours_disturbs_nobody() -> None:
    """What was held back and withdrawn is told neither way."""
    book = ReceiptBook()
    night = [an_alert(last_seen=AT_NIGHT), a_cancel(last_seen=AT_NIGHT)]

    assert fates(book, night, SLEEPER) == [[Fate.HELD], [Fate.WITHDRAWN]]
    other = an_alert("story-2", last_seen=IN_THE_MORNING)
    assert fates(book, [other], SLEEPER) == [[Fate.FIRST]]


def test_quiet_hours_do_not_keep_news_of_a_story_that_was_told() -> None:
    """Updates and withdrawals of what was told in the evening come at night."""
    night = [an_update(last_seen=AT_NIGHT), a_cancel(last_seen=AT_NIGHT)]

    served = fates(ReceiptBook(), [an_alert(), *night], SLEEPER)

    assert served == [[Fate.FIRST], [Fate.UPDATE], [Fate.CANCEL]]


def test_what_was_held_stays_held_over_further_quiet_hours() -> None:
    """An alert of the next night does not wake anybody, and one of the day after does."""
    book = ReceiptBook()
    nights = [
        an_alert(last_seen=AT_NIGHT),
        an_alert("story-2", last_seen=AT_NIGHT + timedelta(days=1)),
    ]
    morning = an_alert("story-3", last_seen=IN_THE_MORNING + timedelta(days=1))

    assert fates(book, nights, SLEEPER) == [[Fate.HELD], [Fate.HELD]]
    assert fates(book, [morning], SLEEPER) == [[Fate.RELEASED, Fate.RELEASED, Fate.FIRST]]


def test_nobody_is_told_for_a_subscription_that_is_gone() -> None:
    """What is held for it goes with it."""
    book = ReceiptBook()
    fates(book, [an_alert(last_seen=AT_NIGHT)], SLEEPER)

    assert fates(book, [an_alert("story-2", last_seen=IN_THE_MORNING)]) == [[]]
    assert len(book) == 0


def test_a_record_that_comes_again_gives_nothing() -> None:
    """A receipt says which record it took in last: that and earlier ones are done."""
    book = ReceiptBook()
    book.take(an_alert(), offset=5, subscriptions=[ALL])

    assert book.take(an_alert(), offset=5, subscriptions=[ALL]) == []
    book.forget_offsets()
    assert [each.fate for each in book.take(an_update(), offset=0, subscriptions=[ALL])] == [
        Fate.UPDATE
    ]


def test_what_was_refused_was_not_told() -> None:
    """A later revision is a first word then."""
    book = ReceiptBook()
    (service,) = book.take(an_alert(), offset=0, subscriptions=[ALL])
    book.not_told(service)

    assert fates(book, [an_update()], ALL) == [[Fate.FIRST]]


def test_the_oldest_receipts_go_when_there_are_too_many() -> None:
    """The bound holds, and what was dropped is said so that it leaves the topic too."""
    book = ReceiptBook(most=2)
    alerts = [an_alert(f"story-{number}") for number in range(3)]
    fates(book, alerts, ALL)

    assert [receipt.alert_id for receipt in book] == ["story-1", "story-2"]
    assert book.changes()["story-0"] is None


def test_an_error_leaves_the_book_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was held is still held when a defect of ours breaks the serving of another alert."""
    book = ReceiptBook()
    fates(book, [an_alert(last_seen=AT_NIGHT)], SLEEPER)
    kept = list(book)
    broken = replace(SLEEPER, mutes=(Mute(story="story-2", until=datetime(2030, 1, 1)),))  # noqa: DTZ001

    with pytest.raises(TypeError):
        book.take(an_alert("story-2", last_seen=IN_THE_MORNING), offset=1, subscriptions=[broken])
    assert list(book) == kept


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["story-1", "story-2", "story-3"]),
        st.sampled_from([an_alert, an_update, a_cancel]),
        st.sampled_from([Severity.MINOR, Severity.SEVERE, Severity.EXTREME]),
        st.integers(0, 40),
    ),
    max_size=25,
)
WANTED = (ALL, GRAVE, SLEEPER, Subscription(id="once", updates=Updates.NONE))


@given(happenings=HAPPENINGS, crashes=st.lists(st.integers(0, 24), max_size=3))
def test_a_crash_changes_nothing(
    happenings: list[tuple[str, type, Severity, int]], crashes: list[int]
) -> None:
    """Kept receipts and records that come again lead where an undisturbed run leads.

    A crash here comes after a record was delivered and kept, before it was acknowledged.
    """
    alerts = [
        make(name, severity=severity, last_seen=EVENING + timedelta(hours=hours))
        for name, make, severity, hours in happenings
    ]
    trial = Trial(WANTED)
    for offset, alert in enumerate(alerts):
        trial.take(alert, offset=offset)
    smooth = {name: [(s.fate, s.alert) for s in o.sent] for name, o in trial.outcomes().items()}

    book, kept = ReceiptBook(), dict[str, Receipt]()
    sent: dict[str, list[tuple[Fate, Alert]]] = {each.id: [] for each in WANTED}
    for offset, alert in enumerate(alerts):
        for service in book.take(alert, offset=offset, subscriptions=WANTED):
            if service.fate.is_sent:
                sent[service.subscription].append((service.fate, service.alert))
        for alert_id, receipt in book.changes().items():
            kept.pop(alert_id, None)
            if receipt is not None:
                kept[alert_id] = receipt
        if offset in crashes:
            book = ReceiptBook()
            book.restore(kept.values())
            again = book.take(alert, offset=offset, subscriptions=WANTED)
            told = {each.alert_id for each in book if each.told or each.held}
            assert not [each for each in again if each.fate.is_sent] or alert.alert_id not in told
            book = ReceiptBook()
            book.restore(kept.values())

    assert sent == smooth


@given(happenings=HAPPENINGS)
def test_every_withdrawal_reaches_whoever_was_told(
    happenings: list[tuple[str, type, Severity, int]],
) -> None:
    """Per subscription and story, what is sent is a first word, updates, then the withdrawal."""
    trial = Trial(WANTED)
    told: set[tuple[str, str]] = set()
    for offset, (name, make, severity, hours) in enumerate(happenings):
        alert = make(name, severity=severity, last_seen=EVENING + timedelta(hours=hours))
        expected = {each for each in told if each[1] == name} if make is a_cancel else set()
        sent = trial.take(alert, offset=offset)
        cancelled = {(s.subscription, name) for s in sent if s.fate is Fate.CANCEL}
        assert cancelled == expected
        told -= cancelled
        for service in sent:
            pair = (service.subscription, service.alert.alert_id)
            if service.fate in (Fate.FIRST, Fate.RELEASED):
                assert pair not in told
                told.add(pair)
            elif service.fate is Fate.UPDATE:
                assert pair in told
