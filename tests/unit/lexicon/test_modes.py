"""Modes are read from their file, and what is wrong in one is said with its place."""

import re

import pytest

from monitor.domain import MODES, EventMode, EventType
from monitor.errors import InvalidLexicon
from monitor.lexicon.loader import load_lexicon
from monitor.lexicon.modes import load_modes, read_modes

CLASSES = {"weapon": frozenset({("rifle",), ("shot", "gun")})}

RIOT = """
[[mode]]
event = "PROTEST"
mode = "riot"
words = ["riot/n", "hurl/v stones"]
except = ["riot police"]
over = ["demo"]
"""


def test_every_mode_has_words() -> None:
    """Each pair of event type and mode that PLOVER has is in the built-in file."""
    modes = load_modes(load_lexicon().classes)
    for event, allowed in MODES.items():
        told = {
            phrase.mode
            for group in modes.phrases[event].values()
            for phrase in group
            if phrase.mode
        }
        assert told == set(allowed), event


def test_modes_are_those_of_the_codebook() -> None:
    """Eleven event types of PLOVER have 73 modes by 64 names: 72 pairs of its codebook, and martial law."""
    assert sum(len(modes) for modes in MODES.values()) == 73
    assert {mode for modes in MODES.values() for mode in modes} == set(EventMode)


def test_phrases_are_expanded_longest_first() -> None:
    """Written phrases become rows of forms by first word; exceptions tell of no mode."""
    modes = read_modes(RIOT, CLASSES, file="m.toml")
    told = [(phrase.words, phrase.mode) for phrase in modes.phrases[EventType.PROTEST]["riot"]]
    assert told == [(("riot", "police"), None), (("riot",), EventMode.RIOT)]
    assert ("hurled", "stones") in {
        phrase.words for phrase in modes.phrases[EventType.PROTEST]["hurled"]
    }
    assert modes.over[EventType.PROTEST][EventMode.RIOT] == {EventMode.DEMO}


def test_a_mode_may_name_a_class() -> None:
    """A class of the lexicon stands for its phrases."""
    text = '[[mode]]\nevent = "ASSAULT"\nmode = "firearms"\nwords = ["<weapon>"]\n'
    modes = read_modes(text, CLASSES, file="m.toml")
    assert set(modes.phrases[EventType.ASSAULT]) == {"rifle", "shot"}


def test_words_of_one_mode_may_be_the_exception_of_another() -> None:
    """An exception does not silence the mode that names the same phrase as its own."""
    text = RIOT + '[[mode]]\nevent = "PROTEST"\nmode = "obstruct"\nwords = ["riot police"]\n'
    (longest, _) = read_modes(text, CLASSES, file="m.toml").phrases[EventType.PROTEST]["riot"]
    assert longest.mode is EventMode.OBSTRUCT


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[mode]]", "[[mode", "m.toml: not valid TOML"),
        ("[[mode]]", "[[modes]]", "m.toml: a file of modes has [[mode]] tables and nothing else"),
        ("except", "exept", "number 1: unknown field 'exept'; did you mean 'except'?"),
        ('event = "PROTEST"', "", "number 1: has no event"),
        ('"PROTEST"', '"PROTEXT"', "event 'PROTEXT' is not allowed; did you mean 'PROTEST'?"),
        ('"PROTEST"', '"NONE"', "event 'NONE' is not allowed"),
        ('"riot"', '"troops"', "mode 'troops' is not allowed; allowed: demo, riot, strike"),
        ('"demo"', '"troops"', "PROTEST riot: over 'troops' is not allowed"),
        ('["riot/n", "hurl/v stones"]', "[]", "PROTEST riot: words must be a list of phrases"),
        ('["riot police"]', '"riot police"', "PROTEST riot: except must be a list of phrases"),
        ("riot/n", "riot/x", "PROTEST riot: words: 'riot/x': after the slash stands 'x'"),
        ("riot/n", "<weapn>", "PROTEST riot: words: no class <weapn>; did you mean <weapon>?"),
        ("riot/n", "riot ..3 police", "PROTEST riot: words: '..3' is not a word"),
    ],
)
def test_errors_say_where_and_what_is_allowed(old: str, new: str, said: str) -> None:
    """What is wrong is said with the file, the mode, and what is allowed."""
    text = RIOT.replace(old, new, 1)
    with pytest.raises(InvalidLexicon, match=re.escape(said)) as raised:
        read_modes(text, CLASSES, file="m.toml")
    assert str(raised.value).startswith("m.toml")


def test_a_mode_stands_in_the_file_once() -> None:
    """All words of a mode are in one place: a second one is an error."""
    with pytest.raises(InvalidLexicon, match="number 2, PROTEST riot: stands in the file twice"):
        read_modes(RIOT + RIOT, CLASSES, file="m.toml")
