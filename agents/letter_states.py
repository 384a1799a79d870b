"""Letter states: dead letters together with what was decided about them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from agents.letters import Letter, Selection, find_stretches, read_letters
from agents.retry_marks import RetryMarks
from agents.retry_run import now_ms
from monitor.domain import LetterState, RetryMark
from monitor.settings import Settings

__all__ = ["KnownLetter", "read_states"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLetter:
    """A letter, how it stands, and the mark that says so."""

    letter: Letter
    state: LetterState
    mark: RetryMark | None


async def read_states(settings: Settings, selection: Selection) -> AsyncGenerator[KnownLetter]:
    """Read the letters that are meant, oldest first, up to today's ends.

    Raises:
        BrokerUnavailable: no broker answers.
        TopicMismatch: a dead-letter topic, or the topic of marks, is missing.
    """
    parts = await find_stretches(settings, selection)
    async with (
        RetryMarks(settings) as marks,
        aclosing(read_letters(settings, parts, selection)) as letters,
    ):
        async for letter in letters:
            yield KnownLetter(
                letter=letter,
                state=marks.book.state(letter.place, now_ms()),
                mark=marks.book.claim(letter.place) or marks.book.settled(letter.place),
            )
