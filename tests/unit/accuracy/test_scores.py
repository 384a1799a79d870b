"""Scores: counted by hand."""

import pytest

from monitor.accuracy.labelled import Label
from monitor.accuracy.outcomes import Fault, Outcome
from monitor.accuracy.scores import Score, Scores, score
from monitor.domain import SignalKind, Status

STRIKE, THREAT, UNREST = SignalKind.MILITARY_STRIKE, SignalKind.THREAT, SignalKind.UNREST
HAPPENING, THREATENED, PAST = Status.HAPPENING, Status.THREATENED, Status.PAST


def an_outcome(
    *,
    labels: set[Label],
    found: set[Label],
    group: str = "g",
) -> Outcome:
    """A sentence's outcome; active kinds follow from its labels."""
    expected = frozenset(kind for kind, status in labels if status.is_active)
    return Outcome(
        id="i", group=group, expected=expected, labels=frozenset(labels), found=frozenset(found)
    )


SIX = (
    an_outcome(labels={(STRIKE, HAPPENING)}, found={(STRIKE, HAPPENING)}, group="a"),
    an_outcome(labels={(STRIKE, HAPPENING)}, found={(STRIKE, PAST)}, group="a"),
    an_outcome(
        labels={(THREAT, HAPPENING), (STRIKE, THREATENED)}, found={(THREAT, THREATENED)}, group="b"
    ),
    an_outcome(labels=set(), found={(UNREST, HAPPENING)}, group="b"),
    an_outcome(labels={(STRIKE, PAST)}, found={(STRIKE, PAST)}, group="c"),
    an_outcome(labels=set(), found=set(), group="c"),
)


def counts(of: Score) -> tuple[int, int, int]:
    """Right, missed, false."""
    return of.right, of.missed, of.false


def test_alert_or_not_is_counted_per_item() -> None:
    """Any active kind raises an alert; which one does not matter."""
    alert = score(SIX).alert
    assert counts(alert) == (2, 1, 1)
    assert alert.precision == pytest.approx(2 / 3)
    assert alert.recall == pytest.approx(2 / 3)
    assert alert.f1 == pytest.approx(2 / 3)
    other = score([an_outcome(labels={(STRIKE, HAPPENING)}, found={(THREAT, HAPPENING)})])
    assert counts(other.alert) == (1, 0, 0)
    assert counts(other.kinds) == (0, 1, 1)


def test_kinds_are_counted_per_pair_of_item_and_kind() -> None:
    """Micro: every active kind of every item is one decision."""
    scores = score(SIX)
    assert counts(scores.kinds) == (2, 2, 1)
    assert scores.kinds.f1 == pytest.approx(4 / 7)
    assert counts(scores.by_kind[STRIKE]) == (1, 2, 0)
    assert counts(scores.by_kind[THREAT]) == (1, 0, 0)
    assert counts(scores.by_kind[UNREST]) == (0, 0, 1)
    assert counts(scores.by_kind[SignalKind.SANCTIONS]) == (0, 0, 0)
    assert set(scores.by_kind) == set(SignalKind)


def test_a_status_is_asked_where_the_kind_was_found() -> None:
    """Right statuses over the labels whose kind was found, in whatever status; misses do not count."""
    status = score(SIX).status
    assert status is not None
    assert (status.right, status.asked) == (2, 4)
    assert status.value == pytest.approx(0.5)


def test_a_kind_of_two_desks_may_have_two_statuses() -> None:
    """A label is right when one of the signals of its kind has its status."""
    both = an_outcome(labels={(STRIKE, PAST)}, found={(STRIKE, PAST), (STRIKE, HAPPENING)})
    status = score([both]).status
    assert status is not None
    assert (status.right, status.asked) == (1, 1)
    assert both.false == {STRIKE}


def test_articles_are_asked_no_status() -> None:
    """Where nothing states a status there is no such score."""
    article = Outcome(
        id="a", group="a", expected=frozenset({STRIKE}), found=frozenset({(STRIKE, HAPPENING)})
    )
    assert score([article]).status is None
    assert not article.faults


def test_nothing_to_decide_is_no_score() -> None:
    """Silence where silence is right is neither perfect nor wrong."""
    scores = score([an_outcome(labels=set(), found=set())])
    assert counts(scores.alert) == (0, 0, 0)
    assert (scores.alert.precision, scores.alert.recall, scores.alert.f1) == (None, None, None)
    assert scores.alert.interval is None
    assert score([]).kinds.f1 is None


def test_one_side_alone_is_half_a_score() -> None:
    """What is only missed has no precision, what is only false has no recall; F1 is 0 for both."""
    missed = score([an_outcome(labels={(STRIKE, HAPPENING)}, found=set())]).kinds
    assert (missed.precision, missed.recall, missed.f1) == (None, 0.0, 0.0)
    false = score([an_outcome(labels=set(), found={(STRIKE, HAPPENING)})]).kinds
    assert (false.precision, false.recall, false.f1) == (0.0, None, 0.0)


@pytest.mark.parametrize(
    ("outcome", "faults"),
    [
        (SIX[0], set()),
        (SIX[1], {Fault.MISSES, Fault.STATUS}),
        (SIX[2], {Fault.MISSES, Fault.STATUS}),
        (SIX[3], {Fault.FALSE}),
        (SIX[4], set()),
        (SIX[5], set()),
    ],
)
def test_faults_say_what_is_wrong(outcome: Outcome, faults: set[Fault]) -> None:
    """An item is listed under everything that is wrong with it."""
    assert outcome.faults == faults


def many(groups: int) -> list[Outcome]:
    """Blocks of four sentences, every fourth block all missed."""
    return [
        an_outcome(
            labels={(STRIKE, HAPPENING)},
            found={(STRIKE, HAPPENING)} if group % 4 else set(),
            group=str(group),
        )
        for group in range(groups)
        for _ in range(4)
    ]


def width(scores: Scores) -> float:
    """How wide the interval of the alerts is."""
    assert scores.alert.interval is not None
    low, high = scores.alert.interval
    assert scores.alert.f1 is not None
    assert low <= scores.alert.f1 <= high
    return high - low


def test_intervals_hold_the_score_and_narrow_with_more_blocks() -> None:
    """More blocks, less doubt."""
    assert 0 < width(score(many(400))) < width(score(many(40)))


def test_blocks_are_resampled_whole() -> None:
    """Sentences that are right or wrong together leave more doubt than as many alone."""
    together = many(40)
    alone = [
        Outcome(
            id=each.id,
            group=str(n),
            expected=each.expected,
            labels=each.labels,
            found=each.found,
        )
        for n, each in enumerate(together)
    ]
    assert score(together).groups == 40
    assert score(alone).groups == 160
    assert width(score(together)) > 1.4 * width(score(alone))


def test_the_draw_is_the_same_every_time() -> None:
    """Two runs over the same outcomes give the same intervals, to the last digit."""
    assert score(many(40)) == score(many(40))


def test_the_interval_is_that_of_the_bootstrap() -> None:
    """Of 100 items of which 80 are found, recall's standard error is .04: F1 is within .83 to .94."""
    outcomes = [
        an_outcome(
            labels={(STRIKE, HAPPENING)},
            found={(STRIKE, HAPPENING)} if n % 5 else set(),
            group=str(n),
        )
        for n in range(100)
    ]
    interval = score(outcomes, resamples=2_000).alert.interval
    assert interval is not None
    assert interval[0] == pytest.approx(0.832, abs=0.015)
    assert interval[1] == pytest.approx(0.932, abs=0.015)
