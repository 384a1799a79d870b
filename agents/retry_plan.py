"""Retry plan: what a run would do, found without doing any of it."""

from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field

from agents.client import create_admin, running
from agents.letters import Letter, LetterName, Selection, find_stretches, read_letters
from agents.retry_doubts import count_copies
from agents.retry_judge import Destination, Judge, PassedOver, RetryRules
from agents.retry_marks import RetryMarks
from agents.topic_reader import Stretch
from agents.topic_state import read_cluster
from monitor.settings import DEAD_LETTER_SUFFIX, Settings

__all__ = ["RetryPlan", "judge_for", "plan_retry"]


@dataclass(slots=True, kw_only=True)
class RetryPlan:
    """What a run would do."""

    parts: tuple[Stretch, ...]
    going: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many letters go to which topic, by topic and reason."""
    staying: Counter[PassedOver] = field(default_factory=Counter)
    unmet: set[LetterName] = field(default_factory=set)
    """Letters that were asked for by name and are not there, or left out by another condition."""
    retimed: int = 0
    repartitioned: int = 0
    """How many go where their key sends them: their partition is not known, or is no more."""

    @property
    def letters(self) -> int:
        """How many letters would be sent."""
        return self.going.total()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do: nothing to send, and no mark to make good."""
        return not self.letters and not self.staying[PassedOver.DELIVERED]


async def judge_for(
    settings: Settings, selection: Selection, rules: RetryRules, *, marks: RetryMarks, now_ms: int
) -> Judge:
    """Make the judge of a selection; looks into every doubt about its topics.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    own = [
        topic.removesuffix(DEAD_LETTER_SUFFIX)
        for topic in selection.topics
        if topic.endswith(DEAD_LETTER_SUFFIX)
    ]
    named = [rules.fallback] if rules.fallback else []
    described = [*own, *selection.sources, *named]
    async with running(create_admin(settings), settings) as admin:
        topics = (await read_cluster(admin, described)).topics
    doubts = [
        claim for claim in marks.book.doubtful(now_ms) if claim.letter.topic in selection.topics
    ]
    return Judge(
        rules,
        book=marks.book,
        topics=topics,
        allowed=selection.sources,
        copies=await count_copies(settings, doubts),
    )


async def plan_retry(
    settings: Settings, selection: Selection, rules: RetryRules, *, now_ms: int
) -> RetryPlan:
    """Find what a run would do; nothing is sent and nothing is marked.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: a dead-letter topic, or the topic of marks, is missing.
    """
    plan = RetryPlan(parts=await find_stretches(settings, selection), unmet=set(selection.names))
    async with RetryMarks(settings) as marks:
        judge = await judge_for(settings, selection, rules, marks=marks, now_ms=now_ms)
        async with aclosing(read_letters(settings, plan.parts, selection)) as letters:
            async for letter in letters:
                _enter(plan, letter, judge.judge(letter, now_ms))
    return plan


def _enter(plan: RetryPlan, letter: Letter, verdict: Destination | PassedOver) -> None:
    plan.unmet.discard(letter.name)
    if isinstance(verdict, PassedOver):
        plan.staying[verdict] += 1
        return
    plan.going[verdict.topic, letter.facts.reason] += 1
    plan.retimed += verdict.is_retimed
    plan.repartitioned += verdict.partition != letter.facts.partition
