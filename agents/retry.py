"""Retry: dead letters back to where they came from, each once, also after a kill -9."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

from agents.letters import Selection, find_stretches, read_letters
from agents.retry_doubts import count_repeated
from agents.retry_judge import PassedOver, RetryRules
from agents.retry_marks import RetryMarks
from agents.retry_plan import RetryPlan
from agents.retry_run import Going, RetryReport, RetryRun, now_ms
from monitor.domain import LetterState
from monitor.policy.retries import LEASE_MS
from monitor.settings import Settings

__all__ = ["discard", "retry", "wait_for_others"]

_MOST_LETTERS = 100
_MOST_BYTES = 4 * 1024 * 1024


async def wait_for_others(settings: Settings, waiting: Callable[[float], None]) -> None:
    """Wait until every claim is settled or old enough to be looked into: a lease at most.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: the topic of marks is missing.
    """
    async with RetryMarks(settings) as marks:
        seconds = (marks.book.last_lease_ms() - now_ms()) / 1000
    if seconds > 0:
        seconds = min(seconds, LEASE_MS / 1000) + 1  # the broker's clock may be a little behind
        waiting(seconds)
        await asyncio.sleep(seconds)


async def retry(
    settings: Settings,
    selection: Selection,
    rules: RetryRules,
    plan: RetryPlan,
    *,
    progress: Callable[[RetryReport], None] = lambda _: None,
) -> RetryReport:
    """Send letters back as planned; what was decided about them since then counts.

    Raises:
        BrokerUnavailable: no broker answers.
        DeliveryFailed: a topic takes nothing, or the broker went away.
    """
    async with RetryRun(settings, rules) as run:
        judge = await run.begin(selection)
        began = asyncio.get_running_loop().time()
        async with aclosing(read_letters(settings, plan.parts, selection)) as letters:
            share: list[Going] = []
            async for letter in letters:
                verdict = judge.judge(letter, now_ms())
                if isinstance(verdict, PassedOver):
                    run.report.staying[verdict] += 1
                    continue
                share.append((letter, verdict))
                if _is_full(share, rules):
                    await run.send(share)
                    progress(run.report)
                    due = began + run.report.sent / rules.letters_per_second
                    await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
                    share = []
            if share:
                await run.send(share)
        progress(run.report)
        run.report.duplicates += await count_repeated(settings, run.starts)
        return run.report


async def discard(settings: Settings, selection: Selection, rules: RetryRules) -> RetryReport:
    """Mark letters as not to be sent back; what is settled or in hand stays as it is.

    Raises:
        BrokerUnavailable: no broker answers.
        DeliveryFailed: the broker takes no marks.
    """
    parts = await find_stretches(settings, selection)
    async with RetryRun(settings, rules) as run:
        await run.begin(selection)
        async with aclosing(read_letters(settings, parts, selection)) as letters:
            places = []
            async for letter in letters:
                state = run.marks.book.state(letter.place, now_ms())
                if state in (LetterState.OPEN, LetterState.DOUBTFUL):
                    places.append(letter.place)
                if len(places) == _MOST_LETTERS:
                    await run.discard(places)
                    places = []
            await run.discard(places)
        return run.report


def _is_full(share: Sequence[Going], rules: RetryRules) -> bool:
    """Whether a share should go now: at a low rate a letter at a time, and never too many bytes."""
    most = min(_MOST_LETTERS, max(1, int(rules.letters_per_second)))
    size = sum(len(letter.value or b"") for letter, _ in share)
    return len(share) >= most or size >= _MOST_BYTES
