"""RetryBook: what became of each dead letter, as a log of marks tells it in its order.

Runs that work at the same time agree without a lock: whose claim stands first in the log has the
letter, and everybody who reads the log comes to the same answer. A claim that its run never settled
is doubted after the lease: the run was killed, and may or may not have sent the record.
"""

from dataclasses import dataclass

from monitor.domain import LetterPlace, LetterState, MarkKind, RetryMark

__all__ = ["LEASE_MS", "RetryBook"]

LEASE_MS = 20_000
"""How long a claim keeps others away; its run gives up sending after half of that."""


@dataclass(slots=True)
class _Page:
    """One letter: what was settled, and who has it in hand since when."""

    settled: RetryMark | None = None
    claim: RetryMark | None = None
    claimed_ms: int = 0


class RetryBook:
    """Folds marks into states; the same marks in the same order give the same states.

    The log may be compacted by letter and run: of a run's marks about a letter the last one is
    enough.
    """

    def __init__(self) -> None:
        """Begin with every letter open."""
        self._pages: dict[LetterPlace, _Page] = {}

    def note(self, mark: RetryMark, at_ms: int) -> None:
        """Take the next mark of the log, written at that time (milliseconds since 1970 UTC)."""
        page = self._pages.setdefault(mark.letter, _Page())
        is_holder = page.claim is not None and page.claim.run == mark.run
        is_free = page.claim is None or is_holder or at_ms - page.claimed_ms >= LEASE_MS
        match mark.kind:
            case MarkKind.CLAIMED:
                if is_free and (page.settled is None or mark.again):
                    page.claim, page.claimed_ms = mark, at_ms
            case MarkKind.RETRIED:
                page.settled = mark
                if is_holder:
                    page.claim = None
            case MarkKind.RELEASED:
                if is_holder:
                    page.claim = None
            case MarkKind.DISCARDED:
                if is_free:
                    page.settled, page.claim = mark, None

    def state(self, letter: LetterPlace, now_ms: int) -> LetterState:
        """Return how a letter stands at that time."""
        page = self._pages.get(letter)
        if page is None:
            return LetterState.OPEN
        if page.claim is not None:
            young = now_ms - page.claimed_ms < LEASE_MS
            return LetterState.IN_HAND if young else LetterState.DOUBTFUL
        if page.settled is None:
            return LetterState.OPEN
        retried = page.settled.kind is MarkKind.RETRIED
        return LetterState.RETRIED if retried else LetterState.DISCARDED

    def claim(self, letter: LetterPlace) -> RetryMark | None:
        """Return the claim that was never settled, if there is one."""
        page = self._pages.get(letter)
        return page.claim if page else None

    def settled(self, letter: LetterPlace) -> RetryMark | None:
        """Return what was decided last, if anything was."""
        page = self._pages.get(letter)
        return page.settled if page else None

    def doubtful(self, now_ms: int) -> tuple[RetryMark, ...]:
        """Return every claim that its run should have settled by that time, and did not."""
        return tuple(
            page.claim
            for page in self._pages.values()
            if page.claim is not None and now_ms - page.claimed_ms >= LEASE_MS
        )

    def last_lease_ms(self) -> int:
        """Return when the youngest claim becomes doubtful, or became; 0 where there is none."""
        claimed = [page.claimed_ms for page in self._pages.values() if page.claim is not None]
        return max(claimed) + LEASE_MS if claimed else 0
