"""The words of figures are a data file with a checked reader."""

import copy
import tomllib
from importlib import resources
from typing import Any

import pytest

from monitor.domain import Measure
from monitor.errors import InvalidLexicon
from monitor.lexicon.measures import Counting, load_measures, measures_of
from monitor.lexicon.places import fold_words


def content() -> dict[str, Any]:
    """What the built-in file states."""
    file = resources.files("monitor.lexicon") / "gazetteer" / "figures.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("phrase", "measure", "counting"),
    [
        ("killed", Measure.KILLED, Counting.EITHER),
        ("killing", Measure.KILLED, Counting.OBJECT),
        ("kills", Measure.KILLED, Counting.OBJECT),
        ("hurt", Measure.INJURED, Counting.EITHER),
        ("shot dead", Measure.KILLED, Counting.EITHER),
        ("dead", Measure.KILLED, Counting.SUBJECT),
        ("deaths", Measure.KILLED, Counting.NOUN),
        ("toll", Measure.KILLED, Counting.TOTAL),
        ("pulled out", Measure.WITHDRAWN, Counting.EITHER),
    ],
)
def test_forms_count_as_their_grammar_says(
    phrase: str, measure: Measure, counting: Counting
) -> None:
    """Participles take objects and subjects, other forms of a verb objects alone."""
    counted = load_measures().words[tuple(phrase.split())]
    assert (measure, counting) in [(word.measure, word.counting) for word in counted]


def test_words_are_words_of_stripped_text() -> None:
    """Every phrase is written as stripped text would have it, or it would never be found."""
    measures = load_measures()
    for phrase in (*measures.words, *measures.nouns, *measures.market.units):
        assert phrase == fold_words(" ".join(phrase))


def test_an_unknown_measure_is_named() -> None:
    """A measure that the records do not have is refused with its name."""
    wrong = copy.deepcopy(content())
    wrong["measure"][0]["name"] = "slain"
    with pytest.raises(InvalidLexicon, match=r"figures\.toml: 'slain'"):
        measures_of(wrong)


def test_a_missing_table_is_named() -> None:
    """A table that is not there is refused with its name."""
    wrong = content()
    del wrong["currencies"]
    with pytest.raises(InvalidLexicon, match="currencies"):
        measures_of(wrong)
