"""Dead letters against the embedded broker: each step of a retry, and what a kill leaves behind."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from agents.client import create_consumer, running
from agents.delivery import Outgoing
from agents.letters import Letter, Selection, find_stretches, read_letters
from agents.retry import retry
from agents.retry_doubts import count_repeated
from agents.retry_judge import PassedOver, RetryRules
from agents.retry_plan import plan_retry
from agents.retry_run import Going, RetryReport, RetryRun, now_ms
from agents.sending import Sending
from agents.topic_reader import Record, merged, partitions_of, stretches
from monitor.cli import main
from monitor.domain import DeadLetter, Origin, Stage
from monitor.errors import Reason
from monitor.settings import Settings
from monitor.wire import dead_letter_v1

ARTICLES = "news.articles.v1"
LETTERS = f"{ARTICLES}.dead-letter"
ALL = Selection(topics=(LETTERS,))
NOW = datetime.now(UTC).replace(microsecond=0)


def _letter(number: int) -> DeadLetter:
    return DeadLetter(
        key=b"key-%d" % number,
        value=b'{"broken": %d' % number,
        headers=(("a", b"\xff"),),
        origin=Origin(topic=ARTICLES, partition=number % 8, offset=number, timestamp=NOW),
        reason=Reason.NOT_JSON if number % 2 else Reason.TOO_LONG,
        stage=Stage.DECODE,
        exception="InvalidRecord",
        message="article record starts like a JSON object but is none",
    )


async def _put(settings: Settings, count: int) -> None:
    async with Sending(settings, LETTERS) as sending:
        encoded = [dead_letter_v1.encode(_letter(number)) for number in range(count)]
        await sending.send(
            [
                Outgoing(topic=LETTERS, key=key, value=value, headers=tuple(headers))
                for key, value, headers in encoded
            ]
        )


async def _sent(settings: Settings) -> list[Record]:
    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(consumer, await partitions_of(settings, ARTICLES))
    return [record async for record in merged(settings, parts)]


async def _retry(settings: Settings, run: str, **changes: object) -> RetryReport:
    rules = replace(RetryRules(run=run, letters_per_second=10_000.0), **changes)  # type: ignore[arg-type]
    plan = await plan_retry(settings, ALL, rules, now_ms=now_ms())
    return await retry(settings, ALL, rules, plan)


def _arrived(records: Sequence[Record]) -> Counter[bytes | None]:
    return Counter(record.key for record in records)


async def test_each_letter_goes_back_once_as_it_was(settings: Settings) -> None:
    """Bytes, key, headers, partition and time are as before; a second run leaves all of them."""
    await _put(settings, 250)
    first = await _retry(settings, "first")
    second = await _retry(settings, "second")

    assert (first.sent, second.sent) == (250, 0)
    assert first.duplicates == 0
    assert second.staying == {PassedOver.RETRIED: 250}
    sent = await _sent(settings)
    assert len(sent) == 250
    for record in sent:
        number = int((record.key or b"")[4:])
        letter = _letter(number)
        assert (record.value, record.partition) == (letter.value, letter.origin.partition)
        assert record.timestamp == int(NOW.timestamp() * 1000)
        assert [name for name, _ in record.headers] == [
            "a",
            "news-monitor-retry-attempt",
            "news-monitor-retry-of",
        ]


async def test_twice_only_when_asked_for(settings: Settings) -> None:
    """What was sent back goes once more on demand, as the second attempt."""
    await _put(settings, 1)
    await _retry(settings, "first")
    again = await _retry(settings, "again", again=True)

    assert again.sent == 1
    attempts = [
        dict(record.headers)["news-monitor-retry-attempt"] for record in await _sent(settings)
    ]
    assert attempts == [b"1", b"2"]


async def test_a_run_that_dies_anywhere_is_made_good(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead after the claim, half-way through the sending, or before the marks: each letter arrives once."""
    lease = "monitor.policy.retries.LEASE_MS"
    monkeypatch.setattr(lease, 3_600_000)  # not over, however slow the machine
    await _put(settings, 30)
    parts = await find_stretches(settings, ALL)
    letters: list[Letter] = [each async for each in read_letters(settings, parts, ALL)]

    async with RetryRun(settings, RetryRules(run="dies")) as dying:
        judge = await dying.begin(ALL)
        verdicts = [(letter, judge.judge(letter, now_ms())) for letter in letters]
        share: list[Going] = [
            (letter, verdict) for letter, verdict in verdicts if not isinstance(verdict, PassedOver)
        ]
        assert len(share) == 30
        await dying._claim(share[:20])
        await dying._deliver(share[:10])

    early = await _retry(settings, "early")
    assert early.staying[PassedOver.IN_HAND] == 20
    assert early.sent == 10
    monkeypatch.setattr(lease, 1)
    last = await _retry(settings, "last")

    assert (last.made_good, last.sent, last.duplicates) == (10, 10, 0)
    assert _arrived(await _sent(settings)) == {b"key-%d" % number: 1 for number in range(30)}
    assert (await _retry(settings, "after")).staying == {PassedOver.RETRIED: 30}


async def test_two_runs_share_the_letters(settings: Settings) -> None:
    """Whoever's claim comes first sends: between them each letter goes once."""
    await _put(settings, 400)
    one, other = await asyncio.gather(_retry(settings, "one"), _retry(settings, "other"))

    assert _arrived(await _sent(settings)) == {b"key-%d" % number: 1 for number in range(400)}
    assert one.sent + other.sent == 400


async def test_copies_are_counted(settings: Settings) -> None:
    """What lies in the topic twice is told, whoever sent it."""
    await _put(settings, 3)
    rules = RetryRules(run="r")
    plan = await plan_retry(settings, ALL, rules, now_ms=now_ms())

    async with RetryRun(settings, rules) as run:
        judge = await run.begin(ALL)
        letters = [each async for each in read_letters(settings, plan.parts, ALL)]
        going = [(each, judge.judge(each, now_ms())) for each in letters]
        share = [(each, to) for each, to in going if not isinstance(to, PassedOver)]
        await run.send(share)
        await run._deliver(share[:2])
        assert await count_repeated(settings, run.starts) == 2


def _command(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--broker", settings.broker[0]])


def test_the_commands_say_what_they_did(settings: Settings) -> None:
    """From the list over the dry run to the marks, in words and exit codes."""
    asyncio.run(_put(settings, 4))
    listed = _command(settings, "dead-letters", "list", "--reason", "not-json")
    name = listed.stdout.split()[0]
    shown = _command(settings, "dead-letters", "show", name)
    looked = _command(settings, "dead-letters", "retry", "--all", "--dry-run")
    unasked = _command(settings, "dead-letters", "retry", "--all")
    discarded = _command(settings, "dead-letters", "discard", name, "--yes")
    done = _command(settings, "dead-letters", "retry", "--all", "--yes")
    after = _command(settings, "dead-letters", "list")

    assert listed.exit_code == 0, listed.output
    assert len(listed.stdout.splitlines()) == 2
    assert "from news.articles.v1/" in listed.stdout
    assert "reason     not-json (news-monitor)" in shown.stdout
    assert "would send 2 to news.articles.v1: too-long" in looked.stdout
    assert "nothing was sent" in looked.stdout
    assert unasked.exit_code == 2
    assert "say --yes" in unasked.stderr
    assert "discarded 1 letter" in discarded.stdout
    assert done.exit_code == 0, done.output
    assert "sent 3 letters back" in done.stdout
    assert "leaves 1: was discarded" in done.stdout
    assert "0 letters" in after.stderr
    assert len(asyncio.run(_sent(settings))) == 3


def test_a_letter_that_is_not_there_is_told_and_the_others_are_done(settings: Settings) -> None:
    """By retry and discard, whatever else is done: exit code 1. One that is done already is there."""
    asyncio.run(_put(settings, 2))
    listed = _command(settings, "dead-letters", "list")
    first, second = (line.split()[0] for line in listed.stdout.splitlines())
    lost, nowhere = f"{LETTERS}/0/99", f"{LETTERS}/99/0"
    for words in (["retry", lost], ["retry", lost, "--dry-run"], ["discard", lost, nowhere]):
        done = _command(settings, "dead-letters", *words, "--yes")
        assert done.exit_code == 1, words
        assert f"not found: {lost}\n" in done.stderr
    assert f"not found: {nowhere}\n" in done.stderr

    sent = _command(settings, "dead-letters", "retry", first, lost, "--yes")
    discarded = _command(settings, "dead-letters", "discard", second, lost, "--yes")
    again = _command(settings, "dead-letters", "retry", first, "--yes")
    other = _command(settings, "dead-letters", "retry", first, "--source", "elsewhere", "--yes")

    assert (sent.exit_code, discarded.exit_code, again.exit_code, other.exit_code) == (1, 1, 0, 1)
    assert "sent 1 " in sent.stdout
    assert "discarded 1 " in discarded.stdout
    assert f"not found: {first}\n" in other.stderr
    assert len(asyncio.run(_sent(settings))) == 1


def test_status_against_an_idle_cluster(settings: Settings) -> None:
    """Topics, group and versions are told, and an alert that is there is the last one."""
    found = _command(settings, "status", "--http-port", "0")

    assert found.exit_code in (0, 1), found.output
    assert "news.articles.v1" in found.stdout
    assert "last alert    none" in found.stdout
