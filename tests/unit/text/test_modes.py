"""The mode of a trigger is read from the words around it."""

from dataclasses import replace

import pytest

from monitor.domain import Desk, EventMode, EventType, SignalKind
from monitor.lexicon.entry import Author
from monitor.lexicon.kinds import entry_of_reading
from monitor.lexicon.loader import load_lexicon
from monitor.lexicon.modes import load_modes
from monitor.text.modes import ModeReader
from monitor.text.words import read_words
from tests.builders import a_finding, an_entry, stripped


@pytest.fixture(scope="module")
def reader() -> ModeReader:
    """The built-in modes."""
    return ModeReader(load_modes(load_lexicon().classes))


def mode_of(reader: ModeReader, event_type: EventType, text: str, trigger: str) -> EventMode | None:
    """The mode of the trigger that stands in a text of one sentence."""
    words, wanted = read_words(text), list(read_words(trigger).texts)
    first = next(
        at for at in range(len(words)) if list(words.texts[at : at + len(wanted)]) == wanted
    )
    return reader.read(event_type, words, (0, len(words)), first, first + len(wanted))


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
@pytest.mark.parametrize(
    ("event_type", "text", "trigger", "mode"),
    [
        ("ASSAULT", "Jets bombed a depot near Latakia.", "bombed", "aerial"),
        ("ASSAULT", "A suicide bomber killed nine people.", "killed", "suicide-attack"),
        ("ASSAULT", "A missile fired by an unmanned aircraft hit a car.", "missile", "drone"),
        ("ASSAULT", "Gunmen attacked a police post.", "attacked", "firearms"),
        ("ASSAULT", "Police fired tear gas at the marchers.", "fired", "crowd-control"),
        ("ASSAULT", "Rebels attacked a post at dawn.", "attacked", None),
        ("PROTEST", "Dockers walked out in Santos.", "walked out", "strike"),
        ("PROTEST", "Prisoners are on hunger strike.", "strike", "hunger"),
        ("PROTEST", "Rioters set shops on fire.", "rioters", "riot"),
        ("PROTEST", "Thousands marched through Paris.", "marched", "demo"),
        ("COERCE", "A dusk-to-dawn curfew is in force.", "curfew", "curfew"),
        ("COERCE", "The president declared martial law.", "martial law", "martial-law"),
        ("THREATEN", "Turkey warned that it would attack.", "warned", "violence"),
        ("THREATEN", "Moscow threatened to expel observers.", "threatened", "expel"),
        ("SANCTION", "Washington froze the banks' assets.", "froze", "discontinue"),
        ("SANCTION", "Chad recalled its ambassador.", "recalled", "withdraw"),
        ("MOBILIZE", "Greece called up 20,000 reservists.", "called up", "troops"),
        ("MOBILIZE", "Pyongyang test-fired two missiles.", "fired", "weapons"),
        ("RETREAT", "The rebels laid down their arms.", "laid down their arms", "disarm"),
        ("RETREAT", "Both sides are observing a cease-fire.", "observing", "ceasefire"),
        ("CONSULT", "Talks brokered by mediators began.", "talks", "third-party"),
        ("CONSULT", "The two presidents spoke by telephone.", "spoke", "phone"),
        ("AGREE", "The union agreed to end its strike.", "agreed", None),
        ("NONE", "Brent crude rose in a day of air strikes.", "rose", None),
    ],
)
def test_the_words_around_tell_the_mode(
    reader: ModeReader, event_type: str, text: str, trigger: str, mode: str | None, form: type[str]
) -> None:
    """A mode is told by the words of its event type, as written and stripped; else there is none."""
    assert mode_of(reader, EventType(event_type), form(text), trigger) == mode


def test_the_nearest_words_decide(reader: ModeReader) -> None:
    """Of two attacks in a sentence each has the mode whose words stand nearest to it."""
    text = "Gunmen killed two guards in Kut and in Hilla a mortar round wounded a child."
    assert mode_of(reader, EventType.ASSAULT, text, "killed") is EventMode.FIREARMS
    assert mode_of(reader, EventType.ASSAULT, text, "wounded") is EventMode.HEAVY_WEAPONS


def test_words_inside_the_trigger_come_first(reader: ModeReader) -> None:
    """What the trigger itself says wins over what stands beside it."""
    text = "Gunmen after a mortar attack fled."
    assert mode_of(reader, EventType.ASSAULT, text, "mortar attack") is EventMode.HEAVY_WEAPONS


def test_a_longer_phrase_keeps_its_words_to_itself(reader: ModeReader) -> None:
    """Riot police make no riot: an exception's words tell of nothing."""
    text = "Riot police watched as thousands rallied."
    assert mode_of(reader, EventType.PROTEST, text, "rallied") is EventMode.DEMO


def test_only_the_sentence_is_read(reader: ModeReader) -> None:
    """The words of another sentence tell nothing of this trigger."""
    words = read_words("The attack killed six. Gunmen were seen.")
    assert reader.read(EventType.ASSAULT, words, (0, 4), 1, 2) is None
    assert reader.read(EventType.ASSAULT, words, (0, 7), 1, 2) is EventMode.FIREARMS


def test_an_endless_sentence_is_read_near_the_trigger(reader: ModeReader) -> None:
    """Far words are not looked at, so that a text without sentences costs no more per trigger."""
    words = read_words("gunmen " + "and so on " * 40 + "killed six")
    first = words.texts.index("killed")
    assert reader.read(EventType.ASSAULT, words, (0, len(words)), first, first + 1) is None


@pytest.mark.parametrize(
    ("text", "trigger", "event_type"),
    [
        ("China hit back with tariffs of 25 percent.", "hit back", EventType.SANCTION),
        ("Moscow expelled ten envoys in retaliation.", "retaliation", EventType.SANCTION),
        ("Jets bombed the port in retaliation for the embargo.", "retaliation", EventType.ASSAULT),
        ("The army vowed revenge.", "revenge", EventType.ASSAULT),
    ],
)
def test_retaliation_is_what_is_done(
    reader: ModeReader, text: str, trigger: str, event_type: EventType
) -> None:
    """Who retaliates with tariffs or expulsions assaults nobody; a user's own entry holds."""
    words = read_words(text)
    entry = an_entry(trigger, kind="retaliation")
    found = a_finding(entry, words, trigger)
    place = words, (0, len(words)), found.first, found.last
    assert reader.event_type_of(entry, *place) is event_type
    own = replace(entry, author=Author.USER)
    assert reader.event_type_of(own, *place) is EventType.ASSAULT


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("France withdrew its troops from Niger.", EventType.RETREAT),
        ("Hamas released 12 hostages.", EventType.RETREAT),
        ("The two countries mended their relations.", EventType.AGREE),
    ],
)
def test_deescalation_without_an_entry_is_what_is_done(
    reader: ModeReader, text: str, event_type: EventType
) -> None:
    """Where the sense model alone finds it, its words tell a retreat from an agreement."""
    words = read_words(text)
    entry = entry_of_reading(SignalKind.DE_ESCALATION, Desk.CONFLICT)
    assert reader.event_type_of(entry, words, (0, len(words)), 1, 2) is event_type
