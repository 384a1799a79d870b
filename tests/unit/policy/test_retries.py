"""The book of marks: one answer for all readers of a log, also after compaction and kills."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import LetterPlace, LetterState, MarkKind, RetryMark
from monitor.policy.retries import LEASE_MS, RetryBook

LETTER = LetterPlace(topic="t.dead-letter", partition=0, offset=7, timestamp_ms=1)
LATER = LEASE_MS + 1

Log = Sequence[tuple[RetryMark, int]]


def _mark(kind: MarkKind, run: str = "a", **more: bool) -> RetryMark:
    return RetryMark(letter=LETTER, run=run, kind=kind, attempt=1, topic="t", **more)


def _book(log: Log) -> RetryBook:
    book = RetryBook()
    for mark, at_ms in log:
        book.note(mark, at_ms)
    return book


CLAIM, RETRIED = _mark(MarkKind.CLAIMED), _mark(MarkKind.RETRIED)
RELEASED, DISCARDED = _mark(MarkKind.RELEASED), _mark(MarkKind.DISCARDED)


@pytest.mark.parametrize(
    ("log", "now_ms", "state"),
    [
        ([], 0, LetterState.OPEN),
        ([(CLAIM, 0)], 1, LetterState.IN_HAND),
        ([(CLAIM, 0)], LEASE_MS, LetterState.DOUBTFUL),
        ([(CLAIM, 0), (RETRIED, 1)], LATER, LetterState.RETRIED),
        ([(CLAIM, 0), (RELEASED, 1)], 1, LetterState.OPEN),
        ([(DISCARDED, 0)], 1, LetterState.DISCARDED),
        ([(CLAIM, 0), (_mark(MarkKind.DISCARDED, "b"), 1)], LATER, LetterState.DOUBTFUL),
        ([(CLAIM, 0), (_mark(MarkKind.RELEASED, "b"), 1)], 1, LetterState.IN_HAND),
        ([(RETRIED, 0), (_mark(MarkKind.CLAIMED, "b"), 1)], 1, LetterState.RETRIED),
        ([(RETRIED, 0), (_mark(MarkKind.CLAIMED, "b", again=True), 1)], 1, LetterState.IN_HAND),
    ],
)
def test_what_marks_come_to(log: Log, now_ms: int, state: LetterState) -> None:
    """Each course of events leaves a letter in the state that its marks say."""
    assert _book(log).state(LETTER, now_ms) is state


def test_the_first_claim_in_the_log_has_the_letter() -> None:
    """Of two runs that claim within the lease the first one sends; after the lease the next may."""
    other = _mark(MarkKind.CLAIMED, "b")
    early = _book([(CLAIM, 0), (other, LEASE_MS - 1)]).claim(LETTER)
    late = _book([(CLAIM, 0), (other, LEASE_MS)]).claim(LETTER)

    assert early is not None
    assert late is not None
    assert (early.run, late.run) == ("a", "b")


def test_a_letter_of_another_time_at_the_same_place_is_another_letter() -> None:
    """A topic that was deleted and made again does not inherit what was decided before."""
    book = _book([(RETRIED, 0)])

    assert book.state(replace(LETTER, timestamp_ms=2), LATER) is LetterState.OPEN


RUNS = ("a", "b", "c")


@st.composite
def _histories(draw: st.DrawFn) -> list[tuple[RetryMark, int]]:
    """Runs that each claim, then settle unless they are killed; in any order, at any times.

    A run never settles later than its lease, as it gives up sending after half of it.
    """
    log: list[tuple[RetryMark, int]] = []
    for run in RUNS:
        claimed = draw(st.integers(0, 3 * LEASE_MS))
        log.append((_mark(MarkKind.CLAIMED, run), claimed))
        ending = draw(st.sampled_from([None, MarkKind.RETRIED, MarkKind.RELEASED]))
        if ending is not None:
            log.append((_mark(ending, run), claimed + draw(st.integers(1, LEASE_MS // 2))))
    return sorted(log, key=lambda entry: entry[1])


@given(log=_histories())
def test_two_runs_never_send_one_letter_within_a_lease(log: Log) -> None:
    """Whoever finds its own claim after writing it is alone with the letter until the lease ends."""
    book = RetryBook()
    held: list[tuple[str, int]] = []
    for mark, at_ms in log:
        book.note(mark, at_ms)
        claim = book.claim(LETTER)
        if mark.kind is MarkKind.CLAIMED and claim is not None and claim.run == mark.run:
            held.append((mark.run, at_ms))
    released = {mark.run: at for mark, at in log if mark.kind is MarkKind.RELEASED}
    for (run, start), (_, following) in pairwise(held):
        assert following - start >= LEASE_MS or released.get(run, following + 1) <= following


@given(log=_histories(), cut=st.integers(0, 6))
def test_compaction_forgets_no_sending(log: Log, cut: int) -> None:
    """With only the last mark of each run in the old part of the log, what was sent stays sent."""
    old, new = log[:cut], log[cut:]
    last = {mark.run: entry for entry in old for mark in (entry[0],)}
    compacted = [entry for entry in old if last[entry[0].run] is entry] + list(new)
    now_ms = 10 * LEASE_MS

    if any(mark.kind is MarkKind.RETRIED for mark, _ in log):
        whole = _book(log).state(LETTER, now_ms)
        assert whole in (LetterState.RETRIED, LetterState.DOUBTFUL)
        assert _book(compacted).state(LETTER, now_ms) in (LetterState.RETRIED, LetterState.DOUBTFUL)
