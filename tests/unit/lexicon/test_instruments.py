"""Instruments are known by the names that news gives them."""

import re

import pytest

from monitor.lexicon.instruments import load_instruments
from monitor.lexicon.places import fold_words


@pytest.mark.parametrize(
    ("name", "identifier", "group"),
    [
        ("brent crude", "brent-crude", "oil"),
        ("oil prices", "crude-oil", "oil"),
        ("west texas intermediate", "wti-crude", "oil"),
        ("gold", "gold", "gold"),
        ("copper", "copper", "metals"),
    ],
)
def test_an_instrument_is_found_by_its_names(name: str, identifier: str, group: str) -> None:
    """A name leads to a stable id and to the market whose moves are one story."""
    instrument = load_instruments().by_name[tuple(name.split())]
    assert (instrument.id, instrument.group) == (identifier, group)


def test_names_are_words_of_stripped_text() -> None:
    """Every name is written as stripped text would have it, or it would never be found."""
    for name in load_instruments().by_name:
        assert name == fold_words(" ".join(name))


def test_every_name_is_indexed_longest_first() -> None:
    """`crude oil` is tried before `crude`."""
    instruments = load_instruments()
    indexed = {name for rows in instruments.phrases.values() for name in rows}
    assert indexed == set(instruments.by_name)
    for rows in instruments.phrases.values():
        assert [len(row) for row in rows] == sorted((len(row) for row in rows), reverse=True)


def test_ids_and_groups_can_be_topic_keys() -> None:
    """Ids and groups are lower-case words joined by hyphens."""
    for instrument in load_instruments().by_name.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", instrument.id), instrument
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", instrument.group), instrument
