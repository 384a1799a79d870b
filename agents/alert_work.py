"""AlertWork: what follows from a stretch of a batch of signals, and what became of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

from faust.types import Message

from agents.batches import headers_of
from agents.delivery import Outgoing
from agents.replay_marks import passed_on
from monitor.domain import Alert, Change, Desk, DeskReport, Story, Unread
from monitor.errors import InvalidRecord
from monitor.policy.alerts import joined_changes
from monitor.policy.stories import StoryUpdate
from monitor.wire import alert_v1, signal_v1

__all__ = ["AlertWork", "Owed", "Place", "StoryPlace", "outgoing", "report_of"]


class Place(NamedTuple):
    """Where a record lies in the signals topic."""

    partition: int
    offset: int

    @classmethod
    def of(cls, message: Message) -> Self:
        """Return the place of a record."""
        return cls(message.partition, message.offset)


class StoryPlace(NamedTuple):
    """A story and the partition it is kept in."""

    partition: int
    story_id: str


class Owed(NamedTuple):
    """What readers were not told of a story, and the offset of the first record that it is from."""

    since: int
    changes: tuple[Change, ...]


@dataclass(slots=True)
class AlertWork:
    """The updates of the stories, each with the record it follows from, and the records given up."""

    updates: list[tuple[Message, StoryUpdate]] = field(default_factory=list)
    unread: dict[Place, tuple[Message, Unread]] = field(default_factory=dict)
    articles: dict[Place, str] = field(default_factory=dict)
    """Id of the article that each record of the updates comes from."""
    copies: dict[Place, Desk] = field(default_factory=dict)
    """Desks of the records whose article was recognised as a copy in a story that they changed."""

    def took(self, message: Message, report: DeskReport, update: StoryUpdate) -> None:
        """Note what follows from a record."""
        place = Place.of(message)
        self.updates.append((message, update))
        self.articles[place] = report.article.id
        rested_on = (article for story in update.stories for article in story.articles)
        if any(each.copy_of and each.id == report.article.id for each in rested_on):
            self.copies[place] = report.desk

    @property
    def alerts(self) -> list[tuple[Message, Alert]]:
        """Every alert with the record it comes from, in order."""
        return [(message, alert) for message, update in self.updates for alert in update.alerts]

    def give_up(self, message: Message, unread: Unread) -> bool:
        """Note that a record is unusable; the first reason stands. Tell whether this is it."""
        place = Place.of(message)
        return self.unread.setdefault(place, (message, unread))[1] is unread

    def owed(self, refused: Collection[int]) -> dict[StoryPlace, Owed]:
        """Return what is owed to readers when some of the alerts were refused or withheld.

        An alert tells the whole of its story: what was refused before one that was accepted is not
        owed.

        Args:
            refused: indexes of those not sent among `alerts`.
        """
        owed: dict[StoryPlace, Owed] = {}
        for index, (message, alert) in enumerate(self.alerts):
            place = StoryPlace(message.partition, alert.alert_id)
            if index in refused:
                before = owed.get(place, Owed(message.offset, ()))
                owed[place] = Owed(before.since, joined_changes(before.changes, alert.changes))
            else:
                owed.pop(place, None)
        return owed

    def owe(self, owed: dict[StoryPlace, Owed]) -> None:
        """Note in the stories to be written what they owe."""
        self.updates = [
            (message, replace(update, stories=tuple(_owing(message, update, owed))))
            for message, update in self.updates
        ]


def report_of(message: Message) -> DeskReport | Unread:
    """Read a signals record; return why it is unusable where it is."""
    try:
        return signal_v1.decode(message.value)
    except InvalidRecord as error:
        return Unread.of_invalid(error)


def outgoing(
    message: Message, alert: Alert, *, topic: str, traced: tuple[tuple[str, bytes], ...] = ()
) -> Outgoing:
    """Return the record of an alert that follows from a signals record.

    A replay's marks go with it, and the context of a trace where there is one.
    """
    # CloudEvents wants a URI reference for what an alert comes from.
    source = f"/news-monitor/{message.topic}"
    return Outgoing(
        topic=topic,
        key=alert.alert_id.encode(),
        value=alert_v1.encode(alert),
        headers=(
            *alert_v1.headers(alert, source=source),
            *passed_on(headers_of(message)),
            *traced,
        ),
    )


def _owing(message: Message, update: StoryUpdate, owed: dict[StoryPlace, Owed]) -> Iterator[Story]:
    for story in update.stories:
        debt = owed.get(StoryPlace(message.partition, story.id))
        due = debt is not None and message.offset >= debt.since
        yield replace(story, owed=debt.changes) if debt is not None and due else story
