"""Ambiguous names are decided by what stands around them, and left without an id where nothing does."""

import pytest
import spacy
from spacy.tokens import Span

from monitor.domain import Field
from monitor.text.mentions import mentions_of
from monitor.text.words import read_words
from tests.builders import stripped

NLP = spacy.blank("en")


def read(source: str, name: str, label: str = "") -> tuple[str | None, str | None] | None:
    """Id and country of the last mention of *name*; None where it is none.

    Args:
        source: the text.
        name: what is asked for, as it stands there.
        label: what the pipeline says of each place of it; empty for nothing.
    """
    doc = NLP(source)
    spans = []
    start = source.find(name)
    while label and start >= 0:
        span = doc.char_span(start, start + len(name), label=label, alignment_mode="expand")
        assert span is not None
        spans.append(Span(doc, span.start, span.end, label=label))
        start = source.find(name, start + 1)
    doc.ents = spans
    found = [
        (mention.entity.id, mention.entity.country)
        for mention in mentions_of(read_words(source), doc, field=Field.TEXT)
        if mention.span.quote == name
    ]
    return found[-1] if found else None


COUNTRIES = [
    ("Russian tanks rolled into Georgia on Friday.", "Georgia", "GE"),
    ("Georgia and Armenia signed the treaty.", "Georgia", "GE"),
    ("The president of Georgia, Mikheil Saakashvili, spoke.", "Georgia", "GE"),
    ("Syria, Jordan and Iraq closed their borders.", "Jordan", "JO"),
    ("Israel warned Jordan over the border.", "Jordan", "JO"),
    ("Rebels crossed from Sudan into Chad.", "Chad", "TD"),
    ("Turkey said it would send troops.", "Turkey", "TR"),
    ("Greek jets met over the Aegean; Turkey protested to Greece.", "Turkey", "TR"),
    ("Soldiers in Guinea shot at protesters in Conakry.", "Guinea", "GN"),
]


@pytest.mark.parametrize(
    ("source", "label", "known"),
    [
        ("The Egyptian navy closed the canal at Port Said on Friday.", "LOC", (None, "EG")),
        ("A spokesman for the Rio de Janeiro port said the marines had left.", "", None),
    ],
)
def test_a_verb_is_no_part_of_a_place(
    source: str, label: str, known: tuple[str | None, str | None] | None
) -> None:
    """Port Said needs something Egyptian around it: without capitals a port may have said so."""
    assert read(stripped(source), "port said", label) == known


@pytest.mark.parametrize("label", ["", "LOC"])
@pytest.mark.parametrize(("source", "name", "code"), COUNTRIES)
def test_countries_are_told_by_their_context(source: str, name: str, code: str, label: str) -> None:
    """As written and stripped, and whether or not the pipeline has found the name."""
    assert read(source, name, label) == (code, code)
    assert read(stripped(source), stripped(name), label) == (code, code)


OTHERS = [
    ("A storm in Georgia cut power in Atlanta.", "Georgia"),
    ("The governor of Georgia, a Republican, signed the bill.", "Georgia"),
    ("They met in Georgia.", "Georgia"),
    ("Michael Jordan scored and basketball was Jordan again.", "Jordan"),
    ("Chad Smith and Chad Johnson won.", "Chad"),
    ("They fought on Lake Chad.", "Chad"),
    ("She ate a turkey sandwich and more turkey meat.", "turkey"),
    ("They roast turkey at Thanksgiving.", "turkey"),
    ("The guinea pig squeaked.", "guinea"),
    ("Papua New Guinea sent troops.", "Guinea"),
    ("A strike shut the port of New Jersey.", "Jersey"),
    ("The player wore a jersey.", "jersey"),
    ("They may strike in May.", "May"),
    ("She is reading the paper.", "reading"),
    ("It was nice.", "nice"),
    ("The mobile phone network failed.", "mobile"),
    ("He was interested in reading British novels.", "reading"),
]


@pytest.mark.parametrize(("source", "name"), OTHERS)
def test_what_nothing_speaks_for_has_no_id(source: str, name: str) -> None:
    """It is no mention, or one that nobody mistakes for the country."""
    for text, word in ((source, name), (stripped(source), stripped(name))):
        found = read(text, word)
        assert found is None or found[0] is None, (text, found)


def test_the_american_state_lies_in_its_country() -> None:
    """Where something speaks for it; where nothing does, the place is nobody's."""
    assert read("A storm in Georgia cut power in Atlanta.", "Georgia", "LOC") == (None, "US")
    assert read("They met in Georgia.", "Georgia", "LOC") == (None, None)


@pytest.mark.parametrize(
    ("source", "name", "country"),
    [
        ("A truck attack in Nice, on the French Riviera, killed many.", "Nice", "FR"),
        ("A knife attack in Reading, England, killed three.", "Reading", "GB"),
        ("A knife attack in Reading killed three.", "Reading", None),
    ],
)
def test_cities_that_are_words_need_a_country(source: str, name: str, country: str | None) -> None:
    """The pipeline's label alone makes a place of them, without a country."""
    assert read(source, name, "LOC") == (None, country)


@pytest.mark.parametrize(
    ("source", "name", "code"),
    [
        ("Tehran said it would retaliate.", "Tehran", "IR"),
        ("Officials in Tehran said so.", "Tehran", None),
        ("A bomb exploded in central Tehran.", "Tehran", None),
        ("Relations with Washington are tense.", "Washington", "US"),
        ("Washington has repeatedly accused Syria.", "Washington", "US"),
        ("He flew to Washington on Monday.", "Washington", None),
        ("Beijing's nuclear forces are on alert.", "Beijing", "CN"),
        ("The streets of Beijing were empty.", "Beijing", None),
        ("The Kremlin denied it.", "Kremlin", "RU"),
        ("A fire broke out in the Kremlin.", "Kremlin", None),
        ("Shanghai said it would build a bridge.", "Shanghai", None),
    ],
)
def test_seats_stand_for_governments_when_they_act(
    source: str, name: str, code: str | None
) -> None:
    """The id is the country's when the name is used so; the country is known either way."""
    for text, word in ((source, name), (stripped(source), stripped(name))):
        found = read(text, word)
        assert found is not None
        assert found[0] == code
        assert found[1] is not None


@pytest.mark.parametrize(
    ("source", "name", "identity"),
    [
        ("US troops landed.", "US", "US"),
        ("He told US reporters.", "US", "US"),
        ("He told us so.", "us", None),
        ("us troops landed in iraq", "us", "US"),
        ("he told us that they left", "us", None),
        ("The WHO warned of it.", "WHO", "org:who"),
        ("Those who warned of it.", "who", None),
        ("WHO WARNED OF IT", "WHO", None),
        ("the rsf denied it", "rsf", "org:rsf"),
        ("those of the icc denied it", "icc", None),
        ("Fighters of al-Qaida fled.", "al-Qaida", "org:al-qaida"),
    ],
)
def test_acronyms_that_are_words(source: str, name: str, identity: str | None) -> None:
    """They count in capitals among small letters, and in stripped text those that are no words.

    "us" counts where only the country can stand.
    """
    found = read(source, name)
    assert (found and found[0]) == identity
