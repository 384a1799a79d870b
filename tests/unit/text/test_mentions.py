"""Names found by the gazetteer and by the entity pipeline become mentions that never overlap."""

from collections.abc import Callable
from datetime import date

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, Span

from monitor.domain import EntityLabel, Field, Mention
from monitor.text.mentions import article_mentions, mentions_of
from monitor.text.words import read_words
from tests.builders import stripped

NLP = spacy.blank("en")


def tagged(source: str, **labels: str) -> Doc:
    """A pipeline's reading by hand: names, blanks as underscores, with their labels."""
    doc = NLP(source)
    spans = []
    for name, label in labels.items():
        start = source.index(name.replace("_", " "))
        span = doc.char_span(start, start + len(name), label=label)
        assert span is not None, name
        spans.append(Span(doc, span.start, span.end, label=label))
    doc.ents = spans
    return doc


def found(source: str, **labels: str) -> list[tuple[str, str | None, str | None]]:
    """The mentions of a text: words, label, country."""
    mentions = mentions_of(read_words(source), tagged(source, **labels), field=Field.TEXT)
    return [
        (mention.span.quote, mention.entity.label and mention.entity.label.value,
         mention.entity.country)
        for mention in mentions
    ]  # fmt: skip


def test_the_gazetteer_gives_identities() -> None:
    """A country that the pipeline missed is found, with its code."""
    assert found("Troops left Iran") == [("Iran", "GPE", "IR")]


def test_a_longer_name_of_the_pipeline_wins() -> None:
    """The Society of Japan is an organisation, and not Japan."""
    assert found("The Society of Japan met", Society_of_Japan="ORG") == [
        ("Society of Japan", "ORG", None)
    ]


def test_a_longer_name_of_the_gazetteer_wins() -> None:
    """Saudi Arabia is one name, whatever part of it the pipeline saw."""
    assert found("In Saudi Arabia today", Arabia="LOC") == [("Saudi Arabia", "GPE", "SA")]


@pytest.mark.parametrize(
    ("across", "label", "expected"),
    [
        ("DUBAI - Yemen", "GPE", [("DUBAI", "GPE", "AE"), ("Yemen", "GPE", "YE")]),
        ("PARIS \u2013 Airbus", "ORG", [("PARIS", "GPE", "FR"), ("Airbus", "ORG", None)]),
    ],
)
def test_no_name_reaches_over_a_dateline_s_dash(
    across: str, label: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    """What the pipeline takes for one name on both sides of the dash is two."""
    assert found(f"{across} vowed revenge", **{across.replace(" ", "_"): label}) == expected


def test_a_dash_inside_a_name_stays() -> None:
    """Only a dateline's dash parts names."""
    [(quote, _, _)] = found("Troops from Jammu - Kashmir left", **{"Jammu_-_Kashmir": "LOC"})
    assert quote == "Jammu - Kashmir"


def test_a_people_s_organisation_belongs_to_its_country() -> None:
    """The Israeli Air Force is of Israel."""
    assert found("The Israeli Air Force flew", Israeli_Air_Force="ORG") == [
        ("Israeli Air Force", "ORG", "IL")
    ]


def test_a_body_of_state_belongs_to_the_country_that_it_names() -> None:
    """Friends of a country are not."""
    bank = "Central Bank of Vietnam"
    assert found(f"The {bank} sold", **{bank.replace(" ", "_"): "ORG"}) == [(bank, "ORG", "VN")]
    friends = "Friends of Syria"
    assert found(f"The {friends} met", **{friends.replace(" ", "_"): "ORG"}) == [
        (friends, "ORG", None)
    ]
    base = "Baghdad airport"
    assert found(f"At {base} today", **{base.replace(" ", "_"): "FAC"}) == [(base, "FAC", "IQ")]


def test_waters_belong_to_nobody() -> None:
    """Whatever town or country gave them its name."""
    name = "Strait of Gibraltar"
    assert found(f"In the {name} today", **{name.replace(" ", "_"): "LOC"}) == [(name, "LOC", None)]


@pytest.mark.parametrize("hyphen", "-\u2011\u2013")
def test_what_a_hyphen_joins_to_a_full_stop_is_no_part_of_a_name(hyphen: str) -> None:
    """The recogniser's tokens keep "U.S.-led" together."""
    name = f"U.S.{hyphen}led"
    assert found(f"The {name} coalition", **{name: "GPE"}) == [("U.S", "GPE", "US")]


@pytest.mark.parametrize("name", ["Winston-Salem", "Ahmed Al-Sayed", "Al-Waleed", "Ould-Mohamed"])
def test_a_hyphen_within_a_name_stays(name: str) -> None:
    """What looks like a participle may be a family name."""
    assert found(f"In {name} today", **{name.replace(" ", "_"): "PERSON"})[0][0] == name


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
@pytest.mark.parametrize(
    ("source", "day", "country"),
    [
        ("Workers struck in Zagreb, and leaders of Yugoslavia met", date(1987, 3, 20), "YU"),
        ("Workers struck in Zagreb", date(1987, 3, 20), "HR"),
        ("Zagreb was besieged when Yugoslavia broke up", date(2026, 3, 20), "HR"),
        ("NATO bombed Yugoslavia, whose capital is Belgrade", date(1999, 4, 1), "YU"),
        ("Workers struck in Prague, and leaders of Czechoslovakia met", date(1987, 3, 20), "CS"),
        ("A minister of Serbia and Montenegro flew to Prague", date(2005, 3, 20), "CZ"),
        ("Workers struck in Zagreb, and leaders of Yugoslavia met", None, "HR"),
    ],
)
def test_a_city_lies_in_the_state_of_the_articles_time(
    form: Callable[[str], str], source: str, day: date | None, country: str
) -> None:
    """Where an article of that time names a state that is no more, its cities are its own."""
    words = read_words(form(source))
    (mentions,) = article_mentions([(Field.TEXT, words, None)], day=day)
    cities = {"zagreb", "belgrade", "prague"}
    known = [each.entity.country for each in mentions if each.span.quote.lower() in cities]
    assert known == [country]


def test_an_unsure_name_needs_support() -> None:
    """In stripped text Chad is a country only where the pipeline or the text around says so."""
    assert found("chad won the race", chad="PERSON") == [("chad", "PERSON", None)]
    assert found("chad won the race") == []
    assert found("troops in chad", chad="GPE") == [("chad", "GPE", "TD")]
    assert ("chad", "GPE", "TD") in found("chadian troops in chad")


def test_a_person_of_a_city_s_name_is_a_person() -> None:
    """A single word that the pipeline takes for a person is no city."""
    assert found("London Breed and Paris spoke", Paris="PERSON")[-1][:2] == ("Paris", "PERSON")


def test_words_in_lower_case_are_no_names_where_names_have_capitals() -> None:
    """In a text with capitals `turkey` is a bird; in one without it may be a country."""
    assert found("The turkey was eaten in Iran") == [("Iran", "GPE", "IR")]
    assert ("iran", "GPE", "IR") in found("the army. it left. in iran. today. yes.")


def test_a_possessive_is_not_part_of_a_name() -> None:
    """The name of "Assad's" is Assad."""
    assert found("Mr Assad's men", **{"Assad's": "PERSON"}) == [("Assad", "PERSON", None)]


def test_labels_that_say_no_name_are_left_out() -> None:
    """Dates, numbers and money are no entities here."""
    assert found("on Monday ten men", Monday="DATE", ten="CARDINAL") == []


def test_the_gazetteer_alone_will_do() -> None:
    """Without a pipeline's reading the known names are found all the same."""
    mentions = mentions_of(read_words("Iran and NATO"), None, field=Field.TITLE)
    assert [mention.entity.id for mention in mentions] == ["IR", "org:nato"]
    assert {mention.span.field for mention in mentions} == {Field.TITLE}


NAMES = ["Iran", "the", "U.S.", "Saudi", "Arabia", "New", "York", "Red", "Sea", "Chad", "united"]


@given(st.lists(st.sampled_from(NAMES), max_size=30), st.sampled_from([str, stripped]))
def test_mentions_are_exact_ordered_and_apart(parts: list[str], form: object) -> None:
    """Whatever the names, each mention quotes the text, and they follow each other."""
    assert callable(form)
    source = form(" ".join(parts))
    mentions: tuple[Mention, ...] = mentions_of(read_words(source), None, field=Field.TEXT)
    end = 0
    for mention in mentions:
        assert mention.span.start_char >= end
        assert source[mention.span.start_char : mention.span.end_char] == mention.span.quote
        assert mention.entity.text == mention.span.quote
        assert isinstance(mention.entity.label, EntityLabel)
        end = mention.span.end_char


def test_us_is_the_country_in_capitals() -> None:
    """Capitals tell the country from the word, where not all is capitals; the pipeline knows too."""
    assert found("The US will help us.") == [("US", "GPE", "US")]
    assert found("HELP US NOW.") == []
    assert found("it told us forces", us="GPE") == [("us", "GPE", "US")]


def test_a_province_is_not_the_town_of_its_name() -> None:
    """Ontario is the province, and a metro no town of Indonesia."""
    assert found("Nurses in Ontario took the Metro.") == [("Ontario", "GPE", "CA")]
