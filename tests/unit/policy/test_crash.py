"""Crash and replay: whatever was written when a worker died, readers end up with the same alerts."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from monitor.domain import Alert, ArticleStatus, DeskReport, Story
from monitor.policy.stories import StoryBook, StoryRules, StoryUpdate
from monitor.wire import alert_v1, story_v1
from tests.unit.policy.worlds import reports

CLOSING = StoryRules(
    idle=timedelta(hours=30), linger_reports=3, max_open=6, quiet=timedelta(hours=10)
)
"""Stories end all the time."""
LASTING = StoryRules(idle=timedelta(hours=1000))
"""Stories never end."""
QUIET = StoryRules(idle=timedelta(hours=1000), quiet=timedelta(hours=5))
"""Stories never end."""
LINGERING = StoryRules(idle=timedelta(hours=30), linger_reports=8)
"""Stories end, but not before so many reports as a crash may repeat."""


@dataclass(slots=True)
class Broker:
    """The two topics that the alert agent writes, as they are after compaction."""

    alerts: set[Alert] = field(default_factory=set)
    stories: dict[str, Story] = field(default_factory=dict)

    def write(self, update: StoryUpdate, *, at_most: int) -> int:
        """Take the first *at_most* story records of an update; return how many were taken."""
        records = [*update.stories, *update.closed][:at_most]
        for record in records:
            if isinstance(record, Story):
                self.stories[record.id] = record
            else:
                del self.stories[str(record)]
        return len(records)

    def newest(self) -> dict[str, bytes]:
        """Return what a reader who keeps the newest revision per alert id ends up with."""
        ordered = sorted(self.alerts, key=_revision)
        return {alert.alert_id: alert_v1.encode(alert) for alert in ordered}


def _revision(alert: Alert) -> int:
    return alert.revision


def _uninterrupted(
    stream: Sequence[DeskReport], rules: StoryRules
) -> tuple[Broker, list[StoryUpdate]]:
    broker, book = Broker(), StoryBook(rules)
    updates = []
    for offset, report in enumerate(stream):
        update = book.apply(report, offset=offset)
        broker.alerts.update(update.alerts)
        broker.write(update, at_most=len(update.stories) + len(update.closed))
        updates.append(update)
    assert {story.id: story for story in book} == broker.stories
    return broker, updates


@settings(max_examples=240, deadline=None)
@given(stream=reports(), rules=st.sampled_from([CLOSING, LASTING, QUIET]), data=st.data())
def test_any_crash_leaves_readers_with_the_same_alerts(
    stream: list[DeskReport], rules: StoryRules, data: st.DataObject
) -> None:
    """For every prefix of the story writes and every earlier place to read on from, the end is the same."""
    expected, _ = _uninterrupted(stream, rules)
    broker = Broker()
    committed = 0
    for _ in range(data.draw(st.integers(1, 3), label="crashes")):
        book = StoryBook(rules)
        book.restore(broker.stories.values())
        end = data.draw(st.integers(committed, len(stream)), label="batch ends before")
        updates = [book.apply(stream[offset], offset=offset) for offset in range(committed, end)]
        for update in updates:
            broker.alerts.update(update.alerts)
        room = sum(len(update.stories) + len(update.closed) for update in updates)
        written = data.draw(st.integers(0, room), label="story records written")
        event("crash inside the writes" if 0 < written < room else "crash at a border")
        if written == room:
            committed = data.draw(st.integers(committed, end), label="committed")
        for update in updates:
            written -= broker.write(update, at_most=written)
    book = StoryBook(rules)
    book.restore(broker.stories.values())
    for offset in range(committed, len(stream)):
        update = book.apply(stream[offset], offset=offset)
        broker.alerts.update(update.alerts)
        broker.write(update, at_most=len(update.stories) + len(update.closed))
    note(f"{len(expected.alerts)} alerts")
    assert broker.alerts == expected.alerts
    assert broker.stories == expected.stories
    if rules is not CLOSING:
        assert broker.newest() == expected.newest()


@settings(max_examples=60, deadline=None)
@given(stream=reports())
def test_the_same_reports_give_the_same_alerts(stream: list[DeskReport]) -> None:
    """Two books that are given the same reports answer the same, value for value."""
    assert _uninterrupted(stream, CLOSING)[1] == _uninterrupted(stream, CLOSING)[1]


@settings(max_examples=120, deadline=None)
@given(stream=reports(), rules=st.sampled_from([LASTING, QUIET]))
def test_a_revision_is_said_once_and_in_order(stream: list[DeskReport], rules: StoryRules) -> None:
    """While a story is held, its revisions are 1, 2, 3, ... and none is sent twice."""
    _, updates = _uninterrupted(stream, rules)
    revisions: dict[str, list[int]] = {}
    for update in updates:
        for alert in update.alerts:
            revisions.setdefault(alert.alert_id, []).append(alert.revision)
    for sent in revisions.values():
        assert sent == list(range(1, len(sent) + 1))


@settings(max_examples=60, deadline=None)
@given(stream=reports(), cut=st.integers(0, 30))
def test_a_restored_book_goes_on_as_the_one_before(stream: list[DeskReport], cut: int) -> None:
    """A book restored from the stories of another one answers every later report like that one."""
    book = StoryBook(CLOSING)
    for offset, report in enumerate(stream[:cut]):
        book.apply(report, offset=offset)
    restored = StoryBook(CLOSING)
    restored.restore(dataclasses.replace(story) for story in reversed(list(book)))
    for offset, report in enumerate(stream[cut:], start=cut):
        assert restored.apply(report, offset=offset) == book.apply(report, offset=offset)


@settings(max_examples=180, deadline=None)
@given(stream=reports(), data=st.data())
def test_what_was_refused_is_told_in_the_end(stream: list[DeskReport], data: st.DataObject) -> None:
    """Alerts refused at random: once all their reports were sent again, readers have the newest of each story."""
    usable = [each for each in stream if each.article.status is ArticleStatus.USABLE]
    book = StoryBook(LASTING)
    told: dict[str, int] = {}
    again: list[DeskReport] = []
    for offset, report in enumerate(usable):
        update = book.apply(report, offset=offset)
        for alert in update.alerts:
            if data.draw(st.booleans(), label="refused"):
                book.owe(alert.alert_id, alert.changes)
                again.append(report)
            else:
                assert told.get(alert.alert_id, 0) <= alert.revision
                told[alert.alert_id] = alert.revision
        if data.draw(st.booleans(), label="restarted"):
            restored = StoryBook(LASTING)
            restored.restore(story_v1.decode(story_v1.encode(story)) for story in book)
            book = restored
    event("something was refused" if again else "nothing was refused")
    for offset, report in enumerate(again, start=len(usable)):
        for alert in book.apply(report, offset=offset).alerts:
            assert told.get(alert.alert_id, 0) <= alert.revision
            told[alert.alert_id] = alert.revision
    assert not any(story.owed for story in book)
    assert told == {story.id: story.revision for story in book}


@settings(max_examples=180, deadline=None)
@given(stream=reports(), rules=st.sampled_from([LINGERING, LASTING]), data=st.data())
def test_reports_sent_twice_change_nothing(
    stream: list[DeskReport], rules: StoryRules, data: st.DataObject
) -> None:
    """What the agent before sends again after its crash, at new offsets, gives no alert.

    A denial of what nobody has reported yet is not in it: it leaves nothing behind, and what it
    denies may have been reported when it comes again. It is heard then, as it should be.
    """
    sent: dict[str, DeskReport] = {}
    for report in stream:
        if report.article.status is ArticleStatus.USABLE:
            sent.setdefault(report.article.id, report)
    once = list(sent.values())
    stop = data.draw(st.integers(0, len(once)))
    start = data.draw(st.integers(max(0, stop - LINGERING.linger_reports), stop))

    calm, updates = _uninterrupted(once, rules)
    repeated = [
        report
        for report, update in zip(once[start:stop], updates[start:stop], strict=True)
        if update.stories or not report.denials
    ]
    again, _ = _uninterrupted([*once[:stop], *repeated, *once[stop:]], rules)

    assert again.alerts == calm.alerts
