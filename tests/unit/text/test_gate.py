"""Gate: which sentences the sense model reads."""

import pytest

from monitor.text.gate import Gate, Keyword, load_gate

GATE = Gate(
    weights={"strike": 2.0, "dividend": -3.0, "#": 0.5},
    keywords={Keyword.SOUND: 1.5, Keyword.REFUSED: 0.5},
    least=2.5,
    least_below=4.0,
)


def test_weights_of_distinct_words_are_summed() -> None:
    """A word counts once however often it stands there; numbers weigh as one of their kind."""
    assert GATE.score(["strike", "strike", "talks"], (0, 3), Keyword.NONE) == 2.0
    assert GATE.score(["strike", "on", "12"], (0, 3), Keyword.NONE) == 2.5


def test_a_keyword_adds_to_what_a_sentence_promises() -> None:
    """A keyword in its sense adds most, one whose conditions refuse it less."""
    promised = [GATE.score(["strike"], (0, 1), keyword) for keyword in Keyword]

    assert promised == [2.0, 2.5, 3.5]


def test_only_the_sentence_counts() -> None:
    """Words outside the range given promise nothing."""
    assert GATE.score(["strike", "quiet", "day"], (1, 3), Keyword.NONE) == 0.0


def test_the_order_of_the_words_does_not_matter() -> None:
    """Every process has its own order of a set: a sum that is rounded on the way would follow it."""
    large = {f"up{n}": 1e16 for n in range(5)} | {f"down{n}": -1e16 for n in range(5)}
    gate = Gate(weights=large | {"one": 1.0}, keywords={}, least=0.0, least_below=0.0)
    words = [*large, "one"]
    assert gate.score(words, (0, len(words)), Keyword.NONE) == 1.0


@pytest.mark.parametrize(
    ("sentence", "passes"),
    [
        ("rebels shelled the village killing nine people", True),
        ("the union called a walkout at the port", True),
        ("the dollar fell against the yen", True),
        ("shr 12 cts vs 13 cts net 1 234 000 vs 1 345 000 revs 20 1 mln vs 19 8 mln", False),
        ("qtly div 15 cts vs 15 cts prior pay may 1 record april 15", False),
    ],
)
def test_the_shipped_gate_holds_back_tables_of_earnings(sentence: str, *, passes: bool) -> None:
    """What the newswire is full of does not reach the model; what may be a signal does."""
    texts = sentence.split()
    gate = load_gate()

    assert (gate.score(texts, (0, len(texts)), Keyword.NONE) >= gate.least) is passes


def test_more_is_asked_of_a_sentence_further_down() -> None:
    """Where title and lead say nothing, the rest must promise more."""
    gate = load_gate()

    assert gate.least_below > gate.least
