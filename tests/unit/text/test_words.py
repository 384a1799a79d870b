"""A text is split into the words of stripped text, each with its exact place."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.words import Boundary, Words, _fold, read_words
from tests.builders import stripped

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
PROSE = st.text(
    st.sampled_from(list("abcÉßxYZ019  ..,;:!?-'\"()<>/&;\n\t\u2022\u201c\u202e\x00\u0301😀é中")),
    max_size=120,
)


def boundaries_of(words: Words) -> dict[str, int]:
    """What lies before each word."""
    return dict(zip(words.texts, words.boundaries, strict=True))


@given(TEXT | PROSE)
def test_places_are_exact(source: str) -> None:
    """For any text, what stands at a word's place folds to the word, and places go up."""
    words = read_words(source)
    places = list(zip(words.starts, words.ends, words.texts, strict=True))
    for start, end, text in places:
        assert 0 <= start < end <= len(source)
        assert _fold(source[start:end]) == text
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(places))
    assert len(words.boundaries) == len(words)


@given(TEXT | PROSE)
def test_words_are_lower_case(source: str) -> None:
    """No word has a capital left, whatever script or form it came in."""
    assert all(text == text.casefold() for text in read_words(source).texts)


@given(TEXT | PROSE)
def test_reading_is_a_function_of_the_text(source: str) -> None:
    """The same text gives the same words."""
    assert read_words(source) == read_words(source)


@given(st.text(st.sampled_from("abcXYZ 019.,;:!?-'\"()\n"), max_size=120))
def test_a_text_and_its_stripped_form_have_the_same_words(source: str) -> None:
    """Case and punctuation make no difference to the words."""
    assert list(read_words(source).texts) == list(read_words(stripped(source)).texts)


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("U.S. troops", "u s troops"),
        ("al-Qaida's men don't", "al qaida s men don t"),
        ("Café São Tomé straße", "cafe sao tome strasse"),
        ("\ufb01ghters \U0001d40dATO", "fighters nato"),
        ("1,000 dead; up 4.5%", "1 000 dead up 4 5"),
        ("snake_case", "snake case"),
        ("smile\U0001f600now \U0001f1ee\U0001f1f1", "smile now"),
        ("nul\x00byte", "nul byte"),
        ("\u202eright\u202c left\u200b", "right left"),
        ("a<b>bold</b> &amp; &#39;x&#39; &lt;", "a bold x"),
        ("<!-- no --><p class='x'>yes</p>", "yes"),
        ("3 < 5 and 7 > 6", "3 5 and 7 6"),
        ("AT&T; Q&A session", "at t q a session"),
        ("", ""),
        (" \n\t ", ""),
        ("...!?", ""),
    ],
)
def test_words_of_a_text(source: str, texts: str) -> None:
    """Marks, markup and emoji are no words; accents and ligatures are folded."""
    assert list(read_words(source).texts) == texts.split()


def test_an_unfinished_tag_hides_nothing_far_away() -> None:
    """A lone `<` does not swallow the text behind it."""
    assert "troops" in read_words("a <b c d e " + "x " * 2_000 + "troops > end").texts


@pytest.mark.parametrize(
    ("source", "word", "boundary"),
    [
        ("Troops left. They won.", "they", Boundary.SENTENCE),
        ('He said "go." Then he left.', "then", Boundary.SENTENCE),
        ("Who won? Nobody.", "nobody", Boundary.SENTENCE),
        ("Headline\n\nText", "text", Boundary.SENTENCE),
        ("\u2022 first \u2022 second", "second", Boundary.SENTENCE),
        ("Mr. Smith", "smith", Boundary.NONE),
        ("Gen. Gantz and Sen. Rubio", "rubio", Boundary.NONE),
        ("the U.S. army", "army", Boundary.NONE),
        ("He said no. They left", "they", Boundary.SENTENCE),
        ("in No. 10 Downing Street", "10", Boundary.NONE),
        ("J. R. Smith", "smith", Boundary.NONE),
        ("a 4.5 percent", "5", Boundary.NONE),
        ("cease-fire", "fire", Boundary.NONE),
        ("he left, she stayed", "she", Boundary.CLAUSE),
        ("two: red", "red", Boundary.CLAUSE),
        ("this - that", "that", Boundary.CLAUSE),
        ("this \u2013 that", "that", Boundary.CLAUSE),
        ("he (she) left", "she", Boundary.CLAUSE),
        ("line\nbreak", "break", Boundary.NONE),
        ("plain words", "words", Boundary.NONE),
    ],
)
def test_what_lies_before_a_word(source: str, word: str, boundary: int) -> None:
    """Punctuation gives sentences and clauses; abbreviations and numbers do not."""
    assert boundaries_of(read_words(source))[word] == boundary


@given(PROSE)
def test_the_first_word_begins_a_sentence(source: str) -> None:
    """Whatever stands before it, the first word begins a sentence."""
    words = read_words(source)
    assert not len(words) or words.boundaries[0] == Boundary.SENTENCE


@pytest.mark.parametrize(
    ("source", "is_stripped", "has_capitals"),
    [
        ("iran fired missiles at israel", True, False),
        ("iran fired \u4e2d missiles caf\u00e9", True, False),
        ("Iran fired missiles", False, True),
        ("iran fired. it did. twice. again.", False, False),
        ("TWELVE DEAD", False, True),
        ("\u00c9vreux tombe", False, True),
    ],
)
def test_stripped_text_is_recognised(source: str, is_stripped: bool, has_capitals: bool) -> None:  # noqa: FBT001
    """Text with neither sentence ends nor capitals is stripped; scripts without case are neutral."""
    words = read_words(source)
    assert (words.is_stripped, words.has_capitals) == (is_stripped, has_capitals)


def test_an_endless_token_is_no_word() -> None:
    """A run of letters that no word is as long as is skipped, and the sentence ends with it."""
    words = read_words("before " + "x" * 5_000_000 + " after")
    assert list(words.texts) == ["before", "after"]
    assert words.boundaries[1] == Boundary.SENTENCE


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit", ["<", "<a", "& ", "&#", ".", "\n ", "- ", "(", '."', "a.b.", "\u2022"]
)
def test_no_run_of_marks_takes_long(unit: str) -> None:
    """A million characters of any mark are read in time that grows with their number."""
    read_words("x " + unit * (1_000_000 // len(unit)) + " y")


def test_quotes_are_the_original() -> None:
    """A quote is the text as it came, from the first word's start to the last one's end."""
    assert read_words("The U.S. Navy, said").quote(1, 4) == "U.S. Navy"


def test_a_terminals_control_sequences_are_no_words() -> None:
    """What would colour a terminal is not read, and everything keeps its place."""
    words = read_words("Iran \x1b[31m fired\x1b[0m missiles")

    assert list(words.texts) == ["iran", "fired", "missiles"]
    assert words.quote(1, 2) == "fired"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("russias army", "russia s army"),
        ("the kremlins men in ukraines east", "the kremlin s men in ukraine s east"),
        ("senator chiles of florida", "senator chiles of florida"),
        ("school reunions in bermudas", "school reunions in bermudas"),
        ("natos men in limas streets", "natos men in limas streets"),
        ("across the americas", "across the americas"),
        ("turkeys and jordans", "turkeys and jordans"),
        ("Russias army", "russias army"),
        ("afghanis rose", "afghanis rose"),
    ],
)
def test_possessives_without_their_apostrophe_are_two_words(source: str, texts: str) -> None:
    """In stripped text, of countries and governments of one word that is nothing else."""
    words = read_words(source)
    assert " ".join(words.texts) == texts
    assert [words.quote(n, n + 1).lower() for n in range(len(words))] == list(words.texts)


def test_a_possessive_keeps_the_places_of_its_two_words() -> None:
    """They stand side by side, and nothing is between them."""
    words = read_words("in irans towns irans men")
    assert list(words.texts) == ["in", "iran", "s", "towns", "iran", "s", "men"]
    assert list(words.starts) == [0, 3, 7, 9, 15, 19, 21]
    assert list(words.ends) == [2, 7, 8, 14, 19, 20, 24]
    assert len(words.boundaries) == len(words)
