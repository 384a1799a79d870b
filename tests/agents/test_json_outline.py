"""JsonOutline: what the lines of JSON are, told line by line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.json_outline import JsonOutline, Progress

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def judged(text: str) -> list[Progress]:
    """What is said of each line."""
    outline = JsonOutline()
    return [outline.take(line.encode()) for line in text.split("\n")]


@given(value=VALUES, indent=st.sampled_from([None, 0, 2]), plain=st.booleans())
def test_whatever_json_prints_is_whole_at_its_end_and_not_before(
    value: object, indent: int | None, *, plain: bool
) -> None:
    """Every value is open until its last line, however it is laid out."""
    *before, last = judged(json.dumps(value, indent=indent, ensure_ascii=plain))
    assert set(before) <= {Progress.OPEN}
    assert last is Progress.WHOLE


@pytest.mark.parametrize(
    "text",
    ['{"a": 1', "{", "[", '{"a":', '{"a": [1, {', "", '{"a": "\\""', '{"a": 1e5,', "[1,"],
)
def test_a_beginning_is_open(text: str) -> None:
    """What a further line can complete is open."""
    assert judged(text) == [Progress.OPEN]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "b',
        "{broken",
        "{,",
        "}",
        "[}",
        '{"a" 1',
        '{"a": 1,}',
        "{} {}",
        "[1,]",
        '{"a": "b"\n"c": 1',
        "{1: 2}",
        ":",
        ",",
        '{"a": 01',
    ],
)
def test_what_no_line_can_mend_is_broken_and_stays_so(text: str) -> None:
    """A string without an end, a comma too few or too many: no end makes it whole."""
    assert judged(f"{text}\n}}")[-2:] == [Progress.BROKEN, Progress.BROKEN]
