"""Patterns are parsed as written, and refused with the reason."""

import pytest

from monitor.errors import InvalidLexicon
from monitor.lexicon.pattern import (
    Pattern,
    Phrases,
    expand_phrase,
    expand_word,
    parse_pattern,
    split_elements,
)

CLASSES: dict[str, Phrases] = {
    "weapon": frozenset({("missile",), ("car", "bomb")}),
    "state": frozenset({("iran",), ("u", "s")}),
}


def phrases_of(pattern: Pattern, step: int) -> set[str]:
    """The phrases of one element, as text."""
    rows = pattern.elements[step].phrases.values()
    return {" ".join(phrase) for group in rows for phrase in group}


def test_a_word_stands_for_itself() -> None:
    """A plain word has no other form."""
    assert expand_word("missile") == {"missile"}


def test_a_slash_asks_for_the_forms_of_a_verb_or_a_noun() -> None:
    """The letter behind the slash says which forms a word takes."""
    assert "struck" in expand_word("strike/v")
    assert "struck" not in expand_word("strike/n")
    assert "strikes" in expand_word("strike/n")


def test_alternatives_may_be_phrases_and_inflected() -> None:
    """Brackets hold words and phrases whose words may be inflected, one by one."""
    pattern = parse_pattern("(fire/v|set/v off)", CLASSES)
    assert {"fired", "sets off", "setting off"} <= phrases_of(pattern, 0)


def test_brackets_may_hold_brackets() -> None:
    """Alternatives inside a phrase of an alternative are multiplied out."""
    assert expand_phrase("(a (b|c)|d)") == {("a", "b"), ("a", "c"), ("d",)}


def test_a_class_stands_for_its_phrases() -> None:
    """A class gives its phrases alone and among alternatives."""
    assert phrases_of(parse_pattern("<weapon>", CLASSES), 0) == {"missile", "car bomb"}
    assert phrases_of(parse_pattern("(<state>|army)", CLASSES), 0) == {"iran", "u s", "army"}


def test_longer_phrases_are_tried_first() -> None:
    """Among phrases that start alike the longest comes first: it says most."""
    pattern = parse_pattern("(car|car bomb|car bomb attack)", CLASSES)
    assert pattern.elements[0].phrases["car"] == (
        ("car", "bomb", "attack"),
        ("car", "bomb"),
        ("car",),
    )


def test_gaps_and_optional_elements() -> None:
    """Two points and a number are a gap; a question mark makes an element optional."""
    first, gap, optional, last = parse_pattern("fired ..3 the? <weapon>", CLASSES).elements
    assert (first.gap, gap.gap, optional.optional, last.optional) == (0, 3, True, False)
    assert not gap.phrases


def test_blanks_inside_brackets_do_not_split() -> None:
    """Elements are split at blanks outside brackets, and several blanks count as one."""
    assert split_elements("a  (b c|d) ..3 e") == ["a", "(b c|d)", "..3", "e"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Iran", "'Iran' is not a word"),
        ("u.s.", "'u.s.' is not a word"),
        ("al-qaida", "'al-qaida' is not a word"),
        ("strike/x", "after the slash stands 'x'; allowed are v (verb) and n (noun)"),
        ("<planet>", "no class <planet>; known are: state, weapon"),
        ("(a|b", "the brackets do not match"),
        ("a)", "the brackets do not match"),
        (")a(", "the brackets do not match"),
        ("()", "brackets hold at least one word"),
        ("", "must start with words"),
        ("..3 a", "must start with words, not with a gap"),
        ("the? a", "must start with words, not with a gap or an optional"),
        ("a ..3", "must end with words, not with a gap"),
        ("a the?", "must end with words, not with a gap or an optional"),
        ("a ..3? b", "a gap may be empty anyway; write ..3"),
        ("a ..0 b", "'..0' is not a word"),
        ("a ..100 b", "'..100' is not a word"),
        ("a ? b", "'' is not a word"),
    ],
)
def test_a_malformed_pattern_is_refused(source: str, words: str) -> None:
    """A malformed pattern is refused with what is wrong and what is allowed."""
    with pytest.raises(InvalidLexicon) as caught:
        parse_pattern(source, CLASSES)
    assert words in str(caught.value)


@pytest.mark.parametrize("phrase", ["", "  ", "(a|)(b"])
def test_an_empty_or_broken_phrase_is_refused(phrase: str) -> None:
    """A phrase has at least one word."""
    with pytest.raises(InvalidLexicon):
        expand_phrase(phrase)
