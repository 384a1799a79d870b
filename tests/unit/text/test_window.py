"""Windows: sentences as the pieces that the sense model reads."""

import pytest

from monitor.text.window import LONGEST, NO_WORD, pieces_of, window_of, windows_of
from monitor.text.wordpiece import WordPieces
from monitor.text.words import read_words

PIECES = WordPieces(["[CLS]", "[SEP]", "[UNK]", "air", "##strike", "kills", "two", ",", ".", "!"])


def test_every_piece_knows_its_word() -> None:
    """A word of two pieces owns both; a mark of punctuation belongs to no word."""
    words = read_words("Airstrike kills two, two.")

    window = window_of(words, [(0, 4)], PIECES)

    assert window.tokens == [0, 3, 4, 5, 6, 7, 6, 8, 1]
    assert window.owners == [NO_WORD, 0, 0, 1, 2, NO_WORD, 3, NO_WORD]
    assert window.spans == [(1, 8)]


def test_stripped_text_has_no_marks() -> None:
    """Without punctuation the words alone are read."""
    words = read_words("airstrike kills two")

    assert pieces_of(words, 0, 3, PIECES, marks=False)[0] == [3, 4, 5, 6]


def test_a_window_ends_where_it_is_full() -> None:
    """Sentences behind the limit have empty spans, and a sentence across it is cut."""
    words = read_words("two " * 600)

    window = window_of(words, [(0, 200), (200, 400), (400, 600)], PIECES)

    assert len(window.tokens) == LONGEST + 1
    assert window.spans == [(1, 201), (201, LONGEST), (LONGEST, LONGEST)]


@pytest.mark.parametrize(
    ("worth", "lengths", "windows"),
    [
        ([0, 1, 2], [10, 10, 10], [[0, 1, 2]]),
        ([0, 2, 3], [10, 10, 10, 10], [[0], [2, 3]]),
        ([0, 1], [80, 20], [[0], [1]]),
        ([0, 1, 2, 3, 4], [5, 5, 5, 5, 5], [[0, 1, 2, 3], [4]]),
        ([], [10], []),
    ],
)
def test_neighbours_are_read_together(
    worth: list[int], lengths: list[int], windows: list[list[int]]
) -> None:
    """At most four sentences and ninety words, and none with a gap between."""
    ends = [sum(lengths[: number + 1]) for number in range(len(lengths))]
    sentences = list(zip([0, *ends[:-1]], ends, strict=True))

    assert list(windows_of(worth, sentences)) == windows
