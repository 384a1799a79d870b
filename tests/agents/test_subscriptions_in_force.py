"""Subscriptions in force: a right file is taken whole, a wrong one changes nothing and is told."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agents.subscriptions_in_force import SubscriptionsInForce
from agents.topics import TopicSpec
from monitor.errors import InvalidSubscriptions, TopicMismatch
from monitor.metrics import MemoryRecorder
from monitor.metrics.catalogue import (
    SUBSCRIPTION_ALERTS,
    SUBSCRIPTION_MUTES,
    SUBSCRIPTIONS,
    SUBSCRIPTIONS_FILE_REFUSED,
    SUBSCRIPTIONS_RELOADS,
    Reload,
)
from monitor.settings import Settings


class World:
    """A file, the topics that were asked for, and what is in force."""

    def __init__(self, folder: Path, text: str, *watchlists: Path) -> None:
        """Write the file; *watchlists* are those of the settings."""
        self.file = folder / "subscriptions.toml"
        self.write(text)
        self.topics: list[str] = []
        self.refused = ""
        self.recorder = MemoryRecorder()
        self.in_force = SubscriptionsInForce(
            Settings(subscriptions_file=self.file, watchlists=watchlists),
            self.file,
            recorder=self.recorder,
            make_topics=self.make_topics,
        )

    async def make_topics(self, specs: Sequence[TopicSpec]) -> None:
        """Note which topics are asked for, or refuse them."""
        if self.refused:
            raise TopicMismatch(self.refused)
        self.topics = [spec.name for spec in specs]

    def write(self, text: str) -> None:
        """Change the file."""
        self.file.write_text(text, encoding="utf-8")

    @property
    def ids(self) -> list[str]:
        """Which subscriptions are in force."""
        return [each.id for each in self.in_force.current]


def subscriptions(*ids: str) -> str:
    """Return the text of a file."""
    return "".join(f'[[subscription]]\nid = "{each}"\n' for each in ids)


async def test_a_file_is_in_force_once_its_topics_are_there(tmp_path: Path) -> None:
    """Each subscription has its topic before it is served, and counters that begin at 0."""
    world = World(tmp_path, subscriptions("a", "b"))
    await world.in_force.start()

    assert world.ids == ["a", "b"]
    assert world.topics == ["news.alerts.a.v1", "news.alerts.b.v1"]
    value = world.recorder.value
    assert value(SUBSCRIPTIONS) == 2
    assert value(SUBSCRIPTIONS_FILE_REFUSED) == 0
    assert value(SUBSCRIPTION_ALERTS, subscription="a", fate="first") == 0


async def test_mutes_are_told_by_subscription(tmp_path: Path) -> None:
    """Stories and publishers apart, 0 where nothing is muted; a subscription that is gone has none."""
    muted = (
        'id = "a"\n'
        '[[subscription.mute]]\nstory = "s1"\n'
        '[[subscription.mute]]\nstory = "s2"\n'
        '[[subscription.mute]]\npublisher = "Example News"\n'
    )
    world = World(tmp_path, subscriptions("a", "b").replace('id = "a"\n', muted))
    await world.in_force.start()
    value = world.recorder.value
    assert value(SUBSCRIPTION_MUTES, subscription="a", muted="story") == 2
    assert value(SUBSCRIPTION_MUTES, subscription="a", muted="publisher") == 1
    assert world.recorder.values(SUBSCRIPTION_MUTES, subscription="b") == [0, 0]

    world.write(subscriptions("b"))
    await world.in_force.look()
    assert world.recorder.values(SUBSCRIPTION_MUTES) == [0, 0]


async def test_a_file_may_name_the_watchlists_of_the_settings(tmp_path: Path) -> None:
    """At the start, and when it has changed; one that the settings do not name changes nothing."""
    shipping = tmp_path / "shipping.toml"
    shipping.write_text('[[item]]\nname = "Maersk"\n', encoding="utf-8")
    world = World(tmp_path, subscriptions("a") + 'watchlists = ["shipping"]\n', shipping)
    await world.in_force.start()
    world.write(subscriptions("a", "b") + 'watchlists = ["shipping"]\n')
    await world.in_force.look()
    world.write(subscriptions("c") + 'watchlists = ["ports"]\n')
    await world.in_force.look()

    assert [each.watched for each in world.in_force.current] == [frozenset(), {"shipping"}]


async def test_a_changed_file_is_taken(tmp_path: Path) -> None:
    """Its subscriptions replace those before; a file that has not changed is no reload."""
    world = World(tmp_path, subscriptions("a"))
    await world.in_force.start()
    await world.in_force.look()
    world.write(subscriptions("b", "c"))
    await world.in_force.look()

    assert world.ids == ["b", "c"]
    assert world.recorder.value(SUBSCRIPTIONS_RELOADS, outcome=Reload.TAKEN) == 1
    assert world.recorder.value(SUBSCRIPTIONS_RELOADS, outcome=Reload.REFUSED) == 0


WORSE = {
    "empty": ("", ":1: there is no subscription"),
    "unknown field": ('[[subscription]]\nid = "b"\ncolour = 1\n', ":3: subscription b: unknown"),
    "duplicate id": (subscriptions("b", "b"), ":4: id 'b' is taken"),
    "not TOML": ("[[subscription", ":1: not valid TOML"),
}


@pytest.mark.parametrize(("text", "said"), WORSE.values(), ids=WORSE)
async def test_a_file_changed_for_the_worse_changes_nothing(
    text: str, said: str, tmp_path: Path
) -> None:
    """The old one stays in force, a metric says so, the log says where and why, once."""
    world = World(tmp_path, subscriptions("a"))
    await world.in_force.start()
    world.write(text)
    with capture_logs() as logs:
        await world.in_force.look()
        await world.in_force.look()

    assert world.ids == ["a"]
    assert world.recorder.value(SUBSCRIPTIONS) == 1
    assert world.recorder.value(SUBSCRIPTIONS_FILE_REFUSED) == 1
    assert world.recorder.value(SUBSCRIPTIONS_RELOADS, outcome=Reload.REFUSED) == 1
    (event,) = [each for each in logs if each["event"] == "subscriptions file refused"]
    assert any(said in problem for problem in event["problems"])
    assert event["in_force"] == ["a"]


async def test_a_file_that_is_gone_changes_nothing_and_may_come_back(tmp_path: Path) -> None:
    """While it is away the old one stays in force; back as it was, nothing is refused any more."""
    world = World(tmp_path, subscriptions("a"))
    await world.in_force.start()
    world.file.unlink()
    await world.in_force.look()
    assert (world.ids, world.recorder.value(SUBSCRIPTIONS_FILE_REFUSED)) == (["a"], 1)

    world.write(subscriptions("a"))
    await world.in_force.look()
    assert (world.ids, world.recorder.value(SUBSCRIPTIONS_FILE_REFUSED)) == (["a"], 0)


async def test_a_file_whose_topics_are_refused_is_tried_again(tmp_path: Path) -> None:
    """What the cluster refuses today it may take tomorrow, without another change of the file."""
    world = World(tmp_path, subscriptions("a"))
    await world.in_force.start()
    world.write(subscriptions("a", "b"))
    world.refused = "no room for another topic"
    await world.in_force.look()
    assert world.ids == ["a"]

    world.refused = ""
    await world.in_force.look()
    assert world.ids == ["a", "b"]
    assert world.recorder.value(SUBSCRIPTIONS_FILE_REFUSED) == 0


async def test_a_worker_does_not_start_on_a_wrong_file(tmp_path: Path) -> None:
    """There is nothing that could stay in force."""
    world = World(tmp_path, "")
    with pytest.raises(InvalidSubscriptions, match="there is no subscription"):
        await world.in_force.start()
    world.file.unlink()
    with pytest.raises(InvalidSubscriptions, match="cannot be read"):
        await world.in_force.start()
