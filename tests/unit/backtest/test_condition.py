"""Conditions are read strictly, evaluated as written, and can do nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.backtest.condition import MAX_CHARS, MAX_DEPTH, parse_condition
from monitor.backtest.interval import wilson

VALUES = {"lost": 2, "gained": 0, "before": 100, "changed.severity": 3, "lost.labor-strike": 1} | {
    "lost.for.desk-2": 1,
    "lost.for.2-a--b": 0,
}


def holds(text: str) -> bool:
    """Whether a condition holds of the values above."""
    return parse_condition(text, names=VALUES).holds(VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "lost > 0",
        "lost>=2",
        "lost.labor-strike == 1",
        "changed.severity != 2",
        "lost / before > 1%",
        "lost / before <= 0.02",
        "lost - 1 == 1 and gained == 0",
        "lost > 5 or gained < 1",
        "not lost > 5",
        "not (lost > 5 or gained > 5)",
        "(lost + gained) * 2 == 4",
        "(lost > 5 or lost > 1) and gained == 0",
        "((lost)) > 1",
        "-lost < 0",
        "1 + 2 * 3 == 7",
        "8 / 2 / 2 == 2",
        "5 - 2 - 1 == 2",
        "lost > 5 and lost > 1 or gained == 0",
        "lost / gained > 1000000",
        "gained / gained == 0",
        "lost.for.desk-2 == 1",
        "lost.for.desk-2 - lost.for.2-a--b == 1",
    ],
)
def test_true_conditions_hold(text: str) -> None:
    """Precedence is that of arithmetic, then comparison, not, and, or; something of nothing is much."""
    assert holds(text)
    assert not holds(f"not ({text})")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected a number or one of"),
        ("lost", "expected one of >"),
        ("lost > ", "the end at character 8"),
        ("lsot > 0", "'lsot' at character 1; expected a number or one of before"),
        ("lost > 0 gained", "expected and, or, or the end"),
        ("lost > 0 > 1", "expected and, or, or the end"),
        ("lost > (0", "expected )"),
        ("(lost > zero)", "'zero' at character 9"),
        ("__import__('os')", "'_' at character 1"),
        ("lost.__class__ > 0", "'.' at character 5"),
        ("lost > 1e9", "'e' at character 9"),
        ("gained-lost > 0", "'gained-lost' at character 1"),
        ("(" * 200 + "lost > 0", f"nested deeper than {MAX_DEPTH}"),
        ("not " * 100 + "lost > 0", f"nested deeper than {MAX_DEPTH}"),
        ("lost > 0" + " or lost > 0" * 100, f"most is {MAX_CHARS}"),
    ],
)
def test_wrong_conditions_are_refused(text: str, told: str) -> None:
    """The message says what is wrong and where."""
    with pytest.raises(ValueError, match=r".") as refused:
        parse_condition(text, names=VALUES)
    assert told in str(refused.value)


@given(st.text(alphabet="lostgained ().-+*/<>=!1%andr", max_size=60))
def test_any_text_is_a_condition_or_a_value_error(text: str) -> None:
    """Nothing else is raised, and what is a condition can be evaluated."""
    try:
        condition = parse_condition(text, names=VALUES)
    except ValueError:
        return
    assert condition.holds(VALUES) in (True, False)


@given(st.integers(0, 300), st.integers(0, 300))
def test_an_interval_holds_its_share(right: int, more: int) -> None:
    """It lies within 0 and 1 around the share, and is all of it where nothing was asked."""
    low, high = wilson(right, right + more)
    assert 0 <= low <= high <= 1
    if right + more:
        assert low <= right / (right + more) <= high
    else:
        assert (low, high) == (0, 1)
