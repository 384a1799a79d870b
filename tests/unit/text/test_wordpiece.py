"""WordPieces: words cut into known pieces."""

from monitor.text.wordpiece import WordPieces

PIECES = WordPieces(["[CLS]", "[SEP]", "[UNK]", "air", "strike", "##strike", "##s", "a"])


def test_a_word_is_cut_into_the_longest_pieces_from_the_left() -> None:
    """A known word is one piece; another is its longest beginning, then continuations."""
    assert PIECES.of("strike") == (4,)
    assert PIECES.of("airstrikes") == (3, 5, 6)


def test_a_word_without_pieces_is_unknown() -> None:
    """Where any rest has no piece, the word as a whole is unknown, once."""
    assert PIECES.of("airport") == (2,)
    assert PIECES.of("") == ()
