"""Numbers in messages agree with their nouns."""

import pytest

from monitor.wording import counted


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 records"), (1, "1 record"), (2, "2 records"), (1200, "1,200 records")],
)
def test_a_noun_agrees_with_its_count(count: int, expected: str) -> None:
    """Only one of a thing is singular, and thousands are set apart."""
    assert counted(count, "record") == expected


def test_an_irregular_plural_is_taken_as_given() -> None:
    """Nouns that do not just take an s bring their plural."""
    assert [counted(count, "copy", "copies") for count in (1, 3)] == ["1 copy", "3 copies"]
