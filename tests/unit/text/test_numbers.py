"""Amounts are read from words, with and without their points and commas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import Precision
from monitor.text.numbers import Number, number_at, precision_before
from monitor.text.words import read_words
from tests.builders import stripped


def first_number(source: str) -> Number | None:
    """The number on the first word of a text."""
    words = read_words(source)
    return number_at(
        words.texts, 0, lambda index: words.source[words.ends[index] : words.starts[index + 1]]
    )


@pytest.mark.parametrize(
    ("source", "value", "length"),
    [
        ("12 people", 12, 1),
        ("1,000 people", 1_000, 2),
        ("1 000 people", 1_000, 2),
        ("12,500 men", 12_500, 2),
        ("1,234,567 men", 1_234_567, 3),
        ("3 000 000 men", 3_000_000, 3),
        ("4.5 percent", 4.5, 2),
        ("4 5 percent", 4.5, 2),
        ("0 25 percentage points", 0.25, 2),
        ("4 125 percent", 4.125, 2),
        ("1.5 million", 1_500_000, 3),
        ("2 5 million", 2_500_000, 3),
        ("1,234.5 points", 1_234.5, 3),
        ("2 million", 2_000_000, 2),
        ("12 mln", 12_000_000, 2),
        ("10, 12 and 14", 10, 1),
        ("15 20 people", 15, 1),
        ("1990 91", 1_990, 1),
        ("2026 120 people", 2_026, 1),
        ("1,2,3", 1, 1),
        ("seven men", 7, 1),
        ("seven seven", 7, 1),
        ("twenty-one", 21, 2),
        ("twenty twelve", 20, 1),
        ("two hundred and twelve", 212, 4),
        ("one hundred and twenty one", 121, 5),
        ("five and six", 5, 1),
        ("two hundred and", 200, 2),
        ("three thousand five hundred", 3_500, 4),
        ("one million two hundred thousand", 1_200_000, 5),
        ("two dozen", 24, 2),
        ("zero men", 0, 1),
    ],
)
def test_exact_numbers(source: str, value: float, length: int) -> None:
    """A stated number gives its value and ends where its words do."""
    assert first_number(source) == Number(value, length, Precision.EXACT)


@pytest.mark.parametrize(
    ("source", "value", "length"),
    [
        ("dozens of people", 24, 1),
        ("scores", 40, 1),
        ("hundreds of people", 200, 1),
        ("hundreds of thousands of people", 200_000, 3),
        ("tens of thousands", 20_000, 3),
        ("thousands", 2_000, 1),
        ("several people", 3, 1),
        ("several hundred people", 300, 2),
    ],
)
def test_vague_plurals_are_lower_bounds(source: str, value: float, length: int) -> None:
    """A plural without a number is at least two of it, whatever stands behind it."""
    assert first_number(source) == Number(value, length, Precision.AT_LEAST)


@pytest.mark.parametrize(("source", "value"), [("dozen people", 12), ("hundred people", 100)])
def test_a_round_word_alone_is_about(source: str, value: float) -> None:
    """The dozen of "a dozen" is a rough count."""
    assert first_number(source) == Number(value, 1, Precision.ABOUT)


@pytest.mark.parametrize("source", ["people", "tens", "and two", "\u0661\u0662 men", "\u00bd mile"])
def test_no_number(source: str) -> None:
    """What is no number, or in digits of another script, gives none."""
    assert first_number(source) is None


def test_a_day_of_the_month_is_no_thousand() -> None:
    """In stripped text the day before a count does not become its thousands."""
    texts = "on march 17 120 people died".split()
    assert number_at(texts, 2) == Number(17, 3, Precision.EXACT)


@given(st.integers(0, 999_999_999))
def test_grouped_digits_read_alike_stripped(value: int) -> None:
    """A number with commas has the same value without them."""
    written = first_number(f"{value:,} men")
    assert written is not None
    assert written.value == value
    assert first_number(stripped(f"{value:,} men")) == written


@given(st.lists(st.sampled_from("1 000 12 two hundred and thousand of dozens million x".split())))
def test_reading_always_moves_on(texts: list[str]) -> None:
    """A number ends behind its start and inside the text, whatever the words."""
    for position in range(len(texts)):
        number = number_at(texts, position)
        assert number is None or position < number.last <= len(texts)


@pytest.mark.parametrize(
    ("before", "precision"),
    [
        ("at least", Precision.AT_LEAST),
        ("killing more than", Precision.AT_LEAST),
        ("no fewer than", Precision.AT_LEAST),
        ("no more than", Precision.AT_MOST),
        ("fewer than", Precision.AT_MOST),
        ("up to", Precision.AT_MOST),
        ("as many as", Precision.AT_MOST),
        ("about", Precision.ABOUT),
        ("killed nearly", Precision.ABOUT),
        ("killed", None),
        ("moreover", None),
        ("", None),
    ],
)
def test_words_before_a_number_qualify_it(before: str, precision: Precision | None) -> None:
    """The nearest words before a number say whether it is a bound or an estimate."""
    texts = [*before.split(), "12"]
    assert precision_before(texts, len(texts) - 1) is precision
