"""Clients: what the library raises comes out in words, whenever it does."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    GroupCoordinatorNotAvailableError,
    KafkaConnectionError,
    KafkaError,
)

from agents import broker_checks, group_state
from agents.broker_checks import _finished
from agents.client import running
from agents.finding import Finding, Grade
from agents.group_state import committed_of
from agents.sending import Sending
from monitor.errors import BrokerUnavailable
from monitor.settings import Settings

NOBODY = Settings(broker=("127.0.0.1:1",))


class StartedClient:
    """A client that has found its cluster."""

    def __init__(self) -> None:
        """Begin in use."""
        self.stopped = False

    async def start(self) -> None:
        """Be connected."""

    async def stop(self) -> None:
        """Remember it."""
        self.stopped = True


class ClientOfALostBroker(StartedClient):
    """A client whose stop ends as aiokafka's consumer's does without a broker."""

    async def stop(self) -> None:
        """Wait for a task of its own that it has cancelled."""
        fetch = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        fetch.cancel()
        await fetch


async def test_a_client_that_cancels_its_own_tasks_does_not_end_us() -> None:
    """Whoever tries again after a lost broker gets the loss told, and lives on."""

    async def follow() -> None:
        async with running(ClientOfALostBroker(), NOBODY):
            raise KafkaConnectionError

    with pytest.raises(BrokerUnavailable):
        await asyncio.create_task(follow())


async def test_who_is_cancelled_while_a_client_stops_is_cancelled() -> None:
    """The order to end that is meant for us is obeyed at once."""
    begun = asyncio.Event()

    class Slow(StartedClient):
        async def stop(self) -> None:
            begun.set()
            await asyncio.sleep(60)

    async def use() -> None:
        async with running(Slow(), NOBODY):
            pass

    task = asyncio.create_task(use())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (GroupAuthorizationFailedError("readers"), "not allowed to do this"),
        (KafkaConnectionError("gone"), "nothing listens on this port"),
        (ConnectionResetError("reset"), "nothing listens on this port"),
    ],
)
async def test_a_failure_after_the_start_is_told_in_words(error: Exception, words: str) -> None:
    """Rights and lost brokers are no traceback, and the client is stopped."""
    client = StartedClient()
    with pytest.raises(BrokerUnavailable) as caught:
        async with running(client, NOBODY):
            raise error
    assert words in str(caught.value)
    assert "127.0.0.1:1 (PLAINTEXT)" in str(caught.value)
    assert caught.value.__cause__ is error
    assert client.stopped


async def test_our_own_errors_pass_through_as_they_are() -> None:
    """What is in words already is not told twice."""
    error = BrokerUnavailable("in words")
    with pytest.raises(BrokerUnavailable) as caught:
        async with running(StartedClient(), NOBODY):
            raise error
    assert caught.value is error


async def test_sending_to_nobody_is_told_in_words() -> None:
    """A producer that finds no broker says where it looked."""
    with pytest.raises(BrokerUnavailable, match="nothing listens on this port"):
        async with Sending(NOBODY, "topic"):
            pass


async def test_a_check_that_cannot_be_finished_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the broker refuses, or never answers, fails one check of the doctor and ends none."""

    async def refused() -> list[Finding]:
        error = GroupAuthorizationFailedError("readers")
        async with running(StartedClient(), NOBODY):
            raise error

    async def silent() -> list[Finding]:
        await asyncio.sleep(60)
        return []

    (finding,) = await _finished("group", refused())
    assert (finding.check, finding.grade) == ("group", Grade.FAIL)
    assert "not allowed" in finding.message

    monkeypatch.setattr(broker_checks, "_CHECK_SECONDS", 0.01)
    (finding,) = await _finished("clock", silent())
    assert (finding.check, finding.grade) == ("clock", Grade.FAIL)
    assert "has not answered" in finding.message


async def test_a_new_cluster_gets_the_time_to_make_a_place_for_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That there is no coordinator yet is asked again, and told when it stays so."""
    answers: list[dict[str, int] | None] = [None, {}]

    class Admin:
        async def list_consumer_group_offsets(self, *_: object, **__: object) -> object:
            if (answer := answers.pop(0)) is None:
                raise GroupCoordinatorNotAvailableError
            return answer

    monkeypatch.setattr(group_state, "_COORDINATOR_PAUSES", (0.0, 0.0))
    admin: Any = Admin()
    assert await committed_of(admin, "group", []) == {}
    answers[:] = [None] * 3
    with pytest.raises(GroupCoordinatorNotAvailableError):
        await committed_of(admin, "group", [])
    assert answers == []


def test_errors_of_rights_are_known_by_their_names() -> None:
    """The library's errors of rights, whatever their number, are recognised."""
    names = [each.__name__ for each in _all_below(KafkaError) if "Authoriz" in each.__name__]
    assert len(names) >= 5
    assert all("Authorization" in name for name in names)


def _all_below(parent: type[Exception]) -> list[type[Exception]]:
    return [each for below in parent.__subclasses__() for each in (below, *_all_below(below))]
